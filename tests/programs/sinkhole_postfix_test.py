#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sinkhole and a real Postfix that is configured to refuse the same
recipients hear the same dialogs: their replies have the same codes."""
import os
import socket
import sys
import tempfile
import unittest

import lab
from sinkhole_test import Sinkhole

# Below army.ml: 550; whoever else: 554. Nothing is taken.
REFUSING = """
smtpd_helo_required = yes
smtpd_relay_restrictions =
smtpd_recipient_restrictions =
  check_recipient_access inline:{ { army.ml = 550 5.1.2 takes no mail } }
  reject
smtpd_discard_ehlo_keywords = chunking, etrn, dsn, size
"""

BEGIN = ["EHLO mail.example.com", "MAIL FROM:<ann@example.com>"]
# Each a session; one line a command.
DIALOGS = {
    "a letter": [*BEGIN, "RCPT TO:<general@army.ml>", "DATA", "QUIT"],
    "below it": [*BEGIN, "RCPT TO:<general@us.army.ml>", "QUIT"],
    "somebody else's": [*BEGIN, "RCPT TO:<a@elsewhere.test>", "QUIT"],
    "several": [*BEGIN, "RCPT TO:<a@army.ml>", "RCPT TO:<b@elsewhere.test>",
                "RCPT TO:<c@ARMY.ML>", "DATA", "RSET", "DATA", "QUIT"],
    "a bounce": ["EHLO mail.example.com", "MAIL FROM:<>",
                 "RCPT TO:<general@army.ml>", "QUIT"],
    "two letters": [*BEGIN, "RCPT TO:<a@army.ml>", "RSET", BEGIN[1],
                    "RCPT TO:<b@army.ml>", "QUIT"],
    "old": ["HELO mail.example.com", BEGIN[1], "RCPT TO:<a@army.ml>", "QUIT"],
    "again": [*BEGIN, *BEGIN, "RCPT TO:<a@army.ml>", "QUIT"],
    "quoted": [*BEGIN, 'RCPT TO:<"a b"@army.ml>', "QUIT"],
    "a route": [*BEGIN, "RCPT TO:<@relay.test:a@army.ml>", "QUIT"],
    "small letters": ["ehlo mail.example.com", "mail from:<ann@example.com>",
                      "rcpt to:<a@army.ml>", "quit"],
    "spaces": ["EHLO mail.example.com", "MAIL FROM: <ann@example.com>",
               "RCPT TO: <a@army.ml>", "QUIT"],
    "8bitmime": ["EHLO mail.example.com",
                 "MAIL FROM:<ann@example.com> BODY=8BITMIME",
                 "RCPT TO:<a@army.ml>", "QUIT"],
    "smtputf8": ["EHLO mail.example.com",
                 "MAIL FROM:<\u00e4nn@example.com> SMTPUTF8",
                 "RCPT TO:<gener\u00e4l@army.ml>", "QUIT"],
    "no greeting": ["MAIL FROM:<ann@example.com>", "RCPT TO:<a@army.ml>",
                    "DATA", "QUIT"],
    "no sender": ["EHLO mail.example.com", "RCPT TO:<a@army.ml>", "DATA",
                  "QUIT"],
    "no recipient": [*BEGIN, "DATA", "QUIT"],
    "two senders": [*BEGIN, BEGIN[1], "RCPT TO:<a@army.ml>", "QUIT"],
    "no names": ["HELO", "EHLO", "QUIT"],
    "no recipient's address": [*BEGIN, "RCPT TO:<>", "QUIT"],
    "no address": [*BEGIN, "RCPT TO:", "QUIT"],
    "unknown parameters": ["EHLO mail.example.com",
                           "MAIL FROM:<ann@example.com> COLOUR=green",
                           "MAIL FROM:<ann@example.com>",
                           "RCPT TO:<a@army.ml> COLOUR=green", "QUIT"],
    "small talk": ["NOOP", "RSET", "EHLO mail.example.com", "NOOP", "RSET",
                   "QUIT"],
    "no TLS": ["EHLO mail.example.com", "STARTTLS", "QUIT"],
    "nonsense": ["EHLO mail.example.com", "FROBNICATE", "QUIT"],
}

class Talk:
    def __init__(self, port):
        self.stream = socket.create_connection(("127.0.0.1", port), 60)
        self.lines = self.stream.makefile("rb")
        self.greeting = self.code()

    def code(self):
        while line := self.lines.readline():
            if line[3:4] != b"-":
                return int(line[:3])
        return None

    def say(self, text):
        self.stream.sendall(text.encode() + b"\r\n")
        return self.code()

    def close(self):
        self.lines.close()
        self.stream.close()


class Differential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        home = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.chmod(home, 0o755)  # Postfix is another user
        sink = lab.Sink()
        cls.addClassCleanup(sink.close)
        cls.postfix = lab.Postfix(os.path.join(home, "postfix"), sink.port,
                                  extra=REFUSING).start()
        cls.addClassCleanup(cls.postfix.stop)
        cls.sinkhole = cls.enterClassContext(Sinkhole())

    def test_one_command_after_the_other(self):
        for name, dialog in DIALOGS.items():
            ours, theirs = Talk(self.sinkhole.port), Talk(self.postfix.port)
            self.assertEqual((ours.greeting, theirs.greeting), (220, 220))
            for command in dialog:
                got = (ours.say(command), theirs.say(command))
                with self.subTest(name, command=command):
                    self.assertEqual(*got)
            ours.close()
            theirs.close()

    def test_all_at_once(self):
        for name, dialog in DIALOGS.items():
            # After STARTTLS nothing may follow: that is another test.
            if name in ("no TLS", "nonsense"):
                continue
            codes = []
            for port in (self.sinkhole.port, self.postfix.port):
                talk = Talk(port)
                talk.stream.sendall(b"".join(command.encode() + b"\r\n"
                                             for command in dialog))
                codes.append([talk.code() for _ in dialog])
                talk.close()
            with self.subTest(name):
                self.assertEqual(*codes)


if __name__ == "__main__":
    if why := lab.Postfix.missing():
        lab.skip(why)
    unittest.main(argv=sys.argv[:1])
