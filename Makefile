# Builds build/relata and runs its checks. VARIANT=asan|tsan|clang|fuzz builds the same into build/VARIANT.
VARIANT ?= release
B       := $(if $(filter release,$(VARIANT)),build,build/$(VARIANT))
CC      := $(if $(filter clang fuzz,$(VARIANT)),clang,gcc)
PYTHON  := /usr/bin/python3

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Werror
HARDEN  := -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2 -fcf-protection
FLAGS_release := -O2 -g $(HARDEN)
FLAGS_clang   := -O2 -g $(HARDEN)
FLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_tsan    := -O1 -g -fsanitize=thread
FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CFLAGS  := -std=gnu17 -D_GNU_SOURCE $(WARN) $(FLAGS_$(VARIANT)) -Iserver -MMD -MP
LDFLAGS := $(FLAGS_$(VARIANT)) -pie -Wl,-z,relro,-z,now
LDLIBS  := -lmicrohttpd -ljansson -lsqlite3 -lcrypto -lpcre2-8 -lpthread -lm

SOURCES := $(wildcard server/*.c)
OBJECTS := $(SOURCES:server/%.c=$(B)/server/%.o) $(B)/embedded.o
# Everything but the program's entry: what tests and fuzzers link.
CORE    := $(filter-out $(B)/server/main.o,$(OBJECTS))
UNITS   := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

all: $(B)/relata

$(B)/relata: $(OBJECTS)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/server/%.o: server/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(B)/embedded.c: tools/embed.py api/openapi.yaml NEWS.md $(wildcard db/migrations/*.sql)
	@mkdir -p $(@D)
	$(PYTHON) tools/embed.py $@

$(B)/embedded.o: $(B)/embedded.c
	$(CC) $(CFLAGS) -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(CORE)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(CORE) $(LDLIBS) -lcmocka

$(B)/judge: tests/schema/judge.c $(CORE)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(CORE) $(LDLIBS)

$(B)/fuzz/%: tests/fuzz/%.c $(CORE)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(CORE) $(LDLIBS)

-include $(wildcard $(B)/server/*.d $(B)/unit/*.d $(B)/fuzz/*.d $(B)/*.d)

run: all
	$(B)/relata serve

clean:
	rm -rf build

.PHONY: all run clean
.SECONDARY:
