#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter scan --partial, --merge and --threads: however a log is cut, the
report is byte for byte that of one run."""
import json
import os
import pathlib
import random
import shlex
import shutil
import subprocess
import tempfile
import unittest

import traffic

PROGRAM = os.environ["LOSTLETTER"]
TIGHT = ("--memory", "1MB")


def run(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=stdin,
                          timeout=250, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)


class PartsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = traffic.Traffic(5, people=30, partners=60, leaks=12, days=90)
        cls.lines = list(traffic.in_order(made.letters(),
                                          traffic.postfix_lines))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def split(self, cuts):
        files = []
        begin = 0
        for number, end in enumerate([*cuts, len(self.lines)]):
            path = self.folder / f"piece{number:03}"
            path.write_text("".join(self.lines[begin:end]), encoding="utf-8")
            files.append(path)
            begin = end
        return files

    def reports(self, *arguments):
        done = [run("scan", *flags, *arguments)
                for flags in (("--json",), ())]
        for one in done:
            self.assertEqual(one.returncode, 1, one.stderr)
        return [one.stdout for one in done]

    def parts_of(self, files, *flags):
        parts = []
        for number, path in enumerate(files):
            part = self.folder / f"{number:03}.part"
            done = run("scan", *flags, "--partial", part, path)
            self.assertEqual(done.returncode, 0, done.stderr)
            parts.append(part)
        return parts

    def test_random_splits(self):
        rng = random.Random(7)
        for _ in range(6):
            cuts = sorted(rng.sample(range(1, len(self.lines)),
                                     rng.randint(1, 12)))
            files = self.split(cuts)
            want = self.reports(*files)
            got = self.reports("--merge", *self.parts_of(files))
            self.assertEqual(got, want, cuts)
            # Counts are put away a hundred times: within so much memory.
            self.assertEqual(self.reports(*TIGHT, *files), want, cuts)
            parts = self.parts_of(files, *TIGHT)
            self.assertEqual(self.reports("--merge", *TIGHT, *parts), want,
                             cuts)

    def test_a_split_in_the_life_of_a_letter(self):
        """Before each line of a letter that was put off and sent later."""
        at = next(i for i, line in enumerate(self.lines)
                  if "status=deferred" in line)
        name = self.lines[at].split()[3]
        places = [i for i, line in enumerate(self.lines) if f" {name} " in line]
        self.assertGreater(len(places), 5)
        files = self.split(places)
        want = self.reports(*files)
        self.assertEqual(self.reports("--merge", *self.parts_of(files)), want)

    def test_parts_are_small(self):
        files = self.split([])
        part = self.parts_of(files)[0]
        self.assertLess(part.stat().st_size, files[0].stat().st_size / 10)

    def test_gnu_parallel(self):
        """The commands of docs/operations/big-logs.md."""
        if not shutil.which("parallel"):
            self.skipTest("no GNU parallel: tools/install-deps test")
        step = len(self.lines) // 7
        files = self.split(range(step, len(self.lines) - 1, step))
        want = self.reports(*files)
        command = f"{shlex.quote(PROGRAM)} scan --partial {{}}.part {{}}"
        subprocess.run(["parallel", "--jobs", "3", command, ":::",
                        *map(str, files)], check=True, timeout=250,
                       env={**os.environ, "HOME": str(self.folder)})
        parts = [f"{path}.part" for path in files]
        self.assertEqual(self.reports("--merge", *parts), want)

    def test_standard_input_and_output(self):
        """What Spark's pipe() does: lines in, text out."""
        half = len(self.lines) // 2
        parts = []
        for number, lines in enumerate((self.lines[:half],
                                        self.lines[half:])):
            done = run("scan", "--partial", "-", "-",
                       stdin="".join(lines).encode())
            self.assertEqual(done.returncode, 0, done.stderr)
            parts.append(self.folder / str(number))
            parts[-1].write_bytes(done.stdout)
        files = self.split([half])
        self.assertEqual(self.reports("--merge", *parts),
                         self.reports(*files))

    def test_all_cores(self):
        """A log large enough to be cut: the same with one thread and three."""
        path = self.folder / "mail.log"
        with open(path, "w", encoding="utf-8") as file:
            size = 0
            day = 0
            while size < 200 << 20:
                # The same quarter of a year again, under other queue ids.
                text = "".join(self.lines).replace(": 4A", f": {day:X}4A")
                file.write(text)
                size += len(text)
                day += 1
        one = self.reports("--threads", "1", path)
        self.assertEqual(self.reports("--threads", "3", path), one)
        self.assertEqual(self.reports(path), one)
        self.assertEqual(self.reports(*TIGHT, "--threads", "2", path), one)

    def test_what_is_refused(self):
        files = self.split([])
        part = self.parts_of(files)[0]
        bytes_ = part.read_bytes()
        bad = self.folder / "bad"
        for content, message in (
                (bytes_[:-9], "is cut off: copy it again, or run its scan "
                 "again"),
                (bytes_[:99] + bytes([bytes_[99] ^ 1]) + bytes_[100:],
                 "is damaged: copy it again"
                 ", or run its scan again"),
                (files[0].read_bytes()[:999],
                 "is no file of 'lostletter scan --partial'"),
                (bytes_.replace(b"partial 1", b"partial 7", 1),
                 "was written by another version of lostletter: use the same "
                 "one for all parts and for the merge")):
            bad.write_bytes(content)
            done = run("scan", "--merge", part, bad)
            self.assertEqual(done.returncode, 65)
            self.assertEqual(done.stderr.decode(),
                             f"lostletter: '{bad}' {message}\n")
            self.assertEqual(done.stdout, b"")
        done = run("scan", "--merge", "--since", "2024-01-01", part)
        self.assertIn(b"was made with another --since or --until", done.stderr)
        done = run("scan", "--merge", "--partial", bad, part)
        self.assertEqual(done.returncode, 64)
        for options in (("--learn", "--merge", part),
                        ("--learn", "--partial", bad, files[0]),
                        ("--html", bad, "--partial", bad, files[0]),
                        ("--json", "--partial", bad, files[0])):
            done = run("scan", *options)
            self.assertEqual(done.returncode, 64, options)
        done = run("scan", "--partial", self.folder / "no" / "such", files[0])
        self.assertEqual(done.returncode, 74)
        summary = json.loads(self.reports("--merge", part)[0].splitlines()[-1])
        self.assertEqual(summary["lines"], len(self.lines))


if __name__ == "__main__":
    unittest.main()
