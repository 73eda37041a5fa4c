# SPDX-License-Identifier: Apache-2.0
"""A laboratory: a private real Postfix, a sink that takes what it delivers, and
the guard between them.

    client --SMTP--> Postfix --milter--> lostletter serve
                        |
                        +--SMTP--> Sink (this process; keeps every byte)

Postfix runs from a configuration, queue and data directory of its own under
the temporary directory, on loopback ports, without chroot; the host's mail
system and /etc/postfix are neither read nor touched. It must be started as
root, as always; a test that is not root, or a host without Postfix, is skipped
(exit status 77). Whatever happens to the test, everything it started dies with
it.

XCLIENT is allowed to the clients here, so that one test machine can be a
logged-in submitter (LOGIN=), a machine outside (ADDR=), or itself.
"""

import atexit
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import traceback

SKIPPED = 77
PROGRAM = os.environ.get("LOSTLETTER", "build/release/bin/lostletter")
# A bound, not an expectation: whoever waits longer has found a bug, or a
# machine that does nothing at all.
PATIENCE = 60.0


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def wait_until(condition, what, patience=PATIENCE):
    """Polls until `condition()` is true and returns its value."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:g} s in vain for {what}")
        time.sleep(0.02)


def free_port():
    """A loopback port nobody listens on, below the range the kernel takes the
    client ports from, so that no connection of ours can snatch it away."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return True
    except OSError:
        return False


def die_with_parent():
    """In the child, before exec: PR_SET_PDEATHSIG(SIGKILL)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def end_with_us(group):
    """Kills a process group when we die in whatever way: a shell that hears the
    end of our pipe. (Postfix changes users, which clears PR_SET_PDEATHSIG.)"""
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r line || kill -KILL -- "-$1"', "sh",
         str(group)], stdin=subprocess.PIPE, start_new_session=True)


# A test that is told to stop leaves by the door, where everything is ended.
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


# ------------------------------------------------------------------ the sink


class Letter:
    """One transaction the sink took: what it heard, byte for byte."""

    def __init__(self, sender, recipients, data):
        self.sender = sender
        self.recipients = recipients
        self.data = data  # dots unstuffed, CRLF as sent

    def content(self):
        """The letter without the Received fields that Postfix put on top."""
        lines = self.data.split(b"\r\n")
        at = 0
        while lines[at].startswith(b"Received:"):
            at += 1
            while lines[at][:1] in (b" ", b"\t"):
                at += 1
        return b"\r\n".join(lines[at:])


class _SinkSession(socketserver.StreamRequestHandler):
    timeout = PATIENCE
    disable_nagle_algorithm = True

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        try:
            self.say("220 sink.example ESMTP")
            sender, recipients = None, []
            while line := self.rfile.readline(65536):
                verb = line[:4].upper()
                if verb == b"EHLO":
                    self.say("250-sink.example\r\n250-8BITMIME\r\n"
                             "250-SMTPUTF8\r\n250 PIPELINING")
                elif verb == b"MAIL":
                    sender, recipients = self.path(line), []
                    self.say("250 2.1.0 Ok")
                elif verb == b"RCPT" and b"<gone@" in line:
                    self.say("550 5.1.1 No such user here")
                elif verb == b"RCPT":
                    recipients.append(self.path(line))
                    self.say("250 2.1.5 Ok")
                elif verb == b"DATA":
                    self.say("354 Go on")
                    data = self.content()
                    self.server.sink.take(Letter(sender, recipients, data))
                    self.say("250 2.0.0 Ok")
                elif verb == b"QUIT":
                    self.say("221 2.0.0 Bye")
                    return
                else:
                    self.say("250 2.0.0 Ok")
        except OSError:
            pass  # the peer went away: nothing was promised to it

    @staticmethod
    def path(line):
        text = line.decode("utf-8", "surrogateescape")
        return text[text.index("<") + 1:text.rindex(">")]

    def content(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise OSError("end of connection within DATA")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class Sink:
    """Takes every letter and keeps it, envelope and bytes; knows nobody who is
    called gone@ anything."""

    class _Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = 256

    def __init__(self):
        self.lock = threading.Lock()
        self.letters = []
        self.server = self._Server(("127.0.0.1", 0), _SinkSession)
        self.server.sink = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, letter):
        with self.lock:
            self.letters.append(letter)

    def all(self):
        with self.lock:
            return list(self.letters)

    def find(self, marker):
        """Every letter whose content has `marker`, in order of arrival."""
        marker = marker.encode()
        return [letter for letter in self.all() if marker in letter.data]

    def wait_for(self, marker, number=1):
        wait_until(lambda: len(self.find(marker)) >= number,
                   f"{number} x {marker} at the sink")
        return self.find(marker)

    def recipients_of(self, marker):
        """Every recipient the letter reached, over all its transactions."""
        return sorted(recipient for letter in self.find(marker)
                      for recipient in letter.recipients)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


# --------------------------------------------------------------- the Postfix

_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/maillog
maillog_file_prefixes = {home}
myhostname = mx.lab.example
myorigin = lab.example
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
# All mail leaves by the sink, and no name is ever looked up.
relayhost = [127.0.0.1]:{sink}
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
smtp_tls_security_level = none
smtpd_tls_security_level = none
# Outside clients may relay here: what we test is what the guard says.
smtpd_relay_restrictions = check_client_access static:permit, reject
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 10000
smtpd_hard_error_limit = 20000
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
queue_run_delay = 2
minimal_backoff_time = 2
maximal_backoff_time = 4
smtputf8_enable = yes
milter_protocol = 6
smtpd_milters = {milters}
{extra}
"""

