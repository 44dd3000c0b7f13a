#!/usr/bin/env python3
"""`bench_quality retrieval-speed` beside SQLite's FTS5 on passages made in the same way, and hnswlib on vectors.

Passages are the first half of one sentence of news and the second half of another, drawn at random; questions are those of
the bank and headlines of AG News. FTS5 answers any of the question's words by its BM25; hnswlib answers vectors that are
sums of a random vector for each word, so that its recall says nothing about meaning. One thread, CPU time. hnswlib comes
from PyPI into `build/peers` and is skipped by name where that is not reachable.
"""

import argparse
import csv
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers import python_with  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUESTIONS = 400
SECTIONS = {200_000: "retrieval-speed-small", 1_000_000: "retrieval-speed"}  # of bench_quality


def sentences(data):
    """Distinct sentences of 40 to 400 characters."""
    files = [data / "reuters_c50/all.txt", data / "bbc/all.txt", *sorted((data / "reuters21578").glob("*.sgm"))]
    found = {}
    for path in files:
        for part in re.split(r"(?<=[.!?])\s+", path.read_text(errors="replace")):
            line = " ".join(part.split())
            if 40 <= len(line) <= 400 and "<" not in line:
                found[line] = None
    return list(found)


def passages(lines, count):
    draw = random.Random(1)
    for _ in range(count):
        halves = []
        for which in (0, 1):
            line = draw.choice(lines)
            middle = line.find(" ", len(line) // 2)
            middle = len(line) if middle < 0 else middle
            halves.append(line[:middle] if which == 0 else line[middle:])
        yield "".join(halves)


def questions(data):
    lists = [[row[column] for row in csv.reader(open(data / name, errors="replace")) if len(row) > column]
             for name, column in (("bankfaqs/BankFAQs.csv", 0), ("agnews/test.csv", 1))]
    half = QUESTIONS // 2
    return [rows[i * len(rows) // half] for rows in lists for i in range(half)]


def quantiles(times):
    times = sorted(times)
    return f"p50 {1000 * times[len(times) // 2]:.2f} ms  p99 {1000 * times[len(times) * 99 // 100]:.2f} ms of CPU"


def fts5(data, lines, count):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "passages.db"
        database = sqlite3.connect(path)
        before = time.process_time()
        database.execute("CREATE VIRTUAL TABLE passages USING fts5(text)")
        database.executemany("INSERT INTO passages VALUES (?)", ((text,) for text in passages(lines, count)))
        database.execute("INSERT INTO passages(passages) VALUES ('optimize')")
        database.commit()
        print(f"SQLite {sqlite3.sqlite_version} FTS5: {count} passages, {time.process_time() - before:.0f} s of CPU to "
              f"build, {path.stat().st_size / 1e6:.0f} MB", flush=True)
        times = []
        for _ in range(2):
            times.clear()
            for question in questions(data):
                words = re.findall(r"\w+", question)
                before = time.process_time()
                database.execute("SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT 10",
                                 (" OR ".join(f'"{word}"' for word in words),)).fetchall()
                times.append(time.process_time() - before)
        print(f"  ten best by BM25 of any of the words: {quantiles(times)}", flush=True)


def hnsw(data, lines, count):
    import hnswlib
    import numpy

    generator = numpy.random.default_rng(1)
    of_words = {}

    def vector(text):
        total = numpy.zeros(128, numpy.float32)
        for word in re.findall(r"\w+", text.lower()):
            if word not in of_words:
                of_words[word] = generator.standard_normal(128, numpy.float32)
            total += of_words[word]
        return total

    index = hnswlib.Index(space="cosine", dim=128)
    index.init_index(max_elements=count, ef_construction=100, M=16)
    rows = numpy.stack([vector(text) for text in passages(lines, count)])
    before = time.process_time()
    index.add_items(rows, num_threads=1)
    print(f"hnswlib: {count} vectors of 128, {time.process_time() - before:.0f} s of CPU to build", flush=True)
    asked = numpy.stack([vector(question) for question in questions(data)])
    exact = hnswlib.BFIndex(space="cosine", dim=128)
    exact.init_index(max_elements=count)
    exact.add_items(rows)
    right = exact.knn_query(asked[::10], k=10)[0]
    for effort in (50, 100, 200, 400):
        index.set_ef(effort)
        times = []
        for row in asked:
            before = time.process_time()
            index.knn_query(row, k=10, num_threads=1)
            times.append(time.process_time() - before)
        found = index.knn_query(asked[::10], k=10, num_threads=1)[0]
        recall = numpy.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, right)])
        print(f"  ef {effort}: recall@10 {recall:.3f}  {quantiles(times)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lepton", type=pathlib.Path, default=ROOT / "build/release/src/lepton", help="a release build's program")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--passages", type=int, choices=SECTIONS, default=200_000)
    parser.add_argument("--only", choices=("fts5", "hnswlib"))
    arguments = parser.parse_args()
    if not arguments.data.exists():
        print(f"skipped, {arguments.data} is not there")
        return
    lines = sentences(arguments.data)
    if arguments.only == "hnswlib":
        hnsw(arguments.data, lines, arguments.passages)
        return
    if arguments.only is None:
        ours = arguments.lepton.resolve().parent.parent / "bench/quality/bench_quality"
        subprocess.run([ours, SECTIONS[arguments.passages]], check=True)
    fts5(arguments.data, lines, arguments.passages)
    if arguments.only == "fts5":
        return
    programs = python_with(ROOT / "build", "hnswlib", ["hnswlib", "numpy"])
    if programs is not None:
        subprocess.run([programs / "python", __file__, "--only", "hnswlib", "--data", arguments.data, "--passages",
                        str(arguments.passages)], check=True)


if __name__ == "__main__":
    main()
