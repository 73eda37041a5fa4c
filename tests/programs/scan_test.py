#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter scan: what is found in logs, what is said, how it ends."""
import gzip
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

import traffic
import traffic_logs
import traffic_tables as tables
from terminal import on_terminal

PROGRAM = os.environ["LOSTLETTER"]
ANN, BOB = "ann@example.com", "bob@northwind-trading.test"
TYPO = "bob@northwind-tradng.test"
BEGIN = 1_700_000_000  # 2023-11-14T22:13:20Z
DAY = 86400


def run(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=stdin,
                          timeout=250, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)


def out(day, person, *to, seconds=0, **more):
    """A letter of one of us."""
    return traffic.Letter(BEGIN + day * DAY + seconds, person,
                          [(one, "sent") if isinstance(one, str) else one
                           for one in to], login=person.split("@")[0], **more)


def back(day, sender, person):
    return traffic.Letter(BEGIN + day * DAY + 900, sender, [(person, "sent")])


def known(days=20):
    """Ann and Bob write to each other."""
    letters = []
    for day in range(days):
        letters += [out(day, ANN, BOB), back(day, BOB, ANN)]
    return letters


def log_of(letters, lines=traffic.postfix_lines):
    letters = sorted(letters, key=lambda letter: letter.at)
    return "".join(traffic.in_order(letters, lines)).encode()


class ScanTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, content, name="mail.log"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def scan(self, letters, *arguments, code=1):
        done = run("scan", "--json", *arguments, self.write(log_of(letters)))
        self.assertEqual(done.returncode, code, done.stderr)
        *findings, summary = map(json.loads, done.stdout.splitlines())
        self.assertEqual(summary["kind"], "summary")
        return findings, summary

    def test_a_standing_leak(self):
        letters = known() + [
            out(day, "eve@example.com", TYPO, clear=day % 2 == 0)
            for day in range(40)]
        findings, summary = self.scan(letters)
        self.assertEqual(len(findings), 1)
        leak = findings[0]
        self.assertEqual(
            {key: leak[key] for key in (
                "kind", "typed", "intended", "letters", "delivered", "bounced",
                "clear", "senders", "first", "last", "ongoing")},
            {"kind": "standing_leak", "typed": TYPO, "intended": BOB,
             "letters": 40, "delivered": 40, "bounced": 0, "clear": 20,
             "senders": ["eve@example.com"], "first": "2023-11-14T22:13:20Z",
             "last": "2023-12-23T22:13:20Z", "ongoing": True})
        self.assertGreater(leak["probability"], 0.99)
        self.assertEqual(leak["trend"], {"2023-11": 17, "2023-12": 23})
        self.assertIn("lookalike.deletion",
                      [one["id"] for one in leak["findings"]])
        self.assertEqual(summary["letters"], 80)
        self.assertEqual(summary["us"], ["example.com"])
        self.assertIn("guessed: of 60 letters sent with a login",
                      summary["us_because"])
        self.assertEqual(summary["skipped"], {})

    def test_an_alias_that_leads_astray(self):
        letters = known() + [
            traffic.Letter(BEGIN + day * DAY, f"w{day}@elsewhere.test",
                           [("eve@example.com", "sent", TYPO)])
            for day in range(12)]
        findings, _ = self.scan(letters)
        self.assertEqual([(one["kind"], one["typed"], one["forwarded"])
                          for one in findings], [("standing_leak", TYPO, 12)])
        self.assertEqual(findings[0]["repair"],
                         "the alias or forward of eve@example.com leads to "
                         f"{TYPO}: make it {BOB}")

    def test_corrections_and_bounces(self):
        wrong = "bbo@northwind-trading.test"
        letters = known() + [
            out(3, ANN, (wrong, "bounced"), seconds=7000, size=900),
            out(3, ANN, BOB, seconds=7600, size=4000),
            out(5, ANN, TYPO, seconds=7000, size=70000),
            out(5, ANN, BOB, seconds=7200, size=70010)]
        findings, summary = self.scan(letters)
        self.assertEqual(
            {(one["kind"], one["typed"], one["intended"], one["bounced"])
             for one in findings},
            {("misdirected", wrong, BOB, 1), ("misdirected", TYPO, BOB, 0),
             ("self_correction", wrong, BOB, 1),
             ("self_correction", TYPO, BOB, 0)})
        self.assertEqual(summary["recall"]["known"], 2)
        self.assertEqual(summary["recall"]["found"], 2)

    def test_what_is_right_is_no_finding(self):
        one, two = "operations1@partner.test", "operations2@partner.test"
        letters = known()
        for day in range(30):
            letters += [out(day, ANN, one), back(day, one, ANN),
                        out(day, ANN, two), out(day, ANN, "noreply@shop.test"),
                        back(day, "bob@northwind-tradings.test", ANN)]
        letters.append(out(9, ANN, "bob@northwind-tradings.test"))
        findings, summary = self.scan(letters, code=0)
        self.assertEqual(findings, [])
        self.assertEqual(summary["lost"]["letters"], 0)

    def test_since_until_us_and_protect(self):
        letters = known() + [out(day, ANN, TYPO) for day in range(30)]
        findings, summary = self.scan(
            letters, "--since", "2023-11-20", "--until", "2023-11-25T12:00:00Z",
            "--us", "example.com")
        self.assertEqual(findings[0]["letters"], 5)
        self.assertEqual(summary["us_because"], "--us")
        self.assertEqual(summary["first"], "2023-11-20T22:13:20Z")
        self.assertEqual(summary["outside"] + summary["letters"], 70)
        # Seen from the other side.
        findings, _ = self.scan(letters, "--us", "*.northwind-trading.test",
                                code=0)
        self.assertEqual(findings, [])
        # A name nobody here writes to rightly.
        letters = [out(day, ANN, "bob@clinc.test") for day in range(9)]
        self.assertEqual(self.scan(letters, code=0)[0], [])
        findings, _ = self.scan(letters, "--protect", "clinic.test")
        self.assertEqual(findings[0]["intended"], "bob@clinic.test")
        names = self.write(b"clinic.test\n", "known")
        findings, _ = self.scan(letters, "--known", names)
        self.assertEqual(findings[0]["intended"], "bob@clinic.test")

    def test_aggregate_names_nobody(self):
        letters = known() + [out(day, ANN, TYPO) for day in range(9)]
        path = self.write(log_of(letters))
        for flags in ((), ("--json",)):
            done = run("scan", "--aggregate", *flags, path)
            self.assertEqual(done.returncode, 1)
            self.assertNotIn(b"@", done.stdout)
            self.assertIn(b"northwind-tradng.test", done.stdout)

    def test_all_sides_of_what_was_lost(self):
        letters = known() + [
            out(day, "eve@sales.example.com", TYPO, clear=day % 2 == 0)
            for day in range(40)] + [
            out(41, "joe@example.com", TYPO)]
        units = self.write(b"*.sales.example.com Sales and so on\n", "units")
        _, summary = self.scan(letters, "--us", "*.example.com",
                               "--units", units)
        self.assertEqual(summary["units"], [
            {"name": "Sales and so on", "letters": 40},
            {"name": "example.com", "letters": 1}])
        wrong = TYPO.split("@")[1]
        self.assertEqual(summary["wrong_names"][0], {
            "name": wrong, "letters": 41, "intended": BOB.split("@")[1],
            "mail": wrong, "delivered": 41, "bounced": 0, "clear": 20})
        self.assertEqual(summary["intended_names"][0]["letters"], 41)
        self.assertEqual(summary["years"], {
            "2023": {"letters": 41, "per_day": round(41 / 42, 4)}})
        self.assertEqual(sum(summary["hours"]), 41)
        # Tuesday 22:13 was the first.
        self.assertGreater(summary["hours"][24 + 22], 0)
        self.assertEqual(summary["exposed"]["senders"][0],
                         {"name": "eve@sales.example.com", "letters": 40})
        self.assertEqual(summary["exposed"]["missed"][0]["name"], BOB)
        self.assertEqual(summary["flows"][0], {
            "unit": "Sales and so on", "wrong": wrong, "letters": 40})
        self.assertEqual(summary["repairs"][0]["letters"], 41)
        self.assertIn("eve@sales.example.com", summary["repairs"][0]["text"])

    def test_days_and_hours_where_one_lives(self):
        letters = known() + [out(day, ANN, TYPO) for day in range(9)]
        _, summary = self.scan(letters, "--time-zone", "Asia/Tokyo")
        # 22:13 is 7:13 of the next day there.
        self.assertGreater(summary["hours"][2 * 24 + 7], 0)
        self.assertEqual(summary["hours"][24 + 22], 0)
        # Midnight, too: the letter of 2023-11-20T22:13Z is of the 21st.
        _, summary = self.scan(letters, "--time-zone", "Asia/Tokyo",
                               "--since", "2023-11-21")
        self.assertEqual(summary["first"], "2023-11-20T22:13:20Z")
        done = run("scan", "--time-zone", "Mars/Base", self.write(b""))
        self.assertEqual(done.returncode, 64)
        self.assertIn(b"'Mars/Base' is no time zone", done.stderr)

    def test_a_log_kept_twice_counts_once(self):
        log = log_of(known() + [out(day, ANN, TYPO) for day in range(9)])
        self.write(log)
        self.write(log[:len(log) * 2 // 3].rpartition(b"\n")[0] + b"\n",
                   "mail.info")
        done = run("scan", "--json", self.folder)
        *findings, summary = map(json.loads, done.stdout.splitlines())
        self.assertEqual(findings[0]["letters"], 9)
        self.assertEqual(summary["sources"], {"Postfix log": 1})
        self.assertIn(b"mail.info begins as ", done.stderr)

    def test_a_page(self):
        letters = known() + [out(day, ANN, TYPO) for day in range(9)]
        page = self.folder / "report.html"
        path = self.write(log_of(letters))
        done = run("scan", "--html", page, path)
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        text = page.read_text(encoding="utf-8")
        self.assertIn("9 letters went to wrong names", text)
        self.assertIn("default-src &#39;none&#39;", text)
        run("scan", "--aggregate", "--html", page, path)
        text = page.read_text(encoding="utf-8")
        self.assertNotIn("@", text.partition("</style>")[2])
        done = run("scan", "--html", self.folder / "none" / "x", path)
        self.assertEqual(done.returncode, 74)

    def test_writes_nothing_to_the_store_unless_told(self):
        letters = known() + [out(day, ANN, TYPO) for day in range(9)]
        path = self.write(log_of(letters))
        state = self.folder / "state"
        self.assertEqual(run("scan", "--state", state, path).returncode, 1)
        self.assertFalse(state.exists())
        done = run("scan", "--learn", "--state", state, path)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"learnt   ", done.stdout)
        checked = run("check", "--json", "--state", state, "--from", ANN, TYPO)
        ids = [one["id"] for one in json.loads(checked.stdout)["findings"]]
        self.assertTrue([one for one in ids
                         if one.startswith("correspondence.")], ids)
        self.assertEqual(run("scan", "--learn", "-").returncode, 64)

    def test_the_slips_of_a_house(self):
        letters = known()
        name, suffix = BOB.split("@")[1].rsplit(".", 1)
        for i in range(1, 8):  # they swap letters, which comes back
            wrong = name[:i] + name[i + 1] + name[i] + name[i + 2:]
            if wrong == name:
                continue
            letters += [out(i, ANN, (f"bob@{wrong}.{suffix}", "bounced"),
                            seconds=7000),
                        out(i, ANN, BOB, seconds=7300)]
        table = self.folder / "site.tsv"
        done = run("scan", "--json", "--learn-channel", table,
                   self.write(log_of(letters)))
        self.assertEqual(done.returncode, 1, done.stderr)
        changed, *_, summary = map(json.loads, done.stdout.splitlines())
        self.assertEqual(summary["kind"], "summary")
        self.assertEqual(changed["kind"], "channel")
        self.assertGreaterEqual(changed["one_slip"], 5)
        more = {(one["slip"], one["place"]): one["times"]
                for one in changed["changes"]}
        self.assertGreater(more["transposition", "inside"], 1.1)
        # What it wrote is read, by option and by configuration.
        config = self.write(b'channel = "site.tsv"\n', "lostletter.toml")
        probability = []
        for flags in ((), ("--channel", table), ("--config", config)):
            got = run("check", "--json", *flags, "bob@amry.mil")
            self.assertIn(got.returncode, (0, 1), got.stderr)
            probability.append(json.loads(got.stdout)["probability"])
        self.assertNotEqual(probability[0], probability[1])
        self.assertEqual(probability[1], probability[2])
        bad = self.write(b"deletion\t1\n", "bad.tsv")
        got = run("check", "--channel", bad, "a@b.test")
        self.assertNotEqual(got.returncode, 0)
        self.assertIn(b"channel: ", got.stderr)
        shown = run("scan", "--learn-channel", table,
                    self.write(log_of(letters)))
        self.assertIn(b"times as likely: transposition (inside)", shown.stdout)

    def test_every_service_tells_the_same(self):
        wrong = "bbo@northwind-trading.test"
        letters = known() + [
            out(day, "eve@example.com", TYPO, clear=day % 2 == 0)
            for day in range(40)] + [
            out(3, ANN, (wrong, "bounced"), seconds=7000, size=900),
            out(3, ANN, BOB, "joe@elsewhere.test", seconds=7600, size=4000),
            out(5, ANN, "jim@elsewhere.test", seconds=7200, defers=2)]
        letters.sort(key=lambda letter: letter.at)
        seen = ("kind", "typed", "intended", "letters", "delivered", "bounced",
                "senders", "first", "last", "ongoing", "probability")

        def told(findings, *more):
            return [{key: one[key] for key in seen + more} for one in findings]

        expected, all_told = self.scan(letters, "--us", "example.com")
        self.assertEqual(len(expected), 3)
        for kind, lines, *more in (
                ("Exchange message-tracking log", tables.exchange_lines),
                ("Microsoft 365 message trace", tables.m365_rows),
                ("Microsoft 365 message trace", tables.m365_list_rows),
                ("Google Workspace e-mail log", tables.google_rows, "clear"),
                ("lostletter NDJSON", tables.ndjson_lines, "clear")):
            text = "".join(lines(letters))
            content = text.encode()
            for packed in (content, gzip.compress(content),
                           text.encode("utf-16")):
                path = self.write(packed, "export")
                done = run("scan", "--json", "--us", "example.com", path)
                *findings, summary = map(json.loads, done.stdout.splitlines())
                self.assertEqual(told(findings, *more),
                                 told(expected, *more), kind)
                self.assertEqual(summary["sources"], {kind: 1})
                self.assertEqual(summary["skipped"], {})
                for count in ("letters", "recipients", "outbound",
                              "correspondents", "partners", "recall"):
                    self.assertEqual(summary[count], all_told[count], count)
                self.assertNotIn(b"urgent", done.stdout)
            for flags in (("--threads", "1"), ("--threads", "2")):
                half = content.decode().splitlines(keepends=True)
                again = run("scan", "--json", "--us", "example.com", *flags,
                            self.write("".join(half).encode(), "export"))
                self.assertEqual(again.stdout, done.stdout)
            self.partly(letters, lines, done.stdout)

    def partly(self, letters, lines, expected):
        """The same of two machines that saw one half of the letters each."""
        parts = []
        for number, half in enumerate((letters[:50], letters[50:])):
            path = self.write("".join(lines(half)).encode(), f"half{number}")
            parts.append(self.folder / f"part{number}")
            done = run("scan", "--us", "example.com", "--partial",
                       parts[-1], path)
            self.assertEqual(done.returncode, 0, done.stderr)
        done = run("scan", "--json", "--us", "example.com", "--merge", *parts)
        *findings, _ = map(json.loads, done.stdout.splitlines())
        *same, _ = map(json.loads, expected.splitlines())
        self.assertEqual(findings, same)

    def test_an_alias_in_exports(self):
        letters = known() + [
            traffic.Letter(BEGIN + day * DAY, f"w{day}@elsewhere.test",
                           [("eve@example.com", "sent", TYPO)])
            for day in range(12)]
        for lines in (tables.exchange_lines, tables.ndjson_lines):
            path = self.write("".join(lines(letters)).encode(), "export")
            done = run("scan", "--json", path)
            *findings, _ = map(json.loads, done.stdout.splitlines())
            self.assertEqual([(one["kind"], one["typed"], one["forwarded"])
                              for one in findings],
                             [("standing_leak", TYPO, 12)])

    def test_many_files_of_many_kinds(self):
        lines = log_of(known() + [out(day, ANN, TYPO) for day in range(9)])
        lines = lines.splitlines(keepends=True)
        half = len(lines) // 2
        self.write(gzip.compress(b"".join(lines[:half])), "mail.log.1.gz")
        self.write(b"".join(lines[half:]) + b"what is this?\n", "mail.log")
        self.write(b"From a Mon Nov  2 10:00:00 2023\nFrom: ann@example.com\n"
                   b"To: bob@northwind-tradng.test\n"
                   b"Date: Mon, 20 Nov 2023 10:00:00 +0000\n\nhello\n", "mbox")
        done = run("scan", "--json", self.folder)
        self.assertEqual(done.returncode, 1, done.stderr)
        *findings, summary = map(json.loads, done.stdout.splitlines())
        self.assertEqual(findings[0]["letters"], 10)
        self.assertEqual(summary["sources"], {"Postfix log": 2, "mbox": 1})
        self.assertEqual(summary["skipped"], {"not a line of a log": 1})
        self.assertEqual(summary["letters"], 50)
        piped = run("scan", "--json", "-", stdin=b"".join(lines))
        self.assertEqual(json.loads(piped.stdout.splitlines()[0])["letters"],
                         9)

    def test_whoever_wrote_the_lines_down(self):
        """The same letters by four collectors, across the days when clocks
        change: the same answer to the second."""
        letters = known(200) + [out(day, ANN, TYPO) for day in range(200)]
        lines = log_of(letters).decode().splitlines(keepends=True)
        told = {}
        for name, written in (("iso", lines),
                              ("5424", traffic_logs.as_rfc5424(lines)),
                              ("3164", traffic_logs.as_rfc3164(lines)),
                              ("journal", traffic_logs.as_journal(lines))):
            path = self.write("".join(written).encode(), f"{name}.log")
            end = BEGIN + 200 * DAY
            os.utime(path, (end, end))
            done = subprocess.run([PROGRAM, "scan", "--json", str(path)],
                                  env=os.environ | {"TZ": "Europe/Berlin"},
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            told[name] = done.stdout
            self.assertEqual(done.stdout, told["iso"], name)
        self.assertEqual(json.loads(told["iso"].splitlines()[0])["letters"],
                         200)

    def test_within_so_much_memory(self):
        # What is said is the same: TrafficTest.
        path = self.write(log_of(known()))
        done = run("scan", "--memory", "1MB", path)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(run("scan", "--memory", "much", path).returncode, 64)
        done = subprocess.run([PROGRAM, "scan", "--memory", "1MB", str(path)],
                              env=os.environ | {"TMPDIR": "/proc"},
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 74)
        self.assertIn(b"--memory: cannot write to '/proc'", done.stderr)

    def many(self):
        """A log of so many addresses that tables become files."""
        letters = known() + [out(day, "eve@example.com", TYPO)
                             for day in range(40)]
        return self.write(log_of(letters + [
            out(number % 40, ANN, f"w{number}@elsewhere.test", seconds=number)
            for number in range(70_000)]))

    def test_the_same_within_so_much_memory(self):
        path = self.many()
        want = run("scan", "--json", path)
        self.assertEqual(want.returncode, 1, want.stderr)
        left = self.folder / "left"
        left.mkdir()
        done = subprocess.run(
            [PROGRAM, "scan", "--json", "--memory", "1MB", str(path)],
            env=os.environ | {"TMPDIR": str(left)}, capture_output=True,
            check=False)
        self.assertEqual((done.stdout, done.stderr), (want.stdout, b""))
        self.assertEqual(list(left.iterdir()), [])

    def test_no_room_for_what_leaves_memory(self):
        def bound():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        path = self.many()
        left = self.folder / "left"
        left.mkdir()
        for threads in "1", "2":
            # SIGXFSZ stays ignored: the error is told by the system call.
            done = subprocess.run(
                [PROGRAM, "scan", "--threads", threads, "--memory", "1MB",
                 str(path)], env=os.environ | {"TMPDIR": str(left)},
                capture_output=True, check=False, preexec_fn=bound,
                restore_signals=False)
            self.assertEqual(
                (done.returncode, done.stdout, done.stderr.decode()),
                (74, b"", f"lostletter: --memory: cannot write to '{left}': "
                 "File too large\n"))
            self.assertEqual(list(left.iterdir()), [])

    def test_table_and_progress_on_a_terminal(self):
        path = self.write(log_of(known() + [out(1, ANN, TYPO)]))
        done = run("scan", path)
        self.assertEqual(done.stderr, b"")
        self.assertIn(f"       1  {TYPO}  for {BOB}  (".encode(), done.stdout)
        self.assertIn(b"\n1 letter went to wrong names", done.stdout)
        shown = on_terminal("scan", str(path))
        self.assertIn(TYPO.encode(), shown)

    def test_how_it_ends(self):
        good = self.write(log_of(known()))
        self.assertEqual(run("scan").returncode, 64)
        self.assertEqual(run("scan", "--since", "May", good).returncode, 64)
        self.assertEqual(
            run("scan", "--until", "2023-13-01", good).stderr,
            b"lostletter: --until: '2023-13-01' is no day (2026-11-24) and no "
            b"time (2026-11-24T12:30:00Z)\n")
        self.assertEqual(run("scan", "--us", "a b", good).returncode, 64)
        self.assertEqual(run("scan", "--jsn", good).returncode, 64)
        self.assertEqual(run("scan", self.folder / "none").returncode, 65)
        binary = self.write(bytes(range(256)) * 9, "binary")
        done = run("scan", good, binary)
        self.assertEqual(done.returncode, 65)
        self.assertIn(b"binary", done.stderr)
        self.assertIn(b"us       example.com", done.stdout)
        nobody = self.write(log_of([]), "empty")
        done = run("scan", nobody)
        self.assertEqual(done.returncode, 64)
        self.assertIn(b"--us DOMAIN", done.stderr)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "scan", str(good)], stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 74)


