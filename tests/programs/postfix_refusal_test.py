#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A letter leaves through a real Postfix: who is refused, what the sender
hears, and that everybody else gets the letter byte for byte."""

import smtplib
import subprocess
import sys

from lab import Lab, Listener, PATIENCE, milter, run_tests, wait_until
from smtp import Client, date, letter, marker, submit

CONFIG = """
our_domains = ["example.com"]
contact = "the help desk, telephone 100"
block = ["competitor.example", "*.ml"]
allow = ["diplomatie.gouv.ml", "ann@allowed.ml"]
[ask]
confirm_after = "1 s"
"""
# Without the block on .ml, which would hide the question.
ASKING = CONFIG.replace(', "*.ml"', "")

lab = None


def expect_question(reply, typed="general@army.ml", meant="general@army.mil"):
    assert reply.starts("550 5.7.1 "), reply
    assert f"<{typed}>: did you mean <{meant}>?" in reply.text, reply
    assert "send it again within 10 minutes, to that address only" in \
        reply.text, reply
    assert "Reference: " in reply.text, reply
    # RFC 2034: the same enhanced code on every line.
    assert all(line[4:].startswith(b"5.7.1 ") for line in reply.lines), reply


def arrived(mark, recipients):
    wait_until(lambda: len(lab.sink.recipients_of(mark)) >= len(recipients),
               "the letter")
    lab.postfix.wait_empty()
    got = lab.sink.recipients_of(mark)
    assert got == sorted(recipients), (got, recipients)


def test_single_recipient_by_swaks():
    def swaks(to):
        return subprocess.run(
            ["swaks", "--server", f"127.0.0.1:{lab.postfix.port}", "--from",
             "ann@example.com", "--to", to, "--header", "Subject: " + mark,
             "--timeout", "30"], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)

    mark = marker()
    refused = swaks("general@army.ml")
    assert refused.returncode == 24, refused  # no recipient was accepted
    assert "<** 550-5.7.1 <general@army.ml>: did you mean " \
        "<general@army.mil>?" in refused.stdout, refused.stdout
    accepted = swaks("general@army.mil")
    assert accepted.returncode == 0, accepted.stdout
    arrived(mark, ["general@army.mil"])


def test_the_right_one_gets_it_byte_for_byte():
    mark = marker()
    body = ("Dear all,\r\n.\r\n..two dots\r\n.leading\r\n\r\n"
            "trailing spaces   \r\n\ttab\r\n"
            + "long " * 180 + "\r\n\u20ac \u00e4\u00f6\u00fc\r\n"
            "From here\r\n\x01\x7f control\r\n\r\n\r\n")
    content = letter(mark, date(), ["X-Odd:   spaces  ",
                                    "X-Folded: a\r\n  b\r\n\tc"], body)
    replies, end = submit(lab.postfix.port,
                          ["general@army.mil", "general@army.ml"], content)
    assert replies[0].code == 250, replies
    expect_question(replies[1])
    assert end.code == 250, end
    arrived(mark, ["general@army.mil"])
    assert lab.sink.find(mark)[0].content() == content


def test_a_client_that_gives_up():
    """Thunderbird, and others, drop the whole letter at the first refusal."""
    mark = marker()
    with Client(lab.postfix.port) as client:
        client.mail()
        assert client.rcpt("ann@army.mil").code == 250
        expect_question(client.rcpt("general@army.ml"))
        client.quit()
    lab.postfix.wait_empty()
    assert not lab.sink.find(mark)


def test_a_client_that_goes_on():
    mark = marker()
    with smtplib.SMTP("127.0.0.1", lab.postfix.port) as client:
        refused = client.sendmail(
            "ann@example.com",
            ["a@army.mil", "general@army.ml", "b@army.mil", "x@navy.ml"],
            letter(mark, date()))
    assert sorted(refused) == ["general@army.ml", "x@navy.ml"], refused
    assert refused["x@navy.ml"][0] == 550
    arrived(mark, ["a@army.mil", "b@army.mil"])


def test_a_hundred_recipients():
    mark = marker()
    right = [f"user{i}@army.mil" for i in range(100)]
    replies, end = submit(lab.postfix.port, right, letter(mark, date()))
    assert all(reply.code == 250 for reply in replies), replies
    assert end.code == 250, end
    arrived(mark, right)
    wrong = [f"user{i}@army.ml" for i in range(100)]
    replies, _ = submit(lab.postfix.port, wrong, letter(mark, date()))
    for address, reply in zip(wrong, replies):
        expect_question(reply, address, address.replace(".ml", ".mil"))


def test_pipelining():
    """RFC 2920: replies come in order, whatever each one waits for."""
    mark = marker()
    recipients = ["a@army.mil", "x@army.ml", "b@example.com",
                  "c@competitor.example", "d@army.mil"]
    with Client(lab.postfix.port) as client:
        client.send("MAIL FROM:<ann@example.com>\r\n" +
                    "".join(f"RCPT TO:<{who}>\r\n" for who in recipients) +
                    "DATA\r\n")
        codes = [client.reply().code for _ in range(len(recipients) + 2)]
        assert codes == [250, 250, 550, 250, 550, 250, 354], codes
        client.send(letter(mark, date()) + b"\r\n.\r\nQUIT\r\n")
        assert client.reply().code == 250
        assert client.reply().code == 221
    arrived(mark, ["a@army.mil", "b@example.com", "d@army.mil"])


def test_bdat():
    """CHUNKING, RFC 3030."""
    mark = marker()
    content = letter(mark, date(), body="one\r\n.\r\ntwo\r\n")
    with Client(lab.postfix.port) as client:
        client.mail()
        assert client.rcpt("a@army.mil").code == 250
        expect_question(client.rcpt("general@army.ml"))
        half = len(content) // 2
        client.send(f"BDAT {half}\r\n".encode() + content[:half])
        assert client.reply().code == 250
        client.send(f"BDAT {len(content) - half} LAST\r\n".encode() +
                    content[half:])
        assert client.reply().code == 250
    arrived(mark, ["a@army.mil"])
    assert lab.sink.find(mark)[0].content() == content


def test_smtputf8():
    mark = marker()
    with Client(lab.postfix.port) as client:
        assert client.mail("änn@example.com", " SMTPUTF8").code == 250
        assert client.rcpt("jörg@army.mil").code == 250
        reply = client.rcpt("jörg@army.ml")
        # In the reply of such a session, as in its envelope, UTF-8 stands.
        assert "<jörg@army.ml>: did you mean <jörg@army.mil>?".encode() in \
            b"\n".join(reply.lines), reply
        # Cyrillic a: another domain to the DNS, the same to the eye.
        reply = client.rcpt("general@\u0430rmy.mil")
        assert reply.code == 550 and b"general@army.mil" in \
            b"\n".join(reply.lines), reply
        assert client.rcpt("jörg@xn--mller-kva.example").code == 250
        assert client.data(letter(mark, date(), body="é\r\n")).code == 250
    arrived(mark, ["jörg@army.mil", "jörg@xn--mller-kva.example"])


def test_ascii_only_without_smtputf8():
    with Client(lab.postfix.port) as client:
        client.mail()
        reply = client.rcpt("jörg@army.ml")
        assert reply.code == 550, reply
        assert b"\n".join(reply.lines).isascii(), reply


def test_login_and_outside():
    outside = "ADDR=192.0.2.7 NAME=far.example"
    mark = marker()
    log = len(lab.guard.log())
    # Mail from elsewhere is not ours to judge, and its sender learns nothing.
    replies, end = submit(lab.postfix.port,
                          ["general@army.ml", "x@competitor.example",
                           "bob@example.com"],
                          letter(mark, date()), xclient=outside)
    assert [reply.code for reply in replies] == [250, 250, 250], replies
    assert all("5.7" not in reply.text for reply in replies + [end])
    arrived(mark, ["general@army.ml", "x@competitor.example",
                   "bob@example.com"])
    assert not lab.guard.events("judged", log)
    # Who has logged in is judged, wherever he is.
    replies, _ = submit(lab.postfix.port, ["general@army.ml"],
                        letter(mark, date()),
                        xclient=outside + " LOGIN=ann")
    expect_question(replies[0])
    judged = lab.guard.events("judged", log)
    assert [line["submitter"] for line in judged] == ["login:ann"], judged
    # RFC 6409: XFORWARD is for those whom the MTA trusts with it.
    with Client(lab.postfix.port, outside) as client:
        assert client.say("XFORWARD ADDR=127.0.0.1").code == 550
        client.mail()
        assert client.rcpt("general@army.ml").code == 250


def test_ours_and_postmaster_and_bounces():
    mark = marker()
    replies, end = submit(lab.postfix.port,
                          ["bob@example.com", "postmaster"],
                          letter(mark, date()))
    assert [reply.code for reply in replies] == [250, 250], replies
    arrived(mark, ["bob@example.com", "postmaster@lab.example"])
    mark = marker()
    log = len(lab.guard.log())
    replies, end = submit(lab.postfix.port, ["general@army.ml"],
                          letter(mark, date()), sender="")
    assert replies[0].code == 250 and end.code == 250, replies
    arrived(mark, ["general@army.ml"])
    judged = lab.guard.events("judged", log)
    assert [(line["verdict"], line["action"]) for line in judged] == \
        [("misdirected", "accept")], judged


def test_block_and_allow():
    lab.guard.reload(CONFIG)
    mark = marker()
    recipients = ["x@competitor.example", "x@orange.ml", "x@deep.in.ml",
                  "general@army.ml", "amb@diplomatie.gouv.ml",
                  "ann@allowed.ml", "bob@allowed.ml"]
    replies, end = submit(lab.postfix.port, recipients, letter(mark, date()))
    assert [reply.code for reply in replies] == \
        [550, 550, 550, 550, 250, 250, 550], replies
    for reply in replies:
        if reply.code == 550:
            assert reply.starts("550 5.7.1 "), reply
            assert "is blocked here" in reply.text, reply
            assert "the help desk, telephone 100" in reply.text, reply
            assert "send it again within" not in reply.text, reply
    assert "army.mil" in replies[3].text, "what it resembles"
    arrived(mark, ["amb@diplomatie.gouv.ml", "ann@allowed.ml"])
    lab.guard.reload(ASKING)


def test_watch_mode():
    lab.guard.reload('mode = "watch"\n' + CONFIG)
    mark = marker()
    log = len(lab.guard.log())
    recipients = ["general@army.ml", "x@competitor.example", "a@army.mil"]
    replies, end = submit(lab.postfix.port, recipients, letter(mark, date()))
    assert [reply.code for reply in replies] == [250, 250, 250], replies
    arrived(mark, recipients)
    assert {(line["recipient"], line["verdict"], line["action"])
            for line in lab.guard.events("judged", log)} == {
                ("general@army.ml", "blocked", "accept"),
                ("x@competitor.example", "blocked", "accept"),
                ("a@army.mil", "clear", "accept")}
    lab.guard.reload(ASKING)


def test_reject_mode():
    lab.guard.reload('mode = "reject"\n' + ASKING)
    replies, _ = submit(lab.postfix.port, ["general@army.ml"], b"")
    assert "did you mean <general@army.mil>?" in replies[0].text, replies
    assert "send it again within" not in replies[0].text, replies
    lab.guard.reload(ASKING)


def test_local_submission():
    """non_smtpd_milters: a refusal would stay in the maildrop for ever."""
    lab.postfix.set(non_smtpd_milters=milter(lab.guard.milters[1]))
    mark = marker()
    log = len(lab.guard.log())
    sent = lab.postfix.sendmail("root@example.com", ["general@army.ml"],
                                f"Subject: {mark}\n\nHello.\n".encode())
    assert sent.returncode == 0, sent
    arrived(mark, ["general@army.ml"])
    judged = lab.guard.events("judged", log)
    assert [(line["listener"], line["verdict"], line["action"])
            for line in judged] == [(lab.guard.milters[1], "misdirected",
                                     "accept")], judged


def test_logs_have_queue_ids_and_no_content():
    mark = marker()
    log = len(lab.guard.log())
    submit(lab.postfix.port, ["a@army.mil", "b@army.mil"],
           letter(mark, date(), body="a secret nobody may log\r\n"))
    judged = lab.guard.events("judged", log)
    # Postfix has no queue id yet at the first RCPT.
    assert [bool(line.get("queue_id")) for line in judged] == [False, True]
    text = lab.guard.log()[log:]
    assert mark not in text and "secret" not in text, text


def main():
    global lab
    listeners = [Listener("inet"),
                 Listener("unix:{home}/local.sock", traffic="local")]
    with Lab(ASKING, listeners) as lab:
        return run_tests([
            value for name, value in globals().items()
            if name.startswith("test_")])


if __name__ == "__main__":
    sys.exit(main())
