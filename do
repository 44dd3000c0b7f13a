#!/usr/bin/env bash
# The only script to know. ./do without a word lists what it does.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
preset=${LEPTON_PRESET:-dev}

say() { printf '\033[1m▸ %s\033[0m\n' "$*" >&2; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

## setup            install what is missing: Debian packages, DuckDB from the npm registry
setup_packages() {
  local wanted missing=() package
  mapfile -t wanted < <(grep -v '^#' packaging/packages.txt)
  command -v npm >/dev/null || wanted+=(npm)
  [ "$preset" = fuzz ] && wanted+=(clang-16 libclang-rt-16-dev)
  for package in "${wanted[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

setup_npm() {
  local sum spec inside name scratch
  mkdir -p .deps/duckdb
  while read -r sum spec inside name; do
    [ "${sum:0:1}" = '#' ] && continue
    [ "$(cat ".deps/duckdb/$name.sha256" 2>/dev/null)" = "$sum" ] && [ -e ".deps/duckdb/$name" ] && continue
    say "fetching $spec"
    scratch=$(mktemp -d)
    (cd "$scratch" && npm pack --silent "$spec" >/dev/null && mv ./*.tgz package.tgz)
    echo "$sum  $scratch/package.tgz" | sha256sum --check --quiet
    tar -xzf "$scratch/package.tgz" -C "$scratch" "$inside"
    mv "$scratch/$inside" ".deps/duckdb/$name"
    echo "$sum" >".deps/duckdb/$name.sha256"
    rm -r "$scratch"
  done <packaging/npm.sha256
}

# Clients that others wrote, for tests/interop: from PyPI, and only where it can be had; the tests skip by name without.
setup_clients() {
  cmp -s packaging/clients.txt .deps/clients/clients.txt && return
  say "installing clients for the interop tests"
  rm -rf .deps/clients
  if python3 -m venv .deps/clients && .deps/clients/bin/pip install -q -r packaging/clients.txt; then
    cp packaging/clients.txt .deps/clients/
  else
    say "skipped: $(grep -v '^#' packaging/clients.txt | tr '\n' ' ')cannot be had here"
    rm -rf .deps/clients
  fi
}

do_setup() {
  setup_packages
  setup_npm
}

## build [TARGET…]  build everything, or the targets named (LEPTON_PRESET: dev, release, asan, tsan)
do_build() {
  do_setup
  [ -e "build/$preset/build.ninja" ] || { say "configuring $preset"; cmake --preset "$preset" >/dev/null; }
  say "building $preset"
  cmake --build "build/$preset" -- "$@"
}

## run [ARGUMENTS]  build and start `lepton serve` with these arguments
do_run() {
  do_build lepton
  exec "build/$preset/src/lepton" serve "$@"
}

## demo [--keep]    build, start a server, play the story of design on real data, check each answer
do_demo() {
  do_build lepton
  python3 examples/risk/demo.py --lepton "build/$preset/src/lepton" "$@"
}

## test [REGEX]     build, check the style, run every test, or those whose name matches
do_test() {
  do_build
  setup_clients
  if [ $# -gt 0 ]; then
    ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)" -R "$1"
    return
  fi
  [ "$preset" = dev ] && do_check
  say "testing $preset"
  ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)"
}

## check            style as a test: format, layout, awaits, headers that compile alone, dead links
do_check() {
  say "checking"
  python3 -m unittest discover -q -s checks -p '*_test.py'
  python3 checks/check.py --build "build/$preset"
}

## tidy [FILE…]     clang-tidy over these files, or over all of src/ (long); needs clang-tidy-16
do_tidy() {
  do_setup
  local files=("$@")
  [ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'src/*.cpp')
  cmake --preset "$preset" -B build/tidy -D LEPTON_BATCH=1 >/dev/null
  mkdir -p build/tidy/clang
  # clang reads no precompiled header of GCC's: the header itself instead.
  sed -e "s# -Winvalid-pch##g; s#-include [^ ]*cmake_pch.hxx#-include $PWD/cmake/precompiled.h#g" \
    build/tidy/compile_commands.json >build/tidy/clang/compile_commands.json
  clang-tidy-16 -p build/tidy/clang --quiet "${files[@]}"
}

## bench [NAME]     build in release and run the benchmarks, or the one named
do_bench() {
  preset=release do_build
  python3 bench/run.py --build build/release "$@"
}

## fuzz [NAME] [S]  build the fuzz targets with clang, run each, or the one named, for S seconds (60)
do_fuzz() {
  local seconds=${2:-60} program name
  preset=fuzz do_build fuzz_targets
  for program in build/fuzz/fuzz/fuzz_${1:-*}; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    name=${program##*/fuzz_}
    say "fuzzing $name for $seconds seconds"
    mkdir -p "build/fuzz/corpus/$name"
    set -- "build/fuzz/corpus/$name"
    [ -d "fuzz/seeds/$name" ] && set -- "$@" "fuzz/seeds/$name"
    ASAN_OPTIONS=hard_rss_limit_mb=2000 "$program" -rss_limit_mb=0 -timeout=20 -max_total_time="$seconds" -max_len=4096 \
      -print_final_stats=0 -artifact_prefix="build/fuzz/$name-" "$@" 2>&1 | grep -v '^#.*\(NEW\|REDUCE\|pulse\|RELOAD\)'
  done
}

## fmt              format every source file
do_fmt() { git ls-files '*.h' '*.cpp' | xargs clang-format -i; }

usage() {
  echo "usage: ./do COMMAND"
  sed -n 's/^## /  /p' do
}

command=${1:-}
[ $# -gt 0 ] && shift
case "$command" in
  setup | build | run | demo | test | check | tidy | bench | fuzz | fmt) "do_$command" "$@" ;;
  *) usage; exit 2 ;;
esac
