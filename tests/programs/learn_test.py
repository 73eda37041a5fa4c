#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter learn and forget, and what check and explain make of them."""
import email.message
import email.utils
import json
import math
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

from terminal import on_terminal

PROGRAM = os.environ["LOSTLETTER"]
ANN = "Ann Example <ann@example.com>"


def run(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *arguments], input=stdin, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


def catches(process, number):
    """Has it a handler for this signal already (proc(5))?"""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        caught = next(line.split()[1] for line in file
                      if line.startswith("SigCgt:"))
    return int(caught, 16) >> (number - 1) & 1 == 1


class Mailbox:
    """An mbox in memory, the newest letter a day old."""

    def __init__(self):
        self.text = b""
        self.count = 0

    def add(self, sender, recipient, days=1.0, **fields):
        self.count += 1
        letter = email.message.EmailMessage()
        letter["From"] = sender
        letter["To"] = recipient
        letter["Message-ID"] = f"<{self.count}@mail.example.com>"
        letter["Date"] = email.utils.formatdate(time.time() - 86400 * days)
        for name, value in fields.items():
            letter[name.replace("_", "-")] = value
        letter.set_content("hello")
        self.text += b"From - Mon Nov  2 10:00:00 2026\n" + \
            letter.as_bytes() + b"\n"
        return self

    def both_ways(self, one, other, times):
        for i in range(times):
            self.add(one, other, 1 + i % 300)
            self.add(other, one, 0.5 + i % 300)
        return self


class LearnTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.state = str(self.folder / "state")

    def learn(self, mailbox, *arguments, name="a.mbox", code=0):
        path = self.folder / name
        path.write_bytes(mailbox.text if isinstance(mailbox, Mailbox)
                         else mailbox)
        done = run("learn", "--state", self.state, *arguments, str(path))
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout.decode()

    def check(self, address, *arguments, sender="ann@example.com"):
        done = run("check", "--json", "--state", self.state, "--from", sender,
                   *arguments, address)
        self.assertEqual(done.stderr, b"")
        return json.loads(done.stdout)

    def findings(self, address, **options):
        return {finding["id"]: finding["text"] for finding
                in self.check(address, **options)["findings"]}

    def rows(self):
        with sqlite3.connect(self.state + "/lostletter.db") as database:
            tables = [row[0] for row in database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                " AND name NOT IN ('readings', 'under_way')")]
            return {table: database.execute(
                f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in tables}

    def test_the_same_file_twice_changes_nothing(self):
        mailbox = Mailbox().both_ways(ANN, "Bob <bob@partner.test>", 20)
        self.assertIn("learnt   40 new\n", self.learn(mailbox))
        rows = self.rows()
        self.assertIn("learnt   nothing\n", self.learn(mailbox))
        # A copy that begins otherwise is read again, and is known.
        copy = Mailbox().add(ANN, ANN)
        copy.text += mailbox.text
        again = self.learn(copy, "--us", "example.com", name="copy.mbox")
        self.assertIn("learnt   40 known before\n", again)
        self.assertEqual(self.rows(), rows)

    def test_check_before_learning_after_it_and_after_forgetting(self):
        typo = "bob@northwind-tradng.test"
        right = "bob@northwind-trading.test"
        self.assertEqual(self.check(typo)["verdict"], "clear")
        self.learn(Mailbox().both_ways(ANN, f"Bob <{right}>", 20))
        found = self.check(typo)
        self.assertEqual(found["verdict"], "misdirected")
        self.assertEqual(found["intended"][0]["address"], right)
        said = self.findings(typo)
        self.assertRegex(said["correspondence.other-one"],
                         f"^you always write to {right}: 20 letters, the last "
                         r"on \d\d\d\d-\d\d-\d\d$")
        self.assertEqual(said["correspondence.first-contact"],
                         "nobody here has ever written to "
                         "northwind-tradng.test, or heard from it")
        self.assertEqual(self.check(right)["verdict"], "clear")
        self.assertIn("correspondence.known", self.findings(right))
        self.assertIn("correspondence.known",
                      self.findings(right, sender="eve@example.com"))

        done = run("forget", "--state", self.state, right)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout.decode(),
                         f"^{right}: \\d+ rows removed\n$")
        self.assertEqual(self.check(typo)["verdict"], "clear")
        again = run("forget", "--state", self.state, right)
        self.assertEqual(again.stdout.decode(),
                         f"{right}: nothing was known of it\n")
        for path in pathlib.Path(self.state).iterdir():
            self.assertNotIn(b"bob", path.read_bytes(), path)

    def test_a_standing_typo_does_not_whitelist_itself(self):
        mailbox = Mailbox()
        for i in range(400):
            mailbox.add(ANN, "general@army.ml", i / 4)
        self.learn(mailbox, "--us", "example.com")
        self.assertEqual(self.check("general@army.ml")["verdict"],
                         "misdirected")
        self.assertRegex(
            self.findings("general@army.ml")["correspondence.standing-leak"],
            "^400 letters went to general@army.ml since .*, and no answer "
            "came: perhaps all of them are lost$")
        # Nor does its owner by answering; the operator may allow it.
        self.learn(Mailbox().both_ways(ANN, "general@army.ml", 300),
                   "--us", "example.com", name="answers.mbox")
        self.assertEqual(self.check("general@army.ml")["verdict"],
                         "misdirected")
        self.assertIn("correspondence.needs-allow",
                      self.findings("general@army.ml"))
        config = self.folder / "lostletter.toml"
        config.write_text('allow = ["army.ml"]\n')
        self.assertEqual(self.check("general@army.ml", "--config",
                                    str(config))["verdict"], "clear")

    def test_a_neighbour_that_answers_is_known(self):
        self.learn(Mailbox().both_ways(ANN, "bob@zephyrine.test", 9)
                   .both_ways(ANN, "carl@zephyryne.test", 9))
        for address in ("bob@zephyrine.test", "carl@zephyryne.test"):
            self.assertEqual(self.check(address)["verdict"], "clear", address)
        self.assertEqual(self.check("bob@zephyryyne.test")["verdict"],
                         "misdirected")

    def test_whoever_never_answers_may_be_meant(self):
        meant, slip = ("margaret.%s@partner.test" % name
                       for name in ("archer", "arhcer"))
        mailbox = Mailbox()
        for i in range(2):
            mailbox.add(ANN, meant)
        self.learn(mailbox)
        self.assertEqual(self.check(slip)["verdict"], "clear")
        mailbox.add(ANN, meant, 0.5)
        self.learn(mailbox)
        found = self.check(slip)
        self.assertEqual(found["verdict"], "misdirected")
        self.assertEqual(found["intended"][0]["address"], meant)
        self.assertEqual(self.check(meant)["verdict"], "clear")
        # Two who never answered do not accuse each other.
        self.learn(Mailbox().add(ANN, slip, 0.2))
        self.assertEqual(self.check(slip)["verdict"], "clear")

    def test_a_bounce_unlearns(self):
        log = []
        for i in range(8):
            host = f"Nov  2 10:00:0{i} mx postfix/"
            log += [f"{host}qmgr[1]: {i:03}AAAAAAA: from=<ann@example.com>, "
                    "size=700, nrcpt=1 (queue active)",
                    f"{host}smtp[2]: {i:03}AAAAAAA: to=<bob@clinic.example>, "
                    "relay=mx.clinic.example[192.0.2.9]:25, delay=1, "
                    "delays=0/0/1/0, dsn=5.1.1, status=bounced (host "
                    "mx.clinic.example[192.0.2.9] said: 550 5.1.1 no such user)",
                    f"{host}qmgr[1]: {i:03}AAAAAAA: removed"]
        self.learn(("\n".join(log) + "\n").encode(), "--us", "example.com",
                   name="mail.log")
        self.assertEqual(
            self.findings("bob@clinic.example")["correspondence.bounced"],
            "8 letters of yours to bob@clinic.example came back")

    def test_a_namesake_elsewhere_is_worth_a_word(self):
        self.learn(Mailbox().both_ways(
            ANN, "Katrin Sandberg <katrin.sandberg@one.test>", 30))
        found = self.check("katrin.sandberg@two.test")
        self.assertEqual(found["verdict"], "doubtful")
        self.assertEqual(found["intended"][0]["address"],
                         "katrin.sandberg@one.test")
        self.assertEqual(self.check("ks@two.test")["verdict"], "clear")
        named = self.check('"Sandberg, Katrin" <ks@two.test>')
        self.assertEqual(named["verdict"], "doubtful")
        self.assertEqual(self.check("katrin.sandberg@two.test",
                                    sender="eve@example.com")["verdict"],
                         "clear")

    def test_explain_adds_up(self):
        self.learn(Mailbox().both_ways(ANN, "bob@northwind-trading.test", 20)
                   .both_ways(ANN, "bob@northwind-tradng.test", 1))
        done = run("explain", "--json", "--state", self.state, "--from",
                   "ann@example.com", "bob@northwind-tradng.test")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        terms = found["arithmetic"]["terms"]
        self.assertIn("correspondence.typed", [term["id"] for term in terms])
        self.assertIn("correspondence.intended", [term["id"] for term in terms])
        log_odds = sum(term["value"] for term in terms)
        self.assertAlmostEqual(log_odds, found["arithmetic"]["log_odds"], 6)
        best = found["intended"][0]["probability"]
        self.assertAlmostEqual(
            log_odds, math.log(best / (1 - found["probability"])), 1)

    def test_what_is_learnt_from_received_mail(self):
        def mailbox(result):
            return Mailbox().add(
                "bob@partner.test", ANN, Authentication_Results=
                f"mx.example.com; dmarc={result} header.from=partner.test")
        us = ("--us", "example.com", "--believe", "mx.example.com")
        self.assertIn("1 not authentic",
                      self.learn(mailbox("fail"), *us, name="fail.mbox"))
        self.assertIn("1 received", self.learn(
            mailbox("pass"), *us, "--authentic-only", name="pass.mbox"))
        self.assertIn("1 not authentic", self.learn(
            mailbox("pass"), "--us", "example.com", "--authentic-only",
            "--again", name="nobody-believed.mbox"))

    def test_ends_as_documented(self):
        letter = Mailbox().add("a@one.test", "b@two.test").add(
            "c@three.test", "d@four.test")
        path = self.folder / "others.mbox"
        path.write_bytes(letter.text)
        blocked = self.folder / "file"
        blocked.write_text("")
        state = ("--state", self.state)
        for arguments, code, message in (
                ([*state], 64, "lostletter: name a FILE to learn from\n"),
                ([*state, "--stat", "x"], 64,
                 "lostletter: unknown option '--stat': did you mean "
                 "'--state'?\n"),
                ([*state, str(path)], 64,
                 "lostletter: cannot tell which domains are ours: of 2 "
                 "letters, 1 have four.test on one side, more than any other "
                 "domain; say so with --us DOMAIN\n"),
                ([*state, "--us", "no name", str(path)], 64, None),
                ([*state, str(self.folder / "none")], 65, None),
                (["--us", "x.test", "--state", str(blocked / "x"), str(path)],
                 69, None)):
            done = run("learn", *arguments)
            self.assertEqual(done.returncode, code, (arguments, done.stderr))
            if message:
                self.assertEqual(done.stderr.decode(), message)
            self.assertEqual(done.stderr.count(b"\n"), 1)
        for arguments, code in (([], 64), (["nobody"], 64),
                                (["a@x.test", "b@x.test"], 64)):
            self.assertEqual(run("forget", "--state", self.state,
                                 *arguments).returncode, code)

    def test_one_bad_file_does_not_keep_the_others(self):
        bad = self.folder / "bad.bin"
        bad.write_bytes(bytes(range(256)) * 40)
        good = self.folder / "good.mbox"
        good.write_bytes(Mailbox().add(ANN, "bob@partner.test").text)
        done = run("learn", "--state", self.state, "--us", "example.com",
                   str(bad), str(good))
        self.assertEqual(done.returncode, 65)
        self.assertIn(b"bad.bin", done.stderr)
        self.assertIn(b"learnt   1 new\n", done.stdout)

    def test_interrupted_it_goes_on(self):
        body = Mailbox().both_ways(ANN, "bob@partner.test", 2000).text
        path = self.folder / "big.mbox"
        with open(path, "wb") as file:
            for i in range(20):
                file.write(body.replace(b"@mail.example.com>",
                                        b".%d@mail.example.com>" % i))
        command = [PROGRAM, "learn", "--state", self.state, "--us",
                   "example.com", str(path)]
        with subprocess.Popen(command, stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            while process.poll() is None and not catches(process,
                                                         signal.SIGINT):
                time.sleep(0.01)
            time.sleep(0.2)  # into the file
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, 75), stderr)  # a quick machine
        if process.returncode == 75:
            self.assertEqual(stderr, b"lostletter: stopped; the same command "
                                     b"goes on from here\n")
        self.assertEqual(run(*command[1:]).returncode, 0)
        text = self.findings("bob@partner.test")["correspondence.known"]
        self.assertRegex(text, "^you know it: 40000 letters sent to "
                               "bob@partner.test and 40000 received")

    def test_a_terminal_sees_progress(self):
        path = self.folder / "big.mbox"
        body = Mailbox().both_ways(ANN, "bob@partner.test", 500).text
        with open(path, "wb") as file:
            for i in range(40):
                file.write(body.replace(b"@mail.example.com>",
                                        b".%d@mail.example.com>" % i))
        shown = on_terminal("learn", "--state", self.state,
                            "--us", "example.com", str(path))
        self.assertRegex(shown, rb"\r\[#* *\] +\d+ % \d+ letters, \d+/s, ")
        self.assertIn(b"\r\x1b[Kus ", shown)


if __name__ == "__main__":
    unittest.main()
