#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A guard that holds letters is killed again and again, and every letter still
ends as its sender was told.

    tests/crash/hold_crash.py --store sqlite --kills 1000 [--seed N]

A real Postfix, a sink that counts, one guard. Each life of the guard ends by a
place of print_fail_points (LOSTLETTER_FAIL_AT) or by kill -9 at any moment, as
a seed says; meanwhile letters come in, and their senders answer by the links
and by mail: send, mend, discard, the same twice, two different ones at once,
nobody until the deadline. A lease that a dead guard left is made to end at
once: time passes, and nothing else, when the harness writes to the store. So
does the time the MTA may still be at work on the session of a dead guard, which
ended with it.

When the kills are done, the guard lives on until all letters have ended. A
letter that is still "handed", of whose copy the MTA knows nothing, is what
docs/operations/hold.md has an operator look at: done here by the same look.
What is counted is said in tests/programs/held_load.py.
"""

import argparse
import collections
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "programs"))
from held_load import (HASTE, TRANSPORT, CountingSink, HeldLoad,  # noqa: E402
                       hold_config)
from lab import Lab, Listener, PROGRAM, free_port  # noqa: E402

# Places a serving guard does not come to by itself.
ELSEWHERE = ("arrive.ahead", "reseal.", "lapse.", "sweep.")


class SqliteHouse:
    def __init__(self, lab):
        self.lab = lab
        self.store = ""

    def sql(self, text):
        with sqlite3.connect(self.lab.guard.database, 60) as database:
            rows = database.execute(text).fetchall()
        database.close()
        return rows

    def close(self):
        pass


class PostgresHouse:
    def __init__(self, lab):
        from postgres import Server
        self.server = Server(lab.home, "database")
        self.server.run("initdb", "-D", self.server.data, "-U", "lostletter",
                        "-A", "trust", "-E", "UTF8", "--locale", "C", "-N")
        self.server.start()
        self.server.sql("CREATE DATABASE lostletter", "postgres")
        self.store = ("postgresql://lostletter@127.0.0.1:"
                      f"{self.server.port}/lostletter")

    def sql(self, text):
        return [row.split("|") for row in self.server.sql(text).splitlines()]

    def close(self):
        self.server.stop()


def fail_points():
    program = os.path.join(os.path.dirname(os.path.abspath(PROGRAM)),
                           "print_fail_points")
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True,
                          check=True, timeout=60)
    names = [line.split()[0] for line in done.stdout.splitlines() if line]
    return [name for name in names if not name.startswith(ELSEWHERE)]


class Harness:
    def __init__(self, store, seed, most_life=2.0):
        self.rng = random.Random(seed)
        self.most_life = most_life
        self.hold_port = free_port()
        self.sink = CountingSink()
        self.lab = Lab("", [Listener("unix:{home}/milter.sock")],
                       extra=TRANSPORT % self.hold_port, sink=self.sink)
        self.house = (PostgresHouse if store == "postgres" else
                      SqliteHouse)(self.lab)
        self.lab.guard.write_config(hold_config(
            self.lab, self.hold_port, self.house.store, 'deadline = "30 d"'))
        self.load = HeldLoad(self.rng, [self.lab.postfix.port],
                             [self.lab.guard.http_port], self.sink,
                             self.pass_deadline)
        self.odd = self.load.odd
        self.points = fail_points()
        self.kills = collections.Counter()
        self.operator = 0
        self.begun = 0  # when the guard that lives on was started

    def pass_deadline(self, sender):
        self.write("UPDATE held_letters SET deadline = 1 WHERE reverse_path ="
                   f" '{sender}'")

    # ------------------------------------------------------------ the kills

    def write(self, text):
        for attempt in range(100):
            try:
                return self.house.sql(text)
            except (sqlite3.OperationalError, AssertionError) as trouble:
                if attempt == 99:
                    raise
                time.sleep(0.1)
        return None

    def let_leases_end(self):
        self.write("UPDATE held_recipients SET leased_until = 0, next_at = 0"
                   " WHERE state IN ('releasing', 'returning')")
        self.write("UPDATE held_letters SET noticed_by = 0 WHERE size > 0"
                   " AND noticed_by > 0")

    def let_sessions_end(self):
        """Those of the guards before this one."""
        self.write("UPDATE held_recipients SET changed_at = changed_at - 660"
                   f" WHERE state = 'handed' AND changed_at < {self.begun}")

    def live_and_die(self):
        guard = self.lab.guard
        point = self.rng.choice(self.points)
        count = self.rng.choice((1, 1, 1, 2, 3))
        by_chance = self.rng.random() < 0.15
        life = self.rng.uniform(0.05, self.most_life)
        environment = dict(os.environ)
        if not by_chance:
            environment["LOSTLETTER_FAIL_AT"] = f"{point}:{count}"
            life = self.most_life * 2
        guard.start(wait=False, env=environment)
        started = time.monotonic()
        while guard.process.poll() is None and not guard.ready():
            time.sleep(0.01)
            assert time.monotonic() < started + 120, "the guard is not ready"
        try:
            status = guard.process.wait(life)
            assert status == -signal.SIGKILL, (status, guard.log()[-3000:])
            self.kills[point] += 1
        except subprocess.TimeoutExpired:
            guard.kill()
            self.kills["kill -9"] += 1
        self.let_leases_end()

    def run(self, kills, report=lambda done: None):
        # Its tables; and that it lives at all.
        self.lab.guard.stop()
        self.lab.postfix.set(**HASTE)
        self.load.start()
        for done in range(kills):
            self.live_and_die()
            report(done + 1)
        self.load.finish()
        try:
            self.settle_all()
        finally:
            self.load.give_up()

    # -------------------------------------------------------------- the end

    def states(self):
        rows = self.house.sql(
            "SELECT l.reverse_path, r.state, r.token, r.code, r.number"
            " FROM held_letters l JOIN held_recipients r ON r.code = l.code")
        return {row[0]: row[1:] for row in rows}

    def under_way(self):
        return self.load.under_way(self.states())

    def settle_all(self):
        """The guard lives, and everything comes to its end."""
        for attempt in range(12):
            # Times are kept in seconds: what a dead guard did is older.
            self.begun = int(time.time()) + 1
            time.sleep(max(0, self.begun - time.time()))
            self.lab.guard.start()
            end = time.monotonic() + (20 if attempt < 6 else 60)
            while time.monotonic() < end:
                # What Postfix skipped in its incoming queue it would see again
                # after minutes only.
                self.lab.postfix.flush()
                left = self.under_way()
                if not left and self.load.idle():
                    self.lab.postfix.wait_empty()
                    return
                if left and all(state and state[0] == "handed"
                                for state in left.values()):
                    self.lab.postfix.wait_empty()
                    time.sleep(1)
                    self.look_as_operator()
                time.sleep(1)
            for who, state in list(self.under_way().items())[:5]:
                print(f"       still {state}: {vars(self.load.letters[who])}",
                      flush=True)
            self.lab.guard.stop()
            self.let_leases_end()
        self.odd.append(f"never ended: {self.under_way()}")
        self.lab.guard.start()

    def look_as_operator(self):
        """The MTA's queue is empty: has its log the token?"""
        self.let_sessions_end()
        log = self.lab.postfix.log()
        for who, state in self.under_way().items():
            if not state or state[0] != "handed":
                continue
            _, token, code, number = state
            known = [line for line in log.splitlines()
                     if f"{token}@ack" in line and "status=" in line]
            if known:
                self.odd.append(f"{who}: the copy came, and it is still "
                                f"handed: {known}")
            self.lostletter("held", "release", code, "--again", "--as-operator",
                            "--reason", "the MTA never had it")
            self.operator += 1

    def lostletter(self, *arguments):
        done = subprocess.run(
            [PROGRAM, *arguments, "--config", self.lab.guard.config_path,
             "--state", self.lab.guard.state], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=120)
        if done.returncode:
            self.odd.append(f"{arguments}: {done}")
        return done.stdout

    # ---------------------------------------------------------- the verdict

    def verdict(self):
        figures, wrong = self.load.verdict(self.states())
        log = self.lostletter("log", "verify")
        if "whole" not in log:
            wrong.append("the action log: " + log)
        return figures, wrong, log.strip()


