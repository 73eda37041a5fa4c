#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What holding costs: letters held a second on both back ends, and what a
letter that passes waits longer for.

Three private Postfixes on loopback with a guard each: one that only watches
(the same judgements, no hold), one that holds with SQLite, one with PostgreSQL
(fsync on). The rounds are interleaved, so that a machine that drifts drifts for
all. Prints ratios with their conditions; asserts nothing.

    LOSTLETTER=build/release/bin/lostletter tests/bench/hold_bench.py
        [--messages 300] [--rounds 3]
"""
import argparse
import os
import platform
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "programs"))
from held_load import HASTE, TRANSPORT, hold_config  # noqa: E402
from lab import Lab, free_port, wait_until  # noqa: E402
from postgres import Server  # noqa: E402
from smtp import Client, date, letter  # noqa: E402

WATCH = """
our_domains = ["example.com"]
mode = "watch"
"""
RIGHT, WRONG = "user@army.mil", "user@army.ml"


class Variant:
    def __init__(self, name, database=None, hold=False):
        self.name, self.database = name, database
        hold_port = free_port()
        self.lab = Lab(WATCH, extra=(TRANSPORT % hold_port if hold else "") +
                       "\nmax_use = 1000000")
        if hold:
            self.lab.guard.write_config(hold_config(
                self.lab, hold_port, address(database) if database else ""))
        self.hold = hold
        self.rates, self.whole = [], []

    def done(self):
        """Letters that came to where they go."""
        if not self.hold:
            return len(self.lab.sink.all())
        log = self.lab.guard.log()
        return log.count("event=letter-held ")

    def flood(self, messages):
        """Letters to the wrong name a second, from the first to the last one's
        arrival: with us on disk, or at the sink."""
        before = self.done()
        start = time.monotonic()
        subprocess.run(
            ["/usr/sbin/smtp-source", "-s", "10", "-m", str(messages), "-l",
             "4096", "-f", "ann@example.com", "-t", WRONG,
             f"127.0.0.1:{self.lab.postfix.port}"], check=True, timeout=600)
        wait_until(lambda: self.done() >= before + messages,
                   f"{messages} letters of {self.name}", 600)
        self.rates.append(messages / (time.monotonic() - start))
        self.settle()

    def settle(self):
        """Until all have been asked: the next one measured is alone."""
        wait_until(lambda: self.lab.guard.log().count("event=sender-asked ") >=
                   (self.done() if self.hold else 0), "the notices", 600)
        self.lab.postfix.wait_empty()

    def pass_by(self, messages):
        """Milliseconds of transactions that nobody holds, one at a time."""
        with Client(self.lab.postfix.port) as client:
            for number in range(messages):
                content = letter(f"bench{number}", date())
                start = time.perf_counter()
                client.mail("ann@example.com")
                assert client.rcpt(RIGHT).code == 250
                assert client.data(content).code == 250
                self.whole.append(1000 * (time.perf_counter() - start))
        self.lab.postfix.wait_empty()


def address(database):
    return f"postgresql://lostletter@127.0.0.1:{database.port}/lostletter"


def make_database(home):
    database = Server(home, "database", fsync=True)
    database.run("initdb", "-D", database.data, "-U", "lostletter", "-A",
                 "trust", "-E", "UTF8", "--locale", "C")
    database.start()
    database.sql("CREATE DATABASE lostletter", "postgres")
    return database


def figure(database, text):
    return int(database.sql(text))


def commits(database):
    return figure(database, "SELECT xact_commit FROM pg_stat_database"
                  " WHERE datname = 'lostletter'")


def size(database):
    return figure(database, "SELECT pg_database_size('lostletter')")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def print_conditions(options):
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file
                      if line.startswith("model name")), "unknown")
    postfix = subprocess.run(["/usr/sbin/postconf", "-d", "-h", "mail_version"],
                             stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"machine: {os.cpu_count()} x {model}, Linux {platform.release()}, "
          f"load {os.getloadavg()[0]:.1f}")
    print(f"mail: Postfix {postfix}, {options.messages} messages of 4 KiB a "
          f"round, {options.rounds} interleaved rounds, 10 clients; queue, "
          "databases and sink on this machine")


def print_figures(variants):
    none = variants[0]
    print("\nletters to a wrong name a second, until they are held on disk (or, "
          "without hold, delivered)")
    for one in variants:
        rate, base = map(statistics.median, (one.rates, none.rates))
        print(f"  {one.name:<20} {rate:6.0f}/s, {rate / base:.2f} x no hold")
    print("\na letter that passes, MAIL to the reply to the final dot, ms")
    for one in variants:
        half, most = (percentile(one.whole, share) for share in (.5, .99))
        base = percentile(none.whole, .5), percentile(none.whole, .99)
        print(f"  {one.name:<20} p50 {half:.2f} ({half / base[0]:.2f} x no "
              f"hold), p99 {most:.2f} ({most / base[1]:.2f} x)")


def bench(options, variants, database):
    for one in variants:  # not counted: processes start, caches fill
        one.flood(50)
        one.pass_by(20)
        one.rates.clear()
        one.whole.clear()
    before = size(database), commits(database)
    for number in range(options.rounds):
        turn = number % len(variants)
        order = variants[turn:] + variants[:turn]
        for one in order:
            one.flood(options.messages)
        for one in order:
            one.pass_by(100)
    letters = options.rounds * options.messages
    print_figures(variants)
    print(f"\nPostgreSQL, a held letter of 4 KiB with its notice: "
          f"{(size(database) - before[0]) / letters / 1024:.1f} KiB, "
          f"{(commits(database) - before[1]) / letters:.1f} transactions")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print_conditions(options)
    none = Variant("no hold (watch)")
    database = make_database(none.lab.home)
    variants = [none, Variant("hold, SQLite", hold=True),
                Variant("hold, PostgreSQL", database, hold=True)]
    try:
        with variants[0].lab, variants[1].lab, variants[2].lab:
            for one in variants:
                one.lab.postfix.set(**HASTE)
            bench(options, variants, database)
    finally:
        database.stop()


if __name__ == "__main__":
    main()