def judged(planted, findings, kinds):
    """Of those planted, the ones not found."""
    found = {one["typed"] for one in findings if one["kind"] in kinds}
    return [leak for leak in planted if leak.typed not in found and
            leak.typed.split("@")[1] not in found]


class TrafficTest(unittest.TestCase):
    """A year of 150 people, and the truth beside it. Figures are printed;
    goals are those of the project, on a seed each."""

    def measure(self, seed, lines, stamp, is_told):
        made = traffic.Traffic(seed, people=150, partners=400, leaks=60)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "mail.log"
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(traffic.in_order(made.letters(), lines, stamp))
            done = run("scan", "--json", path)
            # All that can leave the process does, again and again.
            tight = run("scan", "--json", "--memory", "1MB", path)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(tight.stdout, done.stdout)
        *findings, summary = map(json.loads, done.stdout.splitlines())
        names = {leak.typed: leak.intended for leak in made.leaks}
        names |= {leak.typed.split("@")[1]: leak.intended.split("@")[1]
                  for leak in made.leaks
                  if leak.typed.split("@")[1] != leak.intended.split("@")[1]}
        rows = {}
        for kind, kinds in (
                ("standing_leak", {"standing_leak"}),
                ("misdirected", {"misdirected", "standing_leak"}),
                ("self_correction", {"self_correction"})):
            planted = [leak for leak in made.leaks
                       if leak.kind == kind and is_told(leak)]
            missed = judged(planted, findings, kinds)
            named = [one for one in findings if one["kind"] == kind]
            false = [one for one in named if one["typed"] not in names]
            rows[kind] = (planted, missed, named, false)
            print(f"{kind:16} planted {len(planted):4}  recall "
                  f"{1 - len(missed) / len(planted):.4f}  named "
                  f"{len(named):4}  precision "
                  f"{1 - len(false) / max(1, len(named)):.4f}  false a 10,000 "
                  "correspondents "
                  f"{10_000 * len(false) / summary['correspondents']:.2f}")
            for one in false:
                print(f"  false: {one['typed']} for {one['intended']}, "
                      f"{one['letters']} letters")
        for one in findings:
            self.assertEqual(names.get(one["typed"], one["intended"]),
                             one["intended"])
        return made, rows, summary

    def check(self, seed, lines, stamp=None, is_told=lambda leak: True):
        made, rows, summary = self.measure(seed, lines, stamp, is_told)
        self.assertEqual(summary["skipped"], {})
        self.assertGreater(summary["correspondents"], 15_000)
        planted, missed, *_ = rows["standing_leak"]
        self.assertLessEqual(len(missed), 0.01 * len(planted))
        planted, missed, *_ = rows["self_correction"]
        self.assertLessEqual(len(missed), 0.05 * len(planted))
        planted, missed, *_ = rows["misdirected"]
        self.assertLessEqual(len(missed), 0.1 * len(planted))
        false = sum(len(row[3]) for row in rows.values())
        self.assertLessEqual(10_000 * false, summary["correspondents"])
        return made, summary

    def test_postfix(self):
        made, summary = self.check(1, traffic.postfix_lines)
        self.assertEqual(summary["us"], ["example.com"])
        self.assertGreater(len(made.correspondents), 15_000)

    def test_exim(self):
        _, summary = self.check(2, traffic_logs.exim_lines,
                                traffic_logs.exim_stamp)
        self.assertEqual(summary["sources"], {"Exim log": 1})

    def test_sendmail(self):
        # It does not tell which alias led where.
        _, summary = self.check(3, traffic_logs.sendmail_lines,
                                is_told=lambda leak: not leak.is_alias)
        self.assertEqual(summary["sources"], {"Sendmail log": 1})


if __name__ == "__main__":
    unittest.main()
