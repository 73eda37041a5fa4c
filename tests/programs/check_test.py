#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter check: its contract with scripts, pipes and people."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from terminal import on_terminal

PROGRAM = os.environ["LOSTLETTER"]
FIELDS = ["address", "domain", "verdict", "probability", "intended",
          "findings", "action"]

# arguments, exit status, what standard error says
WRONG = (
    (["--jsn", "a@example.com"], 64,
     "lostletter: unknown option '--jsn': did you mean '--json'?\n"),
    (["--know", "x", "a@example.com"], 64,
     "lostletter: unknown option '--know': did you mean '--known'?\n"),
    (["--zzzzzzzzz", "a@example.com"], 64,
     "lostletter: unknown option '--zzzzzzzzz'\n"),
    (["--known"], 64, "lostletter: --known: 1 required FILE missing\n"),
    (["--mode", "aks", "a@example.com"], 64,
     "lostletter: --mode: must be watch, ask, hold or reject, not 'aks'\n"),
    (["--from", "nobody", "a@example.com"], 64,
     "lostletter: --from: address has no '@'\n"),
    (["--known", "/no/such", "a@example.com"], 65,
     "lostletter: cannot read /no/such: No such file or directory\n"),
    (["--names", "/", "a@example.com"], 65,
     "lostletter: cannot read /: Is a directory\n"),
    (["--config", "/no/such.toml", "a@example.com"], 78,
     "lostletter: cannot read /no/such.toml: No such file or directory\n"),
)

# address, verdict, the first intended, action in mode ask, exit status
JUDGED = (
    ("general@army.ml", "misdirected", "general@army.mil", "ask", 1),
    ("bob@gmail.com", "clear", None, "accept", 0),
    ("bob@gmail,com", "misdirected", "bob@gmail.com", "ask", 1),
    ("someone@never-seen-unit.ml", "doubtful",
     "someone@never-seen-unit.mil", "accept", 0),
    ("a b@example.com", "invalid", None, "reject", 1),
    ("", "invalid", None, "reject", 1),
    ("[a,b]", "invalid", None, "reject", 1),
    ("--json", "invalid", None, "reject", 1),
)


def run(*arguments, stdin=b"", env=None, stdout=subprocess.PIPE):
    return subprocess.run([PROGRAM, *arguments], input=stdin, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=60, check=False,
                          env={**os.environ, **(env or {})})


def judge(*arguments, stdin=b""):
    """The objects of check --json, and the exit status."""
    done = run("check", "--json", *arguments, stdin=stdin)
    return [json.loads(line) for line in done.stdout.splitlines()], \
        done.returncode


class Contract(unittest.TestCase):
    def test_wrong_command_lines(self):
        for arguments, status, stderr in WRONG:
            with self.subTest(arguments):
                done = run("check", *arguments)
                self.assertEqual(
                    (done.returncode, done.stderr.decode(), done.stdout),
                    (status, stderr, b""))

    def test_verdicts(self):
        for address, verdict, intended, action, status in JUDGED:
            with self.subTest(address):
                (row,), got = judge("--", address)
                self.assertEqual(list(row), FIELDS)
                self.assertEqual(row["address"], address)
                first = row["intended"][0]["address"] if intended else None
                self.assertEqual((row["verdict"], first, row["action"], got),
                                 (verdict, intended, action, status))

    def test_fields_of_the_lists(self):
        (row,), _ = judge("a.smith@army.ml")
        self.assertEqual(list(row["intended"][0]),
                         ["address", "domain", "probability", "edit"])
        self.assertEqual(list(row["findings"][0]), ["id", "log_odds", "text"])
        self.assertGreater(row["probability"], 0.9)

    def test_mode_decides_the_action(self):
        for mode, action in (("watch", "accept"), ("ask", "ask"),
                             ("reject", "reject")):
            (row,), status = judge("--mode", mode, "general@army.ml")
            self.assertEqual((row["action"], status), (action, 1))

    def test_a_display_name_is_not_part_of_the_address(self):
        (row,), _ = judge("Ann Example <ann@example.com>")
        self.assertEqual(row["address"], "ann@example.com")


