#!/usr/bin/env python3
"""SPARQL queries beside Virtuoso and Oxigraph: the same file loaded, the same queries, one client, whole answers as JSON.

Set LEPTON_BENCH_DATA to the folder that holds lubm/ and bsbm/. Ours and Virtuoso (Debian's `virtuoso-opensource-7-bin`, where
it is installed) answer over HTTP, ours with a key, policy and audit; Oxigraph (`pyoxigraph` of PyPI) is called in its own
process, which spares it HTTP. Each query runs once to warm and then five times; the median counts. Answers are compared by
their number of rows, and by value where they are one number.
"""

import argparse
import http.client
import json
import math
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from peers import Lepton, free_port, python_with, running  # noqa: E402

DATASETS = {"lubm": "lubm/lubm10.nt.zst", "bsbm": "bsbm/bsbm1m.nt.zst"}
REPETITIONS = 5
VIRTUOSO = """[Database]
DatabaseFile={0}/v.db
ErrorLogFile={0}/v.log
LockFile={0}/v.lck
TransactionFile={0}/v.trx
xa_persistent_file={0}/v.pxa
[TempDatabase]
DatabaseFile={0}/t.db
TransactionFile={0}/t.trx
[Parameters]
ServerPort=127.0.0.1:{1}
DirsAllowed={0}
NumberOfBuffers=340000
MaxDirtyBuffers=250000
ThreadsPerQuery=2
[HTTPServer]
ServerPort=127.0.0.1:{2}
ServerRoot={0}
[SPARQL]
ResultSetMaxRows=10000000
MaxQueryExecutionTime=0
"""
OXIGRAPH = """
import json, sys, time, pyoxigraph as ox
store = ox.Store(sys.argv[2])
began = time.perf_counter()
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
answers = {"load": time.perf_counter() - began}
for name, text in json.load(sys.stdin).items():
    times = []
    for i in range(int(sys.argv[3]) + 1):
        began = time.perf_counter()
        body = store.query(text).serialize(format=ox.QueryResultsFormat.JSON)
        times.append(time.perf_counter() - began)
        if times[0] > 60: break
    answers[name] = [times, body.decode()]
json.dump(answers, sys.stdout)
"""


def queries_of(dataset):
    prologue, *parts = (HERE / f"{dataset}.rq").read_text().split("### ")
    return {name.strip(): prologue + text for name, _, text in (part.partition("\n") for part in parts)}


def plain(dataset, folder):
    """N-Triples without LUBM's statements about the relative IRI <>, which none of the three would take."""
    packed = pathlib.Path(os.environ["LEPTON_BENCH_DATA"]) / DATASETS[dataset]
    file = folder / f"{dataset}.nt"
    subprocess.run(f"zstd -q -d -c '{packed}' | grep -v '^<> ' > '{file}'", shell=True, check=True)
    return file


