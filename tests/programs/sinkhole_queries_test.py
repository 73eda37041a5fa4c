#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter sinkhole queries: mail servers that ask for wrong names, as real
name servers write it down: dnstap of unbound and nsd, unbound's log."""
import gzip
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import name_servers
from name_servers import Servers, question

PROGRAM = os.environ["LOSTLETTER"]
MX, A = 15, 1
ZONE = """$TTL 60
. SOA ns.test. root.test. 1 3600 600 86400 30
. NS ns.test.
ns.test. A 127.0.0.1
army.ml. MX 0 .
real.test. MX 10 ns.test.
"""

# arguments, exit status, what standard error says
WRONG = (
    ([], 64, "lostletter: name files to read, or --dnstap and --state\n"),
    (["--dnstap", "unix:/tmp/x"], 64,
     "lostletter: --dnstap and --state belong together\n"),
    (["--dnstap", "inet:0.0.0.0:1", "--state", "/tmp/x"], 64,
     "lostletter: --dnstap: listen on unix:/path, or on loopback\n"),
    (["--name", "x", "f"], 64,
     "lostletter: --name: 'x' is no pair: write army.ml=army.mil\n"),
    (["/no/such"], 65, "lostletter: cannot open '/no/such': No such file or "
                       "directory\n"),
)


def queries(*arguments, stdin=b""):
    done = subprocess.run([PROGRAM, "sinkhole", "queries", "--json",
                           *arguments], input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def ask(port, *asked):
    with socket.socket(type=socket.SOCK_DGRAM) as packets:
        packets.settimeout(5)
        for name, kind in asked:
            packets.sendto(question(name, kind), ("127.0.0.1", port))
            packets.recv(4096)


class Listener:
    """Counts what name servers tell it."""

    def __init__(self, place, *arguments):
        self.socket = pathlib.Path(place, "dnstap.sock")
        self.state = pathlib.Path(place, "state")
        self.process = subprocess.Popen(
            [PROGRAM, "sinkhole", "queries", "--dnstap", f"unix:{self.socket}",
             "--state", str(self.state), *arguments], stderr=subprocess.PIPE)
        end = time.monotonic() + 20
        log = b""
        while b"started" not in log and time.monotonic() < end:
            if select.select([self.process.stderr], [], [], 0.5)[0]:
                log += os.read(self.process.stderr.fileno(), 4096)
        assert b"started" in log, log

    def report(self, *arguments):
        done = subprocess.run(
            [PROGRAM, "sinkhole", "report", "--state", str(self.state),
             *arguments], stdout=subprocess.PIPE, check=True)
        return done.stdout

    def wait_for(self, wanted):
        """Until so many questions are counted; the last report."""
        end = time.monotonic() + 30
        rows = []
        while time.monotonic() < end:
            rows = [json.loads(line)
                    for line in self.report("--json").splitlines()]
            if sum(row["queries"] for row in rows) >= wanted:
                break
            time.sleep(0.3)
        return rows

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0, self.process.returncode


class Queries(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = pathlib.Path(folder.name)

    def test_wrong_command_lines(self):
        for arguments, status, stderr in WRONG:
            with self.subTest(arguments):
                done = subprocess.run(
                    [PROGRAM, "sinkhole", "queries", *arguments],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20,
                    check=False)
                self.assertEqual((done.returncode, done.stderr.decode()),
                                 (status, stderr))

    def test_dnstap_of_a_resolver(self):
        with Listener(self.place) as listener:
            with Servers(self.place, ZONE, unbound=f"""
dnstap:
  dnstap-enable: yes
  dnstap-socket-path: "{listener.socket}"
  dnstap-log-client-response-messages: yes
""") as servers:
                # A wrong name that does not exist, twice; one that nothing
                # resembles; one that exists; no question for mail hosts.
                ask(servers.resolver, ("navy.ml", MX), ("Navy.ML", MX),
                    ("us.navy.ml", MX), ("qwxzk.test", MX), ("real.test", MX),
                    ("army.ml", MX), ("navy.ml", A))
                (row,) = listener.wait_for(3)
        self.assertEqual(
            (row["intended"], row["queries"], row["wrong_names"],
             row["networks"]),
            ("navy.mil", 3, {"navy.ml": 2, "us.navy.ml": 1},
             {"127.0.0.0/24": 3}))
        text = listener.report().decode()
        self.assertIn("\n  mail hosts asked for         3 ", text)
        self.assertIn("Questions to name servers are no letters", text)
        self.assertIn(b"Asked for instead of navy.mil",
                      listener.report("--format", "html"))

    def test_dnstap_of_an_authority(self):
        with Listener(self.place, "--name", "army.ml=army.mil") as listener:
            with Servers(self.place, ZONE, nsd=f"""
dnstap:
  dnstap-enable: yes
  dnstap-socket-path: "{listener.socket}"
  dnstap-log-auth-response-messages: yes
""") as servers:
                # One's own name counts though it exists: with a null MX.
                ask(servers.authority, ("army.ml", MX), ("us.army.ml", MX),
                    ("navy.ml", MX), ("army.ml", A))
                (row,) = listener.wait_for(2)
        self.assertEqual((row["intended"], row["wrong_names"]),
                         ("army.mil", {"army.ml": 1, "us.army.ml": 1}))

    def test_log_of_a_resolver(self):
        with Servers(self.place, ZONE, unbound="""
server:
  log-queries: yes
  log-replies: yes
""") as servers:
            ask(servers.resolver, ("navy.ml", MX), ("navy.ml", MX),
                ("real.test", MX), ("army.ml", MX), ("navy.ml", A))
        log = self.place / "unbound.log"
        packed = self.place / "unbound.log.1.gz"
        packed.write_bytes(gzip.compress(log.read_bytes()))
        for arguments, stdin in (([str(log)], b""), ([str(packed)], b""),
                                 (["-"], log.read_bytes())):
            with self.subTest(arguments):
                (row,) = queries(*arguments, stdin=stdin)
                self.assertEqual((row["intended"], row["queries"]),
                                 ("navy.mil", 2))
        (row,) = queries("--name", "army.ml=army.mil", str(log))
        self.assertEqual((row["intended"], row["queries"]), ("army.mil", 1))

    def test_nothing_of_interest(self):
        done = subprocess.run(
            [PROGRAM, "sinkhole", "queries", "-"], stdout=subprocess.PIPE,
            input=b"24-Nov-2026 10:00:00.1 client @0x7 192.0.2.1#5 (a.test): "
                  b"query: a.test IN MX + (192.0.2.53)\nsomething else\n",
            timeout=20, check=False)
        self.assertEqual(
            (done.returncode, done.stdout),
            (0, b"none of 1 questions for mail hosts is for a wrong name\n"))

    def test_strangers_at_the_socket(self):
        with Listener(self.place) as listener:
            for said in (b"GET / HTTP/1.1\r\n\r\n", os.urandom(5000), b"\0"):
                with socket.socket(socket.AF_UNIX) as stream:
                    stream.connect(str(listener.socket))
                    stream.sendall(said)
            self.assertEqual(listener.wait_for(0), [])


if __name__ == "__main__":
    if not name_servers.available():
        print("skipped: no nsd and unbound here (tools/install-deps test)")
        sys.exit(77)
    unittest.main()
