#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast logs are read: a Postfix log of made traffic, beside grep.

Prints, for one core and for all, MB/s, lines/s, memory, and the ratio to
`grep -c status=sent` over the same file in the same run; of what is read only
(--partial) and of a whole scan with its judgement of every correspondent.

scan_bench.py [--megabytes N | --lines N] [--people N] [--keep FILE]
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "programs"))
import traffic  # noqa: E402

PROGRAM = os.environ.get("LOSTLETTER", str(
    pathlib.Path(__file__).parents[2] / "build/release/bin/lostletter"))


def write_log(path, options):
    made = traffic.Traffic(1, people=options.people, partners=4000,
                           days=36500, leaks=60)
    size = lines = 0
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as file:
        for line in traffic.in_order(made.letters(), traffic.postfix_lines):
            file.write(line)
            size += len(line)
            lines += 1
            if lines >= options.lines if options.lines else \
                    size >= options.megabytes << 20:
                break
    return size, lines


def run(cores, *command):
    """(seconds, MB at most) of the best of two."""
    best = None
    for _ in range(2):
        before = time.monotonic()
        # Where grep sees that nobody reads its count, it counts to one.
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.PIPE,
                preexec_fn=lambda: os.sched_setaffinity(0, cores))
            errors = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - before
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            sys.exit(f"{command}: {errors.decode()}")
        memory = usage.ru_maxrss / 1024
        best = min(best or (seconds, memory), (seconds, memory))
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=2000)
    parser.add_argument("--lines", type=int)
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--keep")
    options = parser.parse_args()
    every = os.sched_getaffinity(0)
    one = {max(every)}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        log = options.keep or os.path.join(folder, "mail.log")
        size, lines = write_log(log, options)
        report(log, size, lines, (one, every))
    load = os.getloadavg()[0]
    print(f"{len(every)} cores, load {load:.1f} at the end; each the best of "
          "two, the file in the page cache; Python's peak "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


def report(log, size, lines, cores):
    print(f"{size / 1e6:.0f} MB, {lines} lines")
    one, every = cores
    grep, _ = run(one, "grep", "-c", "status=sent", log)
    print(f"{'grep -c status=sent':34} {grep:7.2f} s  {size / grep / 1e6:7.0f}"
          " MB/s")
    for what, where, arguments in (
            ("read, one core", one, ("--threads", "1", "--partial",
                                     "/dev/null")),
            ("scan, one core", one, ("--threads", "1", "--json")),
            ("scan, one core, --memory 400MB", one,
             ("--threads", "1", "--json", "--memory", "400MB")),
            ("scan, all cores", every, ("--json",))):
        seconds, memory = run(where, PROGRAM, "scan", "--us", "example.com",
                              *arguments, log)
        print(f"{what:34} {seconds:7.2f} s  {size / seconds / 1e6:7.0f} MB/s  "
              f"{lines / seconds / 1e6:6.2f} M lines/s  {seconds / grep:5.1f} "
              f"x grep  {memory:5.0f} MB")


if __name__ == "__main__":
    main()
