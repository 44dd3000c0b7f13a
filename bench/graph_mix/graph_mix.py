#!/usr/bin/env python3
"""The explore mix of the Berlin SPARQL Benchmark beside Virtuoso and Oxigraph: mixes per hour with one and two clients.

A mix is 25 queries, a buyer's way from a search to an offer, with parameters drawn from the data by a seed, so that all
servers are asked the same. Ours and Virtuoso answer over HTTP as JSON; Oxigraph (`pyoxigraph` of PyPI) is called in its
own process, by one client. Mixes run once to warm. On a busy machine the server's processor time per mix is the
steadier figure. Set LEPTON_BENCH_DATA to the folder that holds bsbm/, or give a larger file of the public generator
(github.com/Tpt/bsbm-tools, `-pc 28480 -s nt` makes 10 million triples).
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graph_peers import Virtuoso, plain, timed_clients  # noqa: E402
from peers import Lepton, python_with  # noqa: E402

MIX = (1, 2, 2, 3, 2, 2, 4, 2, 2, 5, 7, 7, 6, 7, 7, 8, 9, 9, 8, 9, 9, 10, 11, 10, 12)
PLACES = re.compile(r"%(\w+)%")
OXIGRAPH = """
import json, sys, time, pyoxigraph as ox
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
warm, timed = json.load(sys.stdin)
def ask(queries):
    for text in queries:
        answer = store.query(text)
        if isinstance(answer, ox.QuerySolutions): answer.serialize(format=ox.QueryResultsFormat.JSON)
        else: answer.serialize(format=ox.RdfFormat.N_TRIPLES)
