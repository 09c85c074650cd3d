# Builds build/relata and runs its checks: `make help` tells the targets.
# VARIANT=asan|tsan|fuzz builds the same into build/VARIANT. CC, CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS are added to what the build
# needs; WERROR=1 makes an error of every warning; make install takes PREFIX and DESTDIR.
VARIANT ?= release
B       := $(if $(filter release,$(VARIANT)),build,build/$(VARIANT))
ifeq ($(origin CC),default)
CC      := $(if $(filter fuzz,$(VARIANT)),clang,gcc)
endif
PYTHON  := /usr/bin/python3
PREFIX  ?= /usr/local

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 $(if $(filter 1,$(WERROR)),-Werror)
HARDEN_x86_64  := -fcf-protection
HARDEN_aarch64 := -mbranch-protection=standard
FORTIFY := $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,-D_FORTIFY_SOURCE=2)
HARDEN  := -fstack-protector-strong -fPIE $(FORTIFY) $(HARDEN_$(shell uname -m))
FLAGS_release := -O2 -g $(HARDEN)
FLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_tsan    := -O1 -g -fsanitize=thread
FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
COMPILE := $(CC) -std=gnu17 -D_GNU_SOURCE -Iserver $(WARN) $(FLAGS_$(VARIANT)) -MMD -MP $(CPPFLAGS) $(CFLAGS)
# server/base/memory.c notes which allocations fail.
WRAP    := $(foreach name,malloc calloc realloc strdup strndup free,-Wl,--wrap=$(name))
LINK    := $(FLAGS_$(VARIANT)) -pie -Wl,-z,relro,-z,now $(WRAP) $(CFLAGS) $(LDFLAGS)
LIBS    := -lmicrohttpd -ljansson -lsqlite3 -lcrypto -lpcre2-8 -lz -lminizip -lxlsxwriter -lxxhash -lpthread -lm $(LDLIBS)
# A text as one word of the shell.
quoted   = '$(subst ','\'',$(1))'

HEADERS := microhttpd jansson sqlite3 openssl/evp zlib minizip/zip xlsxwriter xxhash

# npm's swagger-ui-dist, and its `dist.integrity` there.
SWAGGER := build/swagger-ui/5.35.0
SWAGGER_INTEGRITY := sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==

EXPLORER := build/explorer
MODULES  := build/explorer-modules
NPM_PATIENCE := --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=20000