def asked(url, queries, headers):
    """Name → median seconds and the answer, over one kept connection."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    answers = {}
    for name, text in queries.items():
        times = []
        for _ in range(REPETITIONS + 1):
            began = time.perf_counter()
            connection.request("POST", parts.path, text.encode(), {"Content-Type": "application/sparql-query",
                                                                  "Accept": "application/sparql-results+json", **headers})
            answer = connection.getresponse()
            body = answer.read()
            times.append(time.perf_counter() - began)
            if answer.status != 200:
                print(f"  {name}: {answer.status} {body[:200]}")
                break
        else:
            answers[name] = (statistics.median(times[1:]), shape(body))
    return answers


def shape(body):
    """The number of rows, or the number that is the only value."""
    rows = json.loads(body)["results"]["bindings"]
    if len(rows) == 1 and len(rows[0]) == 1:
        value = next(iter(rows[0].values()))["value"]
        return f"= {float(value):.6g}" if re.fullmatch(r"[-+0-9.eE]+", value) else f"= {value}"
    return len(rows)


def lepton_answers(program, file, queries, folder):
    ours = Lepton(program, folder)
    with ours.started():
        key = ours.ask("key", "create", "mine")["token"]
        ours.run("graph", "create", "risk/g")
        began = time.perf_counter()
        ours.run("graph", "load", "risk/g", file)
        return time.perf_counter() - began, asked(f"{ours.url}/sparql/risk/g", queries, {"Authorization": f"Bearer {key}"})


def virtuoso_answers(file, queries, folder):
    folder.mkdir()
    sql, web = free_port(), free_port()
    (folder / "v.ini").write_text(VIRTUOSO.format(folder, sql, web))
    shutil.move(file, folder / "data.nt")
    with running(["virtuoso-t", "+foreground", "+configfile", folder / "v.ini"], f"http://127.0.0.1:{web}/sparql?query=ASK%7B%7D"):
        began = time.perf_counter()
        subprocess.run(["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec=ld_dir('{folder}', 'data.nt', 'urn:g'); rdf_loader_run(); checkpoint;"],
                       check=True, capture_output=True)
        load = time.perf_counter() - began
        named = {name: f'DEFINE input:default-graph-uri <urn:g>\n{text}' for name, text in queries.items()}
        return load, asked(f"http://127.0.0.1:{web}/sparql", named, {})


def oxigraph_answers(programs, file, queries, folder):
    folder.mkdir()
    done = subprocess.run([programs / "python", "-c", OXIGRAPH, file, folder / "store", str(REPETITIONS)], input=json.dumps(queries),
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    answers = json.loads(done.stdout)
    load = answers.pop("load")
    return load, {name: (statistics.median(times[1:] or times), shape(body)) for name, (times, body) in answers.items()}


def print_table(dataset, loads, systems, queries):
    names = list(systems)
    print(f"\n{dataset}: seconds to load, one by one: " + ", ".join(f"{name} {loads[name]:.1f}" for name in names))
    print(f"{'milliseconds':<36}" + "".join(f"{name:>12}" for name in names) + "   rows, or the number")
    for query in queries:
        cells = [systems[name].get(query) for name in names]
        shapes = {str(cell[1]) for cell in cells if cell}
        agreed = " ".join(sorted(shapes)) if len(shapes) == 1 else "DIFFER: " + ", ".join(str(cell and cell[1]) for cell in cells)
        print(f"{query:<36}" + "".join(f"{cell[0] * 1e3:>12.2f}" if cell else f"{'-':>12}" for cell in cells) + f"   {agreed}")
    for name in names[1:]:
        both = [systems[name][query][0] / systems[names[0]][query][0] for query in queries
                if query in systems[name] and query in systems[names[0]]]
        mean = math.exp(sum(map(math.log, both)) / len(both))
        print(f"  {name} takes {mean:.2f} times as long (geometric mean of {len(both)}); ours is slower in {sum(r < 1 for r in both)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lepton", type=pathlib.Path, required=True)
    parser.add_argument("--dataset", choices=DATASETS, action="append")
    arguments = parser.parse_args()
    if "LEPTON_BENCH_DATA" not in os.environ:
        print("skipped: set LEPTON_BENCH_DATA to the folder that holds lubm/ and bsbm/")
        return
    program = arguments.lepton.resolve()
    oxigraph = python_with(program.parent.parent.parent, "oxigraph", ["pyoxigraph==0.5.13"])
    for dataset in arguments.dataset or DATASETS:
        queries = queries_of(dataset)
        loads, systems = {}, {}
        with tempfile.TemporaryDirectory(prefix="lepton-bench.") as name:
            folder = pathlib.Path(name)
            file = plain(dataset, folder)
            loads["lepton"], systems["lepton"] = lepton_answers(program, file, queries, folder)
            if oxigraph:
                loads["oxigraph"], systems["oxigraph"] = oxigraph_answers(oxigraph, file, queries, folder / "oxigraph")
            if shutil.which("virtuoso-t"):
                loads["virtuoso"], systems["virtuoso"] = virtuoso_answers(file, queries, folder / "virtuoso")
            else:
                print("virtuoso: skipped, virtuoso-opensource-7-bin is not installed")
        print_table(dataset, loads, systems, queries)


if __name__ == "__main__":
    main()
