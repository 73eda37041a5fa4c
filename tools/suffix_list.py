# SPDX-License-Identifier: Apache-2.0
"""The Public Suffix List as Debian ships it, for the tools that make lists.

The engine has a table of its own (src/domain/suffix.h); this one needs nothing
but Python, so that lists can be made and checked before anything is built.
"""
import encodings.idna
import pathlib

PATH = pathlib.Path("/usr/share/publicsuffix/public_suffix_list.dat")


def to_ascii(name):
    """A rule or name in lower-case A-labels."""
    return ".".join(label if label.isascii()
                    else encodings.idna.ToASCII(label).decode()
                    for label in name.lower().split("."))


class SuffixList:
    """Rules of both sections; `icann_only` leaves github.io and the like out."""

    def __init__(self, path=PATH, icann_only=False):
        self.rules = set()
        private = False
        for line in path.read_text(encoding="utf-8").splitlines():
            if "===BEGIN PRIVATE DOMAINS===" in line:
                private = True
            rule = line.split("//")[0].strip()
            if rule and not (private and icann_only):
                self.rules.add(to_ascii(rule))
        self.top_level = {rule.rpartition(".")[2] for rule in self.rules}

    def suffix_labels(self, labels):
        """How many of the labels, from the right, the public suffix takes."""
        longest = 1
        for count in range(1, len(labels) + 1):
            rule = ".".join(labels[-count:])
            if "!" + rule in self.rules:
                return count - 1
            wild = ".".join(["*"] + labels[-count:][1:])
            if rule in self.rules or (count > 1 and wild in self.rules):
                longest = count
        return longest

    def exists(self, name):
        """Is its top-level domain one of the list's?"""
        return name.rpartition(".")[2] in self.top_level

    def is_suffix(self, name):
        labels = name.split(".")
        return self.suffix_labels(labels) >= len(labels)

    def registrable(self, name):
        """The suffix and one label more; empty for a suffix itself."""
        labels = name.split(".")
        count = self.suffix_labels(labels)
        return "" if count >= len(labels) else ".".join(labels[-count - 1:])
