#!/usr/bin/env python3
"""`infer` beside MLServer and MLflow: the same boosted trees, the same rows, asked by wrk over 64 kept connections.

The real server trains the model, keeps a durable decision record of each answer and checks a key; the peers serve the file
that it registered, without either. Each peer runs in several settings; the ratio is to its best. The CPU time is that of
the server's processes, so that wrk on the same machine does not count. Peers come from PyPI into `build/peers`, and are
skipped by name where that is not reachable.
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers import Lepton, cpu_seconds, free_port, python_with, running  # noqa: E402

FEATURES, ROWS, TREES, DEPTH = 23, 4000, 100, 4
PEERS = {"mlserver": ["mlserver==1.7.1", "mlserver-xgboost==1.7.1", "uvloop==0.21.0"],
         "mlflow": ["mlflow==3.17.2", "xgboost==3.2.0", "uvloop==0.23.0", "httptools"]}
RECIPE = f"""name: peers
department: risk
trainer: xgboost
inputs: [{{dataset: risk/rows}}]
parameters: {{target: y, max_depth: {DEPTH}, rounds: {TREES}, early_stopping_rounds: 0}}
seed: 1
outputs: [{{kind: model, target: risk/peers}}]
"""
WRK = """wrk.method = 'POST'
wrk.body = '%s'
wrk.headers['Authorization'] = 'Bearer %s'
wrk.headers['Content-Type'] = 'application/json'
function done(s, l, r)
  local e = s.errors
  io.write(string.format('RESULT %%d %%f %%d %%f\\n', s.requests, s.requests / s.duration * 1e6,
    e.status + e.connect + e.read + e.write + e.timeout, l:percentile(99) / 1000))