SOURCES := $(wildcard server/*/*.c)
OBJECTS := $(SOURCES:server/%.c=$(B)/server/%.o) $(B)/embedded.o
# Everything but the program's entry: what tests and fuzzers link.
CORE    := $(filter-out $(B)/server/cli/main.o,$(OBJECTS))
UNITS   := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

all: $(B)/relata

$(B)/relata: $(OBJECTS)
	$(CC) $(LINK) -o $@ $(OBJECTS) $(LIBS)

# What it was compiled and linked with: other flags make other objects.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@new=$@.$$$$; echo $(call quoted,$(COMPILE) $(LINK) $(LIBS)) >$$new; if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi
$(OBJECTS): $(B)/flags

# A machine that lacks something is told how to get it.
$(B)/able: $(B)/flags tools/packages
	@{ printf '#include <%s.h>\n' $(HEADERS); printf '#define PCRE2_CODE_UNIT_WIDTH 8\n#include <pcre2.h>\n'; } | \
	    $(COMPILE) -MF /dev/null -fsyntax-only -x c - && $(PYTHON) -c 'import yaml' || { \
	    echo 'make: the build needs what is missing here: `tools/install build` installs it on Debian 12 and 13,' >&2; \
	    echo 'make: tools/packages lists it under [build]' >&2; false; }
	@touch $@
$(OBJECTS): | $(B)/able

$(B)/able-to-test: tools/packages
	@mkdir -p $(@D)
	@printf '#include <%s.h>\n' stdarg stddef stdint setjmp cmocka | $(COMPILE) -MF /dev/null -fsyntax-only -x c - && \
	    $(PYTHON) -c 'import hypothesis, jsonschema, pytest, xdist' || { \
	    echo 'make: the tests need what is missing here: `tools/install test` installs it on Debian 12 and 13,' >&2; \
	    echo 'make: tools/packages lists it under [test]' >&2; false; }
	@touch $@

$(B)/server/%.o: server/%.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# With the folders, whose times tell when a file goes.
DATA := $(shell find $(wildcard db/dataset db/official) -type d -o -name '*.json')
$(B)/embedded.c: tools/embed.py tools/openapi.py api/openapi.yaml NEWS.md $(wildcard db/migrations/*.sql db/series/*.tsv web/*.*) $(DATA) $(SWAGGER) $(EXPLORER)/index.html db/dataset/README.md LICENSE
	@mkdir -p $(@D)
	$(PYTHON) tools/embed.py $@ docs=web docs=$(SWAGGER) explore=$(EXPLORER)/explore

# The renderer of /docs, fetched once. Where that cannot be, the program is built without it, and the next `make` tries again.
$(SWAGGER): $(if $(wildcard $(SWAGGER)/*.js),,FORCE)
	@mkdir -p $(@D)
	@$(PYTHON) tools/fetch swagger-ui-dist $(@F) $(SWAGGER_INTEGRITY) $@ swagger-ui.css swagger-ui-bundle.js || \
	    { [ $$? = 69 ] && mkdir -p $@ && echo 'make: warning: /docs is built without its renderer' >&2; }

# The explorer, bundled from web/explorer and the packages that its lock names. Without npm the program is built without it, and the next `make`
# tries again. A whole copy for another server is $(EXPLORER).
$(EXPLORER)/index.html: $(MODULES)/ready $(shell find web/explorer -type f)
	@if [ -s $< ]; then node web/explorer/build.mjs $(MODULES) $(EXPLORER); else \
	    echo 'make: warning: /explore is built without the explorer: npm is missing (tools/install explorer) or its registry cannot be reached' >&2; \
	    mkdir -p $(@D)/explore && cp web/explorer/static/* $(@D)/explore && cp web/explorer/without.html $(@D)/explore/explore.html && \
	    cp web/explorer/without.html $@; fi

$(MODULES)/ready: web/explorer/package-lock.json $(if $(shell test -s $(MODULES)/ready && echo ready),,FORCE)
	@mkdir -p $(@D) && cp web/explorer/package.json web/explorer/package-lock.json $(@D)
	@if npm ci --prefix $(@D) --omit=dev --ignore-scripts --silent --no-audit --no-fund $(NPM_PATIENCE); then echo ready >$@; else : >$@; fi

$(B)/embedded.o: $(B)/embedded.c
	$(COMPILE) -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(CORE) | $(B)/able-to-test
	@mkdir -p $(@D)
	$(COMPILE) $(LINK) -o $@ $< $(CORE) -lcmocka $(LIBS)

# Programs by which tests in Python call the code.
DRIVERS := $(B)/judge $(B)/convert $(B)/tables
$(B)/judge: tests/schema/judge.c
$(B)/convert: tests/formats/readers/convert.c
$(B)/tables: tests/formats/readers/tables.c
$(DRIVERS): $(CORE)
	@mkdir -p $(@D)
	$(COMPILE) $(LINK) -o $@ $(filter %.c,$^) $(CORE) $(LIBS)

$(B)/fuzz/%: tests/fuzz/%.c $(CORE)
	@mkdir -p $(@D)
	$(COMPILE) $(LINK) -fsanitize=fuzzer -o $@ $< $(CORE) $(LIBS)

-include $(wildcard $(B)/server/*/*.d $(B)/unit/*/*.d $(B)/fuzz/*.d $(B)/*.d)

# --- Running

all: ## build build/relata (the default)

run: all ## serve on 127.0.0.1:8080
	$(B)/relata serve

install: all ## install into DESTDIR and PREFIX (/usr/local)
	install -D -m 755 $(B)/relata $(DESTDIR)$(PREFIX)/bin/relata
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/relata README.md NEWS.md LICENSE docs/operations.md

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/relata
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/relata

clean: ## remove all that was built; data/ stays
	rm -rf build

help: ## tell these targets
	@awk -F ':.*## ' '/^[a-z_. -]+:.*## / { n = split($$1, names, " "); for (i = 1; i <= n; i++) printf "%-21s %s\n", names[i], $$2 }' \
	    $(firstword $(MAKEFILE_LIST))

# --- Tests

JOBS    := $(shell nproc)
# Many tests wait for a time-out or a disk.
WORKERS := $(shell expr $(JOBS) + 1)
# The tests of a variant run that variant's programs; a command has one thread, in which tsan has nothing to look for.
TOOL := $(if $(filter tsan,$(VARIANT)),build,$(B))/relata
PYTEST := RELATA=$(B)/relata RELATA_TOOL=$(TOOL) RELATA_JUDGE=$(B)/judge RELATA_CONVERT=$(B)/convert RELATA_TABLES=$(B)/tables $(PYTHON) -m pytest -q -n $(WORKERS) -o cache_dir=build/pytest
# Where several threads or processes meet, and each operation.
THREAD_TESTS := tests/build tests/storage tests/http $(wildcard tests/formats/test_*.py) tests/contract
# The rest is one client's, which asks for the same operations one after the other.
SERVER_TESTS := $(THREAD_TESTS) tests/property tests/aid

# A small quarantine and short stacks halve the time of a load.
export ASAN_OPTIONS  := detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:quarantine_size_mb=8:malloc_context_size=12
export UBSAN_OPTIONS := print_stacktrace=1
export TSAN_OPTIONS  := halt_on_error=1

test: test-programs ## unit, dataset, schema, storage, http, contract and property tests: a minute or two
	@$(MAKE) -s -j1 -k test-units test-quick

test-programs: $(B)/relata $(B)/judge $(B)/tables $(UNITS) ## build what the tests run

test-units: $(UNITS) ## unit tests
	@tools/units $(UNITS)

# All but the long comparison of random schemas and records with python3-jsonschema.
test-quick: $(B)/relata $(B)/judge $(B)/tables ## dataset, schema, build, storage, http, contract and property tests
	$(PYTEST) tests/docs tests/dataset tests/schema $(SERVER_TESTS) -k 'not alike'

test-schema: $(B)/judge ## the long comparison of schema.c with python3-jsonschema
	$(PYTEST) tests/schema

test-formats: $(B)/relata $(B)/convert $(B)/tables ## BibTeX, RIS, CSV and tables as pandas, pandoc, bibutils and others read them
	$(PYTEST) tests/formats/readers

# Whether a stack is used after its function returned is looked for in unit tests and by the fuzzers: here it took a quarter of the time.
test-server: export ASAN_OPTIONS := $(subst :detect_stack_use_after_return=1,,$(ASAN_OPTIONS))
test-server: $(B)/relata $(TOOL) $(B)/tables ## storage, http, formats, contract, property and aid tests
	$(PYTEST) $(if $(filter tsan,$(VARIANT)),$(THREAD_TESTS),$(SERVER_TESTS))

asan tsan: export RELATA_KILLS = 3
asan tsan: all ## unit and server tests under AddressSanitizer and UBSan; under ThreadSanitizer, where threads meet
	@$(MAKE) -s -j$(JOBS) VARIANT=$@ test-programs
	@$(MAKE) -s -j1 -k VARIANT=$@ test-units test-server

# The fuzzers need all of it in the same way.
clang: ## build by clang with its sanitizers, unit tests
	@$(MAKE) -s -j$(JOBS) VARIANT=fuzz test-programs
	@$(MAKE) -s VARIANT=fuzz test-units

memcheck: $(UNITS) ## unit tests under valgrind
	@MEMORY_SAMPLES=3 tools/units --under 'valgrind --quiet --error-exitcode=99 --leak-check=full' $(UNITS)

# Starts from the seeds in tests/fuzz/corpus/NAME; what is found on the way stays in build/fuzz/corpus.
FUZZ_SECONDS := 20
fuzz: ## every fuzzer for FUZZ_SECONDS
	@$(MAKE) -s -j$(JOBS) VARIANT=fuzz fuzzers
	@$(MAKE) -s -j$(JOBS) -Otarget VARIANT=fuzz $(patsubst tests/fuzz/fuzz_%.c,fuzz-%,$(wildcard tests/fuzz/fuzz_*.c))

fuzzers: $(FUZZERS) ## build the fuzzers (VARIANT=fuzz)

fuzz-%: $(B)/fuzz/fuzz_%
	@mkdir -p $(B)/corpus/$* tests/fuzz/corpus/$*
	$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
	    -artifact_prefix=$(B)/$*- $(addprefix -dict=,$(wildcard tests/fuzz/$*.dict)) \
	    $(B)/corpus/$* tests/fuzz/corpus/$*

test-proxy: $(B)/relata ## the service behind nginx as compose has it, and its answers through the cache
	$(PYTEST) tests/proxy

# The version that docker-compose.litestream.yml runs; the package has a number of its own.
LITESTREAM := build/litestream/0.3.13
test-litestream: $(B)/relata $(LITESTREAM) ## restore from the copies of Litestream, made while data are written
	LITESTREAM=$(LITESTREAM)/litestream $(PYTEST) tests/litestream

LITESTREAM_PACKAGE := @flydotio/litestream-linux-$(if $(filter aarch64,$(shell uname -m)),arm64,x64)
$(LITESTREAM):
	npm install --silent --no-audit --no-fund --prefix $@.part $(LITESTREAM_PACKAGE)@1.0.1
	mv $@.part/node_modules/$(LITESTREAM_PACKAGE) $@

# Drives Debian's Chromium.
PLAYWRIGHT := 1.65.1
test-browser: $(B)/relata build/playwright/$(PLAYWRIGHT) explorer-check ## /docs and the explorer in a real browser
	PLAYWRIGHT=$(abspath build/playwright/$(PLAYWRIGHT)) AXE=$(abspath $(CHECK)/node_modules/axe-core/axe.min.js) RELATA=$(B)/relata $(PYTHON) -m pytest -q -o cache_dir=build/pytest tests/browser

build/playwright/$(PLAYWRIGHT):
	npm install --silent --no-audit --no-fund --prefix $@.part playwright-core@$(PLAYWRIGHT)
	mv $@.part $@

picture: $(B)/relata build/playwright/$(PLAYWRIGHT) ## take docs/explorer.png, the README's picture, from a service that runs
	PLAYWRIGHT=$(abspath build/playwright/$(PLAYWRIGHT)) node tools/picture.mjs $(B)/relata docs/explorer.png

# The types of the explorer against those of the contract; its layout by Prettier, which reads .editorconfig.
CHECK    := build/explorer-check
PRETTIER := $(CHECK)/node_modules/.bin/prettier --log-level warn
EXPLORER_CODE := web/explorer/build.mjs $(wildcard web/explorer/src/*.ts tests/browser/*.mjs tools/*.mjs)
explorer-check: $(CHECK)/ready $(B)/openapi.yaml ## whether the explorer fits the contract, by its types, and is laid out so
	$(PRETTIER) --check $(EXPLORER_CODE)
	cp web/explorer/tsconfig.json $(CHECK)
	cd $(CHECK) && ln -sfn ../../web/explorer/src src && npx --no-install openapi-typescript $(abspath $(B)/openapi.yaml) -o contract.d.ts >/dev/null && \
	    npx --no-install tsc -p .

explorer-format: $(CHECK)/ready ## lay the code of the explorer out
	$(PRETTIER) --write $(EXPLORER_CODE)

$(CHECK)/ready: web/explorer/package-lock.json
	@mkdir -p $(@D) && cp web/explorer/package.json web/explorer/package-lock.json $(@D)
	npm ci --prefix $(@D) --ignore-scripts --silent --no-audit --no-fund
	@touch $@

# The packages of package.json, in the very versions that it names.
test-clients: $(B)/relata build/clients/package.json ## R, JavaScript and TypeScript as the README shows them, and a typed client
	CLIENTS=$(abspath build/clients) RELATA=$(B)/relata $(PYTHON) -m pytest -q -o cache_dir=build/pytest tests/clients

build/clients/package.json: tests/clients/package.json
	rm -rf $(@D) $(@D).part
	mkdir -p $(@D).part
	cp $< $(@D).part
	npm install --silent --no-audit --no-fund --prefix $(@D).part
	mv $(@D).part $(@D)
	touch $@

test-image: image ## run the image and the compose file
	$(PYTHON) -m pytest -q -o cache_dir=build/pytest tests/image

test-fresh: ## tools/start and make test in new Debian 12 and 13 roots (needs root)
	tests/fresh/run bookworm
	tests/fresh/run trixie

CASES := 20000
check-contract: $(B)/relata ## CASES requests made at random from the contract: by hand, for minutes
	CASES=$(CASES) $(PYTEST) tests/contract/test_contract_fuzz.py

check-memory: $(B)/unit/endpoints/test_memory ## each single allocation of one request of each operation fails: by hand, for an hour
	MEMORY_SAMPLES=10000000 $<

bench: $(B)/relata ## what a request costs beside a bare libmicrohttpd: bench/RESULTS.md, by hand, for minutes
	tools/install bench
	bench/run --out bench/RESULTS.md

EVENTS := 1000000
growth: $(B)/relata ## by which power of the events the cost of each command and operation grows: bench/RESULTS.md, by hand, for half an hour
	RELATA=$(B)/relata bench/growth

attacks: $(B)/relata ## what floods and costly requests do to the others: bench/RESULTS.md, by hand, for minutes
	bench/attacks --relata $(B)/relata --db $(B)/bench/100000/relata.db --out bench/RESULTS.md

check-million: $(B)/relata ## whether a service of EVENTS events answers in time: by hand, for minutes
	RELATA=$(B)/relata bench/million $(EVENTS)

MUTANTS := --minutes 10
check-mutants: ## random changes to the code, and which of them no test notices (MUTANTS='--only server/dates'): by hand, for minutes
	tests/mutants $(MUTANTS)

KILLS := 200
check-kills: $(B)/relata ## loads that are killed KILLS times at random moments, into a new database and into an old one
	RELATA_KILLS=$(KILLS) $(PYTEST) tests/storage/test_storage_crash.py

# All are run, whichever fails, in two lanes at a time, since most tests wait now and then; the end tells which failed. Those that drive a browser
# or podman, which changes the network of the machine, stand in one lane.
LANE_1 := test asan tsan
LANE_2 := check-layers check-names format-check spec-lint test-schema lint memcheck clang fuzz test-formats test-browser test-clients test-proxy test-litestream test-image
test-all: export WERROR = 1
test-all: ## everything but test-fresh
	@tools/lanes '$(LANE_1)' '$(LANE_2)'

# --- What reads the code without running it

C_FILES := $(wildcard server/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch] bench/*.[ch])

check-layers: ## folders are layers, each library is known to one: tools/layers
	tools/layers

check-names: ## an extern function begins with its file's name, no name means two things: tools/names
	tools/names

format: ## lay the code out by .clang-format
	clang-format -i $(C_FILES)

format-check: ## whether the code is laid out so
	clang-format --dry-run --Werror $(C_FILES)

compile_commands.json: ## how each file is compiled, for editors and tools
	@$(PYTHON) tools/compile_commands $(call quoted,$(COMPILE)) $(SOURCES) $(wildcard tests/*/*.c tests/*/*/*.c) >$@

