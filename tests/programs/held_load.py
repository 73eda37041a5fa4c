# SPDX-License-Identifier: Apache-2.0
"""People whose letters are held, at one guard or at several that share a store:
they write, are asked, and answer, or do not. What each was told is kept, and
compared in the end with what came of the letter.

  lost   accepted by 250, and no end, or not the end that was promised
  twice  delivered more than once, or answered "now" to two different answers
  after  delivered after a discard or a return
"""

import collections
import concurrent.futures
import email
import email.policy
import http.client
import itertools
import re
import threading
import time
import urllib.parse

from lab import Sink, wait_until
from smtp import date, letter, submit

GOOD, TYPED, MEANT = "bob@example.org", "general@army.ml", "general@army.mil"
TRANSPORT = ("transport_maps = regexp:{ {/@([a-z]+\\.)?hold\\.invalid$$/ "
             "lmtp:inet:127.0.0.1:%d} }")
CONFIG = """
our_domains = ["example.com"]
mode = "hold"
%(store)s
[hold]
listen = "inet:127.0.0.1:%(hold)d"
mta = "inet:127.0.0.1:%(postfix)d"
answers = "http://127.0.0.1:%(http)d"
notices_from = "postmaster@lab.example"
%(more)s
"""
# Once a second, and no site is given up for the guard's being away.
HASTE = {"queue_run_delay": 1, "minimal_backoff_time": 1,
         "maximal_backoff_time": 2,
         "default_destination_concurrency_failed_cohort_limit": 10000}
# What the sender does; "late" is nobody until the deadline, "race" two answers
# at once from two machines, "close" an answer as the deadline passes.
PLANS = ("send", "mend", "discard", "send twice", "discard twice", "mail",
         "race", "race", "late", "close")
MOST_OPEN = 16  # letters that wait for their sender at a time
STATE_OF = {"send": "delivered", "mend": "delivered", "discard": "discarded",
            "return": "returned"}


def hold_config(lab, hold_port, store="", more=""):
    """Of a guard that holds: its `store` option, and more of [hold]."""
    return CONFIG % {
        "store": f'store = "{store}"' if store else "", "hold": hold_port,
        "postfix": lab.postfix.port, "http": lab.guard.http_port, "more": more}


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

    def end_of(self, who):
        reached = self.delivered[who]
        typed, meant = reached.count(TYPED), reached.count(MEANT)
        if typed + meant > 1:
            return "twice"
        if typed + meant == 1:
            return "send" if typed else "mend"
        return "return" if self.reports[who] else "nothing"


