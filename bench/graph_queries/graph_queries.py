#!/usr/bin/env python3
"""SPARQL queries beside Virtuoso and Oxigraph: the same file loaded, the same queries, one client, whole answers as JSON.

Set LEPTON_BENCH_DATA to the folder that holds lubm/ and bsbm/. Ours and Virtuoso (Debian's `virtuoso-opensource-7-bin`, where
it is installed) answer over HTTP, ours with a key, policy and audit; Oxigraph (`pyoxigraph` of PyPI) is called in its own
process, which spares it HTTP. Each query runs once to warm and then five times (`--repetitions`); the medians count, of
wall time and of the server's processor time, which other work on the machine disturbs less. Answers are compared by their
number of rows, and by value where they are one number.
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graph_peers import DATASETS, Virtuoso, cpu_seconds, geometric_mean, plain  # noqa: E402
from peers import Lepton, python_with  # noqa: E402

OXIGRAPH = """
import json, sys, time, pyoxigraph as ox
store = ox.Store(sys.argv[2])
began = time.perf_counter()
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
answers = {"load": time.perf_counter() - began}
for name, text in json.load(sys.stdin).items():
    times = []
    for i in range(int(sys.argv[3]) + 1):
        began, cpu = time.perf_counter(), time.process_time()
        body = store.query(text).serialize(format=ox.QueryResultsFormat.JSON)
        times.append([time.perf_counter() - began, time.process_time() - cpu])
        if times[0][0] > 60: break
    answers[name] = [times, body.decode()]
json.dump(answers, sys.stdout)
"""


def queries_of(dataset):
    prologue, *parts = (HERE / f"{dataset}.rq").read_text().split("### ")
    return {name.strip(): prologue + text for name, _, text in (part.partition("\n") for part in parts)}


def asked(url, server, queries, repetitions, headers, form=False):
    """Name → median seconds, median processor seconds of the server, and the answer, over one kept connection."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    kind = "application/x-www-form-urlencoded" if form else "application/sparql-query"
    answers = {}
    for name, text in queries.items():
        times = []
        for repetition in range(repetitions + 1):
            # Another text each time: what is measured is the query, not the memory of its answer.
            asked_now = f"{text}\n# {repetition}"
            body = urllib.parse.urlencode({"query": asked_now}) if form else asked_now.encode()
            began, cpu = time.perf_counter(), cpu_seconds(server.pid)
            connection.request("POST", parts.path, body, {"Content-Type": kind, "Accept": "application/sparql-results+json", **headers})
            answer = connection.getresponse()
            content = answer.read()
            times.append((time.perf_counter() - began, cpu_seconds(server.pid) - cpu))
            if answer.status != 200:
                print(f"  {name}: {answer.status} {content[:200]}")
                break
        else:
            answers[name] = (*medians(times), shape(content))
    return answers


def medians(times):
    """Of the runs after the first, which warms."""
    return tuple(statistics.median(column) for column in zip(*(times[1:] or times)))


def shape(body):
    """The number of rows, or the number that is the only value."""
    rows = json.loads(body)["results"]["bindings"]
    if len(rows) == 1 and len(rows[0]) == 1:
        value = next(iter(rows[0].values()))["value"]
        return f"= {float(value):.6g}" if re.fullmatch(r"[-+0-9.eE]+", value) else f"= {value}"
    return len(rows)


def lepton_answers(program, file, queries, repetitions, folder):
    ours = Lepton(program, folder)
    with ours.started() as server:
        key = ours.ask("key", "create", "mine")["token"]
        ours.run("graph", "create", "risk/g")
        began = time.perf_counter()
        ours.run("graph", "load", "risk/g", file)
        return time.perf_counter() - began, asked(f"{ours.url}/sparql/risk/g", server, queries, repetitions, {"Authorization": f"Bearer {key}"})


