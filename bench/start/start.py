#!/usr/bin/env python3
"""Cold start and memory at rest: time from exec to the first answer of /health, and resident memory afterwards.

Starts the server on an empty data directory (which includes its migrations and first keys) and again on the one it left.
"""

import argparse
import pathlib
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROUNDS = 10


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def start_once(lepton, data, port_file):
    """Milliseconds until /health answers, and resident memory in MiB of the server and of all its children."""
    port_file.unlink(missing_ok=True)
    began = time.perf_counter()
    process = subprocess.Popen([lepton, "serve", "--data", data, "--listen", "127.0.0.1:0", "--port-file", port_file],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (port_file.exists() and port_file.read_text().strip()):
            if process.poll() is not None:
                raise SystemExit(f"the server ended with {process.returncode}")
            time.sleep(0.0005)
        url = f"http://127.0.0.1:{port_file.read_text().strip()}"
        while not answers(url):
            time.sleep(0.0005)
        elapsed = (time.perf_counter() - began) * 1000
        time.sleep(1)  # at rest: what starts in the background has started
        return elapsed, memory(process.pid), sum(memory(child) for child in descendants(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def memory(pid):
    """Proportional set size where the kernel tells it (shared pages counted once), in MiB."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def descendants(pid):
    children = [int(child) for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return children + [below for child in children for below in descendants(child)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lepton", required=True)
    lepton = parser.parse_args().lepton
    first, again = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="lepton-bench.") as folder:
            folder = pathlib.Path(folder)
            first.append(start_once(lepton, folder / "data", folder / "port"))
            again.append(start_once(lepton, folder / "data", folder / "port"))
    for name, rows in (("first start, empty directory", first), ("start on an existing directory", again)):
        times, server, workers = zip(*rows)
        print(f"{name}: median {statistics.median(times):.0f} ms (least {min(times):.0f}, most {max(times):.0f}); "
              f"at rest server {statistics.median(server):.0f} MiB, its workers {statistics.median(workers):.0f} MiB")


if __name__ == "__main__":
    main()
