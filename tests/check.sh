#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Passes the tests: installs what is missing, builds with gcc and, under the address and undefined
# behaviour sanitizers, with clang, runs every rung in both, and ends with one line that counts.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/build-check
. "$top/tests/support/dependencies.sh"
# llvm has the symbolizer, by whose names the leaks of libpurple are told from ours.
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES clang libclang-rt-dev llvm binutils appstream

passed=0
failed=0

# Adds what a finished run's report says: a test program that died counts as one failure.
count() { # REPORT
  set -- $(awk '
    /<testsuite / {
      match($0, /tests="[0-9]+"/); t = substr($0, RSTART + 7, RLENGTH - 8)
      match($0, /failures="[0-9]+"/); f = substr($0, RSTART + 10, RLENGTH - 11)
      match($0, /errors="[0-9]+"/); e = substr($0, RSTART + 8, RLENGTH - 9)
      match($0, /skipped="[0-9]+"/); s = substr($0, RSTART + 9, RLENGTH - 10)
      bad += f + e; good += t - f - e - s
    }
    END { print good + 0, bad + 0 }' "$1")
  passed=$((passed + $1))
  failed=$((failed + $2))
  counted=$2
}

rung() { # NAME BUILD_DIRECTORY COMPILER SETUP_OPTION...
  name=$1
  dir=$out/$2
  compiler=$3
  shift 3
  echo "== $name"
  # From nothing each time: a warning is to be seen however often this runs.
  rm -rf "$dir"
  CC=$compiler meson setup "$dir" "$top" "$@" >"$out/setup-$compiler.log" 2>&1 || {
    cat "$out/setup-$compiler.log"
    failed=$((failed + 1))
    return 0
  }
  if ! ninja -C "$dir" >"$out/build-$compiler.log" 2>&1; then
    grep -E 'error|FAILED|undefined' "$out/build-$compiler.log" || cat "$out/build-$compiler.log"
    failed=$((failed + 1))
    return 0
  fi
  if grep -q 'warning:' "$out/build-$compiler.log"; then
    echo 'The build is to be free of warnings:'
    grep 'warning:' "$out/build-$compiler.log"
    failed=$((failed + 1))
  fi
  status=0
  meson test -C "$dir" --no-rebuild --print-errorlogs || status=$?
  counted=0
  [ ! -f "$dir/meson-logs/testlog.junit.xml" ] || count "$dir/meson-logs/testlog.junit.xml"
  if [ "$status" != 0 ] && [ "$counted" = 0 ]; then
    failed=$((failed + 1))
  fi
}

mkdir -p "$out"
rung 'gcc' gcc gcc -Dtests=true
rung 'clang, address and undefined behaviour sanitizers, fuzz targets' clang clang \
  -Dtests=true -Dfuzzing=true -Db_sanitize=address,undefined -Db_lundef=false

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
