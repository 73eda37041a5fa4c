#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong: the guard dies in the middle of a letter, its database is
locked or its disk full, its configuration is changed under load or broken. The
promise is always the same: nothing is lost, and nothing passes unguarded."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time

from lab import Guard, Lab, Listener, connects, run_tests, wait_until
from smtp import Client, date, letter, marker, submit

CONFIG = """
our_domains = ["example.com"]
block = [%s]
[ask]
confirm_after = "1 s"
"""

lab = None


def is_question(reply):
    return reply.starts("550 5.7.1 ") and "send it again within" in reply.text


def works():
    """Right ones pass and wrong ones do not."""
    mark = marker()
    replies, end = submit(lab.postfix.port, ["a@army.mil", "x@army.ml"],
                          letter(mark, date()))
    assert [reply.code for reply in replies] == [250, 550], replies
    assert end.code == 250, end
    lab.sink.wait_for(mark)
    assert lab.sink.recipients_of(mark) == ["a@army.mil"]


def delivered_nothing(mark):
    lab.postfix.wait_empty()
    assert not lab.sink.find(mark), lab.sink.recipients_of(mark)


def test_killed_before_a_session():
    lab.guard.kill()
    with Client(lab.postfix.port) as client:
        assert client.mail().code == 451
    lab.guard.start()
    works()


def test_killed_between_recipients():
    mark = marker()
    with Client(lab.postfix.port) as client:
        client.mail()
        assert client.rcpt("a@army.mil").code == 250
        lab.guard.kill()
        assert client.rcpt("general@army.ml").code == 451
        assert client.rcpt("b@army.mil").code == 451
        reply = client.data(letter(mark, date()))
        assert 400 <= reply.code < 600, reply
    delivered_nothing(mark)
    lab.guard.start()
    works()


def test_killed_within_the_content():
    mark = marker()
    with Client(lab.postfix.port) as client:
        client.mail()
        assert client.rcpt("a@army.mil").code == 250
        assert client.say("DATA").code == 354
        content = letter(mark, date(), body="x" * 70 + "\r\n")
        client.send(content)
        lab.guard.kill()
        client.send(b".\r\n")
        assert client.reply().code == 451
    delivered_nothing(mark)
    lab.guard.start()
    # The client keeps what was not taken, and tries again.
    replies, end = submit(lab.postfix.port, ["a@army.mil"], content)
    assert end.code == 250
    lab.sink.wait_for(mark)
    assert len(lab.sink.find(mark)) == 1


def test_killed_within_a_proof():
    """A resend that was accepted at RCPT and not proven stays outside."""
    who, mark = "proof@example.com", marker()
    replies, _ = submit(lab.postfix.port, ["general@army.ml"], b"", who)
    assert is_question(replies[0])
    time.sleep(2.1)
    with Client(lab.postfix.port) as client:
        client.mail(who)
        assert client.rcpt("general@army.ml").code == 250
        assert client.say("DATA").code == 354
        lab.guard.kill()
        client.send(letter(mark, date()) + b".\r\n")
        assert client.reply().code == 451
    delivered_nothing(mark)
    lab.guard.start()
    replies, end = submit(lab.postfix.port, ["general@army.ml"],
                          letter(mark, date()), who)
    assert end and end.code == 250, replies
    lab.sink.wait_for(mark)


def test_stopped_and_hanging():
    """A guard that hangs: Postfix waits for command_timeout, then 451."""
    mark = marker()
    with Client(lab.postfix.port) as client:
        client.mail()
        assert client.rcpt("a@army.mil").code == 250
        lab.guard.signal(signal.SIGSTOP)
        try:
            assert client.rcpt("general@army.ml").code == 451
        finally:
            lab.guard.signal(signal.SIGCONT)
        client.data(letter(mark, date()))
    delivered_nothing(mark)
    works()


