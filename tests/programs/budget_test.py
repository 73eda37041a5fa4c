#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A budget of questions at a real Postfix: the wrong entry of an address book is
asked about at the end of the letter, which nobody gets until it is sent again;
and `lostletter budget` tells what was asked, and what other dials would have.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

import lab
from acquaintance import ANN, OTHER, RIGHT, WRONG, acquaint, learn
from lab import Lab, Listener, PATIENCE, run_tests, wait_until
from smtp import Client, date, marker, submit

CONFIG = """
our_domains = ["example.com"]
questions = "1 per person per month"
[ask]
confirm_after = "1 s"
"""

house = None


def run(*arguments):
    return subprocess.run([lab.PROGRAM, *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=PATIENCE, check=False)


def content(mark, sender, to, when, *top):
    return "\r\n".join([
        *top, f"Date: {when}", f"From: {sender}", f"To: {', '.join(to)}",
        f"Message-ID: <{mark}@client.example>", "Subject: the plans", "",
        "Meet me.\r\n"]).encode()


def send(to, when=None, mark=None, sender=ANN, top=()):
    mark = mark or marker()
    replies, end = submit(house.postfix.port, to,
                          content(mark, sender, to, when or date(), *top),
                          sender)
    assert all(one.code == 250 for one in replies), replies
    return mark, end


def arrives(mark, *to):
    wait_until(lambda: house.sink.recipients_of(mark) == sorted(to),
               f"{mark} to reach {to}")


def scores_of(person):
    with sqlite3.connect(f"file:{house.guard.database}?mode=ro",
                         uri=True) as database:
        return database.execute(
            "SELECT count(*), count(asked_at) FROM scores"
            " WHERE person = ? AND recipient <> 0", (person,)).fetchone()


def test_the_wrong_anna():
    old = date()
    first, end = send([OTHER, WRONG], old)
    assert end.starts("550 5.7.1"), end
    text = end.text
    assert f"did you mean <{RIGHT}>?" in text, text
    assert f"you write to {RIGHT}: 49 letters" in text, text
    assert f", 49 together with {OTHER}" in text, text
    assert "send the letter again within 10 minutes, as it is" in text, text
    house.postfix.wait_empty()
    assert house.sink.recipients_of(first) == [], "somebody got it"
    # The outbox that tries again by itself proves nothing.
    time.sleep(1.1)
    again, end = send([OTHER, WRONG], old)
    assert end.code == 550, end
    assert house.sink.recipients_of(again) == []
    # Her own hand does, and all get it.
    time.sleep(1.1)
    third, end = send([OTHER, WRONG])
    assert end.code == 250, end
    arrives(third, OTHER, WRONG)


def test_what_she_usually_writes_passes():
    for to in ([RIGHT], [OTHER], [RIGHT, OTHER]):
        mark, end = send(to)
        assert end.code == 250, end
        arrives(mark, *to)


def test_who_answers_a_thread_is_not_asked():
    """A letter of the other Anna, which came in with a good signature."""
    sender = "eve@example.com"
    acquaint(house.guard, sender)
    mark = marker()
    with Client(house.postfix.port, "ADDR=192.0.2.99") as client:
        assert client.mail(WRONG).code == 250
        assert client.rcpt(sender).code == 250
        assert client.data(content(
            mark, WRONG, [sender], date(),
            "Authentication-Results: mx.lab.example; dmarc=pass")).code == 250

    def heard():
        _, end = send([WRONG], sender=sender,
                      top=[f"In-Reply-To: <{mark}@client.example>"])
        return end.code == 250
    wait_until(heard, "an answer to her letter to pass")


def test_protected_neighbours_are_always_asked_about():
    for name in ("general@army.ml", "major@navy.ml"):
        with Client(house.postfix.port) as client:
            assert client.mail(ANN).code == 250
            reply = client.rcpt(name)
            assert reply.code == 550 and "did you mean" in reply.text, reply


def test_budget_tells():
    wait_until(lambda: scores_of(ANN)[1] >= 1, "the question to be counted")
    done = run("budget", "--json", "--state", house.guard.state, "--config",
               house.guard.config_path)
    assert done.returncode == 0, done.stderr
    *dials, summary = map(json.loads, done.stdout.splitlines())
    assert summary["configured"] == "1 per person per month"
    assert summary["people"] == 2 and summary["asked"] >= 1, summary
    assert summary["recipients"] >= 62, summary
    asked = [one["asked"] for one in dials]
    assert len(asked) == 5 and asked == sorted(asked), dials
    assert asked[-1] > asked[0], dials
    one = run("budget", "--state", house.guard.state, "--questions",
              "3 per person per week", "--days", "90")
    assert one.returncode == 0, one.stderr
    assert b"3 per person per week" in one.stdout, one.stdout
    assert b"The last 90 days: 2 people" in one.stdout, one.stdout


def test_bad_dials():
    for text in ("many", "0 per person per month", "1 per person per moon",
                 "unlimited"):
        done = run("budget", "--state", house.guard.state, "--questions", text)
        assert done.returncode == 64, (text, done)
        assert b"--questions" in done.stderr, done.stderr
    with tempfile.TemporaryDirectory() as folder:
        bad = os.path.join(folder, "bad.toml")
        with open(bad, "w", encoding="utf-8") as file:
            file.write('questions = "often"\n')
        done = run("config", "check", "--config", bad)
        assert done.returncode == 78 and b"questions" in done.stderr, done
        # Nothing was ever kept: said, and no error.
        done = run("budget", "--state", folder)
        assert done.returncode == 0 and b"nothing was weighed" in done.stderr


def main():
    global house
    with Lab(CONFIG, [Listener()]) as house:
        learn(house.guard)
        acquaint(house.guard, ANN)
        return run_tests([
            test_the_wrong_anna,
            test_what_she_usually_writes_passes,
            test_who_answers_a_thread_is_not_asked,
            test_protected_neighbours_are_always_asked_about,
            test_budget_tells,
            test_bad_dials,
        ])


if __name__ == "__main__":
    sys.exit(main())
