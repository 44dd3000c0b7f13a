#!/usr/bin/env python3
"""`quality banking77 clinc150 agnews thucnews phrasebank classifier-speed` beside scikit-learn and fastText, on the same rows.

scikit-learn: tf-idf of words and pairs of words and of pieces of words, each of length 1, and LinearSVC. fastText: its
defaults for classification with pairs of words, 25 rounds, one thread. Processor time of one thread; accuracy on the
published test, of PhraseBank in ten folds. Peers come from PyPI into `build/peers`, and are skipped by name where that is
not reachable; the data lies beside the checkout (LEPTON_DATA says where else).
"""

import argparse
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
from peers import python_with  # noqa: E402

PACKAGES = {"scikit-learn": ["scikit-learn==1.5.2", "numpy==1.26.4"],
            "fasttext": ["fasttext-wheel==0.9.2", "numpy==1.26.4"]}
NAMES = {"banking77": "Banking77", "clinc150": "CLINC150, in scope", "agnews": "AG News, 5,000 to learn from",
         "thucnews_headlines": "THUCNews headlines", "phrasebank": "PhraseBank, all agree, 10 folds"}
CHINESE = {"thucnews_headlines"}


def rows_of(path, text, label, header=True):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1 if header else 0:]
    return [(" ".join(row[i] for i in text), row[label]) for row in rows]


def lines_of(path, between):
    with open(path, encoding="utf-8", errors="replace") as file:
        return [tuple(line.rstrip("\r\n").rsplit(between, 1)) for line in file]


def splits(data, name):
    """Pairs of rows to learn from and rows to ask."""
    folder = data / name
    if name == "banking77":
        yield rows_of(folder / "train.csv", [0], 1), rows_of(folder / "test.csv", [0], 1)
    elif name == "clinc150":
        parts = json.loads((folder / "data_full.json").read_text())
        yield [tuple(pair) for pair in parts["train"]], [tuple(pair) for pair in parts["test"]]
    elif name == "agnews":
        test = [(text, str(int(label) - 1)) for text, label in rows_of(folder / "test.csv", [1, 2], 0, header=False)]
        yield rows_of(folder / "sub_train.csv", [0], 1, header=False), test
    elif name == "thucnews_headlines":
        yield lines_of(folder / "dev.txt", "\t"), lines_of(folder / "test.txt", "\t")
    else:
        rows = lines_of(folder / "Sentences_AllAgree.txt", "@")
        for fold in range(10):
            yield [row for i, row in enumerate(rows) if i % 10 != fold], rows[fold::10]


class ScikitLearn:
    def __init__(self, chinese):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline, make_union
        from sklearn.svm import LinearSVC
        views = [TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)] if chinese else [
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)]
        self.model = make_pipeline(make_union(*views), LinearSVC())

    def learn(self, rows):
        self.model.fit([text for text, _ in rows], [label for _, label in rows])

    def answer(self, texts):
        return self.model.predict(texts)


class FastText:
    def __init__(self, chinese):
        self.cut = (lambda text: " ".join(text)) if chinese else (lambda text: re.sub(r"(\W)", r" \1 ", text.lower()))

    def learn(self, rows):
        import fasttext
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            for text, label in rows:
                file.write(f"__label__{label} {' '.join(self.cut(text).split())}\n")
            file.flush()
            self.model = fasttext.train_supervised(file.name, epoch=25, wordNgrams=2, lr=0.5, thread=1, verbose=0)

    def answer(self, texts):
        labels, _ = self.model.predict([" ".join(self.cut(text).split()) for text in texts])
        return [label[0].removeprefix("__label__") for label in labels]


def measure(peer, data):
    """Run by the peer's own Python: a JSON line per data set."""
    make = {"scikit-learn": ScikitLearn, "fasttext": FastText}[peer]
    for name in NAMES:
        if not (data / name).exists():
            continue
        right = asked = learning = asking = 0
        for train, test in splits(data, name):
            model = make(name in CHINESE)
            begin = time.process_time()
            model.learn(train)
            learnt = time.process_time()
            answers = model.answer([text for text, _ in test])
            learning, asking = learning + learnt - begin, asking + time.process_time() - learnt
            right += sum(answer == label for answer, (_, label) in zip(answers, test))
            asked += len(test)
        print(json.dumps([name, right / asked, learning, asked / asking]), flush=True)


def measure_lepton(build):
    """Accuracy and processor time by data set, and texts a second of short texts."""
    program = build / "bench/quality/bench_quality"
    text = subprocess.run([program, "banking77", "clinc150", "agnews", "thucnews", "phrasebank", "classifier-speed"], capture_output=True, text=True, check=True).stdout
    figures = {}
    for line in text.splitlines():
        for name, title in NAMES.items():
            if found := re.match(re.escape(title) + r" +accuracy ([0-9.]+).*?([0-9.]+) s of CPU", line):
                figures[name] = float(found[1]), float(found[2])
    speed = re.search(r"text to label: (\d+) texts/s", text)
    return figures, float(speed[1]) if speed else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lepton", type=pathlib.Path)
    parser.add_argument("--measure", choices=PACKAGES)
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("LEPTON_DATA", HERE.parents[3] / "shared/data"))
    if arguments.measure:
        return measure(arguments.measure, data)
    build = arguments.lepton.resolve().parent.parent
    ours, speed = measure_lepton(build)
    print(f"{'':<46}{'accuracy':>10}{'CPU s':>9}{'texts/s':>10}   accuracy, training and speed of Lepton beside it")
    for name, (accuracy, seconds) in ours.items():
        rate = f"{speed:.0f}" if name == "banking77" else ""
        print(f"{'Lepton, ' + NAMES[name]:<46}{accuracy:>10.4f}{seconds:>9.1f}{rate:>10}")
    for peer, packages in PACKAGES.items():
        programs = python_with(build.parent, f"classify-{peer}", packages)
        if programs is None:
            continue
        lines = subprocess.run([programs / "python", HERE, "--measure", peer], capture_output=True, text=True, check=True,
                               env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}).stdout
        for name, accuracy, seconds, rate in map(json.loads, lines.splitlines()):
            beside = ""
            if name in ours:
                beside = f"   {ours[name][0] - accuracy:+.4f}, {ours[name][1] / seconds:.2f} × its CPU"
                if name == "banking77":
                    beside += f", {speed / rate:.1f} × as many texts/s"
            print(f"{peer + ', ' + NAMES[name]:<46}{accuracy:>10.4f}{seconds:>9.1f}{rate:>10.0f}{beside}", flush=True)


if __name__ == "__main__":
    main()
