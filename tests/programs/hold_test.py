#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A letter waits, through a real Postfix: those beyond doubt get it at once,
the doubtful one waits with us, its sender is asked, and answers by a button, by
mail, or not at all.

The sink stands for the rest of the world, the senders' own mailboxes too.
"""

import email
import email.policy
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from acquaintance import ANN, OTHER, RIGHT, WRONG, acquaint, learn
from held_load import TRANSPORT, hold_config
from lab import Lab, Listener, PROGRAM, free_port, run_tests, wait_until
from smtp import Client, date, letter, marker, submit

hold_port = free_port()
lab = None
people = iter(f"person{number}@example.com" for number in range(1, 1000))


def config(more=""):
    return hold_config(lab, hold_port, more=more)


def lostletter(*arguments, code=0):
    done = subprocess.run(
        [PROGRAM, *arguments, "--config", lab.guard.config_path,
         "--state", lab.guard.state], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == code, (arguments, done)
    return done.stdout


def held(*arguments):
    return [json.loads(line) for line in
            lostletter("held", "list", "--json", *arguments).splitlines()]


def send(sender, content, recipients=("bob@example.org", "general@army.ml")):
    replies, end = submit(lab.postfix.port, recipients, content, sender)
    assert all(reply.code == 250 for reply in replies), replies
    assert end.code == 250, end


def find_held(sender):
    """The letter of this sender, once it is with us."""
    def found():
        letters = [one for one in held("--all")
                   if one["reverse_path"] == sender and one["size"]]
        return letters[0] if letters else None
    return wait_until(found, "a held letter of " + sender)


def state_of(sender):
    letters = [one for one in held("--all") if one["reverse_path"] == sender]
    return letters[0]["recipients"][0]["state"]


def notice_to(sender, number=1):
    """The notice, as the sender's mail program shows it."""
    def found():
        return [one for one in lab.sink.find("Auto-Submitted: auto-generated")
                if one.recipients == [sender]][number - 1:number]
    notice = wait_until(found, "a notice to " + sender)[0]
    assert notice.sender == ""
    return email.message_from_bytes(notice.data, policy=email.policy.default)


def links(notice):
    text = notice.get_body(("plain",)).get_content()
    found = re.findall(r"http://\S+/answer\?t=\w+", text)
    assert len(found) == 3, text
    return dict(zip(("mend", "send", "discard"), found))


def fetch(url, post=False):
    request = urllib.request.Request(url, data=b"" if post else None)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ask(more=()):
    """A letter of somebody new, held; (sender, marker, notice)."""
    sender, mark = next(people), marker()
    content = letter(mark, date(), more)
    content = content.replace(b"undisclosed recipients:;",
                              b"bob@example.org, general@army.ml")
    send(sender, content)
    find_held(sender)
    return sender, mark, notice_to(sender)


def test_others_get_it_at_once():
    sender, mark, notice = ask()
    lab.sink.wait_for(mark)
    assert "bob@example.org" in lab.sink.recipients_of(mark)
    assert "general@army.ml" not in lab.sink.recipients_of(mark)
    text = notice.get_body(("plain",)).get_content()
    for part in ("general@army.ml", "general@army.mil", "i lost",
                 "These have it already: bob@example.org", mark):
        assert part in text, (part, text)
    assert "Hello." not in notice.as_string()
    html = notice.get_body(("html",)).get_content()
    assert "<mark>" in html and "<script" not in html and "<img" not in html
    one = find_held(sender)
    assert one["recipients"][0]["state"] == "held"
    shown = lostletter("held", "show", one["code"])
    assert "general@army.ml" in shown and "Hello" not in shown


def test_content_is_encrypted():
    sender, mark, _ = ask()
    for name in os.listdir(lab.guard.state):
        with open(os.path.join(lab.guard.state, name), "rb") as file:
            assert b"Hello.\r\n" not in file.read(), name
    key = os.path.join(lab.guard.state, "hold.key")
    assert os.stat(key).st_mode & 0o777 == 0o600


