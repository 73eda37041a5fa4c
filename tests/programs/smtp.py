# SPDX-License-Identifier: Apache-2.0
"""An SMTP client that says exactly what it is told to, and letters for it.

smtplib is a good client, and tests need bad ones too: bytes that no client
sends, commands in batches, connections that vanish in the middle.
"""

import email.utils
import itertools
import os
import socket
import threading
import time

PATIENCE = 60.0
_numbers = itertools.count(1)


def marker():
    """A word that no other letter of this run has."""
    return f"letter-{os.getpid()}-{threading.get_ident()}-{next(_numbers)}-"


def date(seconds=0):
    """A Date field body, `seconds` from now."""
    return email.utils.formatdate(time.time() + seconds)


def letter(mark, when=None, fields=(), body="Hello.\r\n"):
    """A whole letter that Postfix has no reason to add anything to."""
    lines = ([f"Date: {when}"] if when else []) + [
        "From: Ann <ann@example.com>",
        "To: undisclosed recipients:;",
        f"Message-ID: <{mark}@client.example>",
        f"Subject: {mark}",
        *fields, "", body]
    return "\r\n".join(lines).encode("utf-8")


class Reply:
    def __init__(self, lines):
        self.lines = lines
        self.code = int(lines[-1][:3])
        self.text = "\n".join(line[4:].decode("ascii", "backslashreplace")
                              for line in lines)

    def __repr__(self):
        return f"{self.code} {self.text!r}"

    def starts(self, text):
        return f"{self.code} {self.text}".startswith(text)


class Client:
    """One SMTP session. Every command returns its Reply."""

    def __init__(self, port, xclient=None, hello="EHLO client.example"):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.greeting = self.reply()
        self.say(hello)
        if xclient:
            # As if by another client: the session begins anew.
            reply = self.say("XCLIENT " + xclient)
            assert reply.code == 220, reply
            self.say(hello)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.vanish()

    def reply(self):
        lines = []
        while True:
            line = self.file.readline(10000)
            if not line:
                raise ConnectionError(f"the server hung up after {lines}")
            lines.append(line.rstrip(b"\r\n"))
            if line[3:4] != b"-":
                return Reply(lines)

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else
                            data.encode("utf-8"))

    def say(self, line):
        self.send(line if isinstance(line, bytes) else line.encode("utf-8"))
        self.send(b"\r\n")
        return self.reply()

    def mail(self, sender="ann@example.com", arguments=""):
        return self.say(f"MAIL FROM:<{sender}>{arguments}")

    def rcpt(self, recipient, arguments=""):
        return self.say(f"RCPT TO:<{recipient}>{arguments}")

    def data(self, content):
        reply = self.say("DATA")
        if reply.code != 354:
            return reply
        stuffed = content.replace(b"\r\n.", b"\r\n..")
        if stuffed.startswith(b"."):
            stuffed = b"." + stuffed
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        self.send(stuffed + b".\r\n")
        return self.reply()

    def quit(self):
        reply = self.say("QUIT")
        self.vanish()
        return reply

    def vanish(self):
        self.file.close()
        self.socket.close()


def submit(port, recipients, content, sender="ann@example.com", xclient=None):
    """Sends one letter as most clients do that go on after a refusal: to those
    who were accepted. (the replies to RCPT, the reply to the letter or None)"""
    with Client(port, xclient) as client:
        reply = client.mail(sender)
        if reply.code != 250:
            return [reply], None
        replies = [client.rcpt(recipient) for recipient in recipients]
        if not any(reply.code == 250 for reply in replies):
            client.quit()
            return replies, None
        end = client.data(content)
        client.quit()
        return replies, end
