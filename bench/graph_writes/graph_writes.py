#!/usr/bin/env python3
"""Durable updates of one triple beside Virtuoso and Oxigraph: how many a second with one and with several clients.

Every client sends INSERT DATA requests one after another over a connection of its own; an update counts once it is
answered, and at the end each server must have all of them. Ours and Virtuoso's go over HTTP; Oxigraph (`pyoxigraph` of
PyPI) is called in its own process, by one client. What `answered` promises is not the same: run with --syncs to count,
by strace, how often each server asks the disk to sync for an update (it slows them down: read no rates from that run).
"""

import argparse
import http.client
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graph_peers import Virtuoso, timed_clients  # noqa: E402
from peers import Lepton, python_with  # noqa: E402

CLIENTS = (1, 8)
OXIGRAPH = """
import json, sys, time, pyoxigraph as ox
store, updates = ox.Store(sys.argv[1]), json.load(sys.stdin)
wall, cpu = time.perf_counter(), time.process_time()
for update in updates: store.update(update)
assert len(store) == len(updates)
json.dump([time.perf_counter() - wall, time.process_time() - cpu], sys.stdout)
"""


def updates_of(clients, client, count, graph):
    for number in range(count):
        triple = f'<http://example.com/{clients}/{client}/{number}> <http://example.com/p> "value {number}"'
        yield f"INSERT DATA {{ GRAPH <{graph}> {{ {triple} }} }}" if graph else f"INSERT DATA {{ {triple} }}"


def send(connection, path, text, form, headers):
    kind, body = ("application/x-www-form-urlencoded", urllib.parse.urlencode({"query": text})) if form else ("application/sparql-update", text)
    connection.request("POST", path, body.encode(), {"Content-Type": kind, **headers})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in (200, 204):
        raise SystemExit(f"{answer.status} {content[:300]} for {text}")
    return content


def client(url, updates, form, headers):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    for text in updates:
        send(connection, parts.path, text, form, headers)


def stored(url, graph, headers):
    """How many statements there are."""
    text = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}" if graph else "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=600)
    connection.request("POST", urllib.parse.urlsplit(url).path, urllib.parse.urlencode({"query": text}), {
        "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json", **headers})
    return int(json.loads(connection.getresponse().read())["results"]["bindings"][0]["n"]["value"])


class Syncs:
    """Counts calls of fsync and its like by a process while it lives, with strace."""

    def __init__(self, process):
        self.file = tempfile.NamedTemporaryFile()
        self.tracer = subprocess.Popen(["strace", "-f", "-c", "-e", "trace=fsync,fdatasync,sync_file_range,msync", "-o", self.file.name,
                                        "-p", str(process)], stderr=subprocess.DEVNULL)
        time.sleep(1)  # until strace holds every thread

    def end(self):
        self.tracer.send_signal(signal.SIGINT)
        self.tracer.wait()
        return sum(int(line.split()[3]) for line in pathlib.Path(self.file.name).read_text().splitlines()
                   if re.search(r" (f\w*sync|sync_file_range|msync)$", line))


def measured(url, server, graph, form, headers, count, with_syncs):
    """Clients → updates a second, processor microseconds of the server and syncs for each."""
    out, sent = {}, 0
    for clients in CLIENTS:
        each = max(1, count // clients)
        syncs = Syncs(server.pid) if with_syncs else None
        wall, cpu = timed_clients(server, client, [(url, updates_of(clients, i, each, graph), form, headers) for i in range(clients)])
        sent += clients * each
        out[clients] = clients * each / wall, cpu / clients / each * 1e6, syncs.end() / clients / each if syncs else None
    found = stored(url, graph, headers)
    if found != sent:
        raise SystemExit(f"{url} has {found} statements, not {sent}")
    return out


def lepton(program, folder, *work):
    ours = Lepton(program, folder)
    with ours.started() as server:
        key = ours.ask("key", "create", "mine")["token"]
        ours.run("graph", "create", "risk/g")
        return measured(f"{ours.url}/sparql/risk/g", server, None, False, {"Authorization": f"Bearer {key}"}, *work)


def virtuoso(folder, *work):
    peer = Virtuoso(folder)
    with peer.started() as server:
        peer.run('GRANT SPARQL_UPDATE TO "SPARQL"')
        return measured(peer.url, server, "urn:g", True, {}, *work)


def oxigraph(programs, folder, count):
    done = subprocess.run([programs / "python", "-c", OXIGRAPH, folder], input=json.dumps(list(updates_of(1, 0, count, None))),
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    wall, cpu = json.loads(done.stdout)
    return {1: (count / wall, cpu / count * 1e6, None)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lepton", type=pathlib.Path, required=True)
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--syncs", action="store_true")
    arguments = parser.parse_args()
    if arguments.syncs and not shutil.which("strace"):
        raise SystemExit("--syncs needs strace")
    program = arguments.lepton.resolve()
    environment = python_with(program.parent.parent.parent, "oxigraph", ["pyoxigraph==0.5.13"])
    with tempfile.TemporaryDirectory(prefix="lepton-bench.") as name:
        folder = pathlib.Path(name)
        systems = {"lepton": lepton(program, folder, arguments.updates, arguments.syncs)}
        if environment:
            systems["oxigraph"] = oxigraph(environment, folder / "oxigraph", arguments.updates)
        if Virtuoso.installed():
            systems["virtuoso"] = virtuoso(folder / "virtuoso", arguments.updates, arguments.syncs)
    print(f"{'updates of one triple':<24}{'clients':>8}{'updates/s':>12}{'CPU us each':>13}{'syncs each':>12}")
    for system, by_clients in systems.items():
        for clients, (rate, cpu, syncs) in by_clients.items():
            print(f"{system:<24}{clients:>8}{rate:>12,.0f}{cpu:>13.0f}" + ("" if syncs is None else f"{syncs:>12.2f}"))


if __name__ == "__main__":
    main()
