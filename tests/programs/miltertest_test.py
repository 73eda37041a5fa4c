#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The running guard, driven by OpenDKIM's miltertest: an implementation of the
MTA's side of the protocol that is not ours. Each script below is Lua; one that
raises an error fails."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile

import lab

# Every script begins with this. `ok` is what most functions return.
PRELUDE = r"""
function must(problem, what)
  if problem then error(what .. ": " .. problem) end
end
function connect()
  return mt.connect("inet:" .. PORT .. "@127.0.0.1", 50, 0.1)
end
function expect(conn, reply, what)
  local got = mt.getreply(conn)
  if got ~= reply then
    error(what .. ": got '" .. string.char(got) .. "', want '" ..
          string.char(reply) .. "'")
  end
end
function begin(conn, from)
  must(mt.macro(conn, SMFIC_MAIL, "{auth_authen}", "ann"), "macro")
  must(mt.mailfrom(conn, from), "mail")
  expect(conn, SMFIR_CONTINUE, "mail")
end
function rcpt(conn, to, reply)
  must(mt.rcptto(conn, to), "rcpt " .. to)
  expect(conn, reply, "rcpt " .. to)
end
function finish(conn)
  must(mt.header(conn, "From", "ann@example.com"), "header")
  must(mt.header(conn, "Date", "Mon, 23 Nov 2026 18:35:18 +0000"), "header")
  must(mt.eom(conn), "eom")
  expect(conn, SMFIR_CONTINUE, "eom")
  for _, change in ipairs({MT_HDRADD, MT_HDRINSERT, MT_BODYCHANGE,
                           MT_QUARANTINE}) do
    if mt.eom_check(conn, change) then error("the letter was changed") end
  end
  must(mt.abort(conn), "abort")
end
"""

LETTERS = r"""
local conn = connect()
must(mt.negotiate(conn, nil, nil, nil), "negotiate")
-- What the guard lives on stays, what it need not hear is switched off.
for _, option in ipairs({SMFIP_NOCONNECT, SMFIP_NOMAIL, SMFIP_NORCPT,
                         SMFIP_NOHDRS, SMFIP_NR_RCPT}) do
  if mt.test_option(conn, option) then error("switched off " .. option) end
end
for _, option in ipairs({SMFIP_NOBODY, SMFIP_NOHELO, SMFIP_NOEOH,
                         SMFIP_NR_HDR, SMFIP_NR_MAIL, SMFIP_NR_CONN}) do
  if not mt.test_option(conn, option) then error("not asked " .. option) end
end
for _, action in ipairs({SMFIF_ADDHDRS, SMFIF_CHGHDRS, SMFIF_CHGBODY,
                         SMFIF_QUARANTINE, SMFIF_CHGFROM}) do
  if mt.test_action(conn, action) then error("may change " .. action) end
end
for _, action in ipairs({SMFIF_ADDRCPT, SMFIF_DELRCPT}) do
  if not mt.test_action(conn, action) then error("may not hold: " .. action) end
end
must(mt.conninfo(conn, "client.example.com", "127.0.0.1"), "connect")
begin(conn, "<ann@example.com>")
rcpt(conn, "<bob@example.org>", SMFIR_CONTINUE)
rcpt(conn, "<a.smith@army.ml>", SMFIR_REPLYCODE)
rcpt(conn, "<a.smith@army.mil>", SMFIR_CONTINUE)
finish(conn)
-- A second letter on the same connection, and one that the client gives up.
begin(conn, "<ann@example.com>")
rcpt(conn, "<b.smith@army.ml>", SMFIR_REPLYCODE)
must(mt.abort(conn), "abort")
begin(conn, "<>")
rcpt(conn, "<bob@example.org>", SMFIR_CONTINUE)
finish(conn)
mt.disconnect(conn)
"""

# Sendmail 8.13: version 2, which answers everything it sends.
VERSION_2 = r"""
local conn = connect()
must(mt.negotiate(conn, 2, 0x3f, 0x7f), "negotiate")
must(mt.conninfo(conn, "client.example.com", "127.0.0.1"), "connect")
expect(conn, SMFIR_CONTINUE, "connect")
begin(conn, "<ann@example.com>")
rcpt(conn, "<a.smith@army.ml>", SMFIR_REPLYCODE)
rcpt(conn, "<bob@example.org>", SMFIR_CONTINUE)
finish(conn)
mt.disconnect(conn)
"""

# An MTA that can spare us nothing: every event comes and is answered.
NOTHING_SPARED = r"""
local conn = connect()
must(mt.negotiate(conn, 6, 0, 0), "negotiate")
must(mt.conninfo(conn, "client.example.com", "127.0.0.1"), "connect")
expect(conn, SMFIR_CONTINUE, "connect")
must(mt.helo(conn, "client.example.com"), "helo")
expect(conn, SMFIR_CONTINUE, "helo")
must(mt.unknown(conn, "FOO bar"), "unknown")
expect(conn, SMFIR_CONTINUE, "unknown")
begin(conn, "<ann@example.com>")
rcpt(conn, "<bob@example.org>", SMFIR_CONTINUE)
must(mt.data(conn), "data")
expect(conn, SMFIR_CONTINUE, "data")
must(mt.header(conn, "From", "ann@example.com"), "header")
expect(conn, SMFIR_CONTINUE, "header")
must(mt.eoh(conn), "eoh")
expect(conn, SMFIR_CONTINUE, "eoh")
must(mt.bodystring(conn, "Hello\r\n"), "body")
expect(conn, SMFIR_CONTINUE, "body")
must(mt.bodyrandom(conn, 300000), "body")
expect(conn, SMFIR_CONTINUE, "body")
must(mt.eom(conn), "eom")
expect(conn, SMFIR_CONTINUE, "eom")
mt.disconnect(conn)
"""

