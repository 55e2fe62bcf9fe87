# The source as one file, and packages for Debian; included by the Makefile.
SUITE ?= bookworm

.PHONY: dist deb
dist:
	$(Q)mkdir -p $(B)
	$(Q)git archive --prefix=potpress-$(VERSION)/ HEAD | xz -9 >$(B)/potpress-$(VERSION).tar.xz
	$(call say,DIST,$(B)/potpress-$(VERSION).tar.xz)

# Built in a clean root, checked by lintian and autopkgtest: make deb SUITE=trixie
deb:
	$(Q)tests/lab/install build
	$(Q)deploy/make-deb $(SUITE) $(B)/deb/$(SUITE)