class Files(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)

    def test_known_names_and_addresses(self):
        known = self.write("known", "# partners\nArmy.ML\r\n\n"
                           "ann@some-partner.example  # an address\n")
        rows, status = judge("--known", known, "x@army.ml",
                             "x@some-partnr.example")
        self.assertEqual([row["verdict"] for row in rows],
                         ["clear", "misdirected"])
        self.assertEqual(rows[1]["intended"][0]["address"],
                         "x@some-partner.example")
        self.assertEqual(status, 1)

    def test_known_people(self):
        known = self.write("known", "ubizjak@gmail.com\n"
                           "Ann.Lee@clinic.example  # the director\n"
                           "j.smith@clinic.example\n")
        for address, verdict, intended, finding in (
                ("ubizjat@gmail.com", "misdirected", "ubizjak@gmail.com",
                 "person.substitution"),
                ("lee.ann@clinic.example", "misdirected",
                 "Ann.Lee@clinic.example", "person.names-swapped"),
                ("ann.lee@clinc.example", "misdirected",
                 "ann.lee@clinic.example", "person.known"),
                ("m.smith@clinic.example", "doubtful",
                 "j.smith@clinic.example", "person.adjacent-key"),
                ("ubizjak@outlook.com", "doubtful", "ubizjak@gmail.com",
                 "person.other-domain"),
                ("ann.lee+news@clinic.example", "clear", None, None),
                ("bob@clinic.example", "clear", None, None)):
            with self.subTest(address):
                (row,), _ = judge("--known", known, address)
                first = (row["intended"] or [{"address": None}])[0]["address"]
                last = (row["findings"] or [{"id": None}])[-1]["id"]
                self.assertEqual((row["verdict"], first, last),
                                 (verdict, intended, finding))
        # Without the file nobody is known, and nothing is guessed.
        self.assertEqual(judge("lee.ann@clinic.example")[0][0]["verdict"],
                         "clear")

    def test_both_kinds_of_popularity_lists(self):
        for text in ("some-partner.example\n", "1,some-partner.example\n"):
            names = self.write("names", text)
            (row,), _ = judge("--names", names, "x@some-partnr.example")
            self.assertEqual(row["intended"][0]["domain"],
                             "some-partner.example")

    def test_lines_that_are_no_names_are_told_not_refused(self):
        names = self.write("names", "rank,domain\n1,example.org\n2,a..b\n")
        done = run("check", "--names", names, "bob@gmail.com")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(
            done.stderr.decode(),
            f"lostletter: {names}: 2 of 3 lines are no names, the first is "
            "line 1: 'rank' is no rank\n")
        bad = self.write("bad", "rank,domain\n")
        self.assertEqual(run("check", "--names", bad, "a@b.c").returncode, 65)

    def test_configuration(self):
        config = self.write("x.toml", 'mode = "reject"\nblock = ["*.ml"]\n'
                            'allow = ["diplomatie.gouv.ml"]\n')
        rows, status = judge("--config", config, "x@orange.ml",
                             "x@diplomatie.gouv.ml")
        self.assertEqual([(row["verdict"], row["action"]) for row in rows],
                         [("blocked", "reject"), ("clear", "accept")])
        self.assertEqual(status, 1)

    def test_the_sender_knows_his_own_domain(self):
        (row,), _ = judge("--from", "ann@army.ml", "bob@army.ml")
        self.assertEqual(row["verdict"], "clear")