_MASTER_CF = """
{port} inet n - n - 100 smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - 50 smtp
lmtp unix - - n - 50 lmtp
relay unix - - n - 50 smtp
lmtp unix - - n - 10 lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""


def milter(address, **settings):
    """One entry of smtpd_milters, as docs/operations/postfix.md has it."""
    settings = {"connect_timeout": "5s", "command_timeout": "15s",
                "content_timeout": "60s", "default_action": "tempfail",
                **settings}
    pairs = "".join(f", {key}={value}" for key, value in settings.items())
    return "{ " + address + pairs + " }"


class Postfix:
    def __init__(self, home, sink_port, milters="", extra=""):
        self.home = home
        self.port = free_port()
        self.sink_port = sink_port
        self.master = None
        self.heir = None
        self._make_directories()
        self._write("main.cf", _MAIN_CF.format(
            home=home, sink=sink_port, milters=milters, extra=extra))
        self._write("master.cf", _MASTER_CF.format(port=self.port))

    @staticmethod
    def missing():
        """Why no Postfix can be started here, or nothing."""
        if os.geteuid() != 0:
            return "a Postfix starts as root only"
        if not shutil.which("postfix", path="/usr/sbin:/usr/bin"):
            return "Postfix is not installed"
        try:
            pwd.getpwnam("postfix")
        except KeyError:
            return "there is no user postfix"
        return None

    def _make_directories(self):
        owner = pwd.getpwnam("postfix")
        for name in ("etc", "queue", "data"):
            os.makedirs(os.path.join(self.home, name))
        os.chmod(self.home, 0o755)
        os.chown(os.path.join(self.home, "data"), owner.pw_uid, owner.pw_gid)

    def _write(self, name, text):
        with open(os.path.join(self.home, "etc", name), "w") as file:
            file.write(text)

    def _run(self, *command, check=True):
        return subprocess.run(command, check=check, text=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, env=self._environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def _environment(self):
        return {**os.environ, "MAIL_CONFIG": os.path.join(self.home, "etc"),
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

    def start(self):
        etc = os.path.join(self.home, "etc")
        checked = self._run("/usr/sbin/postfix", "-c", etc, "check",
                            check=False)
        if checked.returncode:
            raise AssertionError("postfix check: " + checked.stdout)
        # The master itself, not `postfix start`: it leads a process group that
        # holds all of Postfix, and dies with us.
        with open(os.path.join(self.home, "start.log"), "wb") as log:
            self.master = subprocess.Popen(
                ["/usr/lib/postfix/sbin/master", "-c", etc, "-s"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self._environment(), start_new_session=True)
        self.heir = end_with_us(self.master.pid)
        wait_until(lambda: connects(self.port) or
                   self.master.poll() is not None, "Postfix to listen")
        if self.master.poll() is not None:
            raise AssertionError("Postfix did not start:\n" + self.log())
        return self

    def set(self, **settings):
        """postconf -e and reload, as an administrator would."""
        etc = os.path.join(self.home, "etc")
        if settings:
            self._run("/usr/sbin/postconf", "-c", etc, "-e",
                      *(f"{key}={value}" for key, value in settings.items()))
        self._run("/usr/sbin/postfix", "-c", etc, "reload")

    def sendmail(self, sender, recipients, content):
        """Submits locally, by sendmail(1): the way of cron and scripts."""
        return subprocess.run(
            ["/usr/sbin/sendmail", "-C", os.path.join(self.home, "etc"),
             "-i", "-f", sender, "--", *recipients],
            input=content, env=self._environment(), timeout=PATIENCE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def queue(self):
        """What is still under way, as postqueue -j tells it."""
        return self._run("/usr/sbin/postqueue", "-c",
                         os.path.join(self.home, "etc"), "-j",
                         check=False).stdout

    def flush(self):
        """Tries everything that is under way again, now."""
        self._run("/usr/sbin/postqueue", "-c",
                  os.path.join(self.home, "etc"), "-f")

    def wait_empty(self):
        wait_until(lambda: not self.queue().strip(), "the queue to run empty")

    def log(self):
        texts = []
        for name in ("start.log", "maillog"):
            try:
                with open(os.path.join(self.home, name),
                          errors="replace") as file:
                    texts.append(file.read())
            except FileNotFoundError:
                pass
        return "".join(texts)

    def stop(self):
        if self.master is None:
            return
        end_group(self.master)
        self.heir.communicate(b"\n")
        self.master = self.heir = None


def end_group(process, patience=10.0):
    """SIGTERM to a process group we made, SIGKILL when it does not listen."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    try:  # children whose leader has gone already
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


