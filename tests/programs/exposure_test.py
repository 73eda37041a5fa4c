#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter exposure: the wrong names of a name."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import name_servers
from learn_test import Mailbox

PROGRAM = os.environ["LOSTLETTER"]
FIELDS = ["name", "of", "edit", "probability", "mx", "accepts",
          "expected_per_year", "interval", "per_letter", "neighbour", "known",
          "holder", "registered"]

# What is registered around army.mil here, on loopback.
ZONE = """$TTL 60
. SOA ns.test. root.test. 1 3600 600 86400 30
. NS ns.test.
ns.test. A 127.0.0.1
army.ml. MX 10 mail.army.ml.
*.army.ml. MX 10 mail.army.ml.
mail.army.ml. A 192.88.99.1
army.m.il. MX 0 .
army.mit. A 192.88.99.2
army.com. MX 10 mx1.clutch.test.
army.ril. MX 10 mx2.clutch.test.
armym.il. MX 10 mx1.clutch.test.
mx1.clutch.test. A 192.88.99.3
mx2.clutch.test. A 192.88.99.4
nea.test. MX 10 mail.nea.test.
mail.nea.test. A 127.0.0.1
ner.test. MX 10 mail.nea.test.
"""

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
    (["--format", "postfx", "example.com"], 64,
     "lostletter: --format: 'postfx' is none: did you mean 'postfix'?\n"),
    (["--format", "rpz", "--no-resolve", "example.com"], 64,
     "lostletter: --format rpz lists names that take mail: leave --no-resolve "
     "out\n"),
    (["--format", "zone", "example.com"], 64,
     "lostletter: --format zone: say with --own which names you hold\n"),
    (["--resolver", "ns.example.com", "example.com"], 64,
     "lostletter: --resolver: 'ns.example.com' is no resolver: write "
     "192.0.2.1, 192.0.2.1:53 or [2001:db8::1]:53\n"),
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


class Host:
    """A mail host that hears everything, and says what it is told to RCPT."""

    def __init__(self, to_rcpt):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.to_rcpt = to_rcpt
        self.heard = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                stream, _ = self.socket.accept()
            except OSError:
                return
            with stream, stream.makefile("rb") as lines:
                stream.settimeout(20)
                self.heard.append(b"")
                try:
                    self.talk(stream, lines)
                except OSError:
                    pass  # it does not wait for an answer to its last words

    def talk(self, stream, lines):
        stream.sendall(b"220-mx.test\r\n220 ESMTP\r\n")
        for line in lines:
            self.heard[-1] += line
            if line.startswith(b"QUIT"):
                return
            stream.sendall(self.to_rcpt if line.startswith(b"RCPT")
                           else b"250 ok\r\n")

    def heard_last(self):
        """What the last one said, once it said goodbye."""
        deadline = time.monotonic() + 20
        while not self.heard[-1].endswith(b"QUIT\r\n"):
            assert time.monotonic() < deadline, self.heard
            time.sleep(0.02)
        return self.heard[-1].decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


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
                         ["typed", "who", "may", "name", "how", "it", "comes",
                          "about"])

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = run("--no-resolve", "--json", "example.com", stdout=full)
        self.assertEqual(
            (done.returncode, done.stderr.decode()),
            (74, "lostletter: cannot write the output: No space left on "
                 "device\n"))


