"""What benchmarks that run other servers beside ours share: ports, processes, Python environments, a server of ours."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, process, seconds=120):
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing answers {url}")


@contextlib.contextmanager
def running(command, ready, **options):
    """A server in a process group of its own, from its first answer to its end."""
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        wait_for(ready, process)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def cpu_seconds(group):
    """User and system time of all processes of a process group, ended children included."""
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                total += sum(int(field) for field in fields[11:15])
    return total / os.sysconf("SC_CLK_TCK")


def python_with(build, name, packages):
    """The programs of a Python environment that has these packages, or nothing, said by name, where they cannot be had."""
    folder = build / "peers" / name
    made = folder / "packages.json"
    if not made.exists() or made.read_text() != json.dumps(packages):
        print(f"installing {', '.join(packages)}", file=sys.stderr)
        if subprocess.run([sys.executable, "-m", "venv", folder]).returncode or subprocess.run(
                [folder / "bin/pip", "install", "-q", *packages]).returncode:
            print(f"{name}: skipped, its packages cannot be had")
            return None
        made.write_text(json.dumps(packages))
    return folder / "bin"


class Lepton:
    """A real server with an empty data directory, department `risk` and its steward `ben`, who is logged in."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "config"), "LEPTON_URL": self.url}
        self.command = ["sh", "-c", f"exec {program} serve --data {folder / 'data'} --listen 127.0.0.1:{port} >{folder / 'server.log'} 2>&1"]

    @contextlib.contextmanager
    def started(self):
        with running(self.command, f"{self.url}/health") as server:
            token = self.admin_token()
            words = "a password of this benchmark"
            self.run("login", "--user", "root", "--password-stdin", "--admin-token", token, stdin=words)
            self.run("department", "create", "risk")
            self.run("user", "create", "ben", "--department", "risk", "--role", "risk/steward", "--password-stdin", stdin=words)
            self.run("login", "--user", "ben", "--password-stdin", stdin=words)
            yield server

    def admin_token(self):
        """What the server says on its first start; on a busy machine it may answer before it has said it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if said := re.search(r"lb_[a-z0-9_]+(?=\s)", (self.folder / "server.log").read_text()):
                return said.group()
            time.sleep(0.05)
        raise SystemExit("the server names no admin token")

    def run(self, *words, stdin=None):
        done = subprocess.run([self.program, *map(str, words)], input=stdin, capture_output=True, text=True, env=self.environment)
        if done.returncode:
            raise SystemExit(f"lepton {' '.join(map(str, words))}: {done.stdout}{done.stderr}")
        return done.stdout

    def ask(self, *words):
        return json.loads(self.run(*words, "-o", "json"))
