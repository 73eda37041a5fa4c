#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter index: builds what check finds names in, refuses what is no whole
index, wherever it was cut or changed."""
import os
import pathlib
import stat
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LOSTLETTER"]
HEADER = struct.Struct("<8sIIQQ")    # magic, version, sections, size, checksum
ROW = struct.Struct("<IIQQQ")        # id, reserved, offset, size, checksum
REBUILD = "; build it again with 'lostletter index build'"


def run(*arguments, text=None):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=text,
                          capture_output=True, text=True, timeout=120,
                          check=False)


class Index(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.index = self.folder / "world.index"
        self.list = self.folder / "list"
        self.list.write_text("1,lakeside-clinic.example\n2,bücher.example\n"
                             "3,hillside-school.example\n", encoding="utf-8")

    def build(self, *more):
        done = run("index", "build", "-o", self.index, self.list, *more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.index.read_bytes()

    def expect_refused(self, data, message):
        bad = self.folder / "bad.index"
        bad.write_bytes(data)
        for arguments in (["index", "info", bad],
                          ["check", "--index", bad, "a@b.example"]):
            done = run(*arguments)
            self.assertEqual(
                (done.returncode, done.stdout, done.stderr),
                (65, "", f"lostletter: {bad} {message}\n"), arguments)

    def test_built_names_are_found(self):
        data = self.build()
        done = run("check", "--index", self.index, "--json",
                   "ann@lakeside-clinci.example")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn('"domain":"lakeside-clinic.example"', done.stdout)
        self.assertEqual(
            run("index", "build", "-o", self.index, self.list).stdout,
            f"{self.index}: 3 names, {len(data)} bytes\n")
        self.assertEqual(self.index.read_bytes(), data)  # the same again

    def test_info(self):
        known = self.folder / "known"
        known.write_text("general@army.mil # he\nhillside-school.example\n")
        data = self.build("--known", known)
        done = run("index", "info", self.index)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:7], [
            "format     4", "names      4", "known      2", "popular    3",
            "curated    0", "listed     0",
            f"bytes      {len(data)}, all checksums right"])
        parts = dict(line.rsplit(None, 1) for line in lines[7:])
        self.assertEqual(int(parts["  names"]), (4 + 1) * 24)  # a spare one

    def test_standard_input_and_bad_lines(self):
        done = run("index", "build", "-o", self.index, "-",
                   text="army.mil\na..b\n\nnavy.mil\nx y\n")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(
            done.stderr,
            "lostletter: /dev/stdin: 2 of 4 lines are no names, the first is "
            "line 2: label 2 is empty (byte 2)\n")
        self.assertTrue(done.stdout.startswith(f"{self.index}: 2 names, "))

    def test_an_index_that_cannot_be_built_leaves_the_old_one(self):
        data = self.build()
        none = self.folder / "none"
        empty = self.folder / "empty"
        empty.write_text("")
        for arguments, code, message in (
                ([none], 65, f"cannot read {none}: No such file or directory"),
                ([empty], 65, "the lists have no names in them"),
                ([], 64, "name a LIST")):
            done = run("index", "build", "-o", self.index, *arguments)
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (code, "", f"lostletter: {message}\n"))
        self.assertEqual(self.index.read_bytes(), data)
        done = run("index", "build", "-o", none / "x", self.list)
        self.assertEqual((done.returncode, done.stdout), (74, ""))
        done = run("index", "build", self.list)
        self.assertEqual(
            (done.returncode, done.stderr),
            (64, "lostletter: say with -o where the index is to be\n"))

    def test_only_its_owner_reads_it(self):
        self.build()
        self.assertEqual(stat.S_IMODE(self.index.stat().st_mode), 0o600)

    def test_cut_anywhere(self):
        data = self.build()
        count = HEADER.unpack_from(data)[2]
        borders = {4, 8, HEADER.size - 1, HEADER.size}
        for i in range(count):
            at = HEADER.size + i * ROW.size
            _, _, offset, size, _ = ROW.unpack_from(data, at)
            borders |= {at, offset, offset + size, offset + size // 2}
        for border in sorted(borders - {len(data)}):
            with self.subTest(border):
                self.expect_refused(data[:border], "is cut short" + REBUILD)
        self.expect_refused(b"", "is empty, not an index of names" + REBUILD)

    def test_one_bit_changed(self):
        data = self.build()
        count = HEADER.unpack_from(data)[2]
        places = [20, 28, HEADER.size + 8, HEADER.size + ROW.size + 16]
        names = {}
        for i in range(count):
            number, _, offset, size, _ = ROW.unpack_from(
                data, HEADER.size + i * ROW.size)
            for at in ([offset, offset + size - 1] if size else []):
                names[at] = f"section {number}"
                places.append(at)
        for at in places:
            changed = bytearray(data)
            changed[at] ^= 0x10
            with self.subTest(at):
                bad = self.folder / "bad.index"
                bad.write_bytes(changed)
                done = run("index", "info", bad)
                self.assertEqual((done.returncode, done.stdout), (65, ""))
                if at in names:
                    self.expect_refused(
                        changed, f"is damaged ({names[at]})" + REBUILD)

    def test_newer_foreign_or_none(self):
        data = self.build()
        newer = data[:8] + struct.pack("<I", 7) + data[12:]
        self.expect_refused(
            newer, "has format 7, this program reads 4; update "
            "lostletter, or build the index again with this one")
        foreign = ("is not an index of names; 'lostletter index build' makes "
                   "one from a list")
        for other in (b"army.mil\n", b"\x7fELF" + bytes(100), b"LLINDX\n\n" * 9,
                      b"L1"):
            self.expect_refused(other, foreign)
        self.expect_refused(data + b"\0", "is damaged (header)" + REBUILD)
        none = self.folder / "none"
        done = run("index", "info", none)
        self.assertEqual(
            (done.returncode, done.stderr),
            (65, f"lostletter: cannot read {none}: No such file or "
                 "directory\n"))

    def test_serve_refuses_a_bad_one(self):
        config = self.folder / "x.toml"
        config.write_text('index_files = ["world.index"]\n')
        self.index.write_bytes(b"")
        done = run("config", "check", config)
        self.assertEqual(
            (done.returncode, done.stderr),
            (78, f"lostletter: {self.index} is empty, not an index of names"
                 f"{REBUILD}\n"))


if __name__ == "__main__":
    unittest.main()
