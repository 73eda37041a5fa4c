#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter config: what is wrong with a file, what is in force, the manual."""
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LOSTLETTER"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*arguments, **environment):
    return subprocess.run([PROGRAM, *arguments], capture_output=True,
                          text=True, timeout=60, check=False,
                          env={**os.environ, **environment})


class Config(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.path = self.folder / "x.toml"

    def write(self, text):
        self.path.write_text(text, encoding="utf-8")

    def test_every_error_of_a_file_is_told(self):
        self.write('blok = ["*.ml"]\nmode = "aks"\n[ask]\nremember = "1 h"\n')
        path = self.path
        errors = (
            f"lostletter: {path}:1: unknown key 'blok': did you mean "
            "'block'?\n"
            f"lostletter: {path}:2: mode: must be one of watch, ask, hold, reject, "
            "not 'aks': did you mean 'ask'?\n"
            f"lostletter: {path}:4: ask.remember: must be between 1 day and "
            "3650 days, not 1 h\n")
        for arguments in (["config", "check", str(path)],
                          ["config", "check", "--config", str(path)],
                          ["config", "show", str(path)],
                          ["check", "--config", str(path), "a@b.example"],
                          ["serve", "--config", str(path)]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr, done.stdout),
                             (78, errors, ""), arguments)

    def test_syntax_errors_have_a_place(self):
        self.write('mode = "ask"\nblock = [\n')
        done = run("config", "check", str(self.path))
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, rf"^lostletter: {self.path}:\d+:\d+: ")

    def test_a_good_file(self):
        self.write('known = ["known.txt"]\n')
        (self.folder / "known.txt").write_text("army.mil\n")
        done = run("config", "check", str(self.path))
        self.assertEqual((done.returncode, done.stderr, done.stdout),
                         (0, "", "nothing wrong found\n"))

    def test_files_that_a_file_names_are_read(self):
        self.write('known = ["known.txt"]\n')
        done = run("config", "check", str(self.path))
        self.assertEqual(
            (done.returncode, done.stderr),
            (78, f"lostletter: cannot read {self.folder}/known.txt: No such "
                 "file or directory\n"))

    def test_show_has_origins_and_no_secret(self):
        self.write('mode = "watch"\n[http]\nlisten = "0.0.0.0:8025"\n'
                   'token = "s3cret-0123456789"\n')
        done = run("config", "show", str(self.path))
        self.assertEqual(done.returncode, 0)
        self.assertIn(f'mode = "watch"  # {self.path}:1\n', done.stdout)
        self.assertIn("block = []  # default\n", done.stdout)
        self.assertNotIn("s3cret", done.stdout + done.stderr)

    def test_what_is_shown_can_be_read(self):
        shown = run("config", "show").stdout
        self.write(shown)
        again = run("config", "show", str(self.path)).stdout
        values = [[line.split("  # ")[0] for line in text.splitlines()]
                  for text in (shown, again)]
        self.assertEqual(values[0], values[1])

    def test_a_routable_page_needs_a_token(self):
        self.write('[http]\nlisten = "0.0.0.0:8025"\n')
        done = run("config", "check", str(self.path))
        self.assertEqual(
            (done.returncode, done.stderr),
            (78, f"lostletter: {self.path}:2: http.listen: 0.0.0.0 can be "
                 "reached from other hosts: set http.token_file to a file with a "
                 "token of at least 16 characters, or listen on 127.0.0.1\n"))

    def test_the_manual_is_up_to_date(self):
        printed = run("config", "options", "--markdown").stdout
        self.assertEqual(printed, (ROOT / "docs/options.md").read_text())
        self.assertIn("ask.confirm_within = \"10 min\"",
                      run("config", "options").stdout)

    def test_the_example_is_valid(self):
        done = run("config", "check", str(ROOT / "etc/lostletter.toml"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