def load(stop, outcomes, number):
    """Sends until told to stop; every reply is kept."""
    while not stop.is_set():
        mark = marker()
        with Client(lab.postfix.port) as client:
            replies = [client.mail(f"load{number}@example.com"),
                       client.rcpt("a@army.mil"),
                       client.rcpt("x@navy.ml")]
            replies.append(client.data(letter(mark, date())))
        outcomes.append((mark, [reply.code for reply in replies]))


def test_reload_under_load():
    stop, outcomes = threading.Event(), []
    threads = [threading.Thread(target=load, args=(stop, outcomes, number))
               for number in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(outcomes) > 10, "the load")
    for turn in range(8):
        blocked = turn % 2 == 0
        lab.guard.reload(CONFIG % ('"clinic.example"' if blocked else ""))
        # In force for the next letter, at once.
        replies, _ = submit(lab.postfix.port, ["a@clinic.example"],
                            letter(marker(), date()))
        assert replies[0].code == (550 if blocked else 250), (turn, replies)
        before = len(outcomes)
        wait_until(lambda: len(outcomes) > before, "more load")
    stop.set()
    for thread in threads:
        thread.join()
    odd = [outcome for outcome in outcomes
           if outcome[1] != [250, 250, 550, 250]]
    assert not odd, odd
    for mark, _ in outcomes:
        lab.sink.wait_for(mark)
        assert lab.sink.recipients_of(mark) == ["a@army.mil"]
    print(f"       {len(outcomes)} letters during 8 reloads, 0 x 4xx")


def test_a_bad_file_keeps_the_old_one():
    lab.guard.reload(CONFIG % '"clinic.example"')
    failed = len(lab.guard.events("reload-failed"))
    lab.guard.write_config('modee = "ask"\n')
    lab.guard.signal(signal.SIGHUP)
    wait_until(lambda: len(lab.guard.events("reload-failed")) > failed,
               "the refusal of the file")
    said = str(lab.guard.events("reload-failed")[-1])
    assert "toml:1: unknown key 'modee'" in said and "'mode'" in said, said
    replies, _ = submit(lab.postfix.port, ["a@clinic.example"], b"")
    assert replies[0].code == 550, replies
    lab.guard.reload(CONFIG % "")
    works()


def test_database_locked_by_another():
    database = sqlite3.connect(lab.guard.database, isolation_level=None)
    log = len(lab.guard.log())
    database.execute("BEGIN EXCLUSIVE")
    try:
        mark = marker()
        replies, end = submit(lab.postfix.port,
                              ["a@army.mil", "locked@army.ml"],
                              letter(mark, date()))
        assert replies[0].code == 250, replies
        assert replies[1].starts("451 4.3.0 "), replies
        assert end.code == 250, end
        lab.sink.wait_for(mark)
        assert lab.sink.recipients_of(mark) == ["a@army.mil"]
    finally:
        database.execute("ROLLBACK")
        database.close()
    assert lab.guard.events("store-failed", log)
    # Without a restart.
    replies, _ = submit(lab.postfix.port, ["locked@army.ml"], b"")
    assert is_question(replies[0]), replies
    wait_until(lambda: lab.guard.events("store-recovered", log),
               "store-recovered")


