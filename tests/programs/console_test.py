#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console of a real `lostletter serve`, in a real Chromium and by curl's
means. The page's own tests are in tests/web; this starts what they need.
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEB = ROOT / "tests" / "web"
INSTALLED = ROOT / "build" / "web"  # node_modules live beside other built things
LOSTLETTER = os.environ.get("LOSTLETTER", str(ROOT / "build/release/bin/lostletter"))
TOKEN = "a-token-of-26-characters.."


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Guard:
    """A `lostletter serve` of our own: fresh state, free ports, no rights."""

    def __init__(self, *arguments, config=""):
        self.folder = tempfile.TemporaryDirectory(prefix="lostletter-console-")
        state = pathlib.Path(self.folder.name)
        (state / "lostletter.toml").write_text(config)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.log = open(state / "log", "wb")
        self.process = subprocess.Popen(
            [LOSTLETTER, "serve", "--config", state / "lostletter.toml",
             "--state", state / "state",
             "--milter", f"unix:{state}/milter.sock",
             "--http", f"127.0.0.1:{self.port}", *arguments],
            stdout=self.log, stderr=self.log)
        self.wait()

    def wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url + "healthz", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        text = self.stop()
        raise AssertionError(f"serve did not begin to answer:\n{text}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self.log.close()
        text = pathlib.Path(self.log.name).read_text(errors="replace")
        self.folder.cleanup()
        return text

    def ask(self, path, body=None, method=None, **headers):
        """(status, headers, text) of one request; dashes for underscores."""
        request = urllib.request.Request(
            self.url + path, data=body, method=method,
            headers={name.replace("_", "-"): text for name, text in headers.items()})
        # A welcome is a redirection: look at it instead of following it.
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None
        try:
            with urllib.request.build_opener(Stay).open(request, timeout=30) as got:
                return got.status, got.headers, got.read().decode()
        except urllib.error.HTTPError as got:
            with got:
                return got.code, got.headers, got.read().decode()


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guard = Guard()

    @classmethod
    def tearDownClass(cls):
        cls.guard.stop()

    def test_answers_as_the_command_line(self):
        addresses = ["general@army.ml", "info@orange.ml", "nothing", "general@army.ml"]
        printed = subprocess.run([LOSTLETTER, "check", "--json", *addresses],
                                 capture_output=True, text=True).stdout
        want = [json.loads(line) for line in printed.splitlines()]
        self.assertEqual([one["verdict"] for one in want],
                         ["misdirected", "clear", "invalid", "misdirected"])
        for body, kind in ((json.dumps({"addresses": addresses}), "application/json"),
                           ("\r\n".join(addresses) + "\r\n", "text/plain; charset=utf-8")):
            status, headers, text = self.guard.ask(
                "api/v1/check", body.encode(), Content_Type=kind)
            self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
            self.assertEqual(json.loads(text)["results"], want)

    def test_errors_say_what_and_where(self):
        status, _, text = self.guard.ask(
            "api/v1/check", b'{"addresses":["a",7]}', Content_Type="application/json")
        self.assertEqual(status, 400)
        self.assertEqual(json.loads(text),
                         {"error": "addresses[1] must be a string, not number"})

    def test_strangers_pages_are_refused(self):
        body = b'{"address":"general@army.ml"}'
        for status, headers in (
                (421, {"Host": "rebound.example"}),
                (403, {"Origin": "http://rebound.example"}),
                (403, {"Origin": "null"}),
                (200, {"Origin": self.guard.url.rstrip("/")})):
            got, _, text = self.guard.ask("api/v1/check", body,
                                          Content_Type="application/json", **headers)
            self.assertEqual(got, status, f"{headers}: {text}")

    def test_monitoring(self):
        self.assertEqual(self.guard.ask("healthz")[::2], (200, "ok\n"))
        status, headers, text = self.guard.ask("metrics")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        self.assertIn("# TYPE lostletter_recipients_total counter", text)

    def test_no_banner_and_a_strict_policy(self):
        _, headers, _ = self.guard.ask("")
        self.assertNotIn("Server", headers)
        self.assertIn("default-src 'self'", headers["Content-Security-Policy"])
        self.assertNotIn("unsafe", headers["Content-Security-Policy"])


class Token(unittest.TestCase):
    def test_opens_the_door(self):
        guard = Guard(config=f'[http]\ntoken = "{TOKEN}"\n')
        try:
            self.assertEqual(guard.ask("")[0], 401)
            self.assertEqual(guard.ask("healthz")[0], 200)
            self.assertEqual(guard.ask("metrics", Authorization=f"Bearer {TOKEN}")[0], 200)
            self.assertEqual(guard.ask("metrics", Authorization=f"Bearer {TOKEN}x")[0], 401)
            status, headers, _ = guard.ask(f"?token={TOKEN}")
            self.assertEqual((status, headers["Location"]), (303, "/"))
            cookie = headers["Set-Cookie"]
            self.assertIn("HttpOnly", cookie)
            self.assertNotIn(TOKEN, cookie)
            self.assertEqual(guard.ask("", Cookie=cookie.split(";")[0])[0], 200)
        finally:
            log = guard.stop()
        self.assertNotIn(TOKEN, log)

    def test_is_needed_on_a_routable_address(self):
        with tempfile.TemporaryDirectory() as state:
            config = pathlib.Path(state, "lostletter.toml")
            config.write_text("")
            got = subprocess.run(
                [LOSTLETTER, "serve", "--config", config, "--state", state,
                 "--milter", f"unix:{state}/milter.sock", "--http", "0.0.0.0:1"],
                capture_output=True, text=True, timeout=60)
        self.assertEqual(got.returncode, 78, got.stderr)
        self.assertIn("can be reached from other hosts: set http.token_file",
                      got.stderr)


class Page(unittest.TestCase):
    """tests/web, run by node: one line here for each of its tests."""

    @staticmethod
    def install():
        """playwright-core, once for each state of the lock file."""
        lock = WEB / "package-lock.json"
        kept = INSTALLED / "package-lock.json"
        if (INSTALLED / "node_modules").is_dir() and kept.is_file() and \
                kept.read_bytes() == lock.read_bytes():
            return
        # The lock is copied last: half an installation is no installation.
        shutil.rmtree(INSTALLED, ignore_errors=True)
        INSTALLED.mkdir(parents=True)
        with tempfile.TemporaryDirectory(dir=INSTALLED.parent) as folder:
            shutil.copy(WEB / "package.json", folder)
            shutil.copy(lock, folder)
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder,
                           check=True, timeout=240)
            shutil.move(pathlib.Path(folder, "node_modules"), INSTALLED)
        shutil.copy(lock, kept)

    def run_node(self, name, **environment):
        got = subprocess.run(["node", "--test", str(WEB / name)], cwd=ROOT,
                             env={**os.environ, **environment}, timeout=280,
                             capture_output=True, text=True)
        self.assertEqual(got.returncode, 0, got.stdout + got.stderr)
        # A runner that found no test succeeds too.
        self.assertRegex(got.stdout, r"(?m)^# pass [1-9]")

    def test_modules(self):
        self.run_node("modules_test.mjs")

    def test_in_chromium(self):
        self.install()
        guard = Guard()
        try:
            self.run_node("console_test.mjs", LOSTLETTER_URL=guard.url,
                          NODE_ROOT=str(INSTALLED) + "/",
                          CHROMIUM=shutil.which("chromium"))
        finally:
            guard.stop()


if __name__ == "__main__":
    missing = [name for name in ("node", "npm", "chromium") if not shutil.which(name)]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