class Stream(unittest.TestCase):
    def test_lines_in_order_with_duplicates(self):
        text = (b"bob@gmail.com\r\n\n  \t\nno address\n"
                b"general@army.ml\nbob@gmail.com")
        for arguments in ((), ("-",)):
            rows, status = judge(*arguments, stdin=text)
            self.assertEqual(
                [(row["address"], row["verdict"]) for row in rows],
                [("bob@gmail.com", "clear"), ("no address", "invalid"),
                 ("general@army.ml", "misdirected"),
                 ("bob@gmail.com", "clear")])
            self.assertEqual(status, 1)
        rows, status = judge("a@gmail.com", "-", "b@gmail.com",
                             stdin=b"c@gmail.com\n")
        self.assertEqual([row["address"][0] for row in rows], list("acb"))
        self.assertEqual(judge(stdin=b""), ([], 0))

    def test_hostile_lines(self):
        text = (b"a@b\0c.example\n\xff\xfe@example.com\n" + b"a" * 3_000_000 +
                b"@example.com\nbob@gmail.com\n")
        rows, _ = judge(stdin=text)
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows[0]["address"], "a@b\0c.example")
        self.assertEqual(rows[2]["verdict"], "invalid")
        self.assertEqual(rows[2]["findings"][0]["text"],
                         "line is longer than 1048576 bytes")
        self.assertEqual(rows[3]["verdict"], "clear")
        shown = run("check", stdin=text).stdout
        self.assertFalse(set(shown) - {10} & set(range(32)))

    def test_answers_come_before_the_next_question(self):
        with subprocess.Popen([PROGRAM, "check", "--json"], bufsize=0,
                              stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as program:
            for address in (b"a@gmail.com", b"b@gmail.com"):
                program.stdin.write(address + b"\n")
                row = json.loads(program.stdout.readline())
                self.assertEqual(row["address"], address.decode())
            program.stdin.close()
            self.assertEqual(program.wait(10), 0)

    def peak_memory(self, count):
        """KiB, at the moment when every line has been answered."""
        with subprocess.Popen([PROGRAM, "check", "--json"], bufsize=0,
                              stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as program:
            for start in range(0, count, 500):
                lines = [b"user%d@host%d.example.org\n" % (i, i)
                         for i in range(start, start + 500)]
                program.stdin.write(b"".join(lines))
                answered = 0
                while answered < 500:
                    answered += program.stdout.read(1 << 20).count(b"\n")
            status = pathlib.Path(f"/proc/{program.pid}/status").read_text()
            program.stdin.close()
            self.assertEqual(program.wait(10), 0)
        return int(status.split("VmHWM:")[1].split()[0])

    def test_memory_does_not_grow_with_the_input(self):
        few = self.peak_memory(20_000)
        many = self.peak_memory(200_000)
        self.assertLess(many, few + 2048)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = run("check", "bob@gmail.com", stdout=full)
            self.assertEqual(
                (done.returncode, done.stderr),
                (74, b"lostletter: cannot write the output: No space left on "
                     b"device\n"))
            self.assertEqual(run("check", "--help", stdout=full).returncode,
                             74)
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as gone:
            done = run("check", "bob@gmail.com", stdout=gone)
            self.assertEqual((done.returncode, done.stderr), (74, b""))

    def test_input_that_cannot_be_read(self):
        folder = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        done = subprocess.run([PROGRAM, "check"], stdin=folder,
                              capture_output=True, check=False)
        self.assertEqual(
            (done.returncode, done.stderr),
            (65, b"lostletter: cannot read standard input: Is a directory\n"))


class Colour(unittest.TestCase):
    def test_only_on_a_terminal_and_when_wanted(self):
        arguments = ("check", "general@army.ml")
        self.assertIn(b"\x1b[", on_terminal(*arguments))
        self.assertIn(b"\x1b[", on_terminal(*arguments, env={"NO_COLOR": ""}))
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn(b"\x1b", on_terminal(*arguments, env=env))
        self.assertNotIn(b"\x1b", on_terminal("check", "--json",
                                              "general@army.ml"))
        self.assertNotIn(b"\x1b", run(*arguments, env={"TERM": "xterm"})
                         .stdout)

    def test_people_are_asked_what_they_meant(self):
        shown = run("check", "a.smith@army.ml").stdout.decode()
        self.assertIn("did you mean a.smith@army.mil?", shown)
        self.assertIn("army.ml is one letter from army.mil", shown)


class Door(unittest.TestCase):
    def test_help_and_version(self):
        for arguments in (["--help"], ["check", "--help"], ["config", "--help"],
                          ["config", "show", "--help"]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(b"Usage: lostletter", done.stdout)
        self.assertRegex(run("--version").stdout,
                         rb"^lostletter \d+\.\d+\.\d+\n$")

    def test_unknown_commands(self):
        for arguments, message in (
                (["chek"], "unknown command 'chek': did you mean 'check'?"),
                (["--versoin"],
                 "unknown option '--versoin': did you mean '--version'?"),
                (["config", "shwo"],
                 "unknown command 'shwo': did you mean 'show'?"),
                (["config", "show", "a", "b"], "unexpected argument 'b'")):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr.decode()),
                             (64, f"lostletter: {message}\n"))
        self.assertEqual(run().returncode, 64)


if __name__ == "__main__":
    unittest.main()