def test_opening_a_link_changes_nothing():
    sender, _, notice = ask()
    for url in links(notice).values():
        status, page = fetch(url)
        assert status == 200 and "<form" in page and "Hello." not in page
    assert state_of(sender) == "held"
    link = links(notice)["send"]
    status, page = fetch(link[:-1] + ("1" if link.endswith("0") else "0"))
    assert status == 404, page
    assert state_of(sender) == "held"


def delivered(sender, mark, address):
    wait_until(lambda: address in lab.sink.recipients_of(mark),
               f"{mark} at {address}")
    wait_until(lambda: state_of(sender) == "delivered", "its state")
    assert lab.sink.recipients_of(mark).count(address) == 1
    return [one for one in lab.sink.find(mark) if address in one.recipients][0]


def test_send_as_typed():
    sender, mark, notice = ask()
    status, page = fetch(links(notice)["send"], post=True)
    assert status == 200, page
    got = delivered(sender, mark, "general@army.ml")
    assert got.sender == sender
    assert b"To: bob@example.org, general@army.ml" in got.data
    # It came back through our own milter, which did not judge it again.
    judged = [one for one in lab.guard.events("judged")
              if one["submitter"].endswith("/" + sender)]
    assert [one["recipient"] for one in judged] == [
        "bob@example.org", "general@army.ml"], judged
    # The same answer again, and another one, come too late.
    for url in links(notice).values():
        status, page = fetch(url, post=True)
        assert status == 409 and "was sent" in page, page
    # Confirmed: the next letter is not held.
    mark = marker()
    send(sender, letter(mark, date()))
    wait_until(lambda: lab.sink.recipients_of(mark) ==
               ["bob@example.org", "general@army.ml"], "both")


def test_mend():
    sender, mark, notice = ask()
    status, _ = fetch(links(notice)["mend"], post=True)
    assert status == 200
    got = delivered(sender, mark, "general@army.mil")
    assert b"To: bob@example.org, general@army.mil" in got.data
    assert "general@army.ml" not in lab.sink.recipients_of(mark)


def test_discard():
    sender, mark, notice = ask()
    status, _ = fetch(links(notice)["discard"], post=True)
    assert status == 200
    assert state_of(sender) == "discarded"
    status, _ = fetch(links(notice)["send"], post=True)
    assert status == 409
    assert "general@army.ml" not in lab.sink.recipients_of(mark)


def test_answer_by_mail():
    sender, mark, notice = ask()
    where = notice["Reply-To"]
    replies, end = submit(lab.postfix.port, [where],
                          b"Subject: Re: x\r\n\r\nfix\r\n\r\n> quoted\r\n",
                          sender)
    assert end.code == 250, (replies, end)
    delivered(sender, mark, "general@army.mil")


def test_strangers_names_at_the_hold_name():
    with Client(lab.postfix.port) as client:
        client.mail("ann@example.com")
        for address in ("a" * 32 + "@hold.invalid", "a@ack.hold.invalid",
                        "x@y.hold.invalid", "general@hold.invalid"):
            reply = client.rcpt(address)
            assert reply.starts("550 5.7.1 "), (address, reply)


def test_operator():
    sender, mark, _ = ask()
    code = find_held(sender)["code"]
    lostletter("held", "release", code, code=64)
    lostletter("held", "release", code, "--as-operator", code=64)
    lostletter("held", "redirect", code, "other@example.org", "--as-operator",
               "--reason", "rang her")
    delivered(sender, mark, "other@example.org")
    lostletter("held", "discard", code, "--as-operator", "--reason", "x",
               code=65)
    assert re.match(r"\d+ lines, whole; last hash [0-9a-f]{64}",
                    lostletter("log", "verify"))
    assert "rang her" in lostletter("log", "show")
    assert any(json.loads(line)["state"] == "delivered" for line in
               lostletter("held", "stats", "--json").splitlines())


def test_local_mail_is_held():
    sender, mark = next(people), marker()
    done = lab.postfix.sendmail(sender, ["general@army.ml"],
                                letter(mark, date()))
    assert done.returncode == 0, done
    find_held(sender)
    assert "general@army.ml" not in lab.sink.recipients_of(mark)