ask(warm)
wall, cpu = time.perf_counter(), time.process_time()
ask(timed)
json.dump([time.perf_counter() - wall, time.process_time() - cpu], sys.stdout)
"""


class Parameters:
    """What templates name, drawn from the data."""

    def __init__(self, file, seed):
        self.random = random.Random(seed)
        self.sets = {name: set() for name in ("type", "feature", "product", "offer", "review", "word")}
        self.of_product = {}
        for line in open(file, encoding="utf-8"):
            subject, predicate, value = line.split(" ", 2)
            if predicate.endswith("#type>") and value.startswith("<http://www4.wiwiss.fu-berlin.de/bizer/bsbm/v01/instances/ProductType"):
                self.sets["type"].add(value[:-3])
                self.sets["product"].add(subject)
                self.of_product.setdefault(subject, {}).setdefault("type", value[:-3])
            elif predicate.endswith("/productFeature>"):
                self.sets["feature"].add(value[:-3])
                self.of_product.setdefault(subject, {}).setdefault("features", []).append(value[:-3])
            elif predicate.endswith("/deliveryDays>"):
                self.sets["offer"].add(subject)
            elif predicate.endswith("/reviewFor>"):
                self.sets["review"].add(subject)
            elif predicate.endswith("#label>") and "/Product" in subject:
                self.sets["word"].update(re.findall(r"[a-z]{4,}", value))
        self.lists = {name: sorted(values) for name, values in self.sets.items()}

    def draw(self):
        """One value of each. Type and features are those of one product, so that searches find something."""
        out = {name: self.random.choice(values) for name, values in self.lists.items()}
        known = self.of_product[self.random.choice(self.lists["product"])]
        features = known.get("features", self.lists["feature"][:3])
        out["type"] = known.get("type", out["type"])
        for number in (1, 2, 3):
            out[f"feature{number}"] = self.random.choice(features)
        out |= {"low": self.random.randint(1, 500), "high": self.random.randint(300, 800), "country": self.random.choice(("US", "DE", "GB"))}
        return out


def queries_of(parameters, mixes):
    """All queries of that many mixes, in their sequence."""
    prologue, *parts = (HERE / "explore.rq").read_text().split("### ")
    templates = {int(number): prologue + text for number, _, text in (part.partition("\n") for part in parts)}
    out = []
    for _ in range(mixes):
        for number in MIX:
            drawn = parameters.draw()
            out.append(PLACES.sub(lambda place: str(drawn[place[1]]), templates[number]))
    return out


def client(url, headers, form, queries):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    kind = "application/x-www-form-urlencoded" if form else "application/sparql-query"
    for query in queries:
        graph = re.search(r"^(CONSTRUCT|DESCRIBE)", query, re.MULTILINE)
        connection.request("POST", parts.path, urllib.parse.urlencode({"query": query}) if form else query.encode(), {
            "Content-Type": kind, "Accept": "application/n-triples" if graph else "application/sparql-results+json", **headers})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status} {body[:300]} for {query}")


def measured(url, server, headers, form, warm, runs):
    """Clients → mixes per hour, and processor milliseconds of the server per mix."""
    client(url, headers, form, warm)
    out = {}
    for clients, queries in runs.items():
        share = len(queries) // len(MIX) // clients * len(MIX)
        wall, cpu = timed_clients(server, client, [(url, headers, form, queries[i * share:(i + 1) * share]) for i in range(clients)])
        out[clients] = figures(share * clients, wall, cpu)
    return out


def figures(queries, wall, cpu):
    mixes = queries / len(MIX)
    return mixes / wall * 3600, cpu / mixes * 1e3


def lepton(program, file, folder, *work):
    ours = Lepton(program, folder)
    with ours.started() as server:
        key = ours.ask("key", "create", "mine")["token"]
        ours.run("graph", "create", "risk/g")
        ours.run("graph", "load", "risk/g", file)
        return measured(f"{ours.url}/sparql/risk/g", server, {"Authorization": f"Bearer {key}"}, False, *work)


def virtuoso(file, folder, warm, runs):
    peer = Virtuoso(folder)
    with peer.started() as server:
        peer.load(file)
        return measured(peer.url, server, {}, True, [peer.text(query) for query in warm],
                        {clients: [peer.text(query) for query in queries] for clients, queries in runs.items()})


def oxigraph(programs, file, folder, warm, runs):
    folder.mkdir()
    done = subprocess.run([programs / "python", "-c", OXIGRAPH, file, folder / "store"], input=json.dumps([warm, runs[1]]),
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return {1: figures(len(runs[1]), *json.loads(done.stdout))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lepton", type=pathlib.Path, required=True)
    parser.add_argument("--mixes", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--peer", choices=("oxigraph", "virtuoso"), action="append", help="only this one beside ours")
    parser.add_argument("--file", type=pathlib.Path, help="N-Triples of BSBM, plain or packed by zstd")
    arguments = parser.parse_args()
    if not arguments.file and "LEPTON_BENCH_DATA" not in os.environ:
        print("skipped: set LEPTON_BENCH_DATA to the folder that holds bsbm/")
        return
    program = arguments.lepton.resolve()
    peers = arguments.peer or ["oxigraph", "virtuoso"]
    environment = "oxigraph" in peers and python_with(program.parent.parent.parent, "oxigraph", ["pyoxigraph==0.5.13"])
    with tempfile.TemporaryDirectory(prefix="lepton-bench.") as name:
        folder = pathlib.Path(name)
        file = plain("bsbm", folder, arguments.file)
        parameters = Parameters(file, arguments.seed)
        warm = queries_of(parameters, max(1, arguments.mixes // 5))
        runs = {clients: queries_of(parameters, arguments.mixes) for clients in (1, 2)}
        systems = {"lepton": lepton(program, file, folder, warm, runs)}
        if environment:
            systems["oxigraph"] = oxigraph(environment, file, folder / "oxigraph", warm, runs)
        if "virtuoso" in peers and Virtuoso.installed():
            systems["virtuoso"] = virtuoso(file, folder / "virtuoso", warm, runs)
    print(f"{'explore mix, BSBM':<20}{'clients':>8}{'mixes/hour':>14}{'CPU ms/mix':>12}")
    for system, by_clients in systems.items():
        for clients, (rate, cpu) in by_clients.items():
            ours = systems["lepton"][clients]
            ratio = "" if system == "lepton" else f"   ours: {ours[0] / rate:.2f} times the mixes, {cpu / ours[1]:.2f} times fewer CPU seconds"
            print(f"{system:<20}{clients:>8}{rate:>14,.0f}{cpu:>12.2f}{ratio}")


if __name__ == "__main__":
    main()