lint: $(SOURCES:server/%.c=$(B)/lint/%.tidy) $(SOURCES:server/%.c=$(B)/lint/%.analyzer) ## clang-tidy, gcc -fanalyzer, cppcheck
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 \
	    --suppress=missingIncludeSystem --suppressions-list=tools/cppcheck.txt -D_GNU_SOURCE \
	    --include=/usr/include/jansson.h -Iserver server

# gcc 12 takes every pointer that goes into an array for leaked, and every result of Jansson for NULL: sanitizers and clang-tidy judge those.
ANALYZER := -fanalyzer -Wno-analyzer-malloc-leak -Wno-analyzer-null-dereference

$(B)/lint/%.tidy: server/%.c .clang-tidy $(wildcard server/*/*.h)
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- -std=gnu17 -D_GNU_SOURCE -Iserver 2>$@.log || { cat $@.log; false; }
	@touch $@

$(B)/lint/%.analyzer: server/%.c $(wildcard server/*/*.h)
	@mkdir -p $(@D)
	gcc $(filter-out -MMD -MP,$(wordlist 2,99,$(COMPILE))) -Werror $(ANALYZER) -c -o /dev/null $<
	@touch $@

# The last major version that runs on every node that Debian 12 and 13 have.
REDOCLY := 1.34.20
spec-lint: build/redocly/$(REDOCLY) $(B)/openapi.yaml ## the contract, by Redocly's rules in api/redocly.yaml
	REDOCLY_TELEMETRY=off $</node_modules/.bin/redocly lint --config api/redocly.yaml $(B)/openapi.yaml

$(B)/openapi.yaml: tools/openapi.py api/openapi.yaml
	@mkdir -p $(@D)
	$(PYTHON) tools/openapi.py > $@

build/redocly/$(REDOCLY):
	npm install --silent --no-audit --no-fund --prefix $@.part @redocly/cli@$(REDOCLY)
	mv $@.part $@

# --- Image

image: ## build the container image localhost/relata
	tools/image

# What depends on it is looked at each time.
FORCE:

.PHONY: FORCE all run install uninstall clean help compile_commands.json test test-programs test-units test-quick test-schema test-formats test-server test-proxy test-litestream asan tsan clang memcheck fuzz fuzzers \
    test-browser explorer-check explorer-format picture test-clients test-image test-fresh test-all bench growth attacks check-contract check-memory check-million check-kills check-mutants check-layers check-names format format-check lint spec-lint image
.SECONDARY:
