#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a header that holds tables as text: embed_model.py FLOOR HEADER TABLE...

data/model/channel.tsv becomes lookalike::data::kChannel, without its comments:
a site, a test and the program all read a table by the same code.
"""
import os
import sys

HEAD = """// SPDX-License-Identifier: Apache-2.0
// Made from data/model by tools/embed_model.py.
#pragma once

#include <string_view>

namespace lostletter::%s::data {
"""


def constant(path):
    name = os.path.splitext(os.path.basename(path))[0]
    lines = []
    with open(path, encoding="ascii") as table:
        for number, line in enumerate(table, 1):
            line = line.rstrip("\n")
            if line.startswith("# ") or not line:
                continue
            if '"' in line or "\\" in line:
                sys.exit(f"{path}:{number}: no quotes or backslashes here")
            lines.append(f'    "{line}\\n"'.replace("\t", "\\t"))
    body = "\n".join(lines)
    return f"\ninline constexpr std::string_view k{name.capitalize()} =\n{body};\n"


def main():
    floor, header, *tables = sys.argv[1:]
    text = HEAD % floor + "".join(constant(path) for path in sorted(tables))
    text += f"\n}}  // namespace lostletter::{floor}::data\n"
    os.makedirs(os.path.dirname(header), exist_ok=True)
    with open(header, "w", encoding="ascii") as out:
        out.write(text)


main()
