# SPDX-License-Identifier: Apache-2.0
"""Real name servers on loopback: nsd serves what a test writes as the whole
DNS, unbound resolves it, and what no decent server does is done by Rogue."""
import contextlib
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

NSD = shutil.which("nsd") or "/usr/sbin/nsd"
UNBOUND = shutil.which("unbound") or "/usr/sbin/unbound"


def available():
    return pathlib.Path(NSD).exists() and pathlib.Path(UNBOUND).exists()


def free_port():
    """One that is free for UDP and TCP."""
    while True:
        with socket.socket() as stream:
            stream.bind(("127.0.0.1", 0))
            port = stream.getsockname()[1]
            with socket.socket(type=socket.SOCK_DGRAM) as packets:
                with contextlib.suppress(OSError):
                    packets.bind(("127.0.0.1", port))
                    return port


def question(name, kind=1, number=7):
    labels = b"".join(bytes([len(label)]) + label.encode()
                      for label in name.split(".") if label)
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + labels + \
        b"\0" + struct.pack(">2H", kind, 1)


def wait_for(port, process):
    """Until a server answers anything at all."""
    end = time.monotonic() + 20
    with socket.socket(type=socket.SOCK_DGRAM) as packets:
        packets.settimeout(0.2)
        while time.monotonic() < end:
            if process.poll() is not None:
                raise RuntimeError(f"server ended with {process.returncode}")
            packets.sendto(question("ready.test"), ("127.0.0.1", port))
            with contextlib.suppress(OSError):
                packets.recv(4096)
                return
    raise RuntimeError("server does not answer")


class Servers:
    """nsd with the root zone and what other `zones` there are, by name, and
    unbound in front of it. `elsewhere` says of which zones another port of
    loopback is the server. `nsd` and `unbound` are more of their files."""

    def __init__(self, place, zone, elsewhere=(), zones=None, nsd="",
                 unbound=""):
        self.place = pathlib.Path(place)
        self.processes = []
        self.authority = free_port()
        zones = {".": zone, **(zones or {})}
        served = ""
        for name, text in zones.items():
            file = self.place / f"{name.strip('.') or 'root'}.zone"
            file.write_text(text)
            served += f"""zone:
  name: "{name}"
  zonefile: "{file.name}"
"""
        config = self.place / "nsd.conf"
        config.write_text(f"""server:
  ip-address: 127.0.0.1@{self.authority}
  username: ""
  chroot: ""
  zonesdir: "{self.place}"
  database: ""
  pidfile: ""
  zonelistfile: "{self.place}/zones"
  xfrdfile: "{self.place}/xfrd"
  server-count: 1
  rrl-ratelimit: 0
  verbosity: 0
remote-control:
  control-enable: no
{nsd}
{served}""")
        self.start(self.authority, [NSD, "-d", "-c", str(config)])
        self.resolver = free_port()
        stubs = "".join(f"""stub-zone:
  name: "{name}"
  stub-addr: 127.0.0.1@{port}
""" for name, port in (*((name, self.authority) for name in zones),
                                   *elsewhere))
        config = self.place / "unbound.conf"
        config.write_text(f"""server:
  interface: 127.0.0.1@{self.resolver}
  username: ""
  chroot: ""
  directory: "{self.place}"
  pidfile: ""
  use-syslog: no
  verbosity: 0
  module-config: "iterator"
  do-not-query-localhost: no
  do-ip6: no
  num-threads: 1
  local-zone: "test." nodefault
  local-zone: "invalid." nodefault
  local-zone: "onion." nodefault
remote-control:
  control-enable: no
{unbound}
{stubs}""")
        self.start(self.resolver, [UNBOUND, "-d", "-c", str(config)])

    def rewrite(self, zone):
        """Another root zone, soon: nsd reads it, unbound asks for what it has
        of the old one when its TTL is over."""
        (self.place / "root.zone").write_text(zone)
        self.processes[0].send_signal(signal.SIGHUP)

    def start(self, port, command):
        log = open(self.place / (pathlib.Path(command[0]).name + ".log"), "wb")
        process = subprocess.Popen(command, stdout=log, stderr=log)
        log.close()
        self.processes.append(process)
        wait_for(port, process)

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Rogue:
    """A server that answers as `answer(question bytes)` says: a list of
    packets, maybe none."""

    def __init__(self, answer):
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = []
        self.answer = answer
        self.open = True
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        self.socket.settimeout(0.1)
        while self.open:
            try:
                packet, peer = self.socket.recvfrom(4096)
            except OSError:
                continue
            self.asked.append(packet)
            for reply in self.answer(packet):
                self.socket.sendto(reply, peer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False
        self.thread.join()
        self.socket.close()


class Patient(Rogue):
    """Answers nothing until nobody asks any more, and then everything; knows
    how many questions waited together at most."""

    def __init__(self):
        self.most = 0
        super().__init__(lambda packet: [])

    def run(self):
        self.socket.settimeout(0.1)
        held = {}
        while self.open:
            try:
                packet, peer = self.socket.recvfrom(4096)
                held[packet[:2]] = packet, peer
                continue
            except OSError:
                self.most = max(self.most, len(held))
            for packet, peer in held.values():
                self.socket.sendto(reply(packet), peer)
            held.clear()


def encode_name(name):
    return b"".join(bytes([len(label)]) + label.encode()
                    for label in name.split(".") if label) + b"\0"


def record(owner, kind, data, ttl=60):
    return encode_name(owner) + struct.pack(">2HIH", kind, 1, ttl, len(data)) \
        + data


def mx(owner, host, preference=10):
    return record(owner, 15, struct.pack(">H", preference) + encode_name(host))


def address(owner, text):
    return record(owner, 1, socket.inet_aton(text))


def reply(packet, answers=(), flags=0x8180, number=None, asked=None):
    """An answer to a question of ours."""
    end = packet.index(b"\0", 12) + 5
    (own,) = struct.unpack(">H", packet[:2])
    return struct.pack(">6H", own if number is None else number, flags, 1,
                       len(answers), 0, 0) + \
        (packet[12:end] if asked is None else asked) + b"".join(answers)


def asked_about(packet):
    """The name and the type in a question."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    (kind,) = struct.unpack(">H", packet[at + 1:at + 3])
    return ".".join(labels), kind
