#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter replay: what another policy would have done with the same mail.

The same letters pass a real Postfix with a guard that watches, and then its log
is replayed: both say the same of every recipient.
"""
import json
import os
import subprocess
import sys
import tempfile

import lab
import traffic
from lab import Lab, Listener, PATIENCE, run_tests, wait_until
from smtp import Client, date, marker, submit

ANN, PAT = "ann@example.com", "pat@clinic-lakeside.test"
CONFIG = """
mode = "watch"
our_domains = ["example.com"]
allow = ["friend@army.ml"]
"""
PASS = "Authentication-Results: mx.lab.example; dmarc=pass"

house = None


def run(*arguments):
    return subprocess.run([lab.PROGRAM, "replay", *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=PATIENCE, check=False)


def content(sender, to, *top):
    return "\r\n".join([
        *top, f"Date: {date()}", f"From: {sender}", f"To: {to}",
        f"Message-ID: <{marker()}@client.example>", "Subject: x", "",
        "Hello.\r\n"]).encode()


def write(sender, *to):
    replies, end = submit(house.postfix.port, list(to),
                          content(sender, to[0]), sender)
    assert (end or replies[-1]).code == 250, (replies, end)


def answer(sender, to):
    with Client(house.postfix.port, "ADDR=192.0.2.99") as client:
        assert client.mail(sender).code == 250
        assert client.rcpt(to).code == 250
        assert client.data(content(sender, to, PASS)).code == 250


def heard():
    """How many letters the guard has learnt from: the log does not say, its
    metrics do."""
    import urllib.request
    with urllib.request.urlopen(
            f"http://127.0.0.1:{house.guard.http_port}/metrics",
            timeout=PATIENCE) as page:
        return sum(float(line.split()[-1])
                   for line in page.read().decode().splitlines()
                   if line.startswith("lostletter_letters_heard_total"))


def after(act, letters):
    """Waits until what `act` sent was learnt: the next is judged by it."""
    before = heard()
    act()
    wait_until(lambda: heard() >= before + letters, "the lessons")


def converse(other, times):
    for _ in range(times):
        write(ANN, other)
        answer(other, ANN)


def live_verdicts():
    """recipient -> [(verdict, probability, findings)], in order."""
    found = {}
    for event in house.guard.events("judged"):
        found.setdefault(event["recipient"], []).append(
            (event["verdict"], float(event["probability"]),
             event.get("findings", "")))
    return found


def test_the_same_verdicts_as_live():
    before = set(os.listdir(tempfile.gettempdir()))
    # What is learnt on the way changes what is said of the same address.
    after(lambda: write(ANN, "pat@clinic-laekside.test"), 1)
    after(lambda: converse(PAT, 3), 6)
    after(lambda: write(ANN, "pat@clinic-laekside.test", "general@army.ml"), 1)
    after(lambda: converse("pat@clinic-laekside.test", 2), 4)
    after(lambda: write(ANN, "pat@clinic-laekside.test"), 1)
    after(lambda: write("joe@example.com", "ann@gmial.com", "friend@army.ml",
                        "carl@example.com", "bob@airbase.ml"), 1)
    after(lambda: write("joe@example.com", "info@orange.ml"), 1)
    house.postfix.wait_empty()
    live = live_verdicts()
    assert sum(map(len, live.values())) >= 9, live
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "mail.log")
        with open(log, "w", encoding="utf-8") as file:
            file.write(house.postfix.log())
        policy = os.path.join(folder, "new.toml")
        with open(policy, "w", encoding="utf-8") as file:
            file.write(CONFIG.replace("watch", "ask"))
        done = run("--policy", policy, "--config", house.guard.config_path,
                   "--json", log)
        left = set(os.listdir(tempfile.gettempdir())) - before
    assert done.returncode == 0, done.stderr
    *letters, summary = map(json.loads, done.stdout.splitlines())
    played = {}
    for letter in letters:
        now = letter["current"]
        played.setdefault(letter["typed"], []).append(
            (now["verdict"], now["probability"],
             ",".join(one["id"] for one in now["findings"])))
    verdicts = set()
    for recipient, all_ in live.items():
        remarkable = [one for one in all_ if one[0] != "clear"]
        again = [one for one in played.get(recipient, []) if one[0] != "clear"]
        assert len(again) == len(remarkable), (recipient, all_, again)
        for (verdict, probability, ids), (one, other, found) in zip(
                remarkable, again):
            verdicts.add(verdict)
            assert (verdict, ids) == (one, found), (recipient, all_, again)
            # A second later a letter weighs a little less.
            assert abs(probability - other) < 1e-3, (recipient, all_, again)
    assert "misdirected" in verdicts and len(verdicts) >= 2, verdicts
    assert summary["current"]["judged"] == sum(map(len, live.values()))
    assert summary["current"]["questions"] == 0
    assert summary["new"]["questions"] > 0
    assert summary["changed"] == sum(letter["changed"] for letter in letters)
    assert not [name for name in left if name.startswith("lostletter.")]


def log_of(folder):
    """Ann and Pat write to each other; Eve writes to a wrong name, 30 times."""
    letters = []
    begin = 1_700_000_000
    for day in range(40):
        at = begin + day * 86400
        letters.append(traffic.Letter(at, ANN, [(PAT, "sent")], login="ann"))
        letters.append(traffic.Letter(at + 900, PAT, [(ANN, "sent")]))
        if day >= 10:
            letters.append(traffic.Letter(
                at + 1800, "eve@example.com",
                [("pat@clinic-lakside.test", "sent")], login="eve"))
    letters.sort(key=lambda letter: letter.at)
    path = os.path.join(folder, "mail.log")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(traffic.in_order(letters, traffic.postfix_lines))
    return path


def policies(folder):
    known = os.path.join(folder, "partners.txt")
    with open(known, "w", encoding="utf-8") as file:
        file.write("clinic-lakeside.test\n")
    made = []
    for name, mode in (("now", "watch"), ("new", "ask")):
        made.append(os.path.join(folder, name + ".toml"))
        with open(made[-1], "w", encoding="utf-8") as file:
            file.write(f'mode = "{mode}"\nour_domains = ["example.com"]\n'
                       'known = ["partners.txt"]\n')
    return made


def test_what_another_policy_would_have_caught():
    with tempfile.TemporaryDirectory() as folder:
        log, (now, new) = log_of(folder), policies(folder)
        done = run("--config", now, "--policy", new, "--json", log)
        assert done.returncode == 0, done.stderr
        *letters, summary = map(json.loads, done.stdout.splitlines())
        assert summary["current"]["missed"] == 30, summary
        assert summary["new"]["caught"] == 30, summary
        assert summary["new"]["asked_rightly"] >= 1
        assert summary["new"]["most_questions_of_a_person_month"] >= 1
        changed = [one for one in letters if one["changed"]]
        assert len(changed) == 30
        assert changed[0]["intended"] == PAT
        assert all(letter["new"]["findings"] for letter in changed)
        only = run("--config", now, "--policy", new, "--json", "--changed", log)
        assert len(only.stdout.splitlines()) == 31
        table = run("--config", now, "--policy", new, log).stdout.decode()
        assert "accept now, ask then" in table
        assert "mistakes caught                                        0" \
            "        30" in table, table
        assert "\n30 recipients meet another fate.\n" in table


def test_how_it_ends():
    with tempfile.TemporaryDirectory() as folder:
        log, (now, new) = log_of(folder), policies(folder)
        assert run(log).returncode == 64
        assert run("--policy", new).returncode == 64
        assert run("--policy", new, "-").returncode == 64
        bad = os.path.join(folder, "bad.toml")
        with open(bad, "w", encoding="utf-8") as file:
            file.write('mode = "aks"\n')
        done = run("--policy", bad, log)
        assert done.returncode == 78 and b"bad.toml:1" in done.stderr
        assert run("--config", now, "--policy", new, log + "x").returncode == 65


def main():
    global house
    tests = [value for name, value in globals().items()
             if name.startswith("test_")]
    with Lab(CONFIG, [Listener()]) as house:
        return run_tests(tests)


if __name__ == "__main__":
    sys.exit(main())
