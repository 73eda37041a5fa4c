#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter sinkhole: refuses, says what was meant, counts, keeps nothing."""
import contextlib
import email
import json
import os
import pathlib
import re
import select
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["LOSTLETTER"]
REFUSAL = (b"550-5.1.2 No mail is accepted for us.army.ml.\r\n"
           b"550-5.1.2 If you meant us.army.mil, please correct the address "
           b"and send it again.\r\n"
           b"550 5.1.2 Your letter was not read and not kept.\r\n")

# arguments, exit status, what standard error says
WRONG = (
    ([], 64, "lostletter: say with --listen where, such as 192.0.2.1:25\n"),
    (["--listen", "127.0.0.1:0"], 64,
     "lostletter: say with --name what is held: army.ml=army.mil\n"),
    (["--listen", "127.0.0.1:0", "--name", "army.ml"], 64,
     "lostletter: --name: 'army.ml' is no pair: write army.ml=army.mil\n"),
    (["--listen", "127.0.0.1:0", "--name", "a.test=b.test", "--tls-key", "x"],
     64, "lostletter: --tls-cert and --tls-key belong together\n"),
    (["--listen", "127.0.0.1:0", "--name", "a.test=b.test", "--tls-cert",
      "/no/such", "--tls-key", "/no/such"], 69,
     "lostletter: cannot use the certificate /no/such: No such file or "
     "directory\n"),
    (["--listen", "127.0.0.1:0", "--name", "a.test=b.test", "--retain",
      "addresses"], 64,
     "lostletter: addresses in the clear need --legal-note: on what ground are "
     "they kept?\n"),
    (["--listen", "127.0.0.1:0", "--name", "a.test=b.test", "--tarpit", "2 h"],
     64, "lostletter: --tarpit: at most '60 s': clients give up\n"),
    (["--listen", "127.0.0.1:0", "--name", "a.test=b.test", "--proxy", "x"],
     64, None),
    (["report"], 64, "lostletter: say with --state where\n"),
    (["report", "--state", "/no/such", "--format", "htm"], 64,
     "lostletter: --format: 'htm' is none: did you mean 'html'?\n"),
    (["report", "--state", "/no/such"], 69,
     "lostletter: cannot read /no/such/sinkhole: No such file or "
     "directory\n"),
)


