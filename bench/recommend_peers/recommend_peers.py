#!/usr/bin/env python3
"""What `recommend` learns from MovieLens 1M beside `implicit`: the same histories, recall@20 and CPU seconds, one thread.

Ours is what `bench_quality histories` prints. The peer comes from PyPI into `build/peers` and is skipped by name where
that is not reachable; its weights of what was not seen and its regularisation are chosen on a fifth of the training
data, as ours were. The seconds are of training and of recommending to everybody with held-out items.
"""

import argparse
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers import python_with  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["implicit==0.7.3", "numpy<3"]
PEER = r"""
import random, sys, time
import numpy, scipy.sparse
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender

USERS, ITEMS, MOST = 6040, 3260, 20

def read(path):
    return [(int(user), int(item)) for line in open(path) for user, *items in [line.split()] for item in items]

def matrix(pairs):
    rows, columns = zip(*pairs)
    return scipy.sparse.csr_matrix((numpy.ones(len(pairs), numpy.float32), (rows, columns)), (USERS, ITEMS))

def recall(model, train, test):
    asked = numpy.unique(test.nonzero()[0])
    items, _ = model.recommend(asked, train[asked], N=MOST, filter_already_liked_items=True)
    hits = [len(set(test[user].indices) & set(found)) / test[user].nnz for user, found in zip(asked, items)]
    return sum(hits) / len(hits)

def judged(model, train, test):
    before = time.process_time()
    model.fit(train, show_progress=False)
    return recall(model, train, test), time.process_time() - before

def als(alpha, regularization):
    return AlternatingLeastSquares(factors=64, alpha=alpha, regularization=regularization, iterations=15, random_state=1,
                                   num_threads=1)

folder = sys.argv[1]
train, test = read(folder + "/train.txt"), read(folder + "/test.txt")
random.seed(1)
chosen = {pair for pair in train if random.random() < 0.2}
rest, held_out = matrix([pair for pair in train if pair not in chosen]), matrix(sorted(chosen))
grid = [(alpha, regularization) for alpha in (1, 2, 5, 10) for regularization in (0.01, 1, 5, 20)]
best = max(grid, key=lambda setting: judged(als(*setting), rest, held_out)[0])
for name, model in ((f"ALS, 64 dimensions, alpha {best[0]}, regularisation {best[1]}", als(*best)),
                    ("nearest neighbours by cosine", CosineRecommender(K=200, num_threads=1))):
    found, seconds = judged(model, matrix(train), matrix(test))
    print(f"implicit, {name:<48} recall@{MOST} {found:.4f}  {seconds:.1f} s of CPU", flush=True)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lepton", type=pathlib.Path, default=ROOT / "build/release/src/lepton", help="a release build's program")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "../shared/data/ml1m_lgcn", help="MovieLens 1M as LightGCN splits it")
    parser.add_argument("--peer-only", action="store_true", help="leave out our own, which has been run already")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"skipped, {options.data} is not there")
        return
    if not options.peer_only:
        subprocess.run([options.lepton.resolve().parent.parent / "bench/quality/bench_quality", "histories"], check=True)
    programs = python_with(ROOT / "build", "implicit", PACKAGES)
    if programs is None:
        return
    alone = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    subprocess.run([programs / "python", "-c", PEER, options.data], env={**os.environ, **alone}, check=True)


if __name__ == "__main__":
    main()
