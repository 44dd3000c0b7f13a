#!/usr/bin/env python3
"""Style as a test (docs: CONTRIBUTING.md). Prints one line per finding, ends 1 when there is any."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

import awaits
import functions
import layout
import links

ROOT = pathlib.Path(__file__).resolve().parent.parent


def tracked(*patterns):
    """Files git tracks, or would: what is ignored is nobody's style."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in sorted(set(listing.split("\0"))) if name and (ROOT / name).exists()]


def check_format(sources):
    """clang-format would change nothing."""
    if not sources:
        return
    run = subprocess.run(["clang-format", "--dry-run", "-Werror", *map(str, sources)], capture_output=True, text=True)
    if run.returncode != 0:
        files = sorted({line.split(":")[0] for line in run.stderr.splitlines() if "error:" in line})
        for file in files:
            yield f"{os.path.relpath(file, ROOT)}: not formatted; run ./do fmt"


def compiler_flags(build):
    """What the precompiled headers were compiled with, so that they serve here: a header may lean on the standard library, fmt
    and Boost.JSON, which they hold, and must name everything else itself."""
    commands = json.loads((build / "compile_commands.json").read_text())
    command = next(c["command"] for c in commands if c["file"].endswith("/pch/pch.cpp"))
    flags = shlex.split(command)
    return flags[1:flags.index("-o")]


def compile_alone(header, flags, build):
    """A header includes what it uses. A stamp of its content and flags spares the compiler the second time."""
    content = header.read_bytes() + " ".join(flags).encode()
    stamp = build / "header-stamps" / hashlib.sha256(content).hexdigest()
    if stamp.exists():
        return None
    run = subprocess.run(["g++", *flags, "-w", "-fsyntax-only", "-x", "c++", str(header)], cwd=build,
                         capture_output=True, text=True)
    if run.returncode != 0:
        return f"{header.relative_to(ROOT)}: does not compile alone\n{run.stderr.strip()[:800]}"
    stamp.touch()
    return None


def check_headers(headers, build):
    """Each header compiles by itself."""
    build = pathlib.Path(build).resolve()
    includes = [f"-I{tree}" for tree in sorted((build / "include").glob("*"))]
    if not includes:
        yield f"{build}: not built yet; run ./do build"
        return
    flags = [*compiler_flags(build), *includes, f"-isystem{ROOT / '.deps/duckdb'}", "-isystem/usr/include/postgresql"]
    (build / "header-stamps").mkdir(exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for finding in pool.map(lambda header: compile_alone(header, flags, build), headers):
            if finding:
                yield finding


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build directory, for the include trees")
    arguments = parser.parse_args()

    cpp = tracked("*.h", "*.cpp")
    headers = [file for file in cpp if file.suffix == ".h" and (ROOT / "src") in file.parents]
    findings = [
        *check_format(cpp),
        *layout.check(ROOT, cpp),
        *functions.check(ROOT, cpp),
        *awaits.check(ROOT, cpp),
        *links.check(ROOT, tracked("*.md")),
        *check_headers(headers, arguments.build),
    ]
    for finding in findings:
        print(finding)
    print(f"check: {len(cpp)} source files, {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