class Sinkhole:
    def __init__(self, *arguments, name="army.ml=army.mil", config=None):
        told = ["--config", str(config)] if config else \
            ["--listen", "127.0.0.1:0", "--name", name, "--host", "mx.army.ml"]
        self.process = subprocess.Popen(
            [PROGRAM, "sinkhole", *told, *arguments], stderr=subprocess.PIPE)
        self.log = b""
        end = time.monotonic() + 20
        while b"started" not in self.log and time.monotonic() < end:
            if select.select([self.process.stderr], [], [], 0.5)[0]:
                read = os.read(self.process.stderr.fileno(), 65536)
                if not read:
                    break
                self.log += read
        found = re.search(rb"inet:127\.0\.0\.1:(\d+)", self.log)
        if not found:
            self.process.kill()
            raise RuntimeError(self.log)
        self.port = int(found[1])

    def connect(self):
        stream = socket.create_connection(("127.0.0.1", self.port), 20)
        greeting = stream.recv(1000)
        assert greeting.startswith(b"220 mx.army.ml "), greeting
        return stream

    def memory(self):
        """Resident bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.log += self.process.communicate(timeout=20)[1]
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def read_until(stream, end):
    got = b""
    while not got.endswith(end):
        piece = stream.recv(65536)
        if not piece:
            break
        got += piece
    return got


def write_letter(sinkhole, sender=b"ann@example.com",
                 recipient=b"general@army.ml"):
    with sinkhole.connect() as stream:
        stream.sendall(b"HELO mail.example.com\r\nMAIL FROM:<" + sender +
                       b">\r\nRCPT TO:<" + recipient + b">\r\nQUIT\r\n")
        read_until(stream, b"goodbye\r\n")


def make_certificate(place):
    """Arguments that offer TLS with a new one, and the file to trust."""
    certificate, key = place / "cert.pem", place / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
         "-subj", "/CN=mx.army.ml", "-days", "1", "-keyout", str(key),
         "-out", str(certificate)], check=True, stderr=subprocess.DEVNULL)
    return ["--tls-cert", str(certificate), "--tls-key", str(key)], certificate


def report(state):
    done = subprocess.run([PROGRAM, "sinkhole", "report", "--json", "--state",
                           state], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class SinkholeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = folder.name

    def test_wrong_command_lines(self):
        for arguments, status, stderr in WRONG:
            with self.subTest(arguments):
                done = subprocess.run([PROGRAM, "sinkhole", *arguments],
                                      stdout=subprocess.PIPE, timeout=20,
                                      stderr=subprocess.PIPE, check=False)
                told = [line for line in done.stderr.decode().splitlines(True)
                        if "event=" not in line]
                self.assertEqual(done.returncode, status)
                if stderr is None:
                    self.assertIn("".join(told)[:20], "lostletter: --proxy:")
                else:
                    self.assertEqual("".join(told), stderr)

    def test_a_mail_library_hears_why(self):
        with Sinkhole() as sinkhole:
            with smtplib.SMTP("127.0.0.1", sinkhole.port, timeout=20,
                              local_hostname="mail.example.com") as client:
                with self.assertRaises(smtplib.SMTPRecipientsRefused) as told:
                    client.sendmail("ann@example.com",
                                    ["general@us.army.ml", "a@example.org"],
                                    b"Subject: secret\r\n\r\nsecret\r\n")
        refused = told.exception.recipients
        self.assertEqual(refused["general@us.army.ml"][0], 550)
        self.assertIn(b"If you meant us.army.mil",
                      refused["general@us.army.ml"][1])
        self.assertEqual(refused["a@example.org"][0], 554)

    def test_tls(self):
        place = pathlib.Path(self.state)
        offering, certificate = make_certificate(place)
        trust = ssl.create_default_context(cafile=certificate)
        trust.check_hostname = False
        with Sinkhole("--state", self.state, *offering) as sinkhole:
            with smtplib.SMTP("127.0.0.1", sinkhole.port, timeout=20,
                              local_hostname="mail.example.com") as client:
                client.starttls(context=trust)
                client.ehlo()
                self.assertFalse(client.has_extn("starttls"))
                client.mail("ann@example.com")
                code, text = client.rcpt("general@army.ml")
                self.assertEqual(code, 550)
                self.assertIn(b"If you meant army.mil", text)
            # A handshake that never comes costs nobody else anything.
            half = sinkhole.connect()
            half.sendall(b"EHLO a.test\r\n")
            read_until(half, b"250 STARTTLS\r\n")
            half.sendall(b"STARTTLS\r\n")
            read_until(half, b"begin TLS\r\n")
            nonsense = sinkhole.connect()
            nonsense.sendall(b"EHLO a.test\r\n")
            read_until(nonsense, b"250 STARTTLS\r\n")
            nonsense.sendall(b"STARTTLS\r\n")
            read_until(nonsense, b"begin TLS\r\n")
            nonsense.sendall(b"MAIL FROM:<a@b.test>\r\n" * 10)
            self.assertNotIn(b"250 ", read_until(nonsense, b"never"))
            with sinkhole.connect() as stream:
                stream.sendall(b"NOOP\r\n")
                self.assertEqual(stream.recv(100), b"250 2.0.0 still here\r\n")
            half.close()
            nonsense.close()
            self.assertEqual(sinkhole.stop(), 0)
        (told,) = report(self.state)
        self.assertEqual((told["letters"], told["tls"]), (1, 1))

    def test_everything_at_once(self):
        with Sinkhole() as sinkhole, sinkhole.connect() as stream:
            stream.sendall(b"EHLO a.test\r\nMAIL FROM:<ann@example.com>\r\n"
                           b"RCPT TO:<x@us.army.ml>\r\nDATA\r\nQUIT\r\n")
            got = read_until(stream, b"goodbye\r\n")
            self.assertIn(REFUSAL + b"554 5.5.1 no recipient was accepted: no "
                          b"letter\r\n221 ", got)
            self.assertEqual(stream.recv(10), b"")

    def test_counts_and_keeps_no_address(self):
        with Sinkhole("--state", self.state) as sinkhole:
            for sender in ("ann@example.com", "bob@example.org", ""):
                with sinkhole.connect() as stream:
                    stream.sendall(
                        b"HELO mail.example.com\r\nMAIL FROM:<" +
                        sender.encode() + b">\r\nRCPT TO:<general@army.ml>\r\n"
                        b"RCPT TO:<general@elsewhere.test>\r\nQUIT\r\n")
                    read_until(stream, b"goodbye\r\n")
            self.assertEqual(sinkhole.stop(), 0)
        (told,) = report(self.state)
        self.assertEqual(
            (told["intended"], told["letters"], told["automatic"],
             told["people_at_most"], told["wrong_names"], told["senders"]),
            ("army.mil", 3, 1, 2, {"army.ml": 3},
             {"example.com": 1, "example.org": 1}))
        kept = b"".join(path.read_bytes() for path in
                        pathlib.Path(self.state).rglob("*")
                        if path.is_file()) + sinkhole.log
        for secret in (b"ann", b"bob", b"general", b"127.0.0.1"):
            self.assertNotIn(secret, kept.replace(b"inet:127.0.0.1", b""))
        # It goes on where it ended, with the same key.
        with Sinkhole("--state", self.state) as sinkhole:
            with sinkhole.connect() as stream:
                stream.sendall(b"HELO a.test\r\nMAIL FROM:<ann@example.com>\r\n"
                               b"RCPT TO:<general@army.ml>\r\nQUIT\r\n")
                read_until(stream, b"goodbye\r\n")
            sinkhole.stop()
        (told,) = report(self.state)
        self.assertEqual((told["letters"], told["people_at_most"]), (4, 3))

    def test_the_key_is_thrown_away_after_a_month(self):
        folder = pathlib.Path(self.state, "sinkhole")
        key = folder / "key"

        def hashes():
            """Of recipients: in how many ways one address is written."""
            (tally,) = [path for path in folder.glob("????-??-??.tsv")]
            (row,) = [line for line in tally.read_text().splitlines()
                      if not line.startswith("#")]
            return dict(one.split(":") for one in row.split("\t")[-2].split(","))

        def letter_with_key_of(days):
            old = key.read_bytes()
            made = time.gmtime(time.time() - 86400 * days)
            key.write_bytes(time.strftime("%Y-%m-%d", made).encode() + old[10:])
            with Sinkhole("--state", self.state) as sinkhole:
                # Before a letter comes, and without one.
                kept = b"".join(path.read_bytes() for path in
                                pathlib.Path(self.state).rglob("*")
                                if path.is_file())
                write_letter(sinkhole)
                self.assertEqual(sinkhole.stop(), 0)
            return old[10:], kept

        with Sinkhole("--state", self.state) as sinkhole:
            write_letter(sinkhole)
            sinkhole.stop()
        self.assertEqual(key.stat().st_mode & 0o077, 0)
        first = hashes()
        self.assertEqual(list(first.values()), ["1"])
        secret, kept = letter_with_key_of(29)
        self.assertIn(secret, kept)
        self.assertEqual(hashes(), {name: "2" for name in first})
        secret, kept = letter_with_key_of(31)
        self.assertNotIn(secret, kept)
        self.assertNotIn(secret, key.read_bytes())
        self.assertEqual(sorted(hashes().values()), ["1", "2"])
        (told,) = report(self.state)
        self.assertEqual(told["letters"], 3)

    def test_addresses_of_all_alphabets(self):
        with Sinkhole("--state", self.state,
                      name="b\u00fccher.test=b\u00fcrger.test") as sinkhole:
            with sinkhole.connect() as stream:
                stream.sendall(b"EHLO mail.example.com\r\n")
                offered = b""
                while b"\r\n250 " not in offered:
                    offered += read_until(stream, b"\r\n")
                self.assertRegex(offered, rb"250[- ]SMTPUTF8\r\n")
                stream.sendall(
                    "MAIL FROM:<\u00e4nn@m\u00fcller.test> SMTPUTF8\r\n"
                    "RCPT TO:<gener\u00e4l@mail.b\u00fccher.test>\r\n"
                    "RCPT TO:<gener\u00e4l@mail.xn--bcher-kva.test>\r\n"
                    "RCPT TO:<\u0434\u043e@elsewhere.test>\r\n"
                    "DATA\r\nQUIT\r\n".encode())
                got = read_until(stream, b"goodbye\r\n")
            self.assertEqual(sinkhole.stop(), 0)
        codes = [line[:9] for line in got.split(b"\r\n") if line[3:4] == b" "]
        self.assertEqual(codes, [b"250 2.1.0", b"550 5.1.2", b"550 5.1.2",
                                 b"554 5.7.1", b"554 5.5.1", b"221 2.0.0"])
        # Who hears it need not know SMTPUTF8: ASCII only.
        self.assertTrue(got.isascii())
        self.assertEqual(got.count(b"If you meant mail.xn--brger-kva.test,"), 2)
        kept = b"".join(path.read_bytes() for path in
                        pathlib.Path(self.state).rglob("*.tsv"))
        self.assertIn(b"\txn--mller-kva.test\t", kept)
        for secret in ("\u00e4nn", "gener\u00e4l"):
            self.assertNotIn(secret.encode(), kept + sinkhole.log)

    def test_report_for_people(self):
        with Sinkhole("--state", self.state) as sinkhole:
            with sinkhole.connect() as stream:
                stream.sendall(b"HELO a.test\r\nMAIL FROM:<a@example.com>\r\n"
                               b"RCPT TO:<b@army.ml>\r\nQUIT\r\n")
                read_until(stream, b"goodbye\r\n")
            sinkhole.stop()
        done = subprocess.run([PROGRAM, "sinkhole", "report", "--state",
                               self.state], stdout=subprocess.PIPE, check=True)
        text = done.stdout.decode()
        self.assertRegex(text, r"^army\.mil, \d{4}-\d\d-\d\d to ")
        self.assertRegex(text, r"\n  from people, at most +1   1\.00 a day;")

    def test_report_as_page_and_as_notice(self):
        told = [PROGRAM, "sinkhole", "report", "--state", self.state]
        early = subprocess.run([*told, "--format", "notice"], timeout=20,
                               stderr=subprocess.PIPE, check=False)
        self.assertEqual(early.returncode, 69)
        with Sinkhole("--state", self.state, "--name",
                      "navy.ml=navy.mil") as sinkhole:
            with sinkhole.connect() as stream:
                stream.sendall(b"HELO a.test\r\nMAIL FROM:<a@example.com>\r\n"
                               b"RCPT TO:<b@army.ml>\r\n"
                               b"RCPT TO:<b@army.ml>\r\n"
                               b"RCPT TO:<b@navy.ml>\r\nQUIT\r\n")
                read_until(stream, b"goodbye\r\n")
            sinkhole.stop()

        def tell(*arguments):
            done = subprocess.run([*told, *arguments], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, check=False)
            return done.returncode, done.stdout.decode(), done.stderr.decode()
        status, page, _ = tell("--format", "html")
        self.assertEqual(status, 0)
        self.assertIn("<h2>Meant for army.mil</h2>", page)
        self.assertIn("<td>example.com</td><td>perhaps people</td>", page)
        for elsewhere in ("http:", "https:", "<script", "src="):
            self.assertNotIn(elsewhere, page)
        # Two organisations: whom is it about?
        status, _, wrong = tell("--format", "notice")
        self.assertEqual((status, wrong), (
            64, "lostletter: say with --for whom it is about: army.mil "
                "navy.mil\n"))
        status, letter, _ = tell("--format", "notice", "--for", "Army.mil")
        draft = email.message_from_string(letter)
        self.assertEqual(
            (status, draft["To"], draft["Subject"], draft["X-Unsent"],
             draft["From"]),
            (0, "postmaster@army.mil", "Mail meant for army.mil is written to "
             "army.ml", "1", None))
        self.assertIn("2 recipients refused", draft.get_payload())
        contacts = pathlib.Path(self.state, "security.txt")
        contacts.write_text("Contact: mailto:security@army.mil\n")
        _, letter, _ = tell("--format", "notice", "--for", "army.mil",
                            "--security-txt", str(contacts))
        self.assertEqual(email.message_from_string(letter)["To"],
                         "security@army.mil")
        contacts.write_text("Contact: https://army.mil/\n")
        _, letter, said = tell("--format", "notice", "--for", "army.mil",
                               "--security-txt", str(contacts))
        self.assertIn("To: postmaster@army.mil\n", letter)
        self.assertIn("has no contact by mail", said)
        (row,) = map(json.loads, tell("--json", "--for", "army.mil")[1]
                     .splitlines())
        self.assertEqual((row["trend"], len(row["days"]),
                          row["sending_domains"][0]["likely"]),
                         ("unknown", 1, "people"))

    def test_hostile_clients_leave_it_as_it_was(self):
        with Sinkhole("--most-of-one", "1000") as sinkhole:
            before = sinkhole.memory()
            with sinkhole.connect() as stream:  # a line of a megabyte
                stream.sendall(b"x" * (1 << 20) + b"\r\nNOOP\r\n")
                got = read_until(stream, b"here\r\n")
                self.assertEqual(got, b"500 5.5.2 line is too long\r\n"
                                      b"250 2.0.0 still here\r\n")
            with sinkhole.connect() as stream:  # random bytes
                stream.sendall(os.urandom(100_000))
                stream.shutdown(socket.SHUT_WR)
                self.assertRegex(read_until(stream, b"never"),
                                 rb"^5\d\d ")
            with sinkhole.connect() as stream:  # a bare LF
                stream.sendall(b"EHLO a.test\nMAIL FROM:<a@b.test>\r\n")
                self.assertTrue(read_until(stream, b"never").startswith(
                    b"500 5.5.2 lines end with CR LF"))
            slow = [sinkhole.connect() for _ in range(300)]
            for stream in slow:  # begin, and never end
                stream.sendall(b"EHL")
            deaf = sinkhole.connect()  # asks, and never listens
            deaf.settimeout(0.5)
            with contextlib.suppress(OSError):
                for _ in range(200):
                    deaf.sendall(b"HELP\r\n" * 1000)
            with sinkhole.connect() as stream:
                stream.sendall(b"NOOP\r\n")
                self.assertEqual(stream.recv(100), b"250 2.0.0 still here\r\n")
            self.assertLess(sinkhole.memory() - before, 30 << 20)
            for stream in (*slow, deaf):
                stream.close()
            self.assertEqual(sinkhole.stop(), 0)

    def test_half_open_tls_is_bounded(self):
        offering, certificate = make_certificate(pathlib.Path(self.state))
        trust = ssl.create_default_context(cafile=certificate)
        trust.check_hostname = False

        def begin_tls():
            stream = sinkhole.connect()
            stream.sendall(b"EHLO a.test\r\n")
            read_until(stream, b"250 STARTTLS\r\n")
            stream.sendall(b"STARTTLS\r\n")
            read_until(stream, b"begin TLS\r\n")
            return stream

        with Sinkhole(*offering, "--most-of-one", "302") as sinkhole:
            before = sinkhole.memory()
            # A record of TLS announced, and a few octets of it; or none.
            half = [begin_tls() for _ in range(300)]
            for stream in half[:200]:
                stream.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc")
            with trust.wrap_socket(begin_tls()) as whole:
                whole.sendall(b"NOOP\r\n")
                self.assertEqual(whole.recv(100), b"250 2.0.0 still here\r\n")
                # Who is only half there counts.
                last = sinkhole.connect()
                with socket.create_connection(("127.0.0.1", sinkhole.port),
                                              20) as late:
                    self.assertRegex(read_until(late, b"never"), b"^421 ")
                last.close()
            self.assertLess(sinkhole.memory() - before, 40 << 20)
            for stream in half:
                stream.close()
            self.assertEqual(sinkhole.stop(), 0)

    def test_floods_leave_it_as_it_was(self):
        with Sinkhole("--state", self.state, "--most-of-one", "1000") as \
                sinkhole:
            def flood(begin, end):
                for n in range(begin, end):
                    with sinkhole.connect() as stream:
                        stream.sendall(
                            b"HELO mail.example.com\r\n"
                            b"MAIL FROM:<a@n%d.test>\r\n" % n +
                            b"".join(b"RCPT TO:<u%d@h%d.army.ml>\r\n" %
                                     (i, n) for i in range(10)) +
                            os.urandom(500) + b"\r\nQUIT\r\n")
                        stream.shutdown(socket.SHUT_WR)
                        with contextlib.suppress(ConnectionError):
                            read_until(stream, b"never")
            flood(0, 300)
            before = sinkhole.memory()
            flood(300, 2300)
            # A row of the tally for each: some hundred octets.
            self.assertLess(sinkhole.memory() - before, 16 << 20)
            self.assertEqual(sinkhole.stop(), 0)
        (told,) = report(self.state)
        self.assertEqual(told["letters"], 23_000)

    def test_a_crowd_of_one_is_turned_away(self):
        with Sinkhole("--most-of-one", "3") as sinkhole:
            here = [sinkhole.connect() for _ in range(3)]
            with socket.create_connection(("127.0.0.1",
                                           sinkhole.port), 20) as stream:
                self.assertEqual(
                    read_until(stream, b"never"),
                    b"421 4.3.2 mx.army.ml too many sessions, come later\r\n")
            here.pop().close()
            end = time.monotonic() + 20
            while time.monotonic() < end:
                with socket.create_connection(("127.0.0.1", sinkhole.port),
                                              20) as stream:
                    if stream.recv(1000).startswith(b"220 "):
                        break
            else:
                self.fail("nobody is let in again")
            for stream in here:
                stream.close()

    def test_the_client_behind_a_balancer(self):
        with Sinkhole("--state", self.state, "--proxy", "127.0.0.0/8") as \
                sinkhole:
            with socket.create_connection(("127.0.0.1", sinkhole.port),
                                          20) as stream:
                stream.sendall(b"PROXY TCP4 198.51.100.7 192.0.2.1 1 25\r\n")
                self.assertTrue(stream.recv(1000).startswith(b"220 "))
                stream.sendall(b"HELO a.test\r\nMAIL FROM:<a@example.com>\r\n"
                               b"RCPT TO:<b@army.ml>\r\nQUIT\r\n")
                read_until(stream, b"goodbye\r\n")
            with socket.create_connection(("127.0.0.1", sinkhole.port),
                                          20) as stream:
                stream.sendall(b"EHLO a.test\r\n")
                self.assertEqual(stream.recv(1000), b"")
            self.assertEqual(sinkhole.stop(), 0)
        kept = b"".join(path.read_bytes() for path in
                        pathlib.Path(self.state, "sinkhole").glob("*.tsv"))
        self.assertIn(b"198.51.100.0/24", kept)
        self.assertNotIn(b"127.0.0", kept)

    def test_the_configuration_says_it_all(self):
        place = pathlib.Path(self.state)
        config = place / "lostletter.toml"
        config.write_text(f"""state_directory = "{place}/kept"
