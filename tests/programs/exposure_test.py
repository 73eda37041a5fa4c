#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter exposure: the wrong names of a name."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LOSTLETTER"]
FIELDS = ["name", "of", "edit", "probability", "mx", "accepts",
          "expected_per_year", "per_letter", "neighbour", "holder",
          "registered"]

# arguments, exit status, what standard error says
WRONG = (
    ([], 64, "lostletter: name a domain: NAME\n"),
    (["army"], 64, "lostletter: 'army' has only one label; name a domain that "
                   "takes mail, such as example.com\n"),
    (["a..b"], 64, "lostletter: 'a..b' is no domain name: label 2 is empty "
                   "(byte 2)\n"),
    (["--mass", "2", "example.com"], 64,
     "lostletter: --mass: Value 2 not in range 0.000000 to 1.000000\n"),
    (["--no-resolv", "example.com"], 64,
     "lostletter: unknown option '--no-resolv': did you mean "
     "'--no-resolve'?\n"),
    (["--no-resolve", "--known", "/no/such", "example.com"], 65,
     "lostletter: cannot read /no/such: No such file or directory\n"),
)


def run(*arguments, stdout=subprocess.PIPE):
    return subprocess.run([PROGRAM, "exposure", *arguments], stdout=stdout,
                          stderr=subprocess.PIPE, timeout=120, check=False)


def rows(*arguments):
    done = run("--json", *arguments)
    assert done.stderr == b"", done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], \
        done.returncode


class Generation(unittest.TestCase):
    def test_wrong_command_lines(self):
        for arguments, status, stderr in WRONG:
            with self.subTest(arguments):
                done = run(*arguments)
                self.assertEqual(
                    (done.returncode, done.stderr.decode(), done.stdout),
                    (status, stderr, b""))

    def test_the_name_of_the_mission(self):
        found, status = rows("--no-resolve", "--mass", "0.5", "army.mil")
        self.assertEqual(status, 0)
        self.assertEqual(list(found[0]), FIELDS)
        by_name = {row["name"]: row for row in found}
        self.assertEqual(len(by_name), len(found))
        lost = by_name["army.ml"]
        self.assertEqual(
            (lost["of"], lost["edit"], lost["accepts"], lost["neighbour"],
             lost["holder"], lost["registered"]),
            ("army.mil", "suffix: i lost (mil -> ml)", "unknown", True,
             "anyone", "army.ml"))
        below = by_name["us.army.ml"]
        self.assertEqual((below["of"], below["registered"]),
                         ("us.army.mil", "army.ml"))
        self.assertEqual(below["probability"], lost["probability"])
        weights = [row["per_letter"] for row in found]
        self.assertEqual(weights, sorted(weights, reverse=True))
        own = [row for row in found if row["holder"] == "owner"]
        self.assertTrue(own)
        for row in own:
            self.assertTrue(("." + row["name"]).endswith(".army.mil"), row)

    def test_limit_takes_the_likeliest(self):
        found, _ = rows("--no-resolve", "--mass", "0.5", "example.com")
        some, _ = rows("--no-resolve", "--mass", "0.5", "--limit", "7",
                       "example.com")
        self.assertEqual(some, found[:7])

    def test_sub_domains_of_a_file(self):
        with tempfile.TemporaryDirectory() as place:
            known = pathlib.Path(place, "known")
            known.write_text("mail.hq.example.net\n")
            found, _ = rows("--no-resolve", "--mass", "0.5", "--known",
                            str(known), "example.net")
        by_name = {row["name"]: row for row in found}
        self.assertEqual(by_name["mail.hq.example.ne"]["of"],
                         "mail.hq.example.net")

    def test_table(self):
        done = run("--no-resolve", "--limit", "3", "example.com", "navy.mil")
        lines = done.stdout.decode().splitlines()
        self.assertEqual(len(lines), 2 * 5)
        self.assertRegex(lines[0], r"^example\.com.*: \d+ of a million letters"
                                   r" go to another name$")
        self.assertEqual(lines[1].split(),
                         ["per", "million", "who", "may", "name", "how"])

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = run("--no-resolve", "--json", "example.com", stdout=full)
        self.assertEqual(
            (done.returncode, done.stderr.decode()),
            (74, "lostletter: cannot write the output: No space left on "
                 "device\n"))


if __name__ == "__main__":
    unittest.main()