@unittest.skipUnless(name_servers.available(), "no nsd and unbound here")
class Resolution(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(
            cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.servers = cls.enterClassContext(
            name_servers.Servers(cls.place, ZONE))

    def explore(self, *arguments):
        return run("--resolver", f"127.0.0.1:{self.servers.resolver}",
                   "--mass", "0.9", *arguments)

    def rows(self, *arguments):
        done = self.explore("--json", *arguments)
        self.assertEqual(done.stderr, b"")
        return {row["name"]: row for row in
                map(json.loads, done.stdout.splitlines())}, done.returncode

    def test_which_take_mail_and_through_whom(self):
        found, status = self.rows("army.mil", "--letters-per-year", "1e6")
        self.assertEqual(status, 1)
        lost = found["army.ml"]
        self.assertEqual(
            lost["mx"], {"service": "mx", "hosts": ["mail.army.ml"],
                         "exists": "yes", "wildcards": [], "parked": False,
                         "authentic": False, "cluster": None})
        self.assertEqual(lost["accepts"], "yes")
        self.assertAlmostEqual(lost["expected_per_year"],
                               1e6 * lost["per_letter"])
        low, high = lost["interval"]
        self.assertLess(low, lost["expected_per_year"])
        self.assertGreater(high, lost["expected_per_year"])
        below = found["us.army.ml"]
        self.assertEqual((below["accepts"], below["mx"]["wildcards"]),
                         ("yes", ["army.ml"]))
        self.assertEqual(found["army.mit"]["mx"]["service"], "implicit")
        self.assertEqual(found["army.ril"]["mx"]["cluster"], "clutch.test")
        null = found["army.m.il"]
        self.assertEqual((null["accepts"], null["mx"]["service"],
                          null["expected_per_year"]), ("no", "null", 0))
        gone = found["army.il"]
        self.assertEqual((gone["accepts"], gone["mx"]["exists"]),
                         ("no", "no"))
        # The owner's names are nobody else's business.
        self.assertTrue(all(row["mx"] is None for row in found.values()
                            if row["holder"] == "owner"))

    def test_nothing_wrong_found(self):
        found, status = self.rows("example.org", "--limit", "200")
        self.assertEqual(status, 0)
        self.assertEqual({row["accepts"] for row in found.values()
                          if row["mx"]}, {"no"})

    def test_no_resolver(self):
        done = run("--resolver", f"127.0.0.1:{name_servers.free_port()}",
                   "--limit", "3", "--json", "example.org")
        self.assertEqual(
            (done.returncode, done.stderr.decode()),
            (69, "lostletter: no resolver answers: nothing is known of any "
                 "name; name one with --resolver\n"))
        self.assertEqual({json.loads(line)["accepts"]
                          for line in done.stdout.splitlines()}, {"unknown"})

    def test_table(self):
        done = self.explore("army.mil", "--letters-per-year", "1000000",
                            "--limit", "60")
        text = done.stdout.decode()
        self.assertIn("\nWhat to do first,", text)
        self.assertRegex(text, r"\n  block    army\.ml +\d+\.\d %  and \d+ "
                               r"names below it\n")
        self.assertRegex(text, r"\n  register army\.il ")
        self.assertRegex(text, r"army\.ml +mail\.army\.ml; suffix: i lost "
                               r"\(mil -> ml\)\n")
        self.assertRegex(text, r"names take mail \(0 unknown\): they get ")

    def test_block_lists_are_what_their_readers_take(self):
        def listed(kind):
            path = self.place / f"list.{kind}"
            done = self.explore("army.mil", "--format", kind)
            self.assertEqual((done.returncode, done.stderr), (1, b""))
            path.write_bytes(done.stdout)
            return path
        policy = listed("policy")
        for address, status in (("a@army.ml", 1), ("a@x.army.ml", 1),
                                ("a@army.m.il", 0)):
            judged = subprocess.run(
                [PROGRAM, "check", "--config", str(policy), "--json", address],
                stdout=subprocess.PIPE, check=False)
            (row,) = map(json.loads, judged.stdout.splitlines())
            self.assertEqual(row["verdict"] == "blocked", status == 1, row)
        unbound = listed("unbound")
        check = shutil.which("unbound-checkconf") or \
            "/usr/sbin/unbound-checkconf"
        subprocess.run([check, str(unbound)], check=True,
                       stdout=subprocess.DEVNULL)
        self.assertIn('  local-zone: "army.ml." always_nxdomain\n',
                      unbound.read_text())
        zone = shutil.which("nsd-checkzone") or "/usr/sbin/nsd-checkzone"
        subprocess.run([zone, "rpz.test", str(listed("rpz"))], check=True,
                       stdout=subprocess.DEVNULL)
        postmap = shutil.which("postmap") or "/usr/sbin/postmap"
        if not pathlib.Path(postmap).exists():
            self.skipTest("no postmap here")
        postfix = listed("postfix")
        config = self.place / "postfix"
        config.mkdir(exist_ok=True)
        (config / "main.cf").write_text("compatibility_level = 3.6\n")
        for name in ("army.ml", ".army.ml"):
            told = subprocess.run(
                [postmap, "-c", str(config), "-q", name, f"texthash:{postfix}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual(
                told.stdout.decode(), "REJECT 5.7.1 No mail from here to "
                "army.ml: did you mean army.mil?\n", told.stderr)

    def test_page(self):
        done = self.explore("army.mil", "--format", "html", "--limit", "60",
                            "--letters-per-year", "1000000")
        page = done.stdout.decode()
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertIn("<h2>army.mil</h2>", page)
        self.assertIn("<h3>What to do first</h3>", page)
        self.assertRegex(page, "<tr><td>army.ml</td><td>army.mil</td>"
                               r"<td>suffix: i lost \(mil -&gt; ml\)</td>")
        for elsewhere in ("http:", "https:", "<script", "src="):
            self.assertNotIn(elsewhere, page)

    def test_probe_is_nobody_elses_business(self):
        for arguments, said in (
                (["--smtp-probe"], "--smtp-probe talks to other people's mail "
                 "servers: name with --own the names that are yours, or say "
                 "--i-am-authorised"),
                (["--smtp-probe", "--no-resolve"], "--smtp-probe needs to know "
                 "mail hosts: leave --no-resolve out"),
                (["--partners", "3"], "--partners: say with --state where it "
                 "is known to whom one writes")):
            done = run(*arguments, "army.mil")
            self.assertEqual((done.returncode, done.stderr.decode()),
                             (64, f"lostletter: {said}\n"))

    def test_probe_asks_and_sends_nothing(self):
        with Host(b"250 2.1.5 as you like\r\n") as host:
            found, _ = self.rows(
                "near.test", "--inside", "--limit", "400", "--smtp-probe",
                "--own", "nea.test", "--smtp-port", str(host.port),
                "--probe-pause", "0.1")
            said = host.heard_last()
        # Only one's own name was asked, for an address that nobody has.
        probed = {name: row["mx"]["probe"] for name, row in found.items()
                  if row["mx"] and "probe" in row["mx"]}
        self.assertEqual(probed, {"nea.test": {
            "said": "taken", "code": 250, "text": "250 2.1.5 as you like"}})
        self.assertEqual(len(host.heard), 1)
        self.assertRegex(
            said,
            r"^EHLO \S+\r\nMAIL FROM:<>\r\nRCPT TO:<nobody-\w{10}@nea\.test>"
            r"\r\nRSET\r\nQUIT\r\n$")

    def test_probe_with_authority_and_a_refusal(self):
        with Host(b"550 5.1.1 no\r\n") as host:
            found, _ = self.rows(
                "near.test", "--inside", "--limit", "400", "--smtp-probe",
                "--i-am-authorised", "--smtp-port", str(host.port),
                "--probe-pause", "0.1")
        self.assertEqual(
            {name: row["mx"]["probe"]["said"] for name, row in found.items()
             if row["mx"] and "probe" in row["mx"]},
            {"nea.test": "refused", "ner.test": "refused"})

    def test_zone_of_names_one_holds(self):
        done = run("--format", "zone", "--own", "us.army.ml", "--own",
                   "army.ril", "army.mil")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"\narmy.ml. MX 0 .\n", done.stdout)
        path = self.place / "own.zone"
        path.write_bytes(b". 60 SOA a. b. 1 2 3 4 5\n. 60 NS ns.test.\n"
                         b"$TTL 60\n" + done.stdout)
        zone = shutil.which("nsd-checkzone") or "/usr/sbin/nsd-checkzone"
        subprocess.run([zone, ".", str(path)], check=True,
                       stdout=subprocess.DEVNULL)

    def test_own_names_are_not_blocked(self):
        done = self.explore("army.mil", "--format", "unbound", "--own",
                            "army.ml")
        self.assertNotIn(b'"army.ml."', done.stdout)
        self.assertIn(b'"army.ril."', done.stdout)

    def test_csv(self):
        done = self.explore("army.mil", "--format", "csv", "--limit", "50")
        lines = done.stdout.decode().split("\r\n")
        self.assertEqual(lines[0].split(",")[:6],
                         ["name", "of", "probability", "holder", "registered",
                          "accepts"])
        self.assertIn("army.ml", [line.split(",")[0] for line in lines])

    def test_volume_of_what_was_learnt(self):
        state = self.place / "state"
        state.mkdir(exist_ok=True)
        box = Mailbox()
        for n in range(40):
            box.add("Ann <ann@example.com>", "bob@us.army.mil", days=1 + n)
            box.add("bob@us.army.mil", "Ann <ann@example.com>",
                    days=0.5 + n)
        path = self.place / "letters.mbox"
        path.write_bytes(box.text)
        subprocess.run([PROGRAM, "learn", "--state", str(state), "--us",
                        "example.com", str(path)], check=True,
                       stdout=subprocess.DEVNULL)
        found, _ = self.rows("army.mil", "--state", str(state))
        # The names one writes to, without naming them.
        done = self.explore("--partners", "5", "--state", str(state),
                            "--limit", "20", "--format", "html")
        self.assertEqual(done.stderr, b"")
        self.assertIn(b"<h2>army.mil</h2>", done.stdout)
        row = found["us.army.ml"]
        # Forty letters in forty days, nearly all of them to the sub-domain.
        letters = row["expected_per_year"] / row["per_letter"]
        self.assertAlmostEqual(letters, 365.25, delta=15)
        self.assertGreater(row["per_letter"], row["probability"] / 2)
        self.assertLess(found["army.ml"]["per_letter"],
                        row["per_letter"] / 10)


if __name__ == "__main__":
    unittest.main()
