#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile and odd envelopes, through a real Postfix: every syntax that Postfix
accepts for an address at a lookalike is refused, whatever it is wrapped in; no
reply carries a byte that a terminal or a log could stumble over; and nothing
of it disturbs the guard."""

import sys
import time

from lab import Lab, run_tests, wait_until
from smtp import Client, date, letter, marker, submit

CONFIG = """
our_domains = ["example.com", "lab.example"]
[ask]
confirm_after = "%s"
"""
# So long that nothing sent twice here is taken for a resend.
CALM = CONFIG % "9 min"
REFUSED, ACCEPTED, SYNTAX = 550, 250, 501

# What stands behind RCPT TO:, and what the client hears. 501 is Postfix's own.
ARGUMENTS = [
    ("upper case", "<GENERAL@ARMY.ML>", REFUSED),
    ("source route", "<@a.example,@b.example:general@army.ml>", REFUSED),
    ("route by a lookalike", "<@army.ml:ann@example.org>", ACCEPTED),
    ("percent hack, rewritten", "<general%army.ml>", REFUSED),
    ("percent hack, kept", "<general%army.ml@example.org>", ACCEPTED),
    ("bang path", "<army.ml!general>", REFUSED),
    ("bang path, right", "<army.mil!general>", ACCEPTED),
    ("quoted local part", '<"john doe"@army.ml>', REFUSED),
    ("@ inside quotes", '<"a\\"b@army.mil"@army.ml>', REFUSED),
    ("@ inside quotes, right", '<"a@army.ml"@army.mil>', ACCEPTED),
    ("comments", "<(c)comm(ent)@army.ml>", REFUSED),
    ("comment behind", "<general@army.ml(comment)>", REFUSED),
    ("trailing dot", "<general@army.ml.>", REFUSED),
    ("trailing dot, right", "<general@army.mil.>", ACCEPTED),
    ("IPv4 literal", "<ann@[192.0.2.1]>", ACCEPTED),
    ("IPv6 literal", "<ann@[IPv6:2001:db8::1]>", ACCEPTED),
    ("bare IPv4", "<ann@192.0.2.1>", SYNTAX),
    ("no domain: ours", "<nodomain>", ACCEPTED),
    ("two @", "<two@@army.ml>", REFUSED),
    ("two addresses", "<a@army.mil@army.ml>", REFUSED),
    ("dots in the local part", "<a..b@army.ml>", REFUSED),
    ("leading dot", "<.lead@army.ml>", REFUSED),
    ("final dot", "<trail.@army.ml>", REFUSED),
    ("dots, right", "<a..b@army.mil>", ACCEPTED),
    ("no brackets", " general@army.ml", REFUSED),
    ("no brackets, right", " general@army.mil", ACCEPTED),
    ("tab", "<general@army.ml\t>", REFUSED),
    ("tab in front", "\t<general@army.ml>", REFUSED),
    ("empty", "<>", SYNTAX),
    ("empty quotes", '<"">', SYNTAX),
    ("no local part", "<@army.ml>", REFUSED),
    ("empty quoted local part", '<""@army.ml>', REFUSED),
    ("long local part", f"<{'x' * 65}@army.ml>", REFUSED),
    ("very long local part", f"<{'x' * 300}@army.ml>", REFUSED),
    ("long domain", f"<ann@{'d.' * 130}army.ml>", SYNTAX),
    ("NUL", "<gen\0eral@army.ml>", SYNTAX),
    ("space", "<general @army.ml x>", SYNTAX),
    ("group of one", "<group:general@army.ml;>", REFUSED),
    ("group of two", "<group:a@army.mil,b@army.ml;>", SYNTAX),
    ("DSN arguments",
     "<general@army.ml> NOTIFY=NEVER ORCPT=rfc822;general@army.mil", REFUSED),
    ("unknown argument", "<general@army.ml> X=Y", 555),
    ("UTF-8 without SMTPUTF8", "<gén@army.ml>", REFUSED),
    ("UTF-8 without SMTPUTF8, right", "<gén@army.mil>", ACCEPTED),
    ("U-label without SMTPUTF8", "<ann@ärmy.mil>", SYNTAX),
    ("invalid A-label", "<ann@xn--a.ml>", REFUSED),
    ("broken A-label", "<ann@xn--é>", SYNTAX),
    ("zero-width space", "<gen\u200beral@army.ml>", REFUSED),
    ("right-to-left override", "<gen\u202eeral@army.ml>", REFUSED),
    ("escape sequence", '<"\x1b[2Jx"@army.ml>', REFUSED),
    ("percent signs", '<"%s%n%1$s"@army.ml>', REFUSED),
    ("underscore", "<ann@under_score.example>", ACCEPTED),
    ("hyphens at the ends", "<ann@-army.ml>", SYNTAX),
    ("encoded word", "<=?utf-8?q?ann?=@army.ml>", REFUSED),
    ("plus tag", "<ann+tag@army.ml>", REFUSED),
    ("VERP", "<list-ann=army.mil@army.ml>", REFUSED),
    ("SRS", "<SRS0=HHH=TT=army.ml=ann@example.org>", ACCEPTED),
    ("postmaster", "<postmaster>", ACCEPTED),
    ("postmaster of a lookalike", "<postmaster@army.ml>", REFUSED),
]

lab = None


def check_hygiene(reply, name):
    for line in reply.lines:
        assert all(32 <= byte < 127 for byte in line), (name, line)
        assert line[:3] == reply.lines[0][:3], (name, reply)
        assert len(line) <= 512, (name, len(line))
    assert len(reply.lines) <= 5, (name, reply)


def is_alive():
    with Client(lab.postfix.port) as client:
        client.mail()
        assert client.rcpt("ann@army.mil").code == 250
        assert client.rcpt("general@army.ml").code == 550


def test_arguments_of_rcpt():
    with Client(lab.postfix.port) as client:
        client.mail()
        wrong = []
        for name, argument, code in ARGUMENTS:
            reply = client.say("RCPT TO:" + argument)
            check_hygiene(reply, name)
            if reply.code != code:
                wrong.append((name, code, reply))
        assert not wrong, "\n".join(str(case) for case in wrong)
    is_alive()


def test_accepted_ones_arrive_where_they_should():
    mark = marker()
    right = [argument for _, argument, code in ARGUMENTS if code == ACCEPTED]
    with Client(lab.postfix.port) as client:
        client.mail()
        for argument in right:
            assert client.say("RCPT TO:" + argument).code == 250, argument
        assert client.data(letter(mark, date())).code == 250
    lab.postfix.wait_empty()
    got = lab.sink.recipients_of(mark)
    assert len(got) == len(right), (got, right)
    assert not [who for who in got if who.endswith("army.ml")], got


def test_smtputf8_arguments():
    cases = [
        ("U-label lookalike", "<ann@ärmy.mil>", REFUSED),
        ("confusable", "<ann@\u0430rmy.mil>", REFUSED),
        ("dotted capital I", "<ann@D\u0130.example>", None),
        ("ideographic full stop", "<ann@army\u3002ml>", REFUSED),
        ("full-width", "<ann@\uff41\uff52\uff4d\uff59.ml>", REFUSED),
        ("UTF-8 local part", "<ädmin@army.ml>", REFUSED),
    ]
    with Client(lab.postfix.port) as client:
        client.mail("ann@example.com", " SMTPUTF8")
        for name, argument, code in cases:
            reply = client.say("RCPT TO:" + argument)
            for line in reply.lines:
                line.decode("utf-8")
                assert not [b for b in line if b < 32 or b == 127], line
            if code is None:
                assert reply.code in (250, 501, 550), (name, reply)
            else:
                assert reply.code in (code, 501), (name, reply)
    is_alive()


def test_invalid_utf8():
    with Client(lab.postfix.port) as client:
        client.mail()
        for junk in (b"\xff\xfe", b"\xc0\xae", b"\xed\xa0\x80", b"\x80" * 50):
            reply = client.say(b"RCPT TO:<x" + junk + b"@army.ml>")
            check_hygiene(reply, junk)
            assert reply.code in (550, 501, 500), reply
    is_alive()


def test_duplicates_are_delivered_once():
    mark = marker()
    replies, end = submit(lab.postfix.port, ["ann@army.mil", "Ann@army.mil",
                                             "ann@ARMY.mil"],
                          letter(mark, date()))
    assert [reply.code for reply in replies] == [250] * 3, replies
    lab.postfix.wait_empty()
    assert len(lab.sink.recipients_of(mark)) == 1


def test_more_recipients_than_postfix_takes():
    with Client(lab.postfix.port) as client:
        client.mail()
        client.send("".join(f"RCPT TO:<user{i}@army.mil>\r\n"
                            for i in range(1001)))
        codes = [client.reply().code for _ in range(1001)]
        assert codes == [250] * 1000 + [452], codes[-5:]


def test_commands_in_any_order():
    mark = marker()
    with Client(lab.postfix.port) as client:
        assert client.rcpt("general@army.ml").code == 503
        client.mail()
        assert client.mail().code == 503
        reply = client.rcpt("general@army.ml")
        assert reply.code == 550, reply
        client.say("NOOP")
        client.say("RSET")
        client.say("VRFY general@army.ml")
        client.say("HELO other.example")
        client.mail()
        assert client.rcpt("a@army.mil").code == 250
        client.say("RSET")
        client.mail()
        # What came before RSET is not in this letter.
        assert client.rcpt("b@army.mil").code == 250
        assert client.rcpt("general@army.ml").code == 550
        assert client.data(letter(mark, date())).code == 250
        client.mail()
        assert client.rcpt("general@army.ml").code == 550
    lab.sink.wait_for(mark)
    assert lab.sink.recipients_of(mark) == ["b@army.mil"]


def test_clients_that_vanish():
    for stage in range(6):
        client = Client(lab.postfix.port)
        steps = [lambda: client.mail(),
                 lambda: client.rcpt("a@army.mil"),
                 lambda: client.rcpt("general@army.ml"),
                 lambda: client.say("DATA"),
                 lambda: client.send(letter("vanished", date())),
                 lambda: client.send(b"RCPT TO:<x@army.ml>\r\n" * 50)]
        for step in steps[:stage + 1]:
            step()
        client.vanish()
    is_alive()
    lab.postfix.wait_empty()
    assert not lab.sink.find("vanished")


def test_pipelined_batch_of_questions():
    with Client(lab.postfix.port) as client:
        client.send("MAIL FROM:<batch@example.com>\r\n" + "".join(
            f"RCPT TO:<user{i}@army.{'ml' if i % 2 else 'mil'}>\r\n"
            for i in range(50)))
        assert client.reply().code == 250
        for i in range(50):
            reply = client.reply()
            assert reply.code == (550 if i % 2 else 250), (i, reply)
            if i % 2:
                assert f"<user{i}@army.ml>" in reply.text, "in order"


def test_odd_reverse_paths():
    for sender in ("", "ann", '"a b"@example.com', "ann+tag@example.com",
                   "bounces-ann=army.ml@example.org",
                   "SRS0=HHH=TT=army.ml=ann@example.com",
                   "prvs=1234567890=ann@example.com", "x" * 200 +
                   "@example.com", "@a.example:ann@example.com"):
        with Client(lab.postfix.port) as client:
            assert client.mail(sender).code == 250, sender
            code = client.rcpt("general@army.ml").code
            assert code == (550 if sender else 250), (sender, code)


def test_odd_content_in_a_proof():
    """The header section of a resend is read: it may be anything."""
    contents = [
        b"Date: " + b"x" * 100000 + b"\r\n\r\nx\r\n",
        b"Date:\r\n Mon,\r\n 23\r\n\r\nx\r\n",
        b"".join(b"X-%d: y\r\n" % i for i in range(3000)) + b"\r\nx\r\n",
        b"Date: \xff\xfe\x80\r\nAuto-Submitted: \xff\r\n\r\nx\r\n",
        b"no header at all\r\n",
        b"Date : " + date().encode() + b"\r\nList-Id\r\n\r\nx\r\n",
        b"D\xc3\xa4te: x\r\n: empty\r\n\r\nx\r\n",
    ]
    lab.guard.reload(CONFIG % "1 s")
    senders = [f"odd{number}@example.com" for number in range(len(contents))]
    for sender in senders:
        submit(lab.postfix.port, ["general@army.ml"], b"", sender)
    time.sleep(2.1)
    for sender, content in zip(senders, contents):
        replies, end = submit(lab.postfix.port, ["general@army.ml"], content,
                              sender)
        assert end is not None and end.code == 550, (content[:40], replies,
                                                     end)
        check_hygiene(end, content[:40])
    lab.guard.reload(CALM)
    is_alive()


def test_the_guard_has_said_nothing_bad():
    log = lab.guard.log()
    for event in ("milter-protocol", "job-failed", "store-failed",
                  "decision-late"):
        assert not lab.guard.events(event), lab.guard.events(event)
    assert lab.guard.process.poll() is None
    assert not [c for c in log if ord(c) < 32 and c != "\n"]
    wait_until(lambda: lab.guard.events("judged"), "a log")


def main():
    global lab
    with Lab(CALM) as lab:
        return run_tests([
            value for name, value in globals().items()
            if name.startswith("test_")])


if __name__ == "__main__":
    sys.exit(main())
