# SPDX-License-Identifier: Apache-2.0
"""Private PostgreSQL servers for tests: a primary, a standby that follows it
synchronously, both on loopback ports in directories of their own; and a relay
that can be cut like a cable. PostgreSQL refuses to be root, so they run as
nobody. What crashes here is a server, never the machine: nothing is synced to
the disk, which costs the tests nothing of what they prove about replication.
"""

import ctypes
import glob
import os
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

from lab import free_port, skip, wait_until

NOBODY = 65534


def programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        skip("no PostgreSQL server is installed")
    return os.path.dirname(found[-1])


def as_nobody():
    """In the child, before exec."""
    if os.geteuid() == 0:
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Server:
    def __init__(self, home, name, fsync=False):
        self.name = name
        self.fsync = "on" if fsync else "off"
        self.port = free_port()
        self.home = os.path.join(home, name)
        self.data = os.path.join(self.home, "data")
        os.makedirs(self.home)
        if os.geteuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
        self.process = None

    def run(self, program, *arguments):
        done = subprocess.run(
            [os.path.join(programs(), program), *arguments], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, preexec_fn=as_nobody, timeout=120,
            cwd=self.home)
        assert done.returncode == 0, (program, done.stdout)
        return done.stdout

    def start(self):
        with open(os.path.join(self.home, "log"), "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(programs(), "postgres"), "-D", self.data,
                 "-p", str(self.port), "-k", self.home,
                 "-c", "listen_addresses=127.0.0.1", "-c", f"fsync={self.fsync}",
                 "-c", f"cluster_name={self.name}",
                 "-c", "max_connections=60",
                 # Killed servers leave nothing in /dev/shm.
                 "-c", "dynamic_shared_memory_type=mmap"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=as_nobody, start_new_session=True, cwd=self.home)
        wait_until(self.is_ready, f"{self.name} to take connections")
        return self

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(self.log())
        return subprocess.run(
            [os.path.join(programs(), "pg_isready"), "-q", "-h", "127.0.0.1",
             "-p", str(self.port)]).returncode == 0

    def log(self):
        with open(os.path.join(self.home, "log"), errors="replace") as file:
            return file.read()[-4000:]

    def sql(self, text, database="lostletter"):
        return self.run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h",
                        "127.0.0.1", "-p", str(self.port), "-U", "lostletter",
                        "-d", database, "-c", text).strip()

    def kill(self):
        """-9 to all of it, as when the power fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def promote(self):
        self.sql("SELECT pg_promote()")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.kill()


class Cluster:
    """A primary, and a standby that must have every commit before it counts."""

    def __init__(self, synchronous=True, fsync=False):
        self.home = tempfile.mkdtemp(prefix="lostletter-pg.", dir="/tmp")
        os.chmod(self.home, 0o755)
        self.primary = Server(self.home, "one", fsync)
        self.standby = Server(self.home, "two", fsync)
        self._make_primary()
        self._make_standby()
        if synchronous:
            self._be_synchronous()

    def _make_primary(self):
        one = self.primary
        one.run("initdb", "-D", one.data, "-U", "lostletter", "-A", "trust",
                "-E", "UTF8", "--locale", "C", "-N")
        one.start()
        one.sql("CREATE DATABASE lostletter", "postgres")

    def _make_standby(self):
        two = self.standby
        two.run("pg_basebackup", "-D", two.data, "-R", "-c", "fast", "-N",
                "-d", f"host=127.0.0.1 port={self.primary.port} "
                "user=lostletter application_name=two")
        two.start()

    def _be_synchronous(self):
        self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'two'")
        self.primary.sql("SELECT pg_reload_conf()")
        wait_until(lambda: self.primary.sql(
            "SELECT count(*) FROM pg_stat_replication"
            " WHERE sync_state = 'sync'") == "1", "the standby to follow")

    def store(self, ports=None):
        """For the option `store`."""
        one, two = ports or (self.primary.port, self.standby.port)
        return (f"postgresql://lostletter@127.0.0.1:{one},127.0.0.1:{two}"
                "/lostletter")

    def fail_over(self):
        self.primary.kill()
        # What is promoted has no standby itself, and must not wait for one.
        self.standby.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.standby.sql("SELECT pg_reload_conf()")
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def close(self):
        self.primary.stop()
        self.standby.stop()
        shutil.rmtree(self.home, ignore_errors=True)


class Relay:
    """A cable to a port: cut, nothing passes and nobody hears of it."""

    def __init__(self, port):
        self.target = port
        self.is_cut = False
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self.is_cut = True

    def mend(self):
        self.is_cut = False

    def _accept(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,),
                             daemon=True).start()

    def _join(self, near):
        try:
            far = socket.create_connection(("127.0.0.1", self.target), 5)
        except OSError:
            # As its host would: refuse. (libpq goes on to the next host when
            # it is refused or hears nothing, not when it is hung up on.)
            near.close()
            self.server.shutdown(socket.SHUT_RDWR)
            self.server.close()
            return
        with near, far, selectors.DefaultSelector() as ways:
            ways.register(near, selectors.EVENT_READ, far)
            ways.register(far, selectors.EVENT_READ, near)
            try:
                while True:
                    for way, _ in ways.select():
                        data = way.fileobj.recv(65536)
                        wait_until(lambda: not self.is_cut, "the mending", 600)
                        if not data:
                            return
                        way.data.sendall(data)
            except OSError:
                return
