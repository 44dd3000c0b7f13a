#!/usr/bin/env python3
"""Runs the benchmarks of a release build, one after the other: `./do bench`, or `./do bench NAME` for one.

Each prints its own table; docs/benchmarks.md keeps results with the machine and the date.
"""

import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def programs(build):
    """Name → command line: compiled ones by target name, scripts by folder."""
    found = {path.name.removeprefix("bench_"): [str(path)]
             for path in sorted((build / "bench").glob("**/bench_*")) if path.is_file() and path.stat().st_mode & 0o111}
    for script in sorted(HERE.glob("*/*.py")):
        found[script.parent.name] = [sys.executable, str(script), "--lepton", str(build / "src/lepton")]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("name", nargs="?", help="only this one")
    arguments = parser.parse_args()
    known = programs(arguments.build)
    if arguments.name and arguments.name not in known:
        parser.error(f"no benchmark '{arguments.name}'; there are {', '.join(known)}")
    failed = []
    for name, command in known.items():
        if arguments.name in (None, name):
            print(f"── {name}", flush=True)
            if subprocess.run(command).returncode != 0:
                failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