class HeldLoad:
    """`postfixes` and `pages` are ports, one of each a guard; a letter goes to
    any of them, and is answered at any. `pass_deadline(sender)` makes a
    letter's deadline pass. Senders' names begin with `family`: whoever
    answered once is not asked again."""

    def __init__(self, rng, postfixes, pages, sink, pass_deadline, plans=PLANS,
                 family="p"):
        self.rng, self.postfixes, self.pages = rng, postfixes, pages
        self.sink, self.pass_deadline, self.plans = sink, pass_deadline, plans
        self.family = family
        self.letters = {}
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.stop = threading.Event()
        self.given_up = threading.Event()
        self.later = 0
        self.in_part = set()  # 250, but one recipient heard 451: GOOD has it
        self.odd = []
        self.threads = []

    def start(self, clients=2):
        """So many at each guard."""
        self.threads = [
            threading.Thread(target=self._submit, args=(port,), daemon=True)
            for port in self.postfixes for _ in range(clients)]
        self.threads.append(threading.Thread(target=self._answer_all,
                                             daemon=True))
        for thread in self.threads:
            thread.start()

    def finish(self):
        """No new letters."""
        self.stop.set()

    def give_up(self):
        self.given_up.set()

    def idle(self):
        return not any(one.is_alive() for one in self.threads)

    def answered(self):
        with self.lock:
            return sum(one.answered for one in self.letters.values())

    # ------------------------------------------------------------- letters

    def _submit(self, port):
        while not self.stop.is_set():
            with self.lock:
                waiting = sum(not one.answered for one in self.letters.values())
                number = next(self.numbers)
                plan = self.rng.choice(self.plans)
                ledger = Ledger(f"{self.family}{number}x@example.com",
                                plan, self.rng)
            if waiting >= MOST_OPEN * len(self.postfixes) or \
                    not self._submit_one(port, ledger):
                time.sleep(0.1)

    def _submit_one(self, port, ledger):
        content = letter(ledger.sender.split("@")[0], date()).replace(
            b"undisclosed recipients:;", f"{GOOD}, {TYPED}".encode())
        try:
            replies, end = submit(port, (GOOD, TYPED), content, ledger.sender)
        except (OSError, ConnectionError) as trouble:
            self.odd.append(repr(trouble))  # Postfix itself is never killed
            return False
        accepted = end is not None and end.code == 250
        with self.lock:
            if accepted and all(one.code == 250 for one in replies):
                self.letters[ledger.sender] = ledger
                return True
            self.later += 1
            if accepted:
                self.in_part.add(ledger.sender)
        return False

    # ------------------------------------------------------------- answers

    def _answer_all(self):
        """Sees to each letter once its notice has come."""
        with concurrent.futures.ThreadPoolExecutor(8) as people:
            begun, jobs = set(), []
            while not self.given_up.is_set():
                with self.sink.lock:
                    new = {who: data for who, data in self.sink.notices.items()
                           if who not in begun}
                for who, data in new.items():
                    with self.lock:
                        ledger = self.letters.get(who)
                    if ledger is None:
                        continue  # its 250 is on its way; else counted below
                    begun.add(who)
                    jobs.append(people.submit(self._answer, ledger, data))
                if self.stop.is_set() and len(begun) >= len(self.letters):
                    break
                time.sleep(0.05)
            for job in jobs:
                job.result()

    def _answer(self, ledger, data):
        try:
            self._answer_by_plan(ledger, data)
        except Exception as trouble:  # told of in the verdict
            self.odd.append(f"{ledger.sender} ({ledger.plan}): {trouble!r}")
            print(self.odd[-1], flush=True)

    def _answer_by_plan(self, ledger, data):
        notice = email.message_from_bytes(data, policy=email.policy.default)
        text = notice.get_body(("plain",)).get_content()
        links = dict(zip(("mend", "send", "discard"),
                         re.findall(r"http://\S+/answer\?t=\w+", text)))
        assert len(links) == 3, text
        plan = ledger.plan
        if plan in ("late", "close"):
            ledger.perhaps.add("return")
            self.pass_deadline(ledger.sender)
        if plan == "mail":
            ledger.perhaps.add("mend")
            self._mail(ledger, notice["Reply-To"], b"fix")
        elif plan == "race":
            self._race(ledger, links)
        elif plan == "close":
            self._post(ledger, links, ledger.first)
        elif plan != "late":
            for _ in range(2 if plan.endswith("twice") else 1):
                self._post(ledger, links, plan.split()[0])
        ledger.answered = True

    def _race(self, ledger, links):
        """Each at another guard, where there are several."""
        racers = [threading.Thread(target=self._post,
                                   args=(ledger, links, purpose, page))
                  for purpose, page in zip((ledger.first, ledger.second),
                                           (self.pages[0], self.pages[-1]))]
        for one in racers:
            one.start()
        for one in racers:
            one.join()

    def _mail(self, ledger, where, word):
        content = b"Subject: Re: x\r\n\r\n" + word + b"\r\n"

        def said():
            try:
                _, end = submit(self.rng.choice(self.postfixes), [where],
                                content, ledger.sender)
            except OSError as trouble:
                self.odd.append(repr(trouble))
                return False
            return end is not None and end.code == 250
        wait_until(said, "an answer by mail to be taken", 600)

    def _post(self, ledger, links, purpose, page=None):
        """Presses the button until the page says how it is."""
        url = urllib.parse.urlsplit(links[purpose])
        end = time.monotonic() + 600
        while time.monotonic() < end and not self.given_up.is_set():
            status, text = self._press(page or self.rng.choice(self.pages), url,
                                       ledger, purpose)
            if status == 200:
                with self.lock:
                    ledger.told_now.append(purpose)
                return
            if status == 409:
                return
            if status:
                ledger.perhaps.add(purpose)
                if status < 500:
                    self.odd.append(f"{purpose}: {status} {text}")
                    return
            time.sleep(0.05)
        self.odd.append(f"{purpose} of {ledger.sender} was never answered")

    @staticmethod
    def _press(page, url, ledger, purpose):
        """Status and page; 0 when nothing was heard."""
        connection = http.client.HTTPConnection("127.0.0.1", page, timeout=60)
        try:
            connection.connect()
        except OSError:
            return 0, ""
        try:
            connection.request("POST", f"{url.path}?{url.query}", b"")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            ledger.perhaps.add(purpose)  # who knows whether it was heard
            return 0, ""
        finally:
            connection.close()

    # ------------------------------------------------------------- verdict

    def under_way(self, states):
        """Those that have not ended, by `states` (sender -> state, ...). What
        its sender was told "later" about may be expected for ever."""
        return {who: states.get(who) for who in self.letters
                if who not in states or states[who][0] not in
                ("delivered", "discarded", "returned")}

    def verdict(self, states):
        """Figures, and what is wrong."""
        figures = collections.Counter(letters=len(self.letters))
        wrong = list(self.odd)
        for who, ledger in self.letters.items():
            self._judge(ledger, states.get(who, ("gone",))[0], figures, wrong)
        for who, reached in self.sink.delivered.items():
            promised = who in self.in_part and reached == [GOOD]
            if who not in self.letters and not promised:
                figures["unpromised"] += 1
                wrong.append(f"{who} heard no 250, and it reached {reached}")
        for bounce in self.sink.bounces:
            wrong.append(f"a bounce: {bounce.recipients} {bounce.data[-1500:]}")
        return figures, wrong

    def _judge(self, ledger, state, figures, wrong):
        who, allowed = ledger.sender, ledger.allowed()
        end = self.sink.end_of(who)
        if end == "nothing" and state == "discarded":
            end = "discard"
        figures[end] += 1
        reached = self.sink.delivered[who]
        about = (f"{who} ({ledger.plan}): {end}, promised {allowed}, state "
                 f"{state}, {reached}, {self.sink.reports[who]} reports")
        if reached.count(GOOD) != 1:
            figures["twice" if GOOD in reached else "lost"] += 1
            wrong.append(f"{reached.count(GOOD)} times at {GOOD}: " + about)
        if len(set(ledger.told_now)) > 1:
            figures["twice"] += 1
            wrong.append(f"told {ledger.told_now}: " + about)
        elif end not in allowed:
            figures["after" if end in ("send", "mend") else "lost"] += 1
            wrong.append(about)
        if self.sink.reports[who] and end != "return":
            wrong.append("a report too: " + about)
        if state != STATE_OF.get(end):
            wrong.append("the state is another: " + about)

    @staticmethod
    def ends(figures):
        return (f"sent {figures['send']}, mended {figures['mend']}, discarded "
                f"{figures['discard']}, returned {figures['return']}")
