# SPDX-License-Identifier: Apache-2.0
"""A guard that has known Ann for long: whom she writes to, and how little of it
looks like a mistake."""
import sqlite3
import subprocess
import tempfile
import time

import lab
from lab import PATIENCE
from smtp import marker

ANN = "ann@example.com"
RIGHT, WRONG = "anna.smith@partner.test", "anna.small@rival.test"
OTHER = "bob@partner.test"
DAY = 86400


def past_letter(sender, to, days_ago):
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                         time.gmtime(time.time() - days_ago * DAY))
    return (f"From {sender} Thu Jan  1 00:00:00 1970\n"
            f"Date: {when}\nFrom: {sender}\nTo: {to}\n"
            f"Message-ID: <{marker()}@past.test>\nSubject: x\n\nHello.\n\n")


def learn(guard):
    """Ann writes to Anna Smith and Bob every other day and hears from her; to
    the other Anna she wrote once."""
    letters = []
    for day in range(2, 100, 2):
        letters.append(past_letter(ANN, f"{RIGHT}, {OTHER}", day))
        letters.append(past_letter(RIGHT, ANN, day))
    letters.append(past_letter(ANN, WRONG, 80))
    with tempfile.NamedTemporaryFile("w", suffix=".mbox") as file:
        file.write("".join(letters))
        file.flush()
        subprocess.run(
            [lab.PROGRAM, "learn", "--state", guard.state, "--us",
             "example.com", file.name], check=True, timeout=PATIENCE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def acquaint(guard, person, days=100, score=-7):
    """What a recipient a day, none of them odd, leaves in the store."""
    now = int(time.time())
    with sqlite3.connect(guard.database, timeout=PATIENCE) as database:
        database.execute(
            "INSERT OR REPLACE INTO scores (person, recipient, at, score)"
            " VALUES (?, 0, ?, 0)", (person, now - days * DAY))
        database.executemany(
            "INSERT OR REPLACE INTO scores (person, recipient, at, score)"
            " VALUES (?, ?, ?, ?)",
            [(person, day + 1, now - day * DAY, score - day / 1e6)
             for day in range(days)])
