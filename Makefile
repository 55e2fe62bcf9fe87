# potpress: see README.md. Quiet unless V=1. Objects and programs go to build/.
VERSION := 0.2.0
CC ?= gcc
# Module of pkg-config, its oldest version, the Debian package that brings it.
LIBRARIES := libcurl:7.85:libcurl4-openssl-dev sqlite3:3.38:libsqlite3-dev libcjson:1.7.13:libcjson-dev \
	uuid:2:uuid-dev libutf8proc:2.5:libutf8proc-dev libdeflate:1.10:libdeflate-dev libcrypto:1.1:libssl-dev
part = $(word $(1),$(subst :, ,$(2)))
PKGS := $(foreach l,$(LIBRARIES),$(call part,1,$(l)))
B ?= build

prefix ?= /usr/local
sbindir ?= $(prefix)/sbin
mandir ?= $(prefix)/share/man
datadir ?= $(prefix)/share

STAGES := collector enricher publisher
PROGRAMS := $(STAGES:%=$(B)/potpress-%)
MANS := $(PROGRAMS:%=%.8) deploy/potpress-backup.8
HELPERS := $(patsubst tests/helpers/%.c,$(B)/test/%,$(wildcard tests/helpers/*.c))
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/unit/%,$(wildcard tests/fuzz/fuzz_*.c))

# These need no libraries, or install them first.
ifneq ($(filter-out clean lint format check check-full demo demo-stop deb dist uninstall uninstall-units,$(or $(MAKECMDGOALS),all)),)
missing := $(strip $(foreach l,$(LIBRARIES),$(shell \
	pkg-config --atleast-version=$(call part,2,$(l)) $(call part,1,$(l)) 2>/dev/null || echo $(call part,3,$(l)))))
ifneq ($(missing),)
$(error Packages are missing or too old: $(if $(shell command -v pkg-config),,pkg-config )$(missing) \
(names in Debian; tests/lab/install build installs them))
endif
endif

V ?=
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' '$(1)' '$(2)')

LANGUAGE := -std=c17 -D_GNU_SOURCE -I. -DPOTPRESS_VERSION='"$(VERSION)"'
# The embedded schema passes the length C promises for a string; everything else is an error to fix.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wformat=2 -Wundef -Wwrite-strings -Wcast-qual -Wpointer-arith -Wvla \
	-Wswitch-enum -Wnull-dereference -Wconversion -Wsign-conversion -Wdate-time -Wno-overlength-strings
is_clang := $(findstring clang,$(shell $(CC) --version 2>/dev/null | head -n 1))
WARNINGS += $(if $(is_clang),-Wimplicit-fallthrough,-Wimplicit-fallthrough=5 -Wjump-misses-init \
	-Wlogical-op -Wduplicated-cond -Wduplicated-branches)
has = $(shell echo 'int main(void){return 0;}' | $(CC) -Werror $(1) -x c -o /dev/null - 2>/dev/null && echo $(1))
HARDENING := -O2 -U_FORTIFY_SOURCE $(call has,-O2 -D_FORTIFY_SOURCE=3) -fstack-protector-strong \
	$(call has,-fstack-clash-protection) $(call has,-fcf-protection) \
	$(call has,-ftrivial-auto-var-init=zero) -fPIE
HARDENING_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
# `make fuzz` builds with libFuzzer's eyes and its main; `make test` replays the corpus with ours.
FUZZ_CFLAGS :=
FUZZ_MAIN := $(B)/unit/obj/tests/fuzz/replay.o
LIB_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
WERROR := $(if $(CI),-Werror)

# Three builds of the same sources: release (what is installed), test (clock file and crash points),
# unit (test, with sanitizers, for the unit tests).
flags_release := $(HARDENING)
flags_test := $(HARDENING) -g -DPOTPRESS_TEST
flags_unit := $(SANITIZE) $(FUZZ_CFLAGS) -DPOTPRESS_TEST
ld_release := $(HARDENING_LD)
ld_test := $(HARDENING_LD)
ld_unit := $(SANITIZE)

.PHONY: all test check check-full demo demo-stop lint format golden clean install uninstall unit-programs test-programs \
	fuzz fuzz-programs lint-deep bench
.DELETE_ON_ERROR:
all: $(PROGRAMS) $(MANS) $(B)/potpress.conf.5

# ---- generated sources
$(B)/schema.c: schema.sql | $(B)
	$(call say,EMBED,$<)
	$(Q){ echo '#include "common/db/db.h"'; echo 'const char schema_sql[] ='; \
	  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $<; echo ';'; } > $@

MIGRATIONS := $(sort $(wildcard common/migrations/[0-9][0-9][0-9].sql))
$(B)/migrations.c: $(MIGRATIONS) | $(B)
	$(call say,EMBED,common/migrations)
	$(Q){ echo '#include "common/db/db.h"'; echo 'const struct migration migrations[] = {'; \
	  for m in $(MIGRATIONS); do n=$$(basename $$m .sql); echo "{ $$((10#$$n)),"; \
	  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $$m; echo '},'; done; \
	  echo '{ 0, 0 } };'; } > $@
$(B)/migrations.c: SHELL := /bin/bash

$(B)/blocks.c: publisher/page/blocks.awk publisher/page/blocks.html | $(B)
	$(call say,EMBED,publisher/page/blocks.html)
	$(Q)awk -f $^ >$@

$(B):
	$(Q)mkdir -p $@

# ---- objects, libraries, programs: one set per build
# The sources of a top-level folder, its rooms included.
sources = $(sort $(shell find $(1) -name '*.c'))
SOURCES_common := $(call sources,common)
EMBEDDED_publisher := blocks.c
define build # 1: release, test or unit  2: its directory
$(2)/obj/%.o: %.c
	$$(call say,CC,$$<)
	$(Q)mkdir -p $$(@D) && $(CC) $(LANGUAGE) $(WARNINGS) $(WERROR) $(flags_$(1)) $(LIB_CFLAGS) $(CFLAGS) -MMD -MP -c -o $$@ $$<
$(2)/obj/%.o: $(B)/%.c
	$(Q)mkdir -p $$(@D) && $(CC) $(LANGUAGE) $(WARNINGS) $(WERROR) $(flags_$(1)) $(LIB_CFLAGS) $(CFLAGS) -c -o $$@ $$<
$(2)/libpotpress.a: $(SOURCES_common:%.c=$(2)/obj/%.o) $(2)/obj/schema.o $(2)/obj/migrations.o
	$$(call say,AR,$$@)
	$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
$(foreach s,$(STAGES),$(call program,$(1),$(2),$(s)))
endef
define program
$(2)/potpress-$(3): $(patsubst %.c,$(2)/obj/%.o,$(call sources,$(3)) $(EMBEDDED_$(3))) $(2)/libpotpress.a
	$$(call say,LD,$$@)
	$(Q)$(CC) $(ld_$(1)) -o $$@ $$^ $(LIBS) $(LDFLAGS)

endef
$(eval $(call build,release,$(B)))
$(eval $(call build,test,$(B)/test))
$(eval $(call build,unit,$(B)/unit))

# A unit test of a stage may use all its objects but main.
unit_stages := $(foreach s,$(STAGES),$(patsubst %.c,$(B)/unit/obj/%.o,$(filter-out %/main.c,$(call sources,$(s))) $(EMBEDDED_$(s))))
$(B)/unit/libstages.a: $(unit_stages)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/unit/test_%: $(B)/unit/obj/tests/unit/test_%.o $(B)/unit/libstages.a $(B)/unit/libpotpress.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ld_unit) -o $@ $^ $(LIBS) $(LDFLAGS)
$(B)/unit/fuzz_%: $(B)/unit/obj/tests/fuzz/fuzz_%.o $(FUZZ_MAIN) $(B)/unit/libstages.a $(B)/unit/libpotpress.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ld_unit) $(if $(FUZZ_CFLAGS),-fsanitize=fuzzer) -o $@ $^ $(LIBS) $(LDFLAGS)
$(B)/unit/test_json: LDFLAGS += -Wl,--wrap=tree_parse
$(B)/unit/test_torture: LDFLAGS += $(foreach f,malloc calloc realloc strdup strndup,-Wl,--wrap=$(f))
$(B)/test/libpublisher.a: $(patsubst %.c,$(B)/test/obj/%.o,$(filter-out %/main.c,$(call sources,publisher)) $(EMBEDDED_publisher))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/test/alert: $(B)/test/libpublisher.a
$(B)/test/%: $(B)/test/obj/tests/helpers/%.o $(B)/test/libpotpress.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ld_test) -o $@ $< $(filter %/libpublisher.a,$^) $(B)/test/libpotpress.a $(LIBS) $(LDFLAGS)

$(B)/bench/%: $(B)/obj/tests/bench/%.o $(B)/libpotpress.a
	$(Q)mkdir -p $(@D) && $(CC) $(ld_release) -o $@ $^ $(LIBS) $(LDFLAGS)

$(B)/list_keys: $(B)/obj/deploy/list_keys.o $(B)/libpotpress.a
	$(Q)$(CC) $(ld_release) -o $@ $^ $(LIBS) $(LDFLAGS)
# What is the same in the pages of all programs is written once.
define page
$(B)/potpress-$(1).8: $(1)/potpress-$(1).8 deploy/program.8.options deploy/program.8.tail
	$$(call say,MAN,$$@)
	$(Q)sed -e '/@options/{r deploy/program.8.options' -e 'd;}' -e '/@tail/{r deploy/program.8.tail' -e 'd;}' $$< > $$@
endef
$(foreach s,$(STAGES),$(eval $(call page,$(s))))
$(B)/potpress.conf.5: deploy/potpress.conf.5.in $(B)/list_keys deploy/potpress.conf.5.tail
	$(call say,MAN,$@)
	$(Q){ cat $<; $(B)/list_keys; cat deploy/potpress.conf.5.tail; } > $@

unit-programs: $(UNIT) $(FUZZ)
fuzz-programs: $(FUZZ)
test-programs: $(STAGES:%=$(B)/test/potpress-%) $(HELPERS)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.SECONDARY:

# ---- tests
# Seconds: unit tests and golden files, with sanitizers. The test build of the programs (build/test/,
# with the clock file) is made beside them.
test: unit-programs test-programs
	$(Q)prove --timer -j2 --exec '' $(sort $(UNIT) $(FUZZ))

# How fast, compared with the simplest implementation; a table. ROWS=10000000 adds a queue of that size.
ROWS ?= 0
bench: all $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))
	$(Q)tests/lab/install lab
	$(Q)"$${POTPRESS_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/potpress}/venv/bin/python" tests/bench/bench.py --rows $(ROWS)

# Lets each fuzzer look for new faults for so long, two at a time.
SECONDS ?= 60
fuzz:
	$(Q)tests/lab/install build fuzz
	$(Q)$(MAKE) --no-print-directory CC=clang B=$(B)/fuzz FUZZ_CFLAGS=-fsanitize=fuzzer-no-link FUZZ_MAIN= fuzz-programs
	$(Q)tests/fuzz/run $(SECONDS) $(FUZZ:$(B)/%=$(B)/fuzz/%)

# Everything a landing needs: installs what is missing, builds with both compilers' eyes, runs all.
check:
	$(Q)tests/lab/install build lab
	$(Q)tests/check

check-full:
	$(Q)tests/lab/install build lab engines database
	$(Q)tests/check full

# Style and mistakes: what is quick over everything, then a deep look at each source that has changed
# (its own text, its headers, or the list of checks) since it was last found good.
lint:
	$(Q)tests/lint/run
	$(Q)$(MAKE) --no-print-directory -j2 lint-deep
ANALYZED := $(foreach d,common $(STAGES),$(patsubst %.c,$(B)/lint/%.ok,$(call sources,$(d))))
lint-deep: $(ANALYZED)
$(B)/lint/%.ok: %.c .clang-tidy
	$(Q)mkdir -p $(@D) && gcc $(LANGUAGE) $(LIB_CFLAGS) -MM -MP -MF $(@:.ok=.d) -MT $@ $<
	$(Q)tests/lint/deep $< $(LANGUAGE) $(LIB_CFLAGS)
	$(Q)touch $@

format:
	$(Q)clang-format -i $(shell git ls-files -co --exclude-standard '*.c' '*.h')

golden: $(B)/unit/test_sample_post $(B)/unit/test_digest_post $(B)/unit/test_alert_bodies
	$(Q)for t in $^; do POTPRESS_GOLDEN=write $$t >/dev/null; done; git --no-pager diff --stat tests/golden

clean:
	$(Q)rm -rf $(B)

# ---- demo: the main job on real parts, until Ctrl-C or `make demo-stop`
demo:
	$(Q)tests/lab/install build lab
	$(Q)$(MAKE) --no-print-directory --silent -j2 all
	$(Q)exec tests/lab/demo

demo-stop:
	$(Q)exec tests/lab/demo stop

# ---- installation
METRICS := deploy/metrics/potpress-alerts.yml deploy/metrics/potpress-dashboard.json
install: all $(B)/potpress.conf.5
	install -d $(DESTDIR)$(sbindir) $(foreach n,5 7 8,$(DESTDIR)$(mandir)/man$(n)) $(DESTDIR)$(datadir)/potpress
	install -m 755 $(PROGRAMS) deploy/potpress-backup $(DESTDIR)$(sbindir)
	install -m 644 $(MANS) $(DESTDIR)$(mandir)/man8
	install -m 644 $(B)/potpress.conf.5 $(DESTDIR)$(mandir)/man5
	install -m 644 deploy/potpress.7 $(DESTDIR)$(mandir)/man7
	install -m 644 schema.sql deploy/potpress.conf.example $(METRICS) $(DESTDIR)$(datadir)/potpress
	sed 's,/usr/local/sbin,$(sbindir),' deploy/supervisord.conf >$(DESTDIR)$(datadir)/potpress/supervisord.conf
	chmod 644 $(DESTDIR)$(datadir)/potpress/supervisord.conf

uninstall:
	rm -f $(addprefix $(DESTDIR)$(sbindir)/,$(notdir $(PROGRAMS)) potpress-backup) $(addprefix $(DESTDIR)$(mandir)/man8/,$(notdir $(MANS)))
	rm -f $(DESTDIR)$(mandir)/man5/potpress.conf.5 $(DESTDIR)$(mandir)/man7/potpress.7
	rm -rf $(DESTDIR)$(datadir)/potpress

include deploy/systemd.mk deploy/deb.mk deploy/container.mk