def virtuoso_answers(file, queries, repetitions, folder):
    peer = Virtuoso(folder)
    with peer.started() as server:
        load = peer.load(file)
        return load, asked(peer.url, server, {name: peer.text(text) for name, text in queries.items()}, repetitions, {}, form=True)


def oxigraph_answers(programs, file, queries, repetitions, folder):
    folder.mkdir()
    done = subprocess.run([programs / "python", "-c", OXIGRAPH, file, folder / "store", str(repetitions)], input=json.dumps(queries),
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    answers = json.loads(done.stdout)
    load = answers.pop("load")
    return load, {name: (*medians(times), shape(body)) for name, (times, body) in answers.items()}


def print_table(dataset, loads, systems, queries):
    names = list(systems)
    print(f"\n{dataset}: seconds to load, one by one: " + ", ".join(f"{name} {loads[name]:.1f}" for name in names))
    print(f"{'milliseconds: wall, CPU':<36}" + "".join(f"{name:>22}" for name in names) + "   rows, or the number")
    for query in queries:
        cells = [systems[name].get(query) for name in names]
        shapes = {str(cell[2]) for cell in cells if cell}
        agreed = " ".join(sorted(shapes)) if len(shapes) == 1 else "DIFFER: " + ", ".join(str(cell and cell[2]) for cell in cells)
        print(f"{query:<36}" + "".join(f"{cell[0] * 1e3:>11.2f}{cell[1] * 1e3:>11.2f}" if cell else f"{'-':>22}" for cell in cells) + f"   {agreed}")
    for name in names[1:]:
        both = [(systems[name][query], systems[names[0]][query]) for query in queries
                if query in systems[name] and query in systems[names[0]]]
        wall, cpu = ([theirs[i] / ours[i] for theirs, ours in both] for i in (0, 1))
        print(f"  {name} takes {geometric_mean(wall):.2f} times as long, {geometric_mean(cpu):.2f} times the CPU "
              f"(geometric means of {len(both)}); ours takes more CPU in {sum(ratio < 1 for ratio in cpu)}, "
              f"more than a third in {sum(ratio < 3 for ratio in cpu)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lepton", type=pathlib.Path, required=True)
    parser.add_argument("--dataset", choices=DATASETS, action="append")
    parser.add_argument("--peer", choices=("oxigraph", "virtuoso"), action="append", help="only this one beside ours")
    parser.add_argument("--file", type=pathlib.Path, help="N-Triples of the one --dataset, plain or packed by zstd, instead of the usual ones")
    parser.add_argument("--repetitions", type=int, default=5, help="of each query, after one to warm")
    arguments = parser.parse_args()
    if arguments.file and len(arguments.dataset or []) != 1:
        parser.error("--file needs one --dataset")
    if not arguments.file and "LEPTON_BENCH_DATA" not in os.environ:
        print("skipped: set LEPTON_BENCH_DATA to the folder that holds lubm/ and bsbm/")
        return
    program = arguments.lepton.resolve()
    peers = arguments.peer or ["oxigraph", "virtuoso"]
    oxigraph = "oxigraph" in peers and python_with(program.parent.parent.parent, "oxigraph", ["pyoxigraph==0.5.13"])
    for dataset in arguments.dataset or DATASETS:
        queries = queries_of(dataset)
        loads, systems = {}, {}
        with tempfile.TemporaryDirectory(prefix="lepton-bench.") as name:
            folder = pathlib.Path(name)
            file = plain(dataset, folder, arguments.file)
            loads["lepton"], systems["lepton"] = lepton_answers(program, file, queries, arguments.repetitions, folder)
            if oxigraph:
                loads["oxigraph"], systems["oxigraph"] = oxigraph_answers(oxigraph, file, queries, arguments.repetitions, folder / "oxigraph")
            if "virtuoso" in peers and Virtuoso.installed():
                loads["virtuoso"], systems["virtuoso"] = virtuoso_answers(file, queries, arguments.repetitions, folder / "virtuoso")
        print_table(dataset, loads, systems, queries)


if __name__ == "__main__":
    main()
