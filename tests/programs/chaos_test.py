#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chaos: eight clients send without a pause while the guard is killed, or
restarted, every second. Counted afterwards, at the sink:

  lost       a client heard 250 and the letter did not arrive
  twice      it arrived more than once
  unguarded  a misdirected recipient was accepted, or got a letter
  4xx        replies that a client had to answer by trying again

Killed with -9 and default_action=tempfail, the first three are 0. Restarted by
SIGTERM with sockets that the service manager keeps, the fourth is 0 too.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

from lab import Guard, Lab, Listener, die_with_parent, run_tests, wait_until
from smtp import Client, date, letter, marker

CONFIG = 'drain_time = "5 s"\n'
CLIENTS = 8
SECONDS = 15

lab = None


class Sender(threading.Thread):
    """Sends letters, each to a right and a wrong recipient, until told to stop;
    what was answered 4xx it sends again."""

    def __init__(self, stop):
        super().__init__(daemon=True)
        self.stop = stop
        self.accepted, self.unguarded, self.later = [], [], []
        self.odd = []

    def run(self):
        while not self.stop.is_set():
            mark = marker()
            content = letter(mark, date())
            while not self.try_once(mark, content):
                time.sleep(0.02)
                if self.stop.is_set():
                    return

    def try_once(self, mark, content):
        try:
            with Client(lab.postfix.port) as client:
                return self.transact(client, mark, content)
        except (ConnectionError, AssertionError) as trouble:
            self.odd.append(trouble)
            return False

    def transact(self, client, mark, content):
        replies = [client.mail(mark + "@example.com")]
        if replies[0].code == 250:
            replies.append(client.rcpt("a@army.mil"))
            replies.append(client.rcpt("x@army.ml"))
            if replies[2].code == 250:
                self.unguarded.append(mark)
            replies.append(client.data(content))
        late = [reply for reply in replies
                if 400 <= reply.code < 500 or reply.starts("554 5.5.1")]
        self.later += late[:1]
        if replies[-1].code == 250 and len(replies) == 4:
            self.accepted.append(mark)
            client.quit()
            return True
        if not late:
            self.odd.append(replies)
        return False


def chaos(disturb, name):
    """`disturb` runs once a second; the figures."""
    stop = threading.Event()
    senders = [Sender(stop) for _ in range(CLIENTS)]
    for sender in senders:
        sender.start()
    times, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(1)
        disturb()
        times += 1
    stop.set()
    for sender in senders:
        sender.join(60)
        assert not sender.is_alive()
    accepted = [mark for sender in senders for mark in sender.accepted]
    wait_until(lambda: len(lab.sink.all()) >= len(accepted), "the letters")
    lab.postfix.wait_empty()
    return report(name, times, senders, accepted)


def report(name, times, senders, accepted):
    arrived = {}
    for one in lab.sink.all():
        mark = one.sender.removesuffix("@example.com")
        arrived.setdefault(mark, []).extend(one.recipients)
    figures = {
        "accepted": len(accepted),
        "lost": sum(mark not in arrived for mark in accepted),
        "twice": sum(len(who) > 1 for who in arrived.values()),
        "unguarded": sum(len(sender.unguarded) for sender in senders) +
                     sum("x@army.ml" in who for who in arrived.values()),
        "4xx": sum(len(sender.later) for sender in senders),
    }
    print(f"       {name}: {times} times in {SECONDS} s under {CLIENTS} "
          "clients: " + ", ".join(f"{key} {value}"
                                  for key, value in figures.items()))
    odd = [what for sender in senders for what in sender.odd]
    assert not odd, odd[:3]
    # Figures of nothing would prove nothing.
    assert len(accepted) > 10 * CLIENTS, figures
    lab.sink.letters.clear()
    return figures


def test_killed_every_second():
    def kill():
        lab.guard.kill()
        lab.guard.start(wait=False)

    figures = chaos(kill, "killed")
    lab.guard.wait_ready()
    assert figures["lost"] == figures["twice"] == figures["unguarded"] == 0, \
        figures


class ActivatedGuard(Guard):
    """Its socket belongs to us, as to a service manager (sd_listen_fds(3))."""

    _LAUNCH = ("import os, sys\n"
               "os.dup2(int(sys.argv[1]), 3)\n"
               "os.environ.update(LISTEN_PID=str(os.getpid()),"
               " LISTEN_FDS='1')\n"
               "os.execv(sys.argv[2], sys.argv[2:])\n")

    def __init__(self, home, config):
        super().__init__(home, config, [Listener("inet")])
        host, _, port = self.milters[0].removeprefix("inet:").rpartition(":")
        self.socket = socket.create_server((host, int(port)), backlog=512)

    def start(self, wait=True, **popen):
        fd = self.socket.fileno()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", self._LAUNCH, str(fd), *self.command()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=[fd], start_new_session=True,
                preexec_fn=die_with_parent)
        return self


def test_restarted_every_second():
    guard = ActivatedGuard(os.path.join(lab.home, "activated"), CONFIG)
    lab.guard.stop()
    # A connection waits in the socket while the guard changes.
    lab.postfix.set(smtpd_milters=guard.postfix_milters())
    guard.start()
    statuses = []

    def restart():
        guard.signal(signal.SIGTERM)
        statuses.append(guard.process.wait(30))
        guard.start()

    try:
        wait_until(lambda: guard.events("started"), "the guard")
        figures = chaos(restart, "restarted")
    finally:
        guard.stop()
        guard.socket.close()
    assert set(statuses) == {0}, statuses
    assert all(value == 0 for key, value in figures.items()
               if key != "accepted"), figures


def main():
    global lab
    with Lab(CONFIG) as lab:
        return run_tests([test_killed_every_second,
                          test_restarted_every_second])


if __name__ == "__main__":
    sys.exit(main())
