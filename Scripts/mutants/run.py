#!/usr/bin/env python3
"""Puts small faults into a copy of the rollout, and tells which of them random worlds or tests notice.

    run.py [--seeds COUNT] [--first SEED] [--no-tests | --all] [NAME...]

All faults are put into one copy of Sources/Rollout at once, each behind a switch, so that one build serves them all; each then
runs by itself, or together with what shields it. A fault whose place is not found any more is an error. Ends with 1 where
something was not noticed.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from faults import EDITS, FAULTS

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / ".build" / "mutants"
PLACEHOLDER = "FAULT"
# Worlds by the thousand, which are what the seeds are.
SLOW_TESTS = ["SimulationTests", "CrashMatrixTests"]
AT_A_TIME = 30

MANIFEST = """\
// swift-tools-version: 6.2
import PackageDescription

let fast: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-O"], .when(configuration: .debug)),
]
let package = Package(
    name: "mutants",
    targets: [
        .target(name: "Planner", swiftSettings: fast),
        .target(name: "Rollout", dependencies: ["Planner"], swiftSettings: fast),
        .target(name: "RolloutSimulation", dependencies: ["Rollout", "Planner"], swiftSettings: fast),
        .executableTarget(
            name: "rollout-bench",
            dependencies: ["Rollout", "RolloutSimulation"],
            path: "Sources/Bench",
            swiftSettings: fast
        ),
        .testTarget(name: "RolloutTests", dependencies: ["Rollout", "RolloutSimulation", "Planner"], swiftSettings: fast),
    ]
)
"""

SWITCH = """\
import FoundationEssentials

private let putIn = Set((ProcessInfo.processInfo.environment["PITSTOP_MUTANTS"] ?? "").split(separator: ",").map(String.init))

