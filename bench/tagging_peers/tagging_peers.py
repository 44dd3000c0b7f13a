#!/usr/bin/env python3
"""Our tagger beside python-crfsuite on CoNLL-2003: words, their forms and their neighbours, no lists of names, no classes.

Both learn from the training part and are asked the test part, one thread each; times are of processors. CRFsuite comes from
PyPI into `build/peers`, and is skipped by name where that is not reachable. Its features are those of its own tutorial,
widened to what our tagger sees of a word and of two words on either side.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers import python_with  # noqa: E402

PACKAGES = ["python-crfsuite==0.9.11"]


def sentences(path):
    tokens, tags = [], []
    for line in path.read_text().splitlines():
        columns = line.split()
        if columns and columns[0] != "-DOCSTART-":
            tokens.append(columns[0])
            tags.append(columns[-1])
        elif tokens:
            yield tokens, tags
            tokens, tags = [], []
    if tokens:
        yield tokens, tags


def shape(word):
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[0-9]", "0", re.sub(r"[a-z]", "x", re.sub(r"[A-Z]", "X", word))))


def features(tokens):
    lower = [re.sub(r"[0-9]", "0", token.lower()) for token in tokens]
    shapes = [shape(token) for token in tokens]
    made = []
    for at, word in enumerate(tokens):
        own = ["bias", "exact=" + word]
        for length in range(1, 5):
            own += [f"prefix{length}={lower[at][:length]}", f"suffix{length}={lower[at][-length:]}"]
        for offset in range(-2, 3):
            there = 0 <= at + offset < len(tokens)
            own += [f"word{offset}={lower[at + offset] if there else ''}", f"shape{offset}={shapes[at + offset] if there else ''}"]
        for offset in (-1, 0):
            if 0 <= at + offset and at + offset + 1 < len(tokens):
                own += [f"words{offset}={lower[at + offset]} {lower[at + offset + 1]}",
                        f"shapes{offset}={shapes[at + offset]} {shapes[at + offset + 1]}"]
        made.append(own)
    return made


def entities(tags):
    """(begin, end, type) of each name in IOB2."""
    found, begin = set(), None
    for at, tag in enumerate([*tags, "O"]):
        if begin is not None and tag != "I-" + tags[begin][2:]:
            found.add((begin, at, tags[begin][2:]))
            begin = None
        if tag[0] == "B" or (tag[0] == "I" and begin is None):
            begin = at
    return found


def f1(found, actual):
    right = sum(len(entities(f) & entities(a)) for f, a in zip(found, actual))
    return 2 * right / (sum(len(entities(f)) for f in found) + sum(len(entities(a)) for a in actual))


def crfsuite(data):
    """Run by the environment that has CRFsuite: prints its figures as JSON."""
    import pycrfsuite
    train, test = list(sentences(data / "train.bio2.txt")), list(sentences(data / "testb.bio2.txt"))
    begin = os.times()
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.0, "c2": 1.0, "max_iterations": 100, "feature.minfreq": 2})
    for tokens, tags in train:
        trainer.append(features(tokens), tags)
    with tempfile.TemporaryDirectory() as folder:
        model = str(pathlib.Path(folder) / "model")
        trainer.train(model)
        learnt = os.times()
        tagger = pycrfsuite.Tagger()
        tagger.open(model)
        made = [pycrfsuite.ItemSequence(features(tokens)) for tokens, _ in test]
        prepared = os.times()
        found = [tagger.tag(sequence) for sequence in made]
        tagged = os.times()
    tokens = sum(len(tokens) for tokens, _ in test)

    def cpu(first, last):
        return last.user + last.system - first.user - first.system
    print(json.dumps({"f1": f1(found, [tags for _, tags in test]), "training": cpu(begin, learnt),
                      "speed": tokens / cpu(learnt, tagged), "speed_of_features_made": tokens / cpu(prepared, tagged)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lepton", type=pathlib.Path, required=True, help="a release build's program")
    parser.add_argument("--data", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[3] / "shared/data/conll2003")
    parser.add_argument("--crfsuite", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.data.exists():
        print(f"skipped, {arguments.data} is not there")
        return
    if arguments.crfsuite:
        crfsuite(arguments.data)
        return
    build = arguments.lepton.resolve().parent.parent
    programs = python_with(build, "crfsuite", PACKAGES)
    if programs is None:
        return
    answer = subprocess.run([programs / "python", __file__, "--lepton", arguments.lepton, "--data", arguments.data, "--crfsuite"],
                            check=True, capture_output=True, text=True).stdout
    peer = json.loads(answer)
    printed = subprocess.run([build / "bench/quality/bench_quality", "conll-words"], check=True, capture_output=True,
                             text=True).stdout
    ours = json.loads(printed.splitlines()[-1])
    rows = [("entity F1, %", lambda side: 100 * side["f1"]), ("training, s of CPU", lambda side: side["training"]),
            ("tagging, tokens/s", lambda side: side["speed"])]
    print(f"{'CoNLL-2003 test, words alone':<36}{'lepton':>12}{'crfsuite':>12}{'ratio':>9}")
    for label, value in rows:
        print(f"{label:<36}{value(ours):>12.2f}{value(peer):>12.2f}{value(ours) / value(peer):>9.2f}")
    print(f"crfsuite with features that were made before: {peer['speed_of_features_made']:.0f} tokens/s")


if __name__ == "__main__":
    main()