def test_the_wrong_entry_is_held_within_a_budget():
    """Nothing is mistyped: seen at the end of the letter, by its company."""
    lab.guard.reload('questions = "1 per person per month"\n' + config())
    learn(lab.guard)
    acquaint(lab.guard, ANN)
    mark = marker()
    content = letter(mark, date()).replace(
        b"undisclosed recipients:;", f"{OTHER}, {WRONG}".encode())
    send(ANN, content, (OTHER, WRONG))
    assert find_held(ANN)["recipients"][0]["intended"] == RIGHT
    wait_until(lambda: OTHER in lab.sink.recipients_of(mark), "the other one")
    text = notice_to(ANN).get_body(("plain",)).get_content()
    assert RIGHT in text and WRONG in text, text
    status, page = fetch(links(notice_to(ANN))["mend"], post=True)
    assert status == 200, page
    got = delivered(ANN, mark, RIGHT)
    assert f"To: {OTHER}, {RIGHT}".encode() in got.data
    assert WRONG not in lab.sink.recipients_of(mark)
    lab.guard.reload(config())


def test_guard_killed_loses_nothing():
    """As soon as the MTA has the letter: it is with us, or comes again."""
    sender, mark = next(people), marker()
    send(sender, letter(mark, date()))
    lab.guard.kill()
    lab.guard.start()
    find_held(sender)
    fetch(links(notice_to(sender))["send"], post=True)
    delivered(sender, mark, "general@army.ml")


def postconf(*lines):
    etc = os.path.join(lab.postfix.home, "etc")
    subprocess.run(["/usr/sbin/postconf", "-c", etc, "-e", *lines], check=True,
                   stdin=subprocess.DEVNULL)


def doctor():
    etc = os.path.join(lab.postfix.home, "etc")
    return subprocess.run(
        [PROGRAM, "doctor", "--config", lab.guard.config_path, "--state",
         lab.guard.state, "--postfix", etc], stdout=subprocess.PIPE, text=True)


def test_doctor():
    """What it prints, run as it is, mends what it found."""
    postconf("smtpd_forbid_bare_newline = yes")
    done = doctor()
    assert "transport mail to hold.invalid comes to us" in done.stdout, done
    assert done.returncode == 0, done.stdout
    postconf("transport_maps =", "smtpd_forbid_bare_newline = no")
    done = doctor()
    assert done.returncode == 1, done.stdout
    lines = re.findall(r"postconf -e '(.*)'", done.stdout)
    assert len([line for line in lines if "transport" in line]) == 1, lines
    assert any("normalize" in line for line in lines), lines
    postconf(*lines)
    assert doctor().returncode == 0
    lab.postfix.set()
    ask()


def test_nobody_answers():
    lab.guard.reload(config('deadline = "3 s"\nreminder = "1 s"'))
    lab.guard.stop()
    lab.guard.start()
    sender, mark, notice = ask()
    assert "Reminder" in notice_to(sender, 2)["Subject"]
    wait_until(lambda: state_of(sender) == "returned", "the end")
    report = [one for one in lab.sink.find("report-type=delivery-status")
              if one.recipients == [sender]][0]
    assert report.sender == ""
    assert b"Final-Recipient: rfc822; general@army.ml" in report.data
    assert b"Hello." not in report.data
    assert "general@army.ml" not in lab.sink.recipients_of(mark)
    # A link whose time is over.
    status, page = fetch(links(notice)["send"], post=True)
    assert status == 409 and "time was over" in page, page
    assert state_of(sender) == "returned"


def test_nothing_was_ever_held():
    with tempfile.TemporaryDirectory() as empty:
        for command in ("list", "stats"):
            done = subprocess.run(
                [PROGRAM, "held", command, "--json", "--state", empty],
                stdout=subprocess.PIPE, text=True)
            assert (done.returncode, done.stdout) == (0, ""), done
        assert os.listdir(empty) == []


def main():
    global lab
    lab = Lab("", [Listener("unix:{home}/milter.sock"),
                   Listener("unix:{home}/local.sock", traffic="local")],
              extra=TRANSPORT % hold_port)
    lab.guard.write_config(config())
    with lab:
        lab.postfix.set(non_smtpd_milters=lab.guard.milters[1])
        return run_tests([
            value for name, value in globals().items()
            if name.startswith("test_")])


if __name__ == "__main__":
    sys.exit(main())
