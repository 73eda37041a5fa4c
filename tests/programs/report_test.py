#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page that lostletter scan writes, in a real Chromium: tests/web has what
is asked of it; this makes a log worth looking at, strangers' addresses in it
that would be markup, and the page.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import console_test
import traffic
from console_test import INSTALLED, ROOT, WEB

PROGRAM = os.environ["LOSTLETTER"]


def make_log(path):
    """A year of sixty people in three units, with leaks in it."""
    made = traffic.Traffic(3, people=60, partners=150, leaks=30)
    letters = list(made.letters())
    end = max(letter.at for letter in letters)
    people = sorted({letter.sender for letter in letters
                     if letter.sender.endswith("@" + traffic.US)})
    partner = next(to for letter in letters if letter.sender == people[0]
                   for to, *_ in letter.to if not to.endswith("@" + traffic.US))
    hostile = '"<script>alert(1)</script>"@' + partner.split("@")[1][:-1]
    for day in range(0, 300, 3):
        letters.append(traffic.Letter(end - day * 86400, people[0],
                                      [(hostile, "sent")], login="x"))
        letters.append(traffic.Letter(end - day * 86400 + 60, people[1],
                                      [("general@army.ml", "sent")],
                                      login="y", clear=True))
    letters.sort(key=lambda letter: letter.at)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(traffic.in_order(letters, traffic.postfix_lines))
    return people


def units_of(people):
    names = ("Sales", "Legal", "Field offices", "Board <&>")
    return "".join(f"{one} {names[i % 4]}\n" for i, one in enumerate(people))


class ReportTest(unittest.TestCase):
    def test_in_chromium(self):
        console_test.Page.install()
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            people = make_log(folder / "mail.log")
            (folder / "units").write_text(units_of(people), encoding="utf-8")
            page = folder / "report.html"
            done = subprocess.run(
                [PROGRAM, "scan", "--html", page, "--units", folder / "units",
                 "--time-zone", "Europe/Berlin", folder / "mail.log"],
                capture_output=True, timeout=200, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            if keep := os.environ.get("SCREENSHOTS"):
                shutil.copy(page, keep)
            got = subprocess.run(
                ["node", "--test", str(WEB / "report_test.mjs")], cwd=ROOT,
                env={**os.environ, "REPORT": str(page),
                     "NODE_ROOT": str(INSTALLED) + "/",
                     "CHROMIUM": shutil.which("chromium")},
                timeout=280, capture_output=True, text=True, check=False)
            self.assertEqual(got.returncode, 0, got.stdout + got.stderr)
            self.assertRegex(got.stdout, r"(?m)^# pass [1-9]")


if __name__ == "__main__":
    missing = [name for name in ("node", "npm", "chromium")
               if not shutil.which(name)]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed")
        sys.exit(77)
    unittest.main()
