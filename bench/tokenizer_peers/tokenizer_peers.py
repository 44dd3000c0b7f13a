#!/usr/bin/env python3
"""Our English tokenizer beside spaCy's: the texts of AG News' test, one thread, tokens for each second of processor.

spaCy comes from PyPI into `build/peers`, and is skipped by name where that is not reachable. Its tokenizer runs alone,
without a pipeline, once to warm (it remembers words that it has seen) and once to count.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers import python_with  # noqa: E402

PACKAGES = ["spacy==3.8.18"]


def spacy_speed(file):
    """Run by the environment that has spaCy: prints its figures as JSON."""
    import spacy
    with open(file, newline="", encoding="utf-8") as rows:
        texts = [row[2] for row in csv.reader(rows)]
    tokenizer = spacy.blank("en").tokenizer
    for text in texts:
        tokenizer(text)
    began = time.process_time()
    tokens = sum(len(tokenizer(text)) for text in texts)
    print(json.dumps({"tokens": tokens, "speed": tokens / (time.process_time() - began)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lepton", type=pathlib.Path, required=True, help="a release build's program")
    parser.add_argument("--file", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[3] / "shared/data/agnews/test.csv")
    parser.add_argument("--spacy", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.file.exists():
        print(f"skipped, {arguments.file} is not there")
        return
    if arguments.spacy:
        spacy_speed(arguments.file)
        return
    build = arguments.lepton.resolve().parent.parent
    programs = python_with(build, "spacy", PACKAGES)
    if programs is None:
        return
    peer = json.loads(subprocess.run([programs / "python", __file__, "--lepton", arguments.lepton, "--file", arguments.file, "--spacy"],
                                     check=True, capture_output=True, text=True).stdout)
    printed = subprocess.run([build / "bench/quality/bench_quality", "tokens"], check=True, capture_output=True, text=True).stdout
    ours = json.loads(printed.splitlines()[-1])
    print(f"{'AG News, English':<24}{'lepton':>12}{'spacy':>12}{'ratio':>9}")
    print(f"{'tokens':<24}{ours['tokens']:>12}{peer['tokens']:>12}{ours['tokens'] / peer['tokens']:>9.3f}")
    print(f"{'tokens/s of CPU':<24}{ours['speed']:>12.0f}{peer['speed']:>12.0f}{ours['speed'] / peer['speed']:>9.1f}")


if __name__ == "__main__":
    main()
