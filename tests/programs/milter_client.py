# SPDX-License-Identifier: Apache-2.0
"""A small MTA's half of the milter protocol, for tests that need a guard but
no Postfix. Knows only what it takes to get a recipient judged."""
import socket
import struct

NO_REPLY = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000}


class MilterClient:
    """One SMTP connection of a client at `address`; `login` if they did."""

    def __init__(self, port, address="127.0.0.1", login=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.login = login
        self.protocol = 0
        self.send(b"O", struct.pack("!III", 6, 0x1FF, 0x1FFFFF))
        letter, payload = self.receive()
        assert letter == b"O", letter
        self.protocol = struct.unpack("!III", payload[:12])[2]
        self.ask(b"C", b"client.example\0004" + struct.pack("!H", 4711) +
                 address.encode() + b"\0")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, letter, payload=b""):
        self.socket.sendall(struct.pack("!I", len(payload) + 1) + letter +
                            payload)

    def receive(self):
        size = struct.unpack("!I", self.read(4))[0]
        frame = self.read(size)
        return frame[:1], frame[1:]

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise ConnectionError("the guard closed the connection")
            data += piece
        return data

    def ask(self, letter, payload=b""):
        """The answer: "continue", a reply's text, or None where none is due."""
        self.send(letter, payload)
        if self.protocol & NO_REPLY.get(letter, 0):
            return None
        kind, text = self.receive()
        if kind == b"y":
            return text.rstrip(b"\0").decode().replace("%%", "%")
        return {b"c": "continue", b"t": "tempfail"}.get(kind, kind.decode())

    def macros(self, letter, **values):
        pairs = b"".join(b"{%s}\0%s\0" % (key.encode(), value.encode())
                         for key, value in values.items())
        self.send(b"D", letter + pairs)

    def mail(self, sender):
        if self.login:
            self.macros(b"M", auth_authen=self.login)
        return self.ask(b"M", f"<{sender}>\0".encode())

    def rcpt(self, recipient):
        self.macros(b"R", rcpt_addr=recipient)
        return self.ask(b"R", f"<{recipient}>\0".encode())

    def header(self, name, value):
        self.send(b"L", f"{name}\0 {value}\0".encode())
        if not self.protocol & 0x80:
            self.receive()

    def end_of_message(self):
        return self.ask(b"E")

    def abort(self):
        self.send(b"A")
