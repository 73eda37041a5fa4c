#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Held letters of two guards with one memory: a PostgreSQL primary with a
synchronous standby, two Postfixes, one key file.

    clients --> Postfix A <--> guard A ------------+--> primary  (killed -9)
    clients --> Postfix B <--> guard B --> relay --+--> standby  (promoted)

What comes in at one guard is asked about, answered, handed over and
acknowledged at whichever is first; "race" is two different answers at once,
one at each guard. Meanwhile the primary is killed and the standby promoted;
then guard B is cut off and comes back. What is counted is said in held_load.py.
"""

import os
import random
import sys
import time

from held_load import HASTE, TRANSPORT, CountingSink, HeldLoad, hold_config
from lab import Lab, free_port, run_tests, wait_until
from postgres import Cluster, Relay

PLANS = ("send", "mend", "discard", "send twice", "mail", "race", "race",
         "race")

cluster = None
relays = []
labs = []
sink = None


def make_lab(store, key):
    hold_port = free_port()
    lab = Lab("", extra=TRANSPORT % hold_port, sink=sink)
    lab.guard.write_config(hold_config(
        lab, hold_port, store, f'key_file = "{key}"\ndeadline = "30 d"'))
    return lab


def states():
    rows = [row.split("|") for row in cluster.primary.sql(
        "SELECT l.reverse_path, r.state, r.token FROM held_letters l"
        " JOIN held_recipients r ON r.code = l.code").splitlines()]
    return {row[0]: row[1:] for row in rows}


def begin(seed):
    sink.delivered.clear()
    sink.notices.clear()
    sink.reports.clear()
    load = HeldLoad(random.Random(seed), [lab.postfix.port for lab in labs],
                    [lab.guard.http_port for lab in labs], sink,
                    pass_deadline=None, plans=PLANS, family=f"p{seed}x")
    load.start(clients=1)
    return load


def goes_on(load, letters=20):
    """Waits until so many more are answered."""
    before = load.answered()
    wait_until(lambda: load.answered() >= before + letters,
               f"{letters} more answers", 120)


def settle(load):
    """What was under way ends by itself: nobody was killed but the database."""
    load.finish()

    def over():
        for lab in labs:
            lab.postfix.flush()
        let_leases_end()
        time.sleep(0.5)
        return load.idle() and not load.under_way(states())
    try:
        wait_until(over, "all letters to end", 120)
    finally:
        for who, state in list(load.under_way(states()).items())[:5]:
            print(f"       still {state}: {vars(load.letters[who])}",
                  flush=True)
        load.give_up()
    for lab in labs:
        lab.postfix.wait_empty()


def let_leases_end():
    """Time passes: a guard that was cut off keeps its claims for minutes. One
    that works on its claim all the same is told so by hand()."""
    cluster.primary.sql(
        "UPDATE held_recipients SET leased_until = 0, next_at = 0"
        " WHERE state IN ('releasing', 'returning')")
    cluster.primary.sql("UPDATE held_letters SET noticed_by = 0"
                        " WHERE size > 0 AND noticed_by > 0")


def report(name, load):
    figures, wrong = load.verdict(states())
    print(f"       {name}: letters in {figures['letters']}, refused with 451 "
          f"{load.later}; {load.ends(figures)}; lost {figures['lost']}, twice "
          f"{figures['twice']}, after a cancel {figures['after']}")
    assert not wrong, wrong[:5]
    assert figures["letters"] >= 40, figures
    for end in ("send", "mend", "discard"):
        assert figures[end], figures


def test_races_have_one_winner():
    load = begin(1)
    goes_on(load, 60)
    settle(load)
    report("two guards, two different answers at once", load)


def test_the_primary_is_killed_and_the_standby_promoted():
    load = begin(2)
    goes_on(load)
    cluster.fail_over()
    goes_on(load)
    settle(load)
    report("primary killed, standby promoted", load)


def test_a_guard_is_cut_off_and_comes_back():
    load = begin(3)
    goes_on(load)
    before = load.later
    for relay in relays:
        relay.cut()
    wait_until(lambda: load.later > before, "a 451 of the one cut off", 60)
    for relay in relays:
        relay.mend()
    goes_on(load)
    settle(load)
    report("guard B cut off, and back", load)


def main():
    global cluster, sink
    cluster = Cluster()
    sink = CountingSink()
    try:
        relays.extend([Relay(cluster.primary.port),
                       Relay(cluster.standby.port)])
        key = os.path.join(cluster.home, "hold.key")
        with make_lab(cluster.store(), key) as a, make_lab(
                cluster.store([relay.port for relay in relays]), key) as b:
            for lab in (a, b):
                lab.postfix.set(**HASTE)
            labs.extend([a, b])
            return run_tests([
                test_races_have_one_winner,
                test_the_primary_is_killed_and_the_standby_promoted,
                test_a_guard_is_cut_off_and_comes_back,
            ])
    finally:
        cluster.close()


if __name__ == "__main__":
    sys.exit(main())
