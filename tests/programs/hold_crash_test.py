#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The short form of tests/crash/hold_crash.py: a dozen kills. `make test-crash`
has the long one, on both back ends."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "crash"))
import hold_crash  # noqa: E402
from lab import run_tests  # noqa: E402

KILLS = 12


def test_every_letter_ends_as_promised():
    wrong = hold_crash.crash("sqlite", KILLS, random.randrange(10 ** 6))
    assert not wrong, "\n".join(wrong[:10])


if __name__ == "__main__":
    sys.exit(run_tests([test_every_letter_ends_as_promised]))
