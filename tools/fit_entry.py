#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the trees of data/model/entry.tsv:

    fit_entry.py FOLDER -o FILE [--without ORGANISATION]...

FOLDER is what tests/eval/learn_entry.cc wrote: features.txt, and a file of
examples for each organisation.
Right and wrong recipients have the same weight in all. The fit is XGBoost's
(Chen and Guestrin 2016), the same each time.
"""
import argparse
import glob
import json
import os
import subprocess
import sys

HEAD = """# The wrong entry of an address book: boosted trees, each in preorder
# (guard/wrong_entry.h). Made by tools/fit_entry.py from {right} right and {wrong}
# made wrong recipients; the figures are ours.
"""

# Trees of broad leaves, each of half of the examples and half of the figures
# (Friedman 2002): others learn these very letters by heart, and say less of an
# organisation that they never saw.
TRAIN = """task = train
data = "{folder}/all?format=csv&label_column=0"
model_out = "{folder}/model.json"
objective = binary:logistic
base_score = 0.5
scale_pos_weight = {share}
tree_method = hist
grow_policy = lossguide
max_depth = 0
max_leaves = 16
min_child_weight = 300
lambda = 50
eta = 0.1
subsample = 0.5
colsample_bytree = 0.5
num_round = 120
seed = 1
verbosity = 0
"""
DUMP = """task = dump
model_in = "{folder}/model.json"
name_dump = "{folder}/trees.json"
fmap = "{folder}/features.txt"
dump_format = json
dump_stats = 1
"""


def gather(folder, without):
    """All in one file; how many of each kind."""
    count = {"0": 0, "1": 0}
    with open(f"{folder}/all", "w", encoding="ascii") as all_of_them:
        for path in sorted(glob.glob(f"{folder}/*.csv")):
            if os.path.basename(path).removesuffix(".csv") in without:
                continue
            with open(path, encoding="ascii") as examples:
                for line in examples:
                    count[line[0]] += 1
                    all_of_them.write(line)
    return count


def run(folder, steps, **values):
    path = os.path.join(folder, "steps.conf")
    with open(path, "w", encoding="ascii") as out:
        out.write(steps.format(folder=folder, **values))
    subprocess.run(["xgboost", path], check=True, stdout=sys.stderr)


def lines(node):
    if "leaf" in node:
        yield f"leaf\t{node['leaf']:.4g}\t{node['cover']:.5g}"
        return
    # Figures below the threshold go left: all of its digits count.
    yield f"split\t{node['split']}\t{node['split_condition']!r}"
    children = {child["nodeid"]: child for child in node["children"]}
    yield from lines(children[node["yes"]])
    yield from lines(children[node["no"]])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--without", action="append", default=[])
    arguments = parser.parse_args()
    folder = os.path.abspath(arguments.folder)
    count = gather(folder, arguments.without)
    run(folder, TRAIN, share=count["0"] / count["1"])
    run(folder, DUMP)
    with open(f"{folder}/trees.json", encoding="ascii") as dumped:
        trees = json.load(dumped)
    with open(arguments.output, "w", encoding="ascii") as out:
        out.write(HEAD.format(right=count["0"], wrong=count["1"]))
        for tree in trees:
            for line in lines(tree):
                out.write(line + "\n")


main()
