#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many recipients a sinkhole refuses a second, and what ten thousand
sessions cost it, beside Postfix's smtp-sink told to refuse the same.

    LOSTLETTER=build/release/bin/lostletter tests/bench/sinkhole_bench.py
"""
import os
import pathlib
import re
import resource
import select
import shutil
import socket
import subprocess
import sys
import time

PROGRAM = os.environ["LOSTLETTER"]
SMTP_SINK = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
CONNECTIONS = 100
BATCH = 50
SECONDS = 5
CROWD = 10_000


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start(command, port):
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{command[0]} does not listen")


def rcpt_rate(port):
    """Recipients refused a second, pipelined (RFC 2920)."""
    batch = b"".join(b"RCPT TO:<user%d@army.ml>\r\n" % n
                     for n in range(BATCH))
    poll = select.epoll()
    streams, waiting = {}, {}
    for _ in range(CONNECTIONS):
        stream = socket.create_connection(("127.0.0.1", port))
        for command in (b"", b"HELO mail.example.com\r\n",
                        b"MAIL FROM:<ann@example.com>\r\n"):
            stream.sendall(command)
            stream.recv(4096)
        stream.setblocking(False)
        poll.register(stream, select.EPOLLIN)
        streams[stream.fileno()] = stream
        waiting[stream.fileno()] = BATCH
        stream.sendall(batch)
    done = 0
    begin = time.monotonic()
    while time.monotonic() - begin < SECONDS:
        for number, _ in poll.poll(1):
            got = streams[number].recv(1 << 16)
            # The last line of each reply: a code and a space.
            ends = got.count(b"\n550 ") + got.count(b"\n500 ") + \
                got.count(b"\n421 ") + got[:4].count(b"50 ") + \
                got[:4].count(b"00 ")
            done += ends
            waiting[number] -= ends
            if waiting[number] <= 0:
                waiting[number] = BATCH
                streams[number].sendall(batch)
    for stream in streams.values():
        stream.close()
    return done / (time.monotonic() - begin)


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def memory(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def crowd(port):
    streams = []
    for n in range(CROWD):
        stream = socket.socket()
        # Many clients, not one that would be turned away.
        stream.bind((f"127.0.{1 + n // 250}.{1 + n % 250}", 0))
        stream.connect(("127.0.0.1", port))
        streams.append(stream)
    for stream in streams:
        stream.sendall(b"HELO mail.example.com\r\n")
    for stream in streams:
        stream.recv(4096)
    return streams


def measure(name, command, port):
    process = start(command, port)
    try:
        before = processor_seconds(process)
        rate = rcpt_rate(port)
        used = processor_seconds(process) - before
        print(f"{name:<12} {rate:>9.0f} refused/s, {100 * used / SECONDS:.0f} "
              f"% of a core", flush=True)
        streams = crowd(port)
        print(f"{name:<12} {len(streams)} sessions: {memory(process):.0f} MB",
              flush=True)
        for stream in streams:
            stream.close()
    finally:
        process.terminate()
        process.wait()


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < CROWD + 1000:
        print(f"skipped: {most} descriptors are not enough")
        return 77
    print(f"{os.cpu_count()} cores, {CONNECTIONS} connections, {BATCH} "
          f"recipients at a time, {SECONDS} s; the client shares the machine")
    port = free_port()
    measure("lostletter", [PROGRAM, "sinkhole", "--listen",
                           f"127.0.0.1:{port}", "--name", "army.ml=army.mil",
                           "--most-of-one", "20000"], port)
    if pathlib.Path(SMTP_SINK).exists():
        port = free_port()
        measure("smtp-sink", [SMTP_SINK, "-u", "nobody", "-f", "rcpt", "-m",
                              str(CROWD + 100), f"127.0.0.1:{port}", "10000"],
                port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
