# SPDX-License-Identifier: Apache-2.0
#
# make run     install what is missing, build, serve on embedded defaults
# make test    install what is missing, build, run every test
# make test-crash  kills a holding guard 1,000 times on SQLite, 300 on
#              PostgreSQL (KILLS_SQLITE, KILLS_POSTGRES, SEED)
# make bench   figures, with their conditions
# make eval    how often the engine is right, where the evaluation data is
# make check   format, clang-tidy, floors, generated docs
#
# BUILD=release|asan|tsan chooses the preset for `make build` and `make unit`.

BUILD ?= release
JOBS  ?= $(shell nproc)
export CCACHE_BASEDIR = $(CURDIR)
export CCACHE_NOHASHDIR = true

.PHONY: run build test test-crash unit bench eval check format fuzz clean

run:
	tools/install-deps build
	cmake --preset release >/dev/null
	cmake --build build/release -j $(JOBS) --target lostletter
	etc/run

build:
	cmake --preset $(BUILD) -DLOSTLETTER_TESTS=ON >/dev/null
	cmake --build build/$(BUILD) -j $(JOBS)

unit: build
	ctest --test-dir build/$(BUILD) -L unit --output-on-failure -j $(JOBS)

test:
	tools/install-deps build test
	tools/test

KILLS_SQLITE   ?= 1000
KILLS_POSTGRES ?= 300
test-crash:
	tools/install-deps build test
	cmake --preset release -DLOSTLETTER_TESTS=ON >/dev/null
	cmake --build build/release -j $(JOBS) --target lostletter print_fail_points
	tests/crash/hold_crash.py --store sqlite --kills $(KILLS_SQLITE) \
	  $(if $(SEED),--seed $(SEED))
	tests/crash/hold_crash.py --store postgres --kills $(KILLS_POSTGRES) \
	  $(if $(SEED),--seed $(SEED))

bench:
	tools/install-deps build test
	$(MAKE) build
	tests/bench/run
	tests/bench/hold_bench.py
	tests/bench/check_bench
	tests/bench/scan_bench.py
	build/release/bin/people_bench

eval:
	tools/install-deps build test
	cmake --preset release -DLOSTLETTER_TESTS=ON >/dev/null
	cmake --build build/release -j $(JOBS) --target evaluate learn_channel
	tests/eval/run

check:
	tools/install-deps all
	tools/check

clean:
	rm -rf build
