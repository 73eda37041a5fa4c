#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter explain: what was known then, and what would be said now."""
import email.utils
import json
import math
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

from house import House, ends

PROGRAM = os.environ["LOSTLETTER"]

# what was typed, what was meant
ARITHMETIC = (
    ("general@army.ml", "general@army.mil"),
    ("x@us.amry.ml", "x@us.army.mil"),
    ("bob@gmial.com", "bob@gmail.com"),
    ("bob@gmail,com", "bob@gmail.com"),
    ("someone@never-seen-unit.ml", "someone@never-seen-unit.mil"),
    ("jhon.doe@clinic.example", "john.doe@clinic.example"),
    ("lee.ann@clinic.example", "ann.lee@clinic.example"),
    ("a.lee@clinic.example", "ann.lee@clinic.example"),
    ("ann.lee@clinc.example", "ann.lee@clinic.example"),
    ("bob.borwn@army.ml", "bob.brown@army.mil"),
    ("margaret.archer@outlook.com", "margaret.archer@yahoo.com"),
)


def explain(*arguments):
    done = subprocess.run([PROGRAM, "explain", *arguments], text=True,
                          capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout


def refuse(house, recipient):
    """The reference in the refusal of `recipient`."""
    with house.client(login="ann") as client:
        client.mail("ann@example.com")
        reply = client.rcpt(recipient)
    return re.search(r"Reference: (\w+)", reply)[1]


class Explain(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.state = ("--state", str(self.folder / "state"))

    def refused(self, config=""):
        with House(self.folder, config) as house:
            reference = refuse(house, "general@army.ml")
            house.stop()
        return reference

    def test_evidence_and_what_would_be_said_now(self):
        reference = self.refused()
        status, text = explain(reference, *self.state)
        self.assertEqual(status, 0)
        for part in (r"^id +" + reference, r"^recipient +general@army\.ml$",
                     r"^submitter +login:ann$", r"^verdict +misdirected$",
                     r"^action +ask$", r"^intended +general@army\.mil ",
                     r"^finding .*army\.ml is one letter from army\.mil",
                     r"^Judged again now: the same\.$"):
            self.assertRegex(text, re.compile(part, re.M))

        status, text = explain(reference, "--json", *self.state)
        record = json.loads(text)
        self.assertEqual((status, record["id"], record["differs"]),
                         (0, reference, []))
        self.assertEqual(record["evidence"]["intended"],
                         record["now"]["intended"])

    def test_what_differs_is_named(self):
        reference = self.refused()
        config = self.folder / "allow.toml"
        config.write_text('allow = ["army.ml"]\n')
        status, text = explain(reference, "--config", str(config), *self.state)
        self.assertEqual(status, 0)
        self.assertIn("verdict: misdirected then, clear now", text)
        self.assertRegex(text, "findings: lookalike.suffix.* then, rule.allow")

    def test_an_id_as_people_read_it(self):
        reference = self.refused()
        spoken = reference.upper().replace("0", "O").replace("1", "I")
        spoken = spoken[:5] + "-" + spoken[5:]
        status, text = explain(spoken, *self.state)
        self.assertEqual(status, 0)
        self.assertIn(reference, text)

    def test_hashed_addresses_cannot_be_judged_again(self):
        reference = self.refused('log_addresses = "hashed"\n')
        status, text = explain(reference, *self.state)
        self.assertEqual(status, 0)
        self.assertNotIn("general@", text)
        self.assertIn("no address to judge again", text)

    def test_beside_a_running_guard(self):
        with House(self.folder) as house:
            reference = refuse(house, "general@army.ml")
            found = []
            for _ in range(300):  # records are written in batches
                found = explain(reference, *self.state)
                if found[0] == 0:
                    break
            self.assertEqual(found[0], 0)

    def test_unknown_ids_and_no_store(self):
        self.refused()
        directory = self.state[1]
        self.assertEqual(
            ends(["explain", "n0such1d00", *self.state]),
            (65, f"lostletter: no verdict 'n0such1d00' in {directory}: it may "
                 "have been forgotten (retention.verdicts), or it is in "
                 "another --state\n"))
        self.assertEqual(ends(["explain", "x", "--state", "/no/such"])[0], 69)
        self.assertEqual(ends(["explain"]),
                         (64, "lostletter: explain takes one ID or one address\n"))

    def test_the_terms_sum_to_the_log_odds(self):
        known = self.folder / "known"
        known.write_text("john.doe@clinic.example\nann.lee@clinic.example\n"
                         "bob.brown@army.mil\nmargaret.archer@yahoo.com\n")
        config = self.folder / "known.toml"
        config.write_text(f'known = ["{known}"]\n')
        for address, intended in ARITHMETIC:
            with self.subTest(address):
                status, text = explain(address, "--config", str(config))
                self.assertEqual(status, 0)
                # Behind the line that names both, to the sum.
                lines = text.split(f": {intended} meant, not {address}\n")[1]
                terms, rest = lines.split("  log-odds: ")
                *numbers, total = [float(n) for n in re.findall(
                    r"^ +([+-][0-9.]+)(?=  |$)", terms, re.M)]
                self.assertGreater(len(numbers), 0)
                self.assertAlmostEqual(sum(numbers), total,
                                       delta=0.0005 * (len(numbers) + 2))
                # And the shares are those the log-odds say.
                shares = [float(n) for n in re.findall(
                    r"^ +([0-9.]+)  ", rest.split("Shares")[1], re.M)]
                self.assertAlmostEqual(sum(shares), 1, delta=0.0005)
                if shares[-1] >= 0.01:
                    self.assertAlmostEqual(
                        math.log(shares[0] / shares[-1]), total, delta=0.02)
                done = json.loads(explain(address, "--json", "--config",
                                          str(config))[1])
                self.assertAlmostEqual(
                    sum(term["value"] for term in done["arithmetic"]["terms"]),
                    done["arithmetic"]["log_odds"])
                self.assertEqual(done["arithmetic"]["address"], intended)
                self.assertAlmostEqual(done["arithmetic"]["log_odds"], total,
                                       delta=0.001)

    def test_an_address_that_resembles_nothing_has_no_arithmetic(self):
        status, text = explain("quite@unlike-anything-known.example")
        self.assertEqual(status, 0)
        self.assertNotIn("Arithmetic", text)
        done = json.loads(explain("bob@gmail.com", "--json")[1])
        self.assertEqual((done["verdict"], done["arithmetic"]),
                         ("clear", None))

    def test_check_knows_what_was_confirmed(self):
        config = "[ask]\nconfirm_after = 0\n"
        with House(self.folder, config) as house:
            refuse(house, "general@army.ml")
            with house.client(login="ann") as client:
                client.mail("ann@example.com")
                self.assertEqual(client.rcpt("general@army.ml"), "continue")
                client.header("From", "ann@example.com")
                # Newer than the question: a second is what a Date can tell.
                client.header("Date", email.utils.formatdate(time.time() + 2))
                client.header("Message-Id", "<1@example.com>")
                answer = client.end_of_message()
            house.stop()
        rows = []
        for sender in ("ann@example.com", "bob@example.com"):
            done = subprocess.run(
                [PROGRAM, "check", "--json", "--from", sender, *self.state,
                 "general@army.ml"], capture_output=True, check=False)
            rows.append(json.loads(done.stdout))
        self.assertEqual(answer, "continue")
        self.assertEqual([row["action"] for row in rows], ["accept", "ask"])
        self.assertEqual([row["verdict"] for row in rows],
                         ["misdirected", "misdirected"])


if __name__ == "__main__":
    unittest.main()
