#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a store costs in both back ends, each with its syncs, on this disk:
SQLite, a PostgreSQL of this host over loopback, the same with a synchronous
standby. Prints ratios to SQLite with their conditions; asserts nothing.

    tests/bench/store_bench.py [--seconds 0.3]
"""
import argparse
import json
import os
import platform
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "programs"))
from postgres import Cluster  # noqa: E402

BENCH = os.path.join(ROOT, "build/release/bin/store_bench")


def measure(seconds, store=None):
    environment = dict(os.environ, **({"LOSTLETTER_STORE": store} if store
                                      else {}))
    done = subprocess.run(
        [BENCH, "--benchmark_format=json", f"--benchmark_min_time={seconds}",
         "--benchmark_filter=-count_metric"], env=environment, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return {one["name"].replace("/real_time", ""): one["real_time"]
            for one in json.loads(done.stdout)["benchmarks"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=0.3)
    seconds = parser.parse_args().seconds
    sqlite = measure(seconds)
    columns = []
    for synchronous in (False, True):
        cluster = Cluster(synchronous, fsync=True)
        try:
            columns.append(measure(seconds, cluster.store()))
        finally:
            cluster.close()
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load "
          f"{os.getloadavg()[0]:.1f}; /tmp; one caller; times SQLite = 1")
    print(f"{'':24} {'SQLite us':>10} {'PostgreSQL':>11} {'with standby':>13}")
    for name, own in sqlite.items():
        others = [column[name] / own for column in columns]
        print(f"{name:24} {own:10.0f} {others[0]:10.1f}x {others[1]:12.1f}x")


if __name__ == "__main__":
    main()