# Mail from elsewhere is not ours to judge, wherever it says it comes from.
ELSEWHERE = r"""
for _, address in ipairs({"192.0.2.7", "2001:db8::7", "unspec"}) do
  local conn = connect()
  must(mt.negotiate(conn, nil, nil, nil), "negotiate")
  must(mt.conninfo(conn, "client.example.com", address), "connect")
  must(mt.mailfrom(conn, "<ann@example.com>"), "mail")
  rcpt(conn, "<a.smith@army.ml>", SMFIR_CONTINUE)
  finish(conn)
  mt.disconnect(conn)
end
-- ... and ours is, also over IPv6.
local conn = connect()
must(mt.negotiate(conn, nil, nil, nil), "negotiate")
must(mt.conninfo(conn, "localhost", "::1"), "connect")
must(mt.mailfrom(conn, "<ann@example.com>"), "mail")
rcpt(conn, "<c.smith@army.ml>", SMFIR_REPLYCODE)
mt.disconnect(conn, false)
"""

INTERLEAVED = r"""
local conns = {}
for i = 1, 20 do
  conns[i] = connect()
  must(mt.negotiate(conns[i], nil, nil, nil), "negotiate")
  must(mt.conninfo(conns[i], "client.example.com", "127.0.0.1"), "connect")
end
for i = 1, 20 do begin(conns[i], "<ann@example.com>") end
for i = 1, 20 do
  rcpt(conns[i], "<bob@example.org>", SMFIR_CONTINUE)
  if i % 2 == 0 then
    rcpt(conns[i], "<d" .. i .. ".smith@army.ml>", SMFIR_REPLYCODE)
  end
end
for i = 20, 1, -1 do finish(conns[i]) end
for i = 1, 20 do mt.disconnect(conns[i], i % 3 ~= 0) end
"""

# SIGTERM in the middle of a letter: the connection goes on to its end.
DRAINED = r"""
local conn = connect()
must(mt.negotiate(conn, nil, nil, nil), "negotiate")
must(mt.conninfo(conn, "client.example.com", "127.0.0.1"), "connect")
begin(conn, "<ann@example.com>")
rcpt(conn, "<bob@example.org>", SMFIR_CONTINUE)
os.execute("kill -TERM " .. GUARD)
while pcall(mt.connect, "inet:" .. PORT .. "@127.0.0.1", 1, 0) do
  mt.sleep(0.05)  -- until it takes no new connections
end
rcpt(conn, "<e.smith@army.ml>", SMFIR_REPLYCODE)
finish(conn)
mt.disconnect(conn)
"""


class Bench:
    """A guard without an MTA."""

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="lostletter-miltertest.")
        self.guard = lab.Guard(os.path.join(self.home, "guard"), "",
                               [lab.Listener("inet")]).start()
        self.port = int(self.guard.milters[0].rpartition(":")[2])
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            sys.stderr.write("--- guard\n" + self.guard.log())
        self.guard.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, script):
        path = os.path.join(self.home, "script.lua")
        with open(path, "w") as file:
            file.write(PRELUDE + "ok, problem = pcall(function()" + script +
                       "end)\nif not ok then mt.echo(problem) error() end\n")
        done = subprocess.run(
            ["miltertest", "-vv", "-D", f"PORT={self.port}", "-D",
             f"GUARD={self.guard.process.pid}", "-s", path],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=lab.PATIENCE)
        assert done.returncode == 0, done.stdout[-2000:]

    def stop_well(self):
        status = self.guard.stop()
        assert status == 0, f"exit status {status}"
        for name in ("milter-protocol", "job-failed", "decision-late"):
            assert not self.guard.events(name), self.guard.events(name)


def scripted(script):
    with Bench() as bench:
        bench.run(script)
        bench.stop_well()


def test_letters():
    scripted(LETTERS)


def test_version_2():
    scripted(VERSION_2)


def test_nothing_spared():
    scripted(NOTHING_SPARED)


def test_elsewhere():
    scripted(ELSEWHERE)


def test_interleaved():
    scripted(INTERLEAVED)


def test_drained():
    with Bench() as bench:
        bench.run(DRAINED)
        bench.guard.process.wait(lab.PATIENCE)  # told to by the script
        bench.stop_well()


def test_other_protocols():
    """Peers that speak something else are sent away, and nobody else notices."""
    with Bench() as bench:
        for greeting in (b"EHLO client.example.com\r\n", b"GET / HTTP/1.1\r\n\r\n",
                         b"\x16\x03\x01\x02\x00\x01\x00", b"\xff" * 5000,
                         b"\x00\x00\x00\x00", b"\x00\x00\x00\x01R"):
            with socket.create_connection(
                    ("127.0.0.1", bench.port), 10) as peer:
                peer.sendall(greeting)
                try:
                    assert peer.recv(100) == b"", greeting
                except ConnectionResetError:
                    pass  # closed with octets unread
        bench.run(LETTERS)
        problems = bench.guard.events("milter-protocol")
        assert len(problems) == 6, problems
        assert bench.guard.stop() == 0


if __name__ == "__main__":
    if not shutil.which("miltertest"):
        lab.skip("miltertest is not installed")
    sys.exit(lab.run_tests([value for name, value in list(globals().items())
                            if name.startswith("test_")]))