/// Whether this fault is switched on.
func isPutIn(_ fault: String) -> Bool { !putIn.isEmpty && putIn.contains(fault) }
"""

# Journals of simulations need no cryptography, and this package then no dependency.
DIGEST = """\
extension Journal {
    public static let sha256: Digest = { bytes in
        var sum: (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x9ae1_6a3b_2f90_404f)
        for byte in bytes {
            sum.0 = (sum.0 ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            sum.1 = (sum.1 ^ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
        }
        return [sum.0, sum.1, sum.0 ^ (sum.1 >> 7), sum.1 ^ (sum.0 >> 9)].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
        }
    }
}
"""


def put(path: Path, text: str) -> None:
    """Writes a file where it differs, so that what is unchanged is not built again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def copy() -> None:
    """The modules, with every fault in its place behind its switch."""
    put(COPY / "Package.swift", MANIFEST)
    wanted = {COPY / "Package.swift"}
    folders = {
        "Sources/Planner": "Sources/Planner",
        "Sources/Rollout": "Sources/Rollout",
        "Sources/RolloutSimulation": "Sources/RolloutSimulation",
        "Benchmarks/Rollout": "Sources/Bench",
        "Tests/RolloutTests": "Tests/RolloutTests",
    }
    texts = {}
    for source, target in folders.items():
        for file in sorted((ROOT / source).rglob("*.swift")):
            texts[f"{target}/{file.relative_to(ROOT / source)}"] = file.read_text()
    texts["Sources/Rollout/Journal/Journal+SHA256.swift"] = DIGEST
    missing = []
    for edit in EDITS:
        # Wherever it is: a file may have been divided since.
        places = [name for name in texts if name.startswith("Sources/Rollout/") and edit.find in texts[name]]
        if sum(texts[name].count(edit.find) for name in places) != edit.times:
            missing.append(f"{edit.fault}: {edit.find!r} is in {places or 'no file'}")
            continue
        switch = f'isPutIn("{edit.fault}")'
        for name in places:
            texts[name] = texts[name].replace(edit.find, edit.put.replace(PLACEHOLDER, switch))
    for name, text in texts.items():
        put(COPY / name, text)
    wanted |= {COPY / name for name in texts}
    put(COPY / "Sources/Rollout/Switch.swift", SWITCH)
    wanted.add(COPY / "Sources/Rollout/Switch.swift")
    for folder in ("Sources", "Tests"):
        for file in (COPY / folder).rglob("*.swift"):
            if file not in wanted:
                file.unlink()
    if missing:
        sys.exit("These faults have lost their place; find it again in Scripts/mutants/faults.py:\n" + "\n".join(missing))


def run(command, faults, limit):
    """Output and status; status None where it did not end in time."""
    environment = dict(os.environ, PITSTOP_MUTANTS=",".join(faults))
    try:
        done = subprocess.run(
            command, cwd=COPY, env=environment, capture_output=True, text=True, timeout=limit, errors="replace"
        )
        return done.stdout + done.stderr, done.returncode
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode(errors="replace"), None


def in_worlds(faults, first, count, says=""):
    """The first world that noticed, counted from 1, and what it said; 0 where none did. Only what says `says` counts."""
    for start in range(first, first + count, AT_A_TIME):
        size = min(AT_A_TIME, first + count - start)
        output, status = run([".build/debug/rollout-bench", "seeds", str(start), str(size)], faults, 600)
        if status is None:
            return start - first + 1, "it does not come to an end"
        if not re.search(r"\d+ broken invariants", output):
            return start - first + 1, "it ends by a signal"
        said = re.findall(r"^(.*): pitstop rehearse .*--seed (\d+)", output, re.MULTILINE)
        noticed = sorted((int(seed), text) for text, seed in said if says in text)
        if noticed:
            return noticed[0][0] - first + 1, noticed[0][1]
    return 0, ""


def in_tests(faults):
    """Names of the tests that failed: of a fault alone, without what shields it."""
    command = ["swift", "test", "--skip-build", "--parallel"]
    for suite in SLOW_TESTS:
        command += ["--skip", suite]
    output, status = run(command, faults, 600)
    if status == 0:
        return []
    failed = re.findall(r'Test (?!run with)"?(.+?)"? (?:with .+? )?failed after', output)
    return sorted(set(failed)) or ["the tests did not come to their end"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--no-tests", action="store_true", help="worlds only")
    parser.add_argument("--all", action="store_true", help="the tests, too, of what a world has noticed")
    parser.add_argument("--only-build", action="store_true", help="the copy and its build")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    chosen = [fault for fault in FAULTS if not options.names or fault.name in options.names]
    unknown = set(options.names) - {fault.name for fault in FAULTS}
    if unknown:
        parser.error(f"there is no fault {', '.join(sorted(unknown))}")

    copy()
    build = subprocess.run(
        [shutil.which("swift") or "swift", "build", "--build-tests", "--quiet"], cwd=COPY, capture_output=True, text=True
    )
    if build.returncode != 0:
        print(build.stdout[-6000:] + build.stderr[-3000:], file=sys.stderr)
        return 2
    if options.only_build:
        return 0

    unseen = []
    began = time.monotonic()
    world, said = in_worlds([], options.first, options.seeds)
    if world:
        print(f"The rollout as it is breaks an invariant, so nothing can be told of faults in it: {said}", file=sys.stderr)
        return 1
    if not options.no_tests and (failing := in_tests([])):
        print(f"The tests do not pass without any fault: {', '.join(failing)}", file=sys.stderr)
        return 1
    print("| fault put in | noticed by world | tests | what was said |\n|---|---|---|---|", flush=True)
    for fault in chosen:
        world, said = in_worlds(fault.together, options.first, options.seeds, fault.says)
        tests = [] if options.no_tests or (world and not options.all) else in_tests([fault.name])
        name = " and ".join(fault.together)
        if not world and not tests:
            unseen.append(name)
            name = f"**{name}**"
        column = str(len(tests)) if tests else "" if world and not options.all else "none"
        print(f"| {name} | {world or 'none'} | {column} | {said or ', '.join(tests[:1])} |", flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"\n{len(chosen) - len(unseen)} of {len(chosen)} noticed, in {minutes:.0f} minutes.")
    if unseen:
        print(f"Not noticed: {', '.join(unseen)}")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
