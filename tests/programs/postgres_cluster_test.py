#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two guards, two Postfixes, one memory: a PostgreSQL primary with a synchronous
standby.

    clients --> Postfix A --> guard A ------------+--> primary  (killed -9)
    clients --> Postfix B --> guard B --> relay --+--> standby  (promoted)

Under load the primary is killed and the standby promoted; then guard B is cut
off and comes back. Counted afterwards:

  lost       a client heard 250 and the letter did not arrive
  twice      it arrived more than once
  unguarded  a misdirected recipient was accepted unconfirmed
  forgotten  an address was confirmed, and a guard asks about it again
"""

import itertools
import sys
import threading
import time

from lab import Lab, run_tests, wait_until
from postgres import Cluster, Relay
from smtp import Client, date, letter, marker

CONFIG = """
our_domains = ["example.com"]
store = "%s"
[ask]
confirm_after = "0 s"
most_questions = 1000000
"""
WRONG = "general@army.ml"

cluster = None
relays = []
labs = []


class Load:
    """Clients that send until told to stop, and the figures of it. Each letter
    goes to a right recipient and a wrong one; what is answered 4xx is sent
    again. Beside them people confirm an address at one guard."""

    def __init__(self, clients=2):
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.accepted = [[], []]  # marks, by lab
        self.confirmed = []
        self.unguarded = []
        self.later = [0, 0]
        self.guarded = [0, 0]  # letters whose wrong recipient was asked about
        for lab in labs:
            lab.sink.letters.clear()
        self.odd = []
        self.threads = [
            threading.Thread(target=work, args=(which,), daemon=True)
            for which in range(len(labs)) for work in
            [self.send] * clients + [self.confirm]]
        for thread in self.threads:
            thread.start()

    def finish(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(90)
            assert not thread.is_alive(), "a client hangs"

    def send(self, which):
        while not self.stop.is_set():
            mark = marker()
            content = letter(mark, date())
            while not self.attempt(which, mark, content, ("a@army.mil", WRONG)):
                if self.stop.is_set():
                    return
                time.sleep(0.05)

    def confirm(self, which):
        """Asked, and sent again: a person means it."""
        for number in itertools.count(1):
            if self.stop.is_set():
                return
            who = f"person{which}x{number}@example.com"
            asked = self.transact(which, who, (WRONG,), None)
            if asked is None or asked[1].code != 550:
                continue  # 451: again, as somebody else
            time.sleep(1.1)  # a Date is in whole seconds, and must be later
            mark = marker()
            sent = self.transact(which, who, (WRONG,), letter(mark, date()))
            if sent is not None and sent[-1].code == 250:
                with self.lock:
                    self.confirmed.append(who)
                    self.accepted[which].append(mark)

    def attempt(self, which, mark, content, recipients):
        """True when it is done with, one way or the other."""
        replies = self.transact(which, mark + "@example.com", recipients,
                                content)
        if replies is None:
            return False
        if len(replies) > 2 and replies[2].code == 250:
            with self.lock:
                self.unguarded.append(mark)
        if replies[-1].code == 250 and len(replies) == 4:
            with self.lock:
                self.accepted[which].append(mark)
                self.guarded[which] += replies[2].code == 550
            return True
        return False

    def transact(self, which, sender, recipients, content):
        """All replies; None when the connection broke."""
        try:
            with Client(labs[which].postfix.port) as client:
                replies = [client.mail(sender)]
                replies += [client.rcpt(one) for one in recipients]
                if content and any(one.code == 250 for one in replies[1:]):
                    replies.append(client.data(content))
        except ConnectionError as trouble:
            with self.lock:
                self.odd.append(trouble)
            return None
        with self.lock:
            self.later[which] += any(400 <= one.code < 500 for one in replies)
        return replies

    def count(self, which):
        with self.lock:
            return len(self.accepted[which])


def goes_on(load, which, letters=10):
    """Waits until that many more letters pass there, each looked up in the
    memory: a letter to right recipients passes without."""
    before = load.guarded[which]
    wait_until(lambda: load.guarded[which] >= before + letters,
               f"{letters} letters through guard {'AB'[which]}")


def knows(which, who):
    """Does this guard know that the address is meant?"""
    with Client(labs[which].postfix.port) as client:
        client.mail(who)
        assert client.rcpt("a@army.mil").code == 250
        reply = client.rcpt(WRONG)
        assert reply.code in (250, 550), reply
        return reply.code == 250


def finish(load):
    """People take a second each: some must have confirmed."""
    wait_until(lambda: len(load.confirmed) > 2, "three confirmations")
    load.finish()


def report(name, load):
    accepted = [mark for marks in load.accepted for mark in marks]
    for which, lab in enumerate(labs):
        wait_until(lambda: len(lab.sink.all()) >= load.count(which),
                   "the letters")
        lab.postfix.wait_empty()
    arrived = {}
    for lab in labs:
        for one in lab.sink.all():
            mark = one.data.split(b"\r\nSubject: ")[1].split(b"\r\n")[0]
            arrived.setdefault(mark.decode(), []).extend(one.recipients)
    forgotten = [who for who in load.confirmed
                 if not (knows(0, who) and knows(1, who))]
    figures = {
        "in": len(accepted),
        "delivered": len(arrived),
        "refused with 451": sum(load.later),
        "lost": sum(mark not in arrived for mark in accepted),
        "twice": sum(len(who) > 1 for who in arrived.values()),
        "unguarded": len(load.unguarded),
        "confirmed": len(load.confirmed),
        "forgotten": len(forgotten),
    }
    print(f"       {name}: " +
          ", ".join(f"{key} {value}" for key, value in figures.items()))
    assert not load.odd, load.odd[:3]
    assert figures["lost"] == figures["twice"] == figures["unguarded"] == \
        figures["forgotten"] == 0, figures
    assert figures["in"] > 40 and figures["confirmed"] > 2, figures


def test_confirmed_at_one_known_at_both():
    who = "ann@example.com"
    load = Load(clients=0)
    load.finish()
    assert load.transact(0, who, (WRONG,), None)[1].code == 550
    time.sleep(1.1)
    # Asked through one guard, answered through the other.
    sent = load.transact(1, who, (WRONG,), letter(marker(), date()))
    assert sent[-1].code == 250, sent
    assert knows(0, who) and knows(1, who)
    for lab in labs:
        lab.postfix.wait_empty()


def test_the_primary_is_killed_and_the_standby_promoted():
    load = Load()
    for which in (0, 1):
        goes_on(load, which, 20)
    cluster.fail_over()
    for which in (0, 1):
        goes_on(load, which, 20)
    finish(load)
    report("primary killed, standby promoted", load)


def test_a_guard_is_cut_off_and_comes_back():
    load = Load()
    for which in (0, 1):
        goes_on(load, which)
    before = load.later[1]
    for relay in relays:
        relay.cut()
    goes_on(load, 0, 20)  # the other one does not mind
    wait_until(lambda: load.confirmed, "somebody to confirm")
    wait_until(lambda: load.later[1] > before, "a 451 of the one cut off")
    for relay in relays:
        relay.mend()
    for which in (0, 1):
        goes_on(load, which)
    finish(load)
    report("guard B cut off, and back", load)


def main():
    global cluster
    cluster = Cluster()
    try:
        relays.extend([Relay(cluster.primary.port),
                       Relay(cluster.standby.port)])
        stores = (cluster.store(),
                  cluster.store([relay.port for relay in relays]))
        with Lab(CONFIG % stores[0]) as a, Lab(CONFIG % stores[1]) as b:
            labs.extend([a, b])
            return run_tests([
                test_confirmed_at_one_known_at_both,
                test_the_primary_is_killed_and_the_standby_promoted,
                test_a_guard_is_cut_off_and_comes_back,
            ])
    finally:
        cluster.close()


if __name__ == "__main__":
    sys.exit(main())
