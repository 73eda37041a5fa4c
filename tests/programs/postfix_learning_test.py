#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""serve learns who writes to whom from what passes a real Postfix, in and out,
and asks about a slip of a partner that nobody ships.

What an OpenDKIM would have written before us stands in the letters here: on the
way in, our own Authentication-Results are on top of what came.
"""
import json
import os
import sqlite3
import subprocess
import sys

import lab
from lab import Lab, Listener, PATIENCE, run_tests, wait_until
from smtp import Client, date, marker, submit

CONFIG = """
our_domains = ["example.com"]
[ask]
confirm_after = "1 s"
"""
OUTSIDE = "ADDR=192.0.2.99"
PASS = "Authentication-Results: mx.lab.example; dmarc=pass"
FAIL = "Authentication-Results: mx.lab.example; dmarc=fail"

# Our own bounces pass a milter, and name the letter, only if Postfix is told.
EXTRA = """
internal_mail_filter_classes = bounce
enable_threaded_bounces = yes
"""

house = None


def letter(mark, sender, to, *top):
    """A whole letter, of now; `top`: fields that stand above the others."""
    return "\r\n".join([
        *top, f"Date: {date()}", f"From: {sender}", f"To: {to}",
        f"Message-ID: <{mark}@client.example>", "Subject: the plans", "",
        "Meet me at the harbour.\r\n"]).encode()


def address(who):
    return who[who.index("<") + 1:-1] if who.endswith(">") else who


def write(sender, to, mark=None, xclient=None):
    """From inside, through the guard; what the sender hears last."""
    mark = mark or marker()
    replies, end = submit(house.postfix.port, [address(to)],
                          letter(mark, sender, to), address(sender), xclient)
    return end or replies[-1]


def answer(sender, to, *top, mark=None, path=None):
    """From outside."""
    mark = mark or marker()
    with Client(house.postfix.port, OUTSIDE) as client:
        assert client.mail(address(sender) if path is None else
                           path).code == 250
        assert client.rcpt(address(to)).code == 250
        end = client.data(letter(mark, sender, to, *top))
        assert end.code == 250, end
    return mark


def exchange(one, other, times):
    for _ in range(times):
        assert write(one, other).code == 250
        answer(other, one, PASS)


def check(typed, sender="ann@example.com"):
    done = subprocess.run(
        [lab.PROGRAM, "check", "--json", "--state", house.guard.state,
         "--from", sender, typed], stdout=subprocess.PIPE, timeout=PATIENCE,
        check=False)
    return json.loads(done.stdout)


def exchanged(person, other):
    """(sent, received, bounced) as it is stored."""
    with sqlite3.connect(f"file:{house.guard.database}?mode=ro",
                         uri=True) as database:
        row = database.execute(
            "SELECT sent, received, bounced FROM address_exchanges e"
            " JOIN addresses p ON p.id = e.owner"
            " JOIN domains pd ON pd.id = p.domain"
            " JOIN addresses o ON o.id = e.other"
            " JOIN domains od ON od.id = o.domain"
            " WHERE p.local_part || '@' || pd.name = ?"
            " AND o.local_part || '@' || od.name = ?",
            (person, other)).fetchone()
    return row or (0, 0, 0)


def learnt(person, other, want):
    """Waits: what passed is written within a second or so."""
    wait_until(lambda: exchanged(person, other) == want,
               f"{want} between {person} and {other}, "
               f"not {exchanged(person, other)}")


def test_what_passes_teaches():
    ann, pat = "Ann <ann@example.com>", "Pat <pat@teaches.test>"
    exchange(ann, pat, 2)
    learnt("ann@example.com", "pat@teaches.test", (2, 2, 0))
    found = check("pat@teaches.test")
    assert "correspondence.known" in [one["id"] for one in found["findings"]]


def test_a_slip_of_a_partner_is_asked_about():
    """Whom nobody ships: known from the letters that passed."""
    who, slip = "uma@example.com", "sue@lakesyde-clinic.test"
    exchange(who, "sue@lakeside-clinic.test", 3)
    learnt(who, "sue@lakeside-clinic.test", (3, 3, 0))
    assert write(who, slip).code == 250, "nobody knows the right one yet"
    house.guard.reload(CONFIG)  # else it takes ten minutes
    end = write(who, slip)
    assert end.code == 550, end
    assert "did you mean <sue@lakeside-clinic.test>?" in end.text, end
    assert write(who, "sue@lakeside-clinic.test").code == 250


def test_a_letter_teaches_once():
    mark = marker()
    for _ in range(3):  # a client that did not hear our 250
        assert write("bob@example.com", "pat@once.test", mark).code == 250
    assert write("bob@example.com", "pat@once.test").code == 250
    learnt("bob@example.com", "pat@once.test", (2, 0, 0))


def test_who_was_refused_was_not_written_to():
    mark = marker()
    replies, end = submit(
        house.postfix.port,
        ["general@army.ml", "pat@refused.test", "carl@example.com"],
        letter(mark, "cat@example.com", "x@refused.test"), "cat@example.com")
    assert [reply.code for reply in replies] == [550, 250, 250], replies
    assert end.code == 250
    learnt("cat@example.com", "pat@refused.test", (1, 0, 0))
    learnt("carl@example.com", "cat@example.com", (0, 1, 0))
    assert exchanged("cat@example.com", "general@army.ml") == (0, 0, 0)


def test_only_what_is_authentic_teaches():
    who, other = "dan@example.com", "pat@authentic.test"
    answer(other, who)
    answer(other, who, FAIL)
    answer(other, who, "Authentication-Results: mx.else.example; dmarc=pass")
    # What came with the letter stands below what our filter wrote.
    answer(other, who, FAIL, "X-Between: x", PASS)
    # In our own name, from outside.
    answer(who, "eve@example.com")
    # By machines.
    answer(other, who, PASS, "Auto-Submitted: auto-replied")
    answer(other, who, PASS, "List-Id: <news.authentic.test>")
    answer(other, who, PASS, path="")
    answer(other, who, PASS)
    learnt(who, other, (0, 1, 0))
    assert exchanged(who, "eve@example.com") == (0, 0, 0)
    assert exchanged("eve@example.com", who) == (0, 0, 0)


def bounce(to, original, *fields):
    return "\r\n".join([
        f"Date: {date()}", "From: MAILER-DAEMON@mx.bounced.test", f"To: {to}",
        f"Message-ID: <{marker()}@mx.bounced.test>",
        f"References: <{original}@client.example>",
        'Content-Type: multipart/report; report-type=delivery-status;',
        ' boundary="x"', "Auto-Submitted: auto-replied", *fields, "",
        "--x--\r\n"]).encode()


def deliver(content, to):
    with Client(house.postfix.port, OUTSIDE) as client:
        assert client.mail("").code == 250
        assert client.rcpt(to).code == 250
        assert client.data(content).code == 250


def test_a_bounce_unlearns():
    who, mark = "fay@example.com", marker()
    to = ["a@bounced.test", "b@bounced.test"]
    _, end = submit(house.postfix.port, to, letter(mark, who, to[0]), who)
    assert end.code == 250
    for one in to:
        learnt(who, one, (1, 0, 0))
    # Late is not lost, and of two nobody knows which.
    deliver(bounce(who, mark), who)
    deliver(bounce(who, mark, "Subject: Delayed Mail (still being retried)"),
            who)
    deliver(bounce(who, mark, "X-Failed-Recipients: a@bounced.test"), who)
    learnt(who, "a@bounced.test", (0, 0, 1))
    learnt(who, "b@bounced.test", (1, 0, 0))


def test_a_bounce_of_our_own_mta_unlearns():
    who = "flo@example.com"
    _, end = submit(house.postfix.port, ["gone@bounced.test"],
                    letter(marker(), who, "gone@bounced.test"), who)
    assert end.code == 250
    learnt(who, "gone@bounced.test", (0, 0, 1))


def test_no_content_is_kept():
    assert write("gil@example.com", "Hal <hal@content.test>").code == 250
    learnt("gil@example.com", "hal@content.test", (1, 0, 0))
    log = house.guard.log()
    assert "harbour" not in log and "plans" not in log
    for name in os.listdir(house.guard.state):
        with open(os.path.join(house.guard.state, name), "rb") as file:
            content = file.read()
        assert b"harbour" not in content and b"plans" not in content, name


def test_learning_can_be_switched_off():
    house.guard.reload(CONFIG + "[learn]\npassing = false\n")
    assert write("ida@example.com", "pat@off.test").code == 250
    house.guard.reload(CONFIG)
    assert write("ida@example.com", "kim@off.test").code == 250
    learnt("ida@example.com", "kim@off.test", (1, 0, 0))
    assert exchanged("ida@example.com", "pat@off.test") == (0, 0, 0)


def test_without_our_domains():
    house.guard.reload("")
    login = "ADDR=192.0.2.7 LOGIN=lea"
    # From inside, but nobody has logged in: they may forward anybody's mail.
    assert write("mia@logins.test", "lea@nowhere.test").code == 250
    assert write("lea@nowhere.test", "pat@logins.test",
                 xclient=login).code == 250
    answer("pat@logins.test", "lea@nowhere.test", PASS)
    learnt("lea@nowhere.test", "pat@logins.test", (1, 1, 0))
    assert exchanged("mia@logins.test", "lea@nowhere.test") == (0, 0, 0)
    house.guard.reload(CONFIG)


def test_a_stop_loses_nothing():
    for _ in range(5):
        assert write("ned@example.com", "pat@stopped.test").code == 250
    assert house.guard.stop() == 0
    learnt("ned@example.com", "pat@stopped.test", (5, 0, 0))
    house.guard.start()


def main():
    global house
    with Lab(CONFIG, [Listener(), Listener(traffic="local")],
             extra=EXTRA) as house:
        house.postfix.set(non_smtpd_milters=house.guard.milters[1])
        return run_tests([value for name, value in globals().items()
                          if name.startswith("test_")])


if __name__ == "__main__":
    sys.exit(main())
