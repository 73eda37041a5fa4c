# SPDX-License-Identifier: Apache-2.0
"""Slips of the hand as people make them: each with the likelihood that the
learnt channel (data/model/channel.tsv) gives it, drawn from a seed."""
import functools
import math
import pathlib
import string

TABLE = pathlib.Path(__file__).parents[2] / "data" / "model" / "channel.tsv"
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SIMILAR = {frozenset(pair) for pair in ("il", "uv", "mn", "ij", "nh", "ce")}
VOWELS = set("aeiouy")


@functools.cache
def channel():
    """{(kind, place): likelihood of one such slip}"""
    found = {}
    for line in TABLE.read_text(encoding="ascii").splitlines():
        if line.startswith("#") or line.startswith("further-edit"):
            continue
        kind, *logs = line.split("\t")
        for place, log in zip(("first", "inside", "end"), logs):
            found[kind, place] = math.exp(float(log))
    return found


@functools.cache
def is_adjacent(a, b):
    """Keys that touch, on a QWERTY keyboard."""
    where = {key: (y, x + 0.5 * y) for y, row in enumerate(ROWS)
             for x, key in enumerate(row)}
    if a not in where or b not in where or a == b:
        return False
    (y, x), (v, u) = where[a], where[b]
    return abs(y - v) <= 1 and abs(x - u) <= 1


def kind_of_substitution(was, typed):
    if is_adjacent(was, typed):
        return "adjacent-key"
    if frozenset((was, typed)) in SIMILAR:
        return "similar"
    return "vowel" if {was, typed} <= VOWELS else "substitution"


def kind_of_insertion(text, at, typed):
    around = text[at - 1:at] + text[at:at + 1]
    if typed in around:
        return "doubling"
    near = any(is_adjacent(one, typed) for one in around)
    return "adjacent-insertion" if near else "insertion"


@functools.lru_cache(maxsize=4096)
def slips_of(text):
    """([typed], [likelihood]) of all slips in the letters of `text`. Digits
    and dots are left alone: another number is another mailbox, another dot
    another registry's name."""
    weights = {}

    def add(kind, at, typed):
        place = "first" if at == 0 else "end" if at >= len(text) - 1 else \
            "inside"
        weights[typed] = weights.get(typed, 0) + channel()[kind, place]

    for at, was in enumerate(text):
        if was == "-":
            add("hyphen-lost", at, text[:at] + text[at + 1:])
        if not was.isalpha():
            continue
        twin = was in (text[at - 1:at], text[at + 1:at + 2])
        add("singling" if twin else "deletion", at, text[:at] + text[at + 1:])
        if text[at + 1:at + 2].isalpha() and text[at + 1] != was:
            add("transposition", at,
                text[:at] + text[at + 1] + was + text[at + 2:])
        for typed in string.ascii_lowercase:
            if typed != was:
                add(kind_of_substitution(was, typed), at,
                    text[:at] + typed + text[at + 1:])
            add(kind_of_insertion(text, at, typed), at,
                text[:at] + typed + text[at:])
    weights.pop(text, None)
    return list(weights), list(weights.values())


def slip(text, rng):
    """One of them."""
    typed, weights = slips_of(text)
    return rng.choices(typed, weights)[0]