[sinkhole]
listen = "127.0.0.1:0"
names = ["army.ml=army.mil", "navy.ml=navy.mil"]
host = "mx.army.ml"
tarpit = "300 ms"
retain = "addresses"
legal_note = "Decided by the board, 2026-11-24, for 30 days"
""")
        with Sinkhole(config=config) as sinkhole:
            self.assertIn(b"retain=addresses", sinkhole.log)
            before = time.monotonic()
            with sinkhole.connect() as stream:
                stream.sendall(b"HELO a.test\r\nMAIL FROM:<ann@example.com>\r\n"
                               b"RCPT TO:<\"b\tc\"@navy.ml>\r\n"
                               b"RCPT TO:<bob@army.ml>\r\nQUIT\r\n")
                got = read_until(stream, b"goodbye\r\n")
            self.assertGreaterEqual(time.monotonic() - before, 0.6)
            self.assertIn(b"If you meant army.mil", got)
            self.assertEqual(sinkhole.stop(), 0)
        (roll,) = (place / "kept" / "sinkhole").glob("*.addresses.tsv")
        head, _, *rows = roll.read_text().splitlines()
        self.assertEqual(head, "# Kept because: Decided by the board, "
                               "2026-11-24, for 30 days")
        self.assertEqual(rows[-1].split("\t")[1:],
                         ["army.ml", "bob@army.ml", "ann@example.com",
                          "127.0.0.0/24"])
        self.assertEqual(roll.stat().st_mode & 0o777, 0o600)
        # What flags say goes over the file.
        config.write_text(config.read_text().replace(
            '"addresses"', '"hashes"'))
        with Sinkhole("--tarpit", "0 s", config=config) as sinkhole:
            self.assertIn(b"retain=hashes", sinkhole.log)
        config.write_text(config.read_text() + 'retian = "addresses"\n')
        done = subprocess.run([PROGRAM, "sinkhole", "--config", str(config)],
                              stderr=subprocess.PIPE, timeout=20, check=False)
        self.assertEqual(
            (done.returncode, done.stderr.decode()),
            (78, f"lostletter: {config}:9: unknown key 'sinkhole.retian': did "
                 "you mean 'sinkhole.retain'?\n"))

    def test_what_it_makes_is_its_users(self):
        if os.geteuid() != 0:
            self.skipTest("not root")
        os.chmod(self.state, 0o755)
        state = self.state + "/own"
        with Sinkhole("--state", state, "--user", "nobody") as sinkhole:
            with sinkhole.connect() as stream:
                stream.sendall(b"HELO a.test\r\nMAIL FROM:<a@example.com>\r\n"
                               b"RCPT TO:<b@army.ml>\r\nQUIT\r\n")
                read_until(stream, b"goodbye\r\n")
            self.assertEqual(sinkhole.stop(), 0)
        (told,) = report(state)
        self.assertEqual(told["letters"], 1)
        self.assertNotEqual(pathlib.Path(state, "sinkhole").stat().st_uid, 0)

    def test_goodbye_to_those_who_are_here(self):
        with Sinkhole() as sinkhole, sinkhole.connect() as stream:
            self.assertEqual(sinkhole.stop(), 0)
            self.assertEqual(read_until(stream, b"never"),
                             b"421 4.7.0 mx.army.ml closes now, come later\r\n")

    def test_a_tally_that_is_none_is_not_overwritten(self):
        folder = pathlib.Path(self.state, "sinkhole")
        folder.mkdir()
        today = folder / (time.strftime("%Y-%m-%d", time.gmtime()) + ".tsv")
        today.write_text("something else\n")
        done = subprocess.run(
            [PROGRAM, "sinkhole", "--listen", "127.0.0.1:0", "--name",
             "army.ml=army.mil", "--state", self.state],
            stderr=subprocess.PIPE, timeout=20, check=False)
        self.assertEqual(done.returncode, 69)
        self.assertIn(f"{today}: line 1 is no row of a tally".encode(),
                      done.stderr)
        self.assertEqual(today.read_text(), "something else\n")


if __name__ == "__main__":
    unittest.main()
