# A friendly face on Meson; `make help` lists what it can do.

NEED = tools/need#       `make NEED=: run` where there is no apt
PREFIX = /usr/local
SYSCONFDIR = /etc
DESTDIR =
SECONDS = 60
LAN =
ARGS =
ONLY =
SUITE =

release = build/release
tested  = build/test

# Silent when nothing is to be done, which plain ninja is not.
compile = ninja -C $(1) -n | grep -q 'no work to do' || ninja -C $(1)

# One line a target, taken from the comments beside them.
help: ## what you are reading
	@echo "usage: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 15

run: .need-build .build ## start a hub; LAN=1: for all your networks; ARGS='...': its options
	@exec $(release)/src/liaod/liaod $(if $(LAN),--listen 'tcp://*:63434') $(ARGS)

build: .need-build .build ## build liaod, liao and liao-bench, optimised, in build/release

test: .need-test $(tested)/build.ninja ## run all tests; ONLY='unit story regress fuzz layers system' takes some
	@$(call compile,$(tested))
	@tests/run $(ONLY)

check: ## tests under gcc and clang, format, layers, cppcheck, clang-tidy
	@$(NEED) build test check
	@tools/check

fuzz: ## feed each decoder with noise for SECONDS=60; ONLY='plain lab' takes some
	@$(NEED) build test check
	@tools/fuzz $(SECONDS) $(ONLY)

bench: .need-bench .build ## measure liaod beside its peers, 30 minutes; writes docs/performance.md
	@/usr/bin/python3 tools/bench

bench-quick: .need-bench .build ## the same of less, in two minutes; writes nothing
	@/usr/bin/python3 tools/bench quick

irctest: .need-build .build ## the public suite of IRC servers, from a clone of it: SUITE=FOLDER
	@tests/irctest/run '$(SUITE)' $(ARGS)

install: .build ## install to PREFIX=/usr/local and SYSCONFDIR=/etc, below DESTDIR
	@meson configure $(release) -Dprefix='$(PREFIX)' -Dsysconfdir='$(SYSCONFDIR)'
	@$(call compile,$(release))
	@DESTDIR='$(DESTDIR)' meson install -C $(release) --no-rebuild

uninstall: ## take away what `make install` installed; /etc/liao stays
	@ninja -C $(release) uninstall

pictures: .need-test .build ## make those of the READMEs anew, from the running programs
	@tools/pictures

format: ## lay out the sources as .clang-format says
	@$(NEED) check
	@tools/format

clean: ## remove build/
	rm -rf build

# Names with a dot stay out of `make help`.
.need-build:
	@$(NEED) build

.need-bench:
	@$(NEED) build bench

.need-test:
	@$(NEED) build test

.build: $(release)/build.ninja
	@$(call compile,$(release))

$(release)/build.ninja:
	@meson setup $(release) -Dtests=disabled

$(tested)/build.ninja:
	@CC=gcc meson setup $(tested) -Dtests=enabled -Dwerror=true \
	    -Doptimization=1 -Ddebug=true -Db_sanitize=address,undefined

.NOTPARALLEL:
.PHONY: help run build test check fuzz bench bench-quick irctest install \
        uninstall pictures format clean .need-build .need-test .need-bench .build
