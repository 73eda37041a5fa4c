#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many wrong names are listed a second, beside Debian's dnstwist where it
is installed, and how many names are resolved a second when each answer takes
20 ms. Prints figures with their conditions; asserts nothing.

    BIN=build/release/bin tests/bench/exposure_bench.py
"""
import heapq
import os
import pathlib
import select
import shutil
import socket
import subprocess
import sys
import threading
import time

BIN = pathlib.Path(os.environ.get("BIN", "build/release/bin"))
NAMES = ("army.mil", "us.army.mil", "example.com", "stanford.edu")
RESOLVED = 50_000
ROUND_TRIP = 0.020


def seconds(command):
    """The shortest of five runs, and the lines of the last."""
    best, lines = None, 0
    for _ in range(5):
        begin = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        taken = time.monotonic() - begin
        best = taken if best is None else min(best, taken)
        lines = done.stdout.count(b"\n")
    return best, lines


class SlowServer:
    """Says that there is no such name, some time after it was asked."""

    def __init__(self):
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        waiting, count = [], 0
        while True:
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                _, _, packet, peer = heapq.heappop(waiting)
                end = packet.index(b"\0", 12) + 5
                self.socket.sendto(packet[:2] + b"\x81\x83\0\1\0\0\0\0\0\0" +
                                   packet[12:end], peer)
            pause = waiting[0][0] - now if waiting else 0.05
            if not select.select([self.socket], [], [], max(0, pause))[0]:
                continue
            for _ in range(64):
                try:
                    packet, peer = self.socket.recvfrom(4096)
                except OSError:
                    break
                count += 1
                heapq.heappush(waiting, (time.monotonic() + ROUND_TRIP, count,
                                         packet, peer))


def main():
    print(f"{os.cpu_count()} cores; whole processes, their start included")
    for name in NAMES:
        taken, lines = seconds([str(BIN / "lostletter"), "exposure",
                                "--no-resolve", "--json", name])
        print(f"{name:<14} lostletter {lines:>7} names in {taken:.2f} s, "
              f"{lines / taken:>8.0f}/s")
        dnstwist = shutil.which("dnstwist")
        if dnstwist:
            taken, lines = seconds([dnstwist, "--format", "list", name])
            print(f"{name:<14} dnstwist   {lines:>7} names in {taken:.2f} s, "
                  f"{lines / taken:>8.0f}/s")
    if (BIN / "generate_bench").exists():
        print("names made a second, one core, without printing them:",
              flush=True)
        subprocess.run([str(BIN / "generate_bench"),
                        "--benchmark_min_time=1"], check=True,
                       stderr=subprocess.DEVNULL)
    server = SlowServer()
    names = "\n".join(f"n{n}.example" for n in range(RESOLVED)).encode()
    for in_flight in (200, 300, 400):
        begin = time.monotonic()
        subprocess.run([str(BIN / "print_facts"), "--in-flight",
                        str(in_flight), f"127.0.0.1:{server.port}"],
                       input=names, stdout=subprocess.DEVNULL, check=True)
        print(f"{RESOLVED} names, {1000 * ROUND_TRIP:.0f} ms each, {in_flight} "
              f"at a time: {RESOLVED / (time.monotonic() - begin):.0f}/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
