# Units for systemd; included by the Makefile.
# Under /usr/local too systemd finds units, users and directories; unitdir= (empty) installs none.
unitdir ?= $(prefix)/lib/systemd/system
UNITS := $(notdir $(wildcard deploy/systemd/*.service deploy/systemd/*.timer deploy/systemd/*.target))
hardening := potpress-.service.d/hardening.conf

.PHONY: install-units uninstall-units
install: $(if $(unitdir),install-units)
install-units:
	install -d $(addprefix $(DESTDIR),$(unitdir)/$(dir $(hardening)) $(prefix)/lib/sysusers.d $(prefix)/lib/tmpfiles.d)
	for u in $(UNITS) $(hardening); do \
		sed 's,/usr/sbin,$(sbindir),' deploy/systemd/$$u >$(DESTDIR)$(unitdir)/$$u && \
		chmod 644 $(DESTDIR)$(unitdir)/$$u || exit 1; done
	install -m 644 deploy/systemd/potpress.sysusers $(DESTDIR)$(prefix)/lib/sysusers.d/potpress.conf
	install -m 644 deploy/systemd/potpress.tmpfiles $(DESTDIR)$(prefix)/lib/tmpfiles.d/potpress.conf

uninstall: uninstall-units
uninstall-units:
	rm -f $(addprefix $(DESTDIR)$(unitdir)/,$(UNITS)) $(addprefix $(DESTDIR)$(prefix)/lib/,sysusers.d/potpress.conf tmpfiles.d/potpress.conf)
	rm -rf $(DESTDIR)$(unitdir)/$(dir $(hardening))
