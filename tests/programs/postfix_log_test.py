#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The log that a real Postfix writes under test traffic is read completely:
every letter, every recipient with its outcome, nothing skipped."""

import os
import smtplib
import subprocess
import sys
import tempfile

from lab import PATIENCE, PROGRAM, Postfix, Sink, run_tests, skip, wait_until

READER = os.path.join(os.path.dirname(PROGRAM), "read_letters")
EXTRA = """
virtual_alias_maps = inline:{team@lab.example=carol@example.net}
transport_maps = inline:{ { late.example = retry:4.4.1 later } }
smtpd_recipient_restrictions =
    check_recipient_access inline:{ { no@example.org = REJECT no } }, permit
"""

postfix = None


def send(sender, recipients, message_id, login=None):
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=PATIENCE) as client:
        if login:
            client.ehlo()
            client.docmd("XCLIENT", f"ADDR=192.0.2.7 LOGIN={login}")
        client.ehlo()
        try:
            client.sendmail(sender, recipients,
                            f"From: {sender}\r\nMessage-ID: <{message_id}>\r\n"
                            "Subject: x\r\n\r\nhello\r\n")
        except smtplib.SMTPRecipientsRefused:
            pass


def letters():
    """What the reader makes of the log: {id: (head, {recipient: rest})}, and
    what it says beside that."""
    read = subprocess.run([READER, "--print",
                           os.path.join(postfix.home, "maillog")],
                          stdin=subprocess.DEVNULL, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=True)
    found = {}
    for line in read.stdout.splitlines():
        if not line.startswith("  "):
            head = line
            key = line.split(" id=")[1].split(" ")[0]
            recipients = found.setdefault(key, (head, {}))[1]
        else:
            address, rest = line.strip()[1:].split("> ", 1)
            recipients[address] = rest
    return found, read.stderr


def test_every_letter():
    send("ann@example.com", ["bob@example.org"], "1@example.com", "ann")
    send("ann@example.com", ["bob@example.org", "team@lab.example"],
         "2@example.com")
    send("ann@example.com", ["no@example.org", "bob@example.org"],
         "3@example.com")
    send("ann@example.com", ["bob@late.example"], "4@example.com")
    send('"a b>, c"@example.com', ['"o, \'x"@example.org'], "5@example.com")
    for number in range(200):
        send("dave@example.com", [f"many{number}@example.org"],
             f"many{number}@example.com")
    postfix.sendmail("ann@example.com", ["bob@example.org"],
                     b"Message-ID: <6@example.com>\n\nhello\n")
    wait_until(lambda: "many199@example.org>, relay" in postfix.log() and
               "<6@example.com>" in postfix.log() and
               postfix.log().count(": removed") >= 205, "the deliveries")

    found, said = letters()
    assert " 0 skipped" in said and "Postfix log" in said, said
    head, recipients = found["1@example.com"]
    assert " <ann@example.com> login=ann client=192.0.2.7 " in head, head
    assert recipients["bob@example.org"].startswith("delivered 2.0.0 "), found
    _, recipients = found["2@example.com"]
    assert set(recipients) == {"bob@example.org", "team@lab.example"}
    assert recipients["team@lab.example"].endswith(" -> <carol@example.net>")
    assert set(found["3@example.com"][1]) == {"bob@example.org"}
    assert found[""][1]["no@example.org"].startswith("bounced 5.7.1"), found
    assert found[""][1]["bob@late.example"].startswith("deferred 4.4.1"), found
    head, recipients = found["5@example.com"]
    assert ' <"a b>, c"@example.com> ' in head, head
    assert set(recipients) == {'"o, \'x"@example.org'}, recipients
    assert "bob@example.org" in found["6@example.com"][1]
    for number in range(200):
        _, recipients = found[f"many{number}@example.com"]
        assert recipients[f"many{number}@example.org"].startswith("delivered")


def main():
    global postfix
    if Postfix.missing():
        skip(Postfix.missing())
    if not os.path.exists(READER):
        skip("read_letters is not built")
    with tempfile.TemporaryDirectory(prefix="lostletter-") as home:
        os.chmod(home, 0o755)
        sink = Sink()
        postfix = Postfix(os.path.join(home, "postfix"), sink.port,
                          extra=EXTRA).start()
        try:
            return run_tests([test_every_letter])
        finally:
            postfix.stop()
            sink.close()


if __name__ == "__main__":
    sys.exit(main())