# ----------------------------------------------------------------- the guard


class Listener:
    """One [[milter]] of the configuration: "inet", or "unix:PATH" with the
    guard's directory for {home}."""

    def __init__(self, spec="inet", **options):
        self.spec = spec
        self.options = options

    def settle(self, home):
        if self.spec == "inet":
            self.spec = f"inet:127.0.0.1:{free_port()}"
        self.spec = self.spec.format(home=home)
        if self.spec.startswith("unix:"):
            self.options.setdefault("socket_group", "postfix")

    def toml(self):
        lines = ["[[milter]]", f'listen = "{self.spec}"']
        lines += [f'{key} = "{value}"' for key, value in self.options.items()]
        return "\n".join(lines) + "\n"


class Guard:
    """`lostletter serve` with a configuration file of its own."""

    def __init__(self, home, config, listeners=None, program=PROGRAM):
        os.makedirs(home, exist_ok=True)
        self.home = home
        self.program = os.path.abspath(program)
        self.config_path = os.path.join(home, "lostletter.toml")
        self.state = os.path.join(home, "state")
        self.database = os.path.join(self.state, "lostletter.db")
        self.log_path = os.path.join(home, "guard.log")
        self.http_port = free_port()
        self.listeners = listeners or [Listener()]
        for listener in self.listeners:
            listener.settle(home)
        self.process = None
        self.write_config(config)

    @property
    def milters(self):
        return [listener.spec for listener in self.listeners]

    def postfix_milters(self, default_action="tempfail", **settings):
        """smtpd_milters for the first listener."""
        return milter(self.milters[0], default_action=default_action,
                      **settings)

    def write_config(self, text):
        """Whole or not at all, as an editor does it."""
        with open(self.config_path + ".new", "w") as file:
            file.write(text + "\n")
            for listener in self.listeners:
                file.write(listener.toml())
        os.replace(self.config_path + ".new", self.config_path)

    def reload(self, config):
        """SIGHUP, and waits until the new configuration is in force."""
        before = len(self.events("reloaded"))
        self.write_config(config)
        self.signal(signal.SIGHUP)
        wait_until(lambda: len(self.events("reloaded")) > before, "the reload")

    def command(self):
        return [self.program, "serve", "--config", self.config_path,
                "--state", self.state, "--http", f"127.0.0.1:{self.http_port}"]

    def start(self, wait=True, **popen):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
                **{"preexec_fn": die_with_parent, **popen})
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        wait_until(lambda: self.ready() or self.process.poll() is not None,
                   "the guard to listen")
        if self.process.poll() is not None:
            raise AssertionError("the guard did not start:\n" + self.log())

    def ready(self):
        return all(self._answers(spec) for spec in self.milters)

    @staticmethod
    def _answers(spec):
        kind, _, where = spec.partition(":")
        try:
            if kind == "unix":
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.settimeout(5)
                    probe.connect(where)
                    return True
            host, _, port = where.rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), 5).close()
            return True
        except OSError:
            return False

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def events(self, name, since=0):
        """The log lines of one event, as dictionaries."""
        found = []
        for line in self.log()[since:].splitlines():
            fields = logfmt(line)
            if fields.get("event") == name:
                found.append(fields)
        return found

    def signal(self, number):
        os.kill(self.process.pid, number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM and the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        status, self.process = self.process.returncode, None
        return status


def logfmt(line):
    """key=value key="quoted value" -> a dictionary."""
    fields, at = {}, 0
    while at < len(line):
        equals = line.find("=", at)
        if equals < 0:
            break
        key = line[at:equals].strip()
        if line[equals + 1:equals + 2] == '"':
            end, value = equals + 2, []
            while end < len(line) and line[end] != '"':
                if line[end] == "\\":
                    end += 1
                value.append(line[end:end + 1])
                end += 1
            fields[key], at = "".join(value), end + 1
        else:
            end = line.find(" ", equals)
            end = len(line) if end < 0 else end
            fields[key], at = line[equals + 1:end], end
    return fields


# -------------------------------------------------------------- the whole lab


class Lab:
    """Sink, guard and Postfix, joined; use it in a `with`."""

    def __init__(self, config, listeners=None, milter_settings=None, extra="",
                 guard=True, sink=None):
        why = Postfix.missing()
        if why:
            skip(why)
        # Short, because the path of a unix socket has at most 107 bytes.
        self.home = tempfile.mkdtemp(prefix="lostletter-lab.", dir="/tmp")
        os.chmod(self.home, 0o755)
        atexit.register(self.close)
        self.sink = sink or Sink()
        self.guard = Guard(os.path.join(self.home, "guard"), config, listeners)
        entries = self.guard.postfix_milters(**(milter_settings or {}))
        self.postfix = Postfix(os.path.join(self.home, "postfix"),
                               self.sink.port, entries, extra)
        self.has_guard = guard

    def __enter__(self):
        if self.has_guard:
            self.guard.start()
        self.postfix.start()
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, SystemExit):
            sys.stderr.write("--- guard\n" + self._tail(self.guard.log()))
            sys.stderr.write("--- Postfix\n" + self._tail(self.postfix.log()))
        self.close()

    @staticmethod
    def _tail(text, most=8000):
        return text[-most:] + "\n"

    def close(self):
        self.postfix.stop()
        self.guard.stop()
        self.sink.close()
        shutil.rmtree(self.home, ignore_errors=True)
        atexit.unregister(self.close)


# ----------------------------------------------------------------- the tests


def run_tests(tests):
    """Runs functions one after the other and says which failed; exit status."""
    failed = []
    for test in tests:
        started = time.monotonic()
        try:
            test()
            outcome = "ok"
        except SystemExit:
            raise
        except BaseException:  # also AssertionError: report and go on
            traceback.print_exc()
            failed.append(test.__name__)
            outcome = "FAILED"
        print(f"{outcome:6} {test.__name__} "
              f"({time.monotonic() - started:.1f} s)", flush=True)
    if failed:
        print("failed: " + ", ".join(failed))
    return 1 if failed else 0
