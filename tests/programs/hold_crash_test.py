#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The short form of `make test-crash` (tests/crash/hold_crash.py): a holding
guard is killed some times, on both back ends, another way each day."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "crash"))
from hold_crash import crash  # noqa: E402
from lab import run_tests  # noqa: E402

KILLS = 12


def killed(store):
    wrong = crash(store, KILLS, int(time.time()) // 86400)
    assert not wrong, wrong[:5]


def test_on_sqlite():
    killed("sqlite")


def test_on_postgresql():
    killed("postgres")


if __name__ == "__main__":
    sys.exit(run_tests([test_on_sqlite, test_on_postgresql]))