def summary(harness, store, kills, figures, log):
    by_point = ", ".join(f"{name} {number}" for name, number in
                         sorted(harness.kills.items()))
    return (f"       {store}: {kills} kills ({by_point})\n"
            f"       letters in {figures['letters']} (told to try later "
            f"{harness.load.later}): {harness.load.ends(figures)}; an operator "
            f"looked after {harness.operator}\n"
            f"       lost {figures['lost']}, twice {figures['twice']}, after a "
            f"cancel {figures['after']}, unpromised {figures['unpromised']}\n"
            f"       action log: {log}")


def crash(store, kills, seed, report=lambda harness, done: None):
    """Figures are printed; what is wrong is returned."""
    print(f"       {store}: seed {seed}", flush=True)
    harness = Harness(store, seed)
    try:
        with harness.lab:
            harness.run(kills, lambda done: report(harness, done))
            figures, wrong, log = harness.verdict()
    finally:
        harness.house.close()
    print(summary(harness, store, kills, figures, log), flush=True)
    # Figures of nothing would prove nothing.
    if figures["letters"] < kills // 10 + 1:
        wrong.append(f"only {figures['letters']} letters came in")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--store", choices=("sqlite", "postgres"),
                        default="sqlite")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--every", type=int, default=25,
                        help="tell how far it is after so many kills")
    options = parser.parse_args()

    started = time.monotonic()

    def report(harness, done):
        if done % options.every == 0:
            print(f"{time.monotonic() - started:8.0f} s: {done} kills, "
                  f"{len(harness.load.letters)} letters, "
                  f"{harness.load.answered()} answered", flush=True)

    wrong = crash(options.store, options.kills, options.seed, report)
    for one in wrong[:20]:
        print("WRONG  " + one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
