# SPDX-License-Identifier: Apache-2.0
"""`lostletter serve` on free ports, with what it prints and logs at hand."""
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request

from milter_client import MilterClient

PROGRAM = os.environ["LOSTLETTER"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class House:
    """REQUIRES: `folder` is the test's own. Started by start(), ended by
    stop() or by leaving the with statement."""

    def __init__(self, folder, config="", arguments=(), environment=None):
        self.folder = folder
        self.state = folder / "state"
        self.config = folder / "lostletter.toml"
        self.milter_port = free_port()
        self.http_port = free_port()
        self.environment = {**os.environ, **(environment or {})}
        self.arguments = arguments
        self.process = None
        self.listener = None
        self.welcome = ""
        self.log = []
        self.heard = threading.Condition()
        self.write_config(config)

    def write_config(self, text):
        self.config.write_text(text, encoding="utf-8")

    def command(self):
        return [PROGRAM, "serve", "--config", str(self.config),
                "--state", str(self.state),
                "--milter", f"inet:127.0.0.1:{self.milter_port}",
                "--http", f"127.0.0.1:{self.http_port}", *self.arguments]

    def start(self, command=None, **options):
        self.process = subprocess.Popen(
            command or self.command(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=self.environment, **options)
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        lines = []
        while not re.match("  postfix reload|No milter", lines[-1] if lines
                           else ""):
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"serve ended: {self.log}")
            lines.append(line)
        self.welcome = "".join(lines)
        return self

    def _listen(self):
        for line in self.process.stderr:
            with self.heard:
                self.log.append(line.rstrip("\n"))
                self.heard.notify_all()

    def wait_for(self, pattern, count=1):
        """The lines of the log that match, once there are `count`."""
        def found():
            return [line for line in self.log if re.search(pattern, line)]
        with self.heard:
            if not self.heard.wait_for(lambda: len(found()) >= count, 30):
                raise AssertionError(f"no {pattern!r} in {self.log}")
            return found()

    def reload(self):
        """Sends SIGHUP; the line that says how it went."""
        pattern = "event=reload"
        before = sum(pattern in line for line in self.log)
        self.process.send_signal(signal.SIGHUP)
        return self.wait_for(pattern, before + 1)[before]

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(30)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        self.listener.join(30)
        self.process.stdout.close()
        self.process.stderr.close()

    def client(self, **options):
        return MilterClient(self.milter_port, **options)

    def get(self, path, data=None, token=None):
        """Status and body of the page."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}{path}", data=data)
        if data is not None:
            request.add_header("Content-Type", "text/plain")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def ends(arguments, **environment):
    """Exit status and standard error of a program that ends by itself."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True,
                          text=True, timeout=60, check=False,
                          env={**os.environ, **environment})
    return done.returncode, done.stderr
