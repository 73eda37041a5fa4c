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
once: time passes, and nothing else, when the harness writes to the store. So does the time that the MTA may still be at
work on the session of a dead guard, which ended with it.

When the kills are done, the guard lives on until all letters have ended. A
letter that is still "handed", of whose copy the MTA knows nothing, is what
docs/operations/hold.md has an operator look at: done here by the same look.

  lost   accepted by 250, and no end, or not the end that was promised
  twice  delivered more than once, or answered "now" to two different answers
  after  delivered after a discard or a return
"""

import argparse
import collections
import concurrent.futures
import email
import email.policy
import http.client
import itertools
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "programs"))
from lab import Lab, Listener, PROGRAM, Sink, free_port, wait_until  # noqa: E402
from smtp import date, letter, submit  # noqa: E402

CONFIG = """
our_domains = ["example.com"]
mode = "hold"
%(store)s
[hold]
listen = "inet:127.0.0.1:%(hold)d"
mta = "inet:127.0.0.1:%(postfix)d"
answers = "http://127.0.0.1:%(http)d"
notices_from = "postmaster@lab.example"
deadline = "30 d"
"""
# Once a second, and no site is given up for the guard's being away.
HASTE = {"queue_run_delay": 1, "minimal_backoff_time": 1,
         "maximal_backoff_time": 2,
         "default_destination_concurrency_failed_cohort_limit": 10000}
TRANSPORT = ("transport_maps = regexp:{ {/@([a-z]+\\.)?hold\\.invalid$$/ "
             "lmtp:inet:127.0.0.1:%d} }")
GOOD, TYPED, MEANT = "bob@example.org", "general@army.ml", "general@army.mil"
# What the sender does; "late" is nobody until the deadline, "race" two answers
# at once from two machines, "close" an answer as the deadline passes.
PLANS = ("send", "mend", "discard", "send twice", "discard twice", "mail",
         "race", "race", "late", "close")
MOST_OPEN = 16  # letters that wait for their sender at a time
# Places a serving guard does not come to by itself.
ELSEWHERE = ("arrive.ahead", "reseal.", "lapse.", "sweep.")


class Ledger:
    """All that is known of one letter from outside."""

    def __init__(self, sender, plan, rng):
        self.sender, self.plan = sender, plan
        self.first = rng.choice(("send", "mend", "discard"))
        self.second = rng.choice([one for one in ("send", "mend", "discard")
                                  if one != self.first])
        self.told_now = []   # answers to which the page said: it is done
        self.perhaps = set()  # ends that were asked for and nobody confirmed
        self.answered = False

    def allowed(self):
        return set(self.told_now) or self.perhaps


class CountingSink(Sink):
    """Knows whose letter each is: every letter has a sender of its own."""

    def __init__(self):
        self.delivered = collections.defaultdict(list)  # sender -> recipients
        self.notices = {}
        self.reports = collections.Counter()
        self.bounces = []
        super().__init__()

    def take(self, letter):
        with self.lock:
            if letter.sender:
                self.delivered[letter.sender] += letter.recipients
                return
            for to in letter.recipients:
                if b"report-type=delivery-status" not in letter.data:
                    self.notices.setdefault(to, letter.data)
                elif (b"Final-Recipient: rfc822; " + TYPED.encode() + b"\r"
                      in letter.data):
                    self.reports[to] += 1
                else:
                    self.bounces.append(letter)


class SqliteHouse:
    def __init__(self, lab):
        self.lab = lab
        self.option = ""

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
        self.option = ("store = \"postgresql://lostletter@127.0.0.1:"
                       f"{self.server.port}/lostletter\"")

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
        self.lab.guard.write_config(CONFIG % {
            "store": self.house.option, "hold": self.hold_port,
            "postfix": self.lab.postfix.port,
            "http": self.lab.guard.http_port})
        self.points = fail_points()
        self.letters = {}
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.stop = threading.Event()
        self.given_up = threading.Event()
        self.kills = collections.Counter()
        self.later = 0
        self.odd = []
        self.operator = 0
        self.begun = 0  # when the guard that lives on was started
        self.too_early = 0  # the page said 404 while the guard began

    # ---------------------------------------------------------- the clients

    def submit(self):
        while not self.stop.is_set():
            with self.lock:
                waiting = sum(not one.answered for one in self.letters.values())
                number = next(self.numbers)
                plan = self.rng.choice(PLANS)
                ledger = Ledger(f"p{number}x@example.com", plan, self.rng)
            if waiting >= MOST_OPEN or not self.submit_one(ledger):
                time.sleep(0.1)

    def submit_one(self, ledger):
        content = letter(ledger.sender.split("@")[0], date()).replace(
            b"undisclosed recipients:;", f"{GOOD}, {TYPED}".encode())
        try:
            replies, end = submit(self.lab.postfix.port, (GOOD, TYPED), content,
                                  ledger.sender)
        except (OSError, ConnectionError) as trouble:
            self.odd.append(repr(trouble))  # Postfix itself is never killed
            return False
        if end is None or end.code != 250 or any(one.code != 250
                                                 for one in replies):
            self.later += 1
            if end is not None and end.code == 250:
                self.odd.append(f"half a letter: {replies} {end}")
            return False
        with self.lock:
            self.letters[ledger.sender] = ledger
        return True

    def answer_all(self):
        """Sees to each letter once its notice has come."""
        with concurrent.futures.ThreadPoolExecutor(8) as people:
            begun, jobs = set(), []
            while True:
                with self.sink.lock:
                    new = {who: data for who, data in self.sink.notices.items()
                           if who not in begun}
                for who, data in new.items():
                    with self.lock:
                        ledger = self.letters.get(who)
                    if ledger is None:
                        continue  # its 250 is on its way; else counted below
                    begun.add(who)
                    jobs.append(people.submit(self.answer, ledger, data))
                if self.stop.is_set() and len(begun) >= len(self.letters):
                    break
                if self.given_up.is_set():
                    break
                time.sleep(0.05)
            for job in jobs:
                job.result()

    def answer(self, ledger, data):
        try:
            self.answer_by_plan(ledger, data)
        except Exception as trouble:  # told of in the verdict
            self.odd.append(f"{ledger.sender} ({ledger.plan}): {trouble!r}")
            print(self.odd[-1], flush=True)

    def answer_by_plan(self, ledger, data):
        notice = email.message_from_bytes(data, policy=email.policy.default)
        text = notice.get_body(("plain",)).get_content()
        links = dict(zip(("mend", "send", "discard"),
                         re.findall(r"http://\S+/answer\?t=\w+", text)))
        assert len(links) == 3, text
        plan = ledger.plan
        if plan in ("late", "close"):
            ledger.perhaps.add("return")
            self.pass_deadline(ledger)
        if plan == "mail":
            ledger.perhaps.add("mend")
            self.mail(ledger, notice["Reply-To"], b"fix")
        elif plan == "race":
            racers = [threading.Thread(target=self.post,
                                       args=(ledger, links, purpose))
                      for purpose in (ledger.first, ledger.second)]
            for one in racers:
                one.start()
            for one in racers:
                one.join()
        elif plan == "close":
            self.post(ledger, links, ledger.first)
        elif plan != "late":
            for _ in range(2 if plan.endswith("twice") else 1):
                self.post(ledger, links, plan.split()[0])
        ledger.answered = True

    def pass_deadline(self, ledger):
        self.write("UPDATE held_letters SET deadline = 1 WHERE reverse_path ="
                   f" '{ledger.sender}'")

    def mail(self, ledger, where, word):
        def said():
            try:
                replies, end = submit(self.lab.postfix.port, [where],
                                      b"Subject: Re: x\r\n\r\n" + word +
                                      b"\r\n", ledger.sender)
            except OSError as trouble:
                self.odd.append(repr(trouble))
                return False
            return end is not None and end.code == 250
        wait_until(said, "an answer by mail to be taken", 600)

    def post(self, ledger, links, purpose):
        """Presses the button until the page says how it is."""
        url = urllib.parse.urlsplit(links[purpose])
        end = time.monotonic() + 600
        while time.monotonic() < end and not self.given_up.is_set():
            connection = http.client.HTTPConnection(url.hostname, url.port,
                                                    timeout=60)
            try:
                connection.connect()
            except OSError:
                time.sleep(0.05)
                continue
            try:
                connection.request("POST", f"{url.path}?{url.query}", b"")
                answer = connection.getresponse()
                status, page = answer.status, answer.read().decode()
            except (OSError, http.client.HTTPException):
                ledger.perhaps.add(purpose)  # who knows whether it was heard
                continue
            finally:
                connection.close()
            if status == 200:
                with self.lock:
                    ledger.told_now.append(purpose)
                return
            if status == 409:
                return
            ledger.perhaps.add(purpose)
            if status == 404 and "no letter is held" in page:
                # Known: the page is served before the hold is ready.
                self.too_early += 1
                time.sleep(0.05)
                continue
            if status < 500:
                self.odd.append(f"{purpose}: {status} {page}")
                return
            time.sleep(0.05)
        self.odd.append(f"{purpose} of {ledger.sender} was never answered")

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
        threads = [threading.Thread(target=work, daemon=True)
                   for work in (self.submit, self.submit, self.answer_all)]
        for thread in threads:
            thread.start()
        for done in range(kills):
            self.live_and_die()
            report(done + 1)
        self.stop.set()
        try:
            self.settle_all(threads)
        finally:
            self.given_up.set()

    # -------------------------------------------------------------- the end

    def states(self):
        rows = self.house.sql(
            "SELECT l.reverse_path, r.state, r.token, r.code, r.number"
            " FROM held_letters l JOIN held_recipients r ON r.code = l.code")
        return {row[0]: row[1:] for row in rows}

    def under_way(self):
        states = self.states()
        # What its sender was told "later" about may be expected for ever.
        return {who: states.get(who) for who in self.letters
                if who not in states or states[who][0] not in
                ("delivered", "discarded", "returned")}

    def settle_all(self, threads):
        """The guard lives, and everything comes to its end."""
        for attempt in range(12):
            self.begun = int(time.time())
            self.lab.guard.start()
            end = time.monotonic() + (20 if attempt < 6 else 60)
            while time.monotonic() < end:
                # What Postfix skipped in its incoming queue it would see again
                # after minutes only.
                self.lab.postfix.flush()
                left = self.under_way()
                if not left and not any(one.is_alive() for one in threads):
                    self.lab.postfix.wait_empty()
                    return
                if left and all(state and state[0] == "handed"
                                for state in left.values()):
                    self.lab.postfix.wait_empty()
                    time.sleep(1)
                    self.look_as_operator()
                time.sleep(1)
            for who, state in list(self.under_way().items())[:5]:
                print(f"       still {state}: {vars(self.letters[who])}",
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

    def end_of(self, who):
        reached = self.sink.delivered[who]
        typed, meant = reached.count(TYPED), reached.count(MEANT)
        if typed + meant > 1:
            return "twice"
        if typed + meant == 1:
            return "send" if typed else "mend"
        return "return" if self.sink.reports[who] else "nothing"

    def verdict(self):
        figures = collections.Counter(letters=len(self.letters))
        wrong = list(self.odd)
        states = self.states()
        for who, ledger in self.letters.items():
            end, allowed = self.end_of(who), ledger.allowed()
            state = states[who][0] if who in states else "gone"
            if end == "nothing" and state == "discarded":
                end = "discard"
            figures[end] += 1
            good = self.sink.delivered[who].count(GOOD)
            about = (f"{who} ({ledger.plan}): {end}, promised {allowed}, state "
                     f"{state}, {self.sink.delivered[who]}, "
                     f"{self.sink.reports[who]} reports")
            if good != 1:
                figures["lost" if good < 1 else "twice"] += 1
                wrong.append(f"{good} times at {GOOD}: " + about)
            if len(set(ledger.told_now)) > 1:
                figures["twice"] += 1
                wrong.append(f"told {ledger.told_now}: " + about)
            elif end not in allowed:
                figures["after" if end in ("send", "mend") else "lost"] += 1
                wrong.append(about)
            if self.sink.reports[who] and end != "return":
                wrong.append("a report too: " + about)
            if state != {"send": "delivered", "mend": "delivered",
                         "discard": "discarded", "return": "returned"}.get(end):
                wrong.append("the state is another: " + about)
        for who in self.sink.delivered:
            if who not in self.letters:
                reached = self.sink.delivered[who]
                figures["unpromised"] += 1
                wrong.append(f"{who} heard no 250, and it reached {reached}")
        for bounce in self.sink.bounces:
            wrong.append(f"a bounce: {bounce.recipients} {bounce.data[-1500:]}")
        log = self.lostletter("log", "verify")
        if "whole" not in log:
            wrong.append("the action log: " + log)
        return figures, wrong, log.strip()


def summary(harness, store, kills, figures, log):
    by_point = ", ".join(f"{name} {number}" for name, number in
                         sorted(harness.kills.items()))
    return (f"       {store}: {kills} kills ({by_point})\n"
            f"       letters in {figures['letters']} (told to try later "
            f"{harness.later}): sent {figures['send']}, mended "
            f"{figures['mend']}, discarded {figures['discard']}, returned "
            f"{figures['return']}; an operator looked after "
            f"{harness.operator}\n"
            f"       lost {figures['lost']}, twice {figures['twice']}, after a "
            f"cancel {figures['after']}, unpromised {figures['unpromised']}\n"
            f"       404 while the guard began: {harness.too_early}\n"
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
            ready = sum(one.answered for one in harness.letters.values())
            print(f"{time.monotonic() - started:8.0f} s: {done} kills, "
                  f"{len(harness.letters)} letters, {ready} answered",
                  flush=True)

    wrong = crash(options.store, options.kills, options.seed, report)
    for one in wrong[:20]:
        print("WRONG  " + one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