end
"""


class Load:
    """Asks one URL for some seconds and says what each answer cost."""

    def __init__(self, folder, seconds, connections):
        self.folder, self.seconds, self.connections = folder, seconds, connections
        print(f"{connections} connections, {seconds} s a row, one row of {FEATURES} features, {TREES} trees of depth {DEPTH}\n\n"
              f"{'server':<52}{'requests/s':>12}{'per CPU second':>16}{'CPU us each':>13}{'p99 ms':>9}")

    def run(self, label, group, url, body, key=""):
        script = self.folder / "wrk.lua"
        script.write_text(WRK % (body, key))
        # Who is slow on a busy machine has not failed.
        command = ["wrk", "-t1", f"-c{self.connections}", "--timeout", "60s", "-s", str(script), url]
        subprocess.run([*command, "-d2s"], capture_output=True, check=True)  # warm
        before = cpu_seconds(group)
        printed = subprocess.run([*command, f"-d{self.seconds}s"], capture_output=True, text=True, check=True).stdout
        requests, rate, failed, p99 = map(float, re.search(r"RESULT (\S+) (\S+) (\S+) (\S+)", printed).groups())
        if failed or not requests:
            raise SystemExit(f"{label}: {failed:.0f} of {requests:.0f} requests failed")
        each = (cpu_seconds(group) - before) / requests
        print(f"{label:<52}{rate:>12.0f}{1 / each:>16.0f}{each * 1e6:>13.1f}{p99:>9.1f}", flush=True)
        return each, rate


def write_rows(path):
    numbers = random.Random(1)
    with open(path, "w") as file:
        file.write(",".join(f"f{i}" for i in range(FEATURES)) + ",y\n")
        for _ in range(ROWS):
            row = [numbers.gauss(0, 1) for _ in range(FEATURES)]
            label = int(sum(row[:6]) + row[7] * row[8] + numbers.gauss(0, 1) > 0)
            file.write(",".join(f"{value:.4f}" for value in row) + f",{label}\n")


def measure_lepton(lepton, folder, load, row):
    """Trains, deploys and asks; leaves the model file in the folder for the peers."""
    with lepton.started() as server:
        write_rows(folder / "rows.csv")
        (folder / "recipe.yaml").write_text(RECIPE)
        lepton.run("data", "import", "risk/rows", folder / "rows.csv")
        lepton.run("job", "submit", "-f", folder / "recipe.yaml", "--wait")
        lepton.run("deploy", "set", "risk/score", "risk/peers@1")
        lepton.run("user", "create-service", "risk/caller")
        lepton.run("grant", "create", "service_account:risk/caller", "risk/score", "--action", "serve")
        key = lepton.ask("key", "create", "caller", "--for", "risk/caller", "--scope", "serve:risk/score")["token"]
        mine = lepton.ask("key", "create", "mine")["token"]
        run = lepton.ask("model", "show", "risk/peers@1")["run"]
        request = urllib.request.Request(f"{lepton.url}/v1/runs/{run}/artifacts/model.json", headers={"Authorization": f"Bearer {mine}"})
        (folder / "model.json").write_bytes(urllib.request.urlopen(request).read())
        return load.run("lepton: key, quota, durable decision record", server.pid,
                        f"{lepton.url}/v2/models/risk/score/infer", tensor(row), key)


def tensor(row):
    return json.dumps({"inputs": [{"name": "x", "shape": [1, FEATURES], "datatype": "FP32", "data": row}]})


def best(costs):
    """The least CPU for an answer and the most answers a second, each in the setting where it is best."""
    return min(each for each, _ in costs), max(rate for _, rate in costs)


def measure_mlserver(programs, folder, load, row):
    costs = []
    for workers, batch in ((0, 0), (0, 32), (2, 32)):
        port = free_port()
        model = {"name": "peers", "implementation": "mlserver_xgboost.XGBoostModel",
                 "parameters": {"uri": str(folder / "model.json")}}
        if batch:
            model |= {"max_batch_size": batch, "max_batch_time": 0.001}
        work = folder / f"mlserver-{workers}-{batch}"
        work.mkdir()
        (work / "settings.json").write_text(json.dumps(
            {"host": "127.0.0.1", "http_port": port, "grpc_port": free_port(), "metrics_port": free_port(),
             "parallel_workers": workers, "debug": False, "access_log": False}))
        (work / "model-settings.json").write_text(json.dumps(model))
        with running([programs / "mlserver", "start", work], f"http://127.0.0.1:{port}/v2/models/peers/ready") as server:
            label = f"MLServer, {workers or 'no'} workers, {f'batches of {batch}' if batch else 'no batching'}"
            costs.append(load.run(label, server.pid, f"http://127.0.0.1:{port}/v2/models/peers/infer", tensor(row)))
    return best(costs)


def measure_mlflow(programs, folder, load, row):
    save = ("import sys, xgboost, mlflow.xgboost; b = xgboost.Booster(); b.load_model(sys.argv[1]);"
            "b.feature_names = None; b.feature_types = None; mlflow.xgboost.save_model(b, sys.argv[2], pip_requirements=[])")
    subprocess.run([programs / "python", "-c", save, folder / "model.json", folder / "mlflow-model"], check=True, capture_output=True)
    costs = []
    for workers in (1, 2):
        port = free_port()
        with running([programs / "mlflow", "models", "serve", "-m", folder / "mlflow-model", "--env-manager", "local", "-p", str(port),
                      "-w", str(workers)], f"http://127.0.0.1:{port}/ping",
                     env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}) as server:
            costs.append(load.run(f"MLflow scoring server, {workers} workers", server.pid, f"http://127.0.0.1:{port}/invocations",
                                  json.dumps({"inputs": [row]})))
    return best(costs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lepton", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=64)
    arguments = parser.parse_args()
    build = arguments.lepton.resolve().parent.parent.parent
    row = [round(0.1 * (i % 7) - 0.3, 2) for i in range(FEATURES)]
    with tempfile.TemporaryDirectory(prefix="lepton-bench.") as name:
        folder = pathlib.Path(name)
        load = Load(folder, arguments.seconds, arguments.connections)
        ours = measure_lepton(Lepton(arguments.lepton.resolve(), folder), folder, load, row)
        for peer, measure in (("mlserver", measure_mlserver), ("mlflow", measure_mlflow)):
            if programs := python_with(build, peer, PEERS[peer]):
                theirs = measure(programs, folder, load, row)
                print(f"  {peer} at its best: {theirs[0] / ours[0]:.1f} times our CPU for an answer, {ours[1] / theirs[1]:.1f} times fewer answers/s")


if __name__ == "__main__":
    main()