def test_many_wait_for_a_locked_database():
    """Whoever needs no database is answered while others wait for it."""
    database = sqlite3.connect(lab.guard.database, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    answers = []

    def wrong(number):
        replies, _ = submit(lab.postfix.port, [f"many{number}@army.ml"], b"")
        answers.append(replies[0])

    threads = [threading.Thread(target=wrong, args=(number,))
               for number in range(12)]
    try:
        for thread in threads:
            thread.start()
        mark = marker()
        replies, end = submit(lab.postfix.port, ["a@army.mil"],
                              letter(mark, date()))
        assert end and end.code == 250, replies
        for thread in threads:
            thread.join()
    finally:
        database.execute("ROLLBACK")
        database.close()
    assert len(answers) == 12
    assert all(reply.code == 451 for reply in answers), answers
    works()


def test_disk_full():
    """State on a small tmpfs: nothing can be asked, nothing is lost."""
    home = os.path.join(lab.home, "full")
    state = os.path.join(home, "state")
    os.makedirs(state)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs",
                              state], stderr=subprocess.PIPE, text=True)
    if mounted.returncode:
        print("       skipped, no tmpfs can be mounted: " + mounted.stderr)
        return
    guard = Guard(home, CONFIG % "", [Listener("inet")])
    try:
        guard.start()
        lab.postfix.set(smtpd_milters=guard.postfix_milters())
        replies, _ = submit(lab.postfix.port, ["before@army.ml"], b"")
        assert is_question(replies[0]), replies
        filler = os.path.join(state, "filler")
        fill(filler)
        # SQLite has pages left for some questions, more when it begins its
        # log anew just now; then it is full.
        codes = set()
        for letters in range(20):
            mark = marker()
            replies, end = submit(lab.postfix.port,
                                  ["a@army.mil"] +
                                  [f"full{letters}-{i}@army.ml"
                                   for i in range(40)],
                                  letter(mark, date()))
            assert replies[0].code == 250 and end.code == 250, replies
            codes |= {reply.code for reply in replies[1:]}
            lab.sink.wait_for(mark)
            assert lab.sink.recipients_of(mark) == ["a@army.mil"]
            if 451 in codes:
                break
        assert 451 in codes and codes <= {451, 550}, codes
        assert guard.events("store-failed"), guard.log()
        os.remove(filler)
        replies, _ = submit(lab.postfix.port, ["after@army.ml"], b"")
        assert is_question(replies[0]), replies
    finally:
        guard.stop()
        subprocess.run(["umount", state], check=False)
        lab.postfix.set(smtpd_milters=lab.guard.postfix_milters())


def fill(path):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def test_on_failure_accept():
    """A site that prefers unguarded mail to delayed mail gets what it asked
    for: the letter passes while the database is away."""
    home = os.path.join(lab.home, "accept")
    guard = Guard(home, CONFIG % "", [Listener("inet", on_failure="accept")])
    try:
        guard.start()
        lab.postfix.set(smtpd_milters=guard.postfix_milters("accept"))
        database = sqlite3.connect(guard.database, isolation_level=None)
        database.execute("BEGIN EXCLUSIVE")
        mark = marker()
        replies, end = submit(lab.postfix.port, ["general@army.ml"],
                              letter(mark, date()))
        assert replies[0].code == 250 and end.code == 250, replies
        lab.sink.wait_for(mark)
        database.execute("ROLLBACK")
        database.close()
        guard.kill()
        replies, end = submit(lab.postfix.port, ["general@army.ml"],
                              letter(marker(), date()))
        assert end and end.code == 250, replies
    finally:
        guard.stop()
        lab.postfix.set(smtpd_milters=lab.guard.postfix_milters())


def test_drain():
    """SIGTERM: the session in flight ends in peace, a new one finds nobody."""
    mark = marker()
    with Client(lab.postfix.port) as client:
        client.mail()
        assert client.rcpt("a@army.mil").code == 250
        lab.guard.signal(signal.SIGTERM)
        port = int(lab.guard.milters[0].rpartition(":")[2])
        wait_until(lambda: not connects(port), "the listener to close")
        reply = client.rcpt("x@army.ml")
        assert is_question(reply), reply
        assert client.rcpt("b@army.mil").code == 250
        assert client.data(letter(mark, date())).code == 250
        client.quit()
    status = lab.guard.process.wait(30)
    assert status == 0, status
    lab.sink.wait_for(mark)
    assert lab.sink.recipients_of(mark) == ["a@army.mil", "b@army.mil"]
    lab.guard.start()
    works()


def test_second_guard_on_the_same_state():
    second = subprocess.run(lab.guard.command(), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=60)
    assert second.returncode == 69, second
    assert str(lab.guard.process.pid) in second.stdout, second.stdout
    works()


def main():
    global lab
    with Lab(CONFIG % "", milter_settings={"command_timeout": "6s"}) as lab:
        return run_tests([
            value for name, value in globals().items()
            if name.startswith("test_")])


if __name__ == "__main__":
    sys.exit(main())
