#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ask = resend to confirm, through a real Postfix and over a UNIX socket: what
a person's mail program does confirms an address, what a machine does not.

The gate's unit tests turn the clock; here it runs as it does for everybody, so
confirm_after is one second and the tests wait for it to pass.
"""

import subprocess
import sys
import time

from lab import Lab, Listener, PATIENCE, run_tests, wait_until
from smtp import Client, date, letter, marker, submit

CONFIG = """
our_domains = ["example.com"]
[ask]
confirm_after = "1 s"
confirm_within = "%s"
"""

lab = None
people = iter(f"person{number}@example.com" for number in range(1, 1000))


def send(sender, content, recipients=("general@army.ml",), xclient=None):
    """What the sender hears last: of the letter, or of the last recipient."""
    replies, end = submit(lab.postfix.port, recipients, content, sender,
                          xclient)
    return end or replies[-1]


def is_question(reply):
    return reply.starts("550 5.7.1 ") and "send it again within" in reply.text


def asked(sender, xclient=None):
    """Refused with a question; returns when it may be answered."""
    reply = send(sender, b"", xclient=xclient)
    assert is_question(reply), reply
    pass_time()


def pass_time():
    # Dates have whole seconds, and confirm_after is one: the next Date is
    # later than the question in any case.
    time.sleep(2.1)


def arrives(mark):
    lab.sink.wait_for(mark)
    assert lab.sink.recipients_of(mark) == ["general@army.ml"]


def is_confirmed(sender, xclient=None):
    """Only a confirmed address passes together with another."""
    with Client(lab.postfix.port, xclient) as client:
        client.mail(sender)
        assert client.rcpt("ann@army.mil").code == 250
        return client.rcpt("general@army.ml").code == 250


def test_resend_confirms():
    who, mark = next(people), marker()
    asked(who)
    content = letter(mark, date())
    assert send(who, content).code == 250
    arrives(mark)
    assert lab.sink.find(mark)[0].content() == content
    assert is_confirmed(who)
    confirmed = lab.guard.events("confirmed")[-1]
    assert confirmed["recipient"] == "general@army.ml", confirmed
    assert confirmed["submitter"].endswith("/" + who), confirmed
    assert confirmed["queue_id"], confirmed
    # The second sender does not profit.
    assert not is_confirmed(next(people))


def test_resend_by_swaks():
    who, mark = next(people), marker()

    def swaks():
        return subprocess.run(
            ["swaks", "--server", f"127.0.0.1:{lab.postfix.port}", "--from",
             who, "--to", "general@army.ml", "--header", "Subject: " + mark,
             "--timeout", "30"], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)

    refused = swaks()
    assert refused.returncode == 24, refused.stdout
    assert "did you mean <general@army.mil>?" in refused.stdout
    pass_time()
    again = swaks()
    assert again.returncode == 0, again.stdout
    arrives(mark)


def test_confirmation_outlives_a_restart():
    who = next(people)
    asked(who)
    lab.guard.stop()
    lab.guard.start()
    assert send(who, letter(marker(), date())).code == 250
    lab.guard.kill()
    lab.guard.start()
    assert is_confirmed(who)


def test_logins():
    ann, bob = "ADDR=192.0.2.1 LOGIN=ann", "ADDR=192.0.2.1 LOGIN=bob"
    sender = next(people)
    asked(sender, ann)
    assert is_question(send(sender, letter(marker(), date()), xclient=bob))
    # Another machine, another reverse-path: the login is who she is.
    mark = marker()
    assert send(next(people), letter(mark, date()),
                xclient="ADDR=192.0.2.2 LOGIN=ann").code == 250
    arrives(mark)
    assert is_confirmed(sender, ann) and not is_confirmed(sender, bob)


def test_outbox_retry_does_not():
    who, mark = next(people), marker()
    retried = letter(mark, date())
    time.sleep(1.1)  # the letter is older than the question
    asked(who)
    for _ in range(3):
        assert is_question(send(who, retried))
        pass_time()
    assert not lab.sink.find(mark)
    failed = lab.guard.events("confirmation-failed")
    assert [line["reason"] for line in failed[-3:]] == \
        ["old-date", "no-later-date", "no-later-date"], failed
    # Then the person presses Send.
    mark = marker()
    assert send(who, letter(mark, date())).code == 250
    arrives(mark)


def test_slow_clock():
    who, mark = next(people), marker()
    asked(who)
    assert is_question(send(who, letter(marker(), date(-86400))))
    pass_time()
    assert send(who, letter(mark, date(-86400))).code == 250
    arrives(mark)


def test_fast_clock():
    who, mark = next(people), marker()
    first = letter(marker(), date(7200))
    asked(who)
    assert is_question(send(who, first))
    pass_time()
    assert is_question(send(who, first)), "the same letter again"
    pass_time()
    assert send(who, letter(mark, date(7200))).code == 250
    arrives(mark)


def test_same_session_never():
    who = next(people)
    with Client(lab.postfix.port) as client:
        for _ in range(3):
            client.mail(who)
            assert is_question(client.rcpt("general@army.ml"))
            client.say("RSET")
            pass_time()
    mark = marker()
    assert send(who, letter(mark, date())).code == 250
    arrives(mark)


def test_too_soon():
    who = next(people)
    lab.guard.reload(CONFIG.replace('"1 s"', '"1 min"') % "10 min")
    for _ in range(2):
        assert is_question(send(who, letter(marker(), date(5))))
    lab.guard.reload(CONFIG % "10 min")


def test_too_late():
    who = next(people)
    lab.guard.reload(CONFIG % "2 s")
    assert send(who, b"").code == 550
    time.sleep(3.1)
    reply = send(who, letter(marker(), date()))
    assert reply.code == 550, reply
    lab.guard.reload(CONFIG % "10 min")


def test_to_that_address_only():
    who = next(people)
    asked(who)
    mark = marker()
    replies, end = submit(lab.postfix.port,
                          ["ann@army.mil", "general@army.ml"],
                          letter(mark, date()), who)
    assert replies[0].code == 250 and is_question(replies[1]), replies
    assert end.code == 250
    lab.sink.wait_for(mark)
    assert lab.sink.recipients_of(mark) == ["ann@army.mil"]
    # The other way round, the others wait.
    pass_time()
    mark = marker()
    replies, end = submit(lab.postfix.port,
                          ["general@army.ml", "ann@army.mil"],
                          letter(mark, date()), who)
    assert replies[0].code == 250, replies
    assert replies[1].starts("452 4.5.3 "), replies
    assert end.code == 250
    arrives(mark)


def test_what_proves_nothing():
    cases = [
        (date(), ["Auto-Submitted: auto-replied"], "auto-submitted"),
        (date(), ["Auto-Submitted: auto-generated (cron)"], "auto-submitted"),
        (date(), ["Precedence: bulk"], "precedence"),
        (date(), ["Precedence: list"], "precedence"),
        (date(), ["List-Id: <x.example>"], "list"),
        (None, [], "added-date"),  # Postfix adds one
        (None, ["X-Last: field"], "added-date"),
        ("yesterday", [], "no-date"),
    ]
    senders = [next(people) for _ in cases]
    for who in senders:
        assert is_question(send(who, b""))
    pass_time()
    for who, (when, fields, reason) in zip(senders, cases):
        mark = marker()
        when = date() if when and when[0].isupper() else when
        reply = send(who, letter(mark, when, fields))
        assert is_question(reply), (fields, reply)
        assert lab.guard.events("confirmation-failed")[-1]["reason"] == \
            reason, fields
        assert not lab.sink.find(mark)
    # Auto-Submitted: no is what a person's client may say (RFC 3834 5.2).
    pass_time()
    # A header section with nothing at all: Postfix adds all there is.
    assert is_question(send(senders[0], b"\r\nHello.\r\n"))
    assert lab.guard.events("confirmation-failed")[-1]["reason"] == \
        "added-date"
    mark = marker()
    fields = ["Auto-Submitted: no"]
    assert send(senders[1], letter(mark, date(), fields)).code == 250
    arrives(mark)


def test_null_sender_never_confirms():
    before = len(lab.guard.events("confirmed"))
    for _ in range(2):
        mark = marker()
        assert send("", letter(mark, date())).code == 250
        arrives(mark)
        pass_time()
    assert len(lab.guard.events("confirmed")) == before
    judged = lab.guard.events("judged")[-1]
    assert judged["findings"].find("guard.") < 0, judged


def test_client_vanishes_in_the_proof():
    who, mark = next(people), marker()
    asked(who)
    with Client(lab.postfix.port) as client:
        client.mail(who)
        assert client.rcpt("general@army.ml").code == 250
        assert client.say("DATA").code == 354
        client.send(letter(mark, date()))
    wait_until(lambda: [line for line in lab.guard.events("judged")
                        if line["submitter"].endswith("/" + who)
                        and "guard.unfinished" in line["findings"]],
               "the end of the session")
    assert not is_confirmed(who)
    assert not lab.sink.find(mark)
    pass_time()
    assert send(who, letter(mark, date())).code == 250
    arrives(mark)


def test_big_letter_by_bdat():
    who, mark = next(people), marker()
    asked(who)
    content = letter(mark, date(), body="x" * 70 + "\r\n" + ("y" * 900 + "\r\n")
                     * 2000)
    with Client(lab.postfix.port) as client:
        client.mail(who)
        assert client.rcpt("general@army.ml").code == 250
        client.send(f"BDAT {len(content)} LAST\r\n".encode() + content)
        assert client.reply().code == 250
    arrives(mark)


def test_too_many_questions():
    who = next(people)
    lab.guard.reload(CONFIG % "10 min" + "most_questions = 2\n")
    assert is_question(send(who, b"", ["a@army.ml"]))
    assert is_question(send(who, b"", ["b@army.ml"]))
    reply = send(who, b"", ["c@army.ml"])
    assert reply.code == 550 and "2 questions to you are open" in reply.text
    lab.guard.reload(CONFIG % "10 min")


def main():
    global lab
    with Lab(CONFIG % "10 min",
             [Listener("unix:{home}/milter.sock")]) as lab:
        return run_tests([
            value for name, value in globals().items()
            if name.startswith("test_")])


if __name__ == "__main__":
    sys.exit(main())
