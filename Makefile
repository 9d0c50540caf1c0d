# What people type. `make run` and `make test` are all that a newcomer needs.
SWIFT ?= swift
.PHONY: run test test-module fuzz test-xen soak mutants clients testbed-packages testbed-up testbed-down build-tests lint format build setup bench docs site check-docs deb try-deb sbom clean

run: build
	@.build/debug/pitstop demo

# Tests that wait for servers and clients share the processors with few others: they would all begin at once otherwise, and
# the time in which somebody has to answer would pass before anybody had the processor. What only computes runs by itself,
# afterwards.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 10
COMPUTING = ^(PlannerTests|RolloutTests)\.
test: build-tests clients testbed-packages
	$(SWIFT) test --skip-build --parallel --skip '$(COMPUTING)'
	$(SWIFT) test --skip-build --parallel --filter '$(COMPUTING)'

# The tests of one module, or of several with commas between: builds what they stand on, and no more.
test-module: setup
	PITSTOP_TESTS=$(MODULE) $(SWIFT) test --parallel

# The parsers of updates by libFuzzer, each for SECONDS (30 where nothing is said), or only the one that PARSER names.
fuzz: setup
	@Fuzz/run.sh $(or $(SECONDS),30) $(PARSER)

# A rollout on two genuine Xen hosts in emulated machines, for root; minutes, and on a busy machine far more.
test-xen: build-tests
	@Tests/XenBed/bed.sh packages
	PITSTOP_XEN=1 $(SWIFT) test --skip-build --filter XenRolloutTests

# Random worlds for the rollout, until it is told to stop or one breaks an invariant, which is printed as a command line.
soak: setup
	$(SWIFT) build -c release --product rollout-bench
	@.build/release/rollout-bench soak

# Small faults put into a copy of the rollout: which of them do random worlds, and its tests, notice? Minutes to an hour.
mutants: setup
	@Scripts/mutants/run.py

# Other people's XenAPI clients, for the tests that they take part in; without them those tests say that they are skipped.
clients:
	@Scripts/python-env.sh >/dev/null || echo "Python's clients could not be installed: their tests will be skipped." >&2

# Several real hosts on this machine, for root; the last line printed names their pool.yaml.
testbed-up: build testbed-packages
	@Tests/TestBed/bed.sh up

testbed-down:
	@Tests/TestBed/bed.sh down

# What the test bed's hosts are made of. Only root can have one.
testbed-packages:
	@[ "$$(id -u)" != 0 ] || Scripts/setup.sh testbed

build: setup
	$(SWIFT) build

build-tests: setup
	$(SWIFT) build --build-tests

# Installs what is missing when root, names it otherwise.
setup:
	@Scripts/setup.sh

lint:
	@Scripts/tidy/tidy.py
	@Scripts/docs/check.py
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift

# Each figure beside its peer, measured in one run, written to Benchmarks/results/.
bench: setup
	@Scripts/setup.sh bench
	$(SWIFT) build -c release
	@Benchmarks/run.sh

docs: setup
	@Scripts/docs.sh XenAPI Datamodel UpdatePackage Planner Hosts EmbeddedHosts PoolDatabase PoolOperations PoolPatching

# The documentation as one site, in build/site; strict, with every link and option that it names looked at.
site:
	@Scripts/setup.sh docs
	@[ -x .build/debug/pitstop ] || $(MAKE) build
	@Scripts/site.sh

# Links, messages and options in the documentation; seconds.
check-docs:
	@Scripts/docs/check.py $(if $(wildcard .build/debug/pitstop),--program .build/debug/pitstop)

# A Debian package of release binaries, and a tarball of the same, in build/.
deb: setup
	@Scripts/setup.sh package
	@Packaging/deb.sh

# That package in a bare Debian tree: installed, used and purged. For root.
try-deb: deb
	@lintian --fail-on error build/pitstop_*.deb
	@Packaging/try.sh

# What Pitstop is made of, SPDX as JSON.
sbom: build
	@mkdir -p build
	@Scripts/packages.py sbom > build/pitstop.spdx.json && echo build/pitstop.spdx.json

clean:
	rm -rf .build .pitstop
