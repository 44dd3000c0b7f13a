"""What the benchmarks of graphs share: the files, a running Virtuoso, processor time of a server, means."""

import contextlib
import math
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import time

from peers import free_port, running

DATASETS = {"lubm": "lubm/lubm10.nt.zst", "bsbm": "bsbm/bsbm1m.nt.zst"}  # in the folder that LEPTON_BENCH_DATA names
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
ServerThreads=20
DirsAllowed={0}
NumberOfBuffers=340000
MaxDirtyBuffers=250000
ThreadsPerQuery=2
[HTTPServer]
ServerPort=127.0.0.1:{2}
ServerRoot={0}
ServerThreads=8
MaxClientConnections=8
[SPARQL]
ResultSetMaxRows=10000000
MaxQueryExecutionTime=0
"""


def plain(dataset, folder, given=None):
    """N-Triples, of the file that is given or else of the data set's own, without LUBM's statements about the relative
    IRI <>, which none of the servers would take."""
    packed = given or pathlib.Path(os.environ["LEPTON_BENCH_DATA"]) / DATASETS[dataset]
    file = folder / f"{dataset}.nt"
    subprocess.run(f"zstd -q -d -c -f '{packed}' | grep -v '^<> ' > '{file}'", shell=True, check=True)
    return file


def cpu_seconds(process):
    """Of a running process with all its threads, to the nanosecond (the clock that clock_getcpuclockid(3) names)."""
    return time.clock_gettime((~process << 3) | 2)


def timed_clients(server, target, arguments):
    """Seconds, and the server's processor seconds, in which a process for each of the arguments has run `target`."""
    processes = [multiprocessing.Process(target=target, args=of_one) for of_one in arguments]
    wall, cpu = time.perf_counter(), cpu_seconds(server.pid)
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            raise SystemExit("a client failed")
    return time.perf_counter() - wall, cpu_seconds(server.pid) - cpu


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


class Virtuoso:
    """Debian's Virtuoso with an empty database in `folder`. It answers a query that is POSTed as a form only."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.sql, web = folder, free_port(), free_port()
        self.url = f"http://127.0.0.1:{web}/sparql"
        (folder / "v.ini").write_text(VIRTUOSO.format(folder, self.sql, web))

    @staticmethod
    def installed():
        if shutil.which("virtuoso-t"):
            return True
        print("virtuoso: skipped, virtuoso-opensource-7-bin is not installed")
        return False

    @contextlib.contextmanager
    def started(self):
        command = ["virtuoso-t", "+foreground", "+configfile", self.folder / "v.ini"]
        with running(command, f"{self.url}?query=ASK%7B%7D") as server:
            yield server

    def load(self, file):
        """Into the graph urn:g; how long it took, durable."""
        (self.folder / "data.nt").symlink_to(file)
        began = time.perf_counter()
        self.run(f"ld_dir('{self.folder}', 'data.nt', 'urn:g'); rdf_loader_run(); checkpoint")
        return time.perf_counter() - began

    def run(self, statement):
        """As the administrator."""
        subprocess.run(["isql-vt", f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={statement};"], check=True, capture_output=True)

    @staticmethod
    def text(query):
        return f"DEFINE input:default-graph-uri <urn:g>\n{query}"

    def disk_bytes(self):
        return (self.folder / "v.db").stat().st_size
