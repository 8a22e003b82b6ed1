#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds twice, from two places of the source in two build directories, installs both and compares
# them byte for byte. Speaks TAP. Usage: reproducible.sh
set -u
. "$(dirname "$0")/begin.sh"
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES >&2 || exit 1

copy_source() { # DIRECTORY
  mkdir -p "$1"
  # shellcheck disable=SC2086
  (cd "$top" && cp -r $TOP_LEVEL "$1")
}

build() { # SOURCE BUILD DESTINATION
  meson setup "$2" "$1" -Dtests=false --prefix=/usr &&
    ninja -C "$2" &&
    DESTDIR=$3 meson install -C "$2" --no-rebuild
}

copy_source "$work/one"
copy_source "$work/another/and/deeper"
attempt 'builds inside its source' build "$work/one" "$work/one/build" "$work/first"
attempt 'builds beside its source, elsewhere' \
  build "$work/another/and/deeper" "$work/out" "$work/second"
check 'both are the same, byte for byte' "$(diff -r "$work/first" "$work/second" 2>&1)"
check 'neither names the place where it was built' "$(grep -rlF "$work" "$work/first")"
check 'the module is among what was compared' \
  "$(find "$work/first" -name libmsnp14.so | grep -q . || echo 'no libmsnp14.so')"
end_of_checks
