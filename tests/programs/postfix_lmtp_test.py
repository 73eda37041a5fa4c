#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real Postfix brings letters to our reception by its lmtp and smtp clients,
takes letters from our client, and splits them as our milter says; nothing is
changed, lost or doubled."""

import json
import os
import smtplib
import subprocess
import sys
import tempfile
import threading

from lab import (PATIENCE, Postfix, Sink, connects, free_port, milter, skip,
                 wait_until)

BOX = os.environ.get("LETTER_BOX", "build/release/bin/letter_box")
HEADER = (b"From: ann@lab.example\r\nMessage-ID: <%s@lab.example>\r\n"
          b"Date: Mon, 30 Nov 2026 00:00:00 +0000\r\n"
          b"To: x@example.org\r\nX-Marker: %s\r\n\r\n")


def letter_of(marker, body):
    return HEADER % (marker.encode(), marker.encode()) + body


class Box:
    """letter_box take: what it printed, as it comes."""

    def __init__(self, protocol, endpoints):
        self.letters = []
        self.process = subprocess.Popen(
            [BOX, "take", protocol, *endpoints], stdout=subprocess.PIPE)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            letter = json.loads(line)
            letter["content"] = bytes.fromhex(letter["content"])
            self.letters.append(letter)

    def find(self, marker):
        field = f"X-Marker: {marker}\r\n".encode()
        return [one for one in list(self.letters) if field in one["content"]]

    def wait_for(self, marker, count=1):
        wait_until(lambda: len(self.find(marker)) >= count, marker)
        return self.find(marker)

    def close(self):
        self.process.kill()
        self.process.wait()


class Lab:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="lostletter-lmtp-")
        os.chmod(self.folder.name, 0o755)
        home = os.path.join(self.folder.name, "postfix")
        os.mkdir(home)
        self.sink = Sink()
        path = os.path.join(self.folder.name, "hold.sock")
        tcp, smtp = free_port(), free_port()
        self.lmtp = Box("lmtp", [f"unix:{path}", f"inet:127.0.0.1:{tcp}"])
        self.smtp = Box("smtp", [f"inet:127.0.0.1:{smtp}"])
        wait_until(lambda: connects(tcp) and connects(smtp), "the boxes")
        maps = (f"{{ hold.invalid = lmtp:unix:{path} }}, "
                f"{{ tcp.invalid = lmtp:inet:127.0.0.1:{tcp} }}, "
                f"{{ smtp.invalid = smtp:[127.0.0.1]:{smtp} }}")
        # Postfix folds lines above 990 octets unless it is told not to.
        milter_port = free_port()
        self.splitter = subprocess.Popen(
            [BOX, "amend", f"inet:127.0.0.1:{milter_port}", "exmaple.org",
             "c0de@hold.invalid,NOTIFY=NEVER"])
        wait_until(lambda: connects(milter_port), "the splitter")
        self.postfix = Postfix(
            home, self.sink.port,
            milters=milter(f"inet:127.0.0.1:{milter_port}"),
            extra=f"transport_maps = inline:{{ {maps} }}\n"
                  "lmtp_line_length_limit = 0\n"
                  "smtp_line_length_limit = 0\n"
                  "lmtp_destination_recipient_limit = 100\n")
        self.postfix.start()

    def close(self):
        self.postfix.stop()
        self.splitter.kill()
        self.splitter.wait()
        self.lmtp.close()
        self.smtp.close()
        self.sink.close()
        self.folder.cleanup()

    def submit(self, marker, recipients, body, options=(),
               sender="ann@lab.example"):
        """One letter over SMTP, byte for byte; what is to arrive."""
        content = letter_of(marker, body)
        stuffed = content.replace(b"\r\n.", b"\r\n..")
        with smtplib.SMTP("127.0.0.1", self.postfix.port,
                          timeout=PATIENCE) as client:
            client.ehlo("client.example")
            client.command_encoding = "utf-8"
            code, text = client.mail(sender, list(options))
            assert code == 250, text
            for recipient in recipients:
                address, *parameters = recipient.split(" ")
                code, text = client.rcpt(address, parameters)
                assert code == 250, (recipient, text)
            code, text = client.docmd("DATA")
            assert code == 354, text
            client.send(stuffed + b".\r\n")
            code, text = client.getreply()
            assert code == 250, text
        return content

    def send(self, arguments, content):
        ran = subprocess.run(
            [BOX, "send", f"inet:127.0.0.1:{self.postfix.port}", *arguments],
            input=content, stdout=subprocess.PIPE, timeout=PATIENCE, check=True)
        return json.loads(ran.stdout)


def without_received(content):
    lines = content.split(b"\r\n")
    while lines[0].startswith(b"Received:") or lines[0][:1] in (b" ", b"\t"):
        lines.pop(0)
    return b"\r\n".join(lines)


BODIES = {
    "dots": b".\r\n..\r\n.x\r\n\r\n.\r\n",
    "eight-bit": bytes(range(128, 256)) + b"\r\n",
    "nul": b"a\x00b\r\n\x00\r\n",
    "long": b"x" * 1_000_000 + b"\r\n.\r\n",
    "empty": b"",
    "lines": b"\r\n\r\n" + b"y\r\n" * 20000,
}


def every_byte_arrives(lab):
    for name, body in BODIES.items():
        for box, host in ((lab.lmtp, "hold.invalid"), (lab.lmtp, "tcp.invalid"),
                          (lab.smtp, "smtp.invalid")):
            marker = f"{name}-{host}"
            sent = lab.submit(marker, [f"x@{host}"], body, ["BODY=8BITMIME"])
            (letter,) = box.wait_for(marker)
            came = without_received(letter["content"])
            assert came == sent, (marker, len(sent), came[-200:])
            assert letter["sender"] == "ann@lab.example", letter["sender"]
            assert letter["recipients"][0]["path"] == f"x@{host}"


def parameters_arrive(lab):
    lab.submit("dsn", ["x@hold.invalid NOTIFY=NEVER",
                       "y@hold.invalid NOTIFY=FAILURE "
                       "ORCPT=rfc822;y@example.org"],
               b"x\r\n", ["RET=HDRS", "ENVID=QQ314"])
    wait_until(lambda: sum(len(one["recipients"])
                           for one in lab.lmtp.find("dsn")) == 2, "both")
    told = {}
    for letter in lab.lmtp.find("dsn"):
        words = letter["parameters"].split()
        assert "RET=HDRS" in words and "ENVID=QQ314" in words, letter
        for one in letter["recipients"]:
            told[one["path"]] = one["parameters"].split()
    assert "NOTIFY=NEVER" in told["x@hold.invalid"], told
    assert "NOTIFY=FAILURE" in told["y@hold.invalid"], told
    assert "ORCPT=rfc822;y@example.org" in told["y@hold.invalid"], told


def smtputf8_arrives(lab):
    lab.submit("utf8", ["j\u00fcrgen@hold.invalid"], b"x\r\n",
               ["SMTPUTF8", "BODY=8BITMIME"], sender="\u00fc@lab.example")
    (letter,) = lab.lmtp.wait_for("utf8")
    assert "SMTPUTF8" in letter["parameters"].split(), letter
    assert letter["sender"] == "\u00fc@lab.example"
    assert letter["recipients"][0]["path"] == "j\u00fcrgen@hold.invalid"


def our_client_hands_over(lab):
    content = letter_of("out", b".\r\n..\r\n\xc3\xbc\r\n")
    told = lab.send(["ann@lab.example,RET=HDRS ENVID=x",
                     "carl@example.org,NOTIFY=FAILURE",
                     "t0ken@hold.invalid,NOTIFY=NEVER"], content)
    assert told["outcome"] == "accepted" and told["asked"], told
    assert told["queue_id"] and told["queue_id"] in lab.postfix.log(), told
    (ack,) = lab.lmtp.wait_for("out")
    (recipient,) = ack["recipients"]
    assert recipient["path"] == "t0ken@hold.invalid", ack
    assert "NOTIFY=NEVER" in recipient["parameters"], ack
    assert without_received(ack["content"]) == content
    lab.sink.wait_for("X-Marker: out")
    (delivered,) = lab.sink.find("X-Marker: out")
    assert delivered.content() == content, delivered.content()


def without_the_dot_nothing_is_there(lab):
    told = lab.send(["--no", "ann@lab.example", "t0ken@hold.invalid"],
                    letter_of("none", b"x\r\n"))
    assert told["outcome"] == "nothing-sent" and told["asked"], told
    wait_until(lambda: "lost connection after DATA" in lab.postfix.log(),
               "Postfix to notice")
    # What is sent after it arrives; it does not.
    lab.send(["ann@lab.example", "t0ken@hold.invalid"],
             letter_of("after", b"x\r\n"))
    lab.lmtp.wait_for("after")
    assert not lab.lmtp.find("none")


def our_client_is_refused(lab):
    told = lab.send(["ann@lab.example", "j\u00fcrgen@hold.invalid"],
                    letter_of("out8", b"x\r\n"))
    assert told["outcome"] == "accepted", told
    (letter,) = lab.lmtp.wait_for("out8")
    assert letter["recipients"][0]["path"] == "j\u00fcrgen@hold.invalid"
    told = lab.send(["ann@lab.example", "t0ken@hold.invalid", "a@[bad"],
                    letter_of("bad", b"x\r\n"))
    assert told["outcome"] == "refused" and not told["asked"], told
    assert 500 <= told["code"] <= 599, told
    assert not lab.lmtp.find("bad")


def a_hundred_recipients_one_reply_each(lab):
    names = [f"r{number}@hold.invalid" for number in range(98)]
    lab.submit("crowd", ["never@hold.invalid", *names, "later@hold.invalid"],
               b"x\r\n")
    # `later` is brought again and again, alone: the others were told 250.
    letters = lab.lmtp.wait_for("crowd", 3)
    first = [one["path"] for one in letters[0]["recipients"]]
    assert sorted(first) == sorted([*names, "later@hold.invalid"]), first
    for again in letters[1:]:
        paths = [one["path"] for one in again["recipients"]]
        assert paths == ["later@hold.invalid"], paths
    assert "later@hold.invalid" in lab.postfix.queue()
    log = lab.postfix.log()
    assert log.count("nobody has that name") >= 1
    for name in names:
        assert log.count(f"to=<{name}>") == 1, name


def too_large_stays_with_the_mta(lab):
    lab.submit("large", ["x@hold.invalid"], (b"z" * 998 + b"\r\n") * 4500)
    wait_until(lambda: "said: 452 4.3.1" in lab.postfix.log(), "a deferral")
    assert not lab.lmtp.find("large")
    assert "x@hold.invalid" in lab.postfix.queue()


def a_letter_is_split_in_the_queue(lab):
    content = lab.submit(
        "split", ["ann@example.org", "Carl.B@exmaple.org NOTIFY=FAILURE",
                  "\"d,e\"@exmaple.org", "bob@example.org"], b"x\r\n")
    (held,) = lab.lmtp.wait_for("split")
    (recipient,) = held["recipients"]
    assert recipient["path"] == "c0de@hold.invalid", held
    assert "NOTIFY=NEVER" in recipient["parameters"].split(), held
    assert without_received(held["content"]) == content
    lab.postfix.wait_empty()
    assert lab.sink.recipients_of("X-Marker: split") == [
        "ann@example.org", "bob@example.org"]
    # One edit, one letter: the same queue id brought it to all.
    (queue_id,) = {line.split(": ")[1] for line in lab.postfix.log().split("\n")
                   if "to=<c0de@hold.invalid>" in line}
    for name in ("ann", "bob"):
        assert f"{queue_id}: to=<{name}@example.org>" in lab.postfix.log()
    # What was given for the removed ones is nobody's any more.
    assert "exmaple.org" not in lab.postfix.log()


TESTS = (a_letter_is_split_in_the_queue, every_byte_arrives,
         parameters_arrive, smtputf8_arrives, our_client_hands_over,
         without_the_dot_nothing_is_there,
         our_client_is_refused, a_hundred_recipients_one_reply_each,
         too_large_stays_with_the_mta)


def main():
    why = Postfix.missing()
    if why:
        skip(why)
    lab = Lab()
    try:
        for test in TESTS:
            try:
                test(lab)
            except BaseException:
                print(f"{test.__name__} failed; Postfix's log ends with:\n" +
                      lab.postfix.log()[-5000:], file=sys.stderr)
                raise
            print(f"{test.__name__}: ok", flush=True)
    finally:
        lab.close()


if __name__ == "__main__":
    main()
