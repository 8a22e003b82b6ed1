#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the release's tarball and passes its tests in bare Debians that it makes for itself: for 32
# bits, and with the newer compiler and libraries of the next release. Speaks TAP.
# Usage: elsewhere.sh [SUITE/ARCHITECTURE...], such as sid/amd64
set -u
. "$(dirname "$0")/begin.sh"
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES git debootstrap debian-archive-keyring util-linux >&2 || exit 1
mirror=http://deb.debian.org/debian
root=$work/root
[ $# -gt 0 ] || set -- bookworm/i386 "trixie/$(dpkg --print-architecture)"

put_back() { as_root rm -rf --one-file-system "$root"; }

make_root() { # SUITE ARCHITECTURE
  as_root debootstrap --force-check-gpg --arch="$2" --variant=minbase "$1" "$root" "$mirror" &&
    as_root tar -xf "$tarball" -C "$root/srv"
}

# Its mounts and processes end with it.
in_source() { # COMMAND...
  # shellcheck disable=SC2016
  as_root unshare --mount --pid --fork --kill-child "$personality" sh -c '
    mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$root" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
    sh -c 'cd "/srv/$0" && exec "$@"' "$release" "$@"
}

build() {
  in_source ninja -C build >"$work/build.log" 2>&1 || { cat "$work/build.log"; return 1; }
}

try() { # SUITE ARCHITECTURE
  here="$1, $2:"
  case $2 in
    i386 | armel | armhf) personality=linux32 ;;
    *) personality=linux64 ;;
  esac
  attempt "$here a bare Debian is made" make_root "$1" "$2" || return
  # shellcheck disable=SC2016
  attempt "$here dependencies are found" in_source sh -c \
    '. tests/support/dependencies.sh && install_missing $BUILD_PACKAGES binutils appstream' || return
  attempt "$here it is set up" in_source meson setup build || return
  attempt "$here it is built" build || return
  check "$here without a warning" "$(grep -A 5 'warning:' "$work/build.log")"
  attempt "$here it passes its tests" in_source meson test -C build --no-rebuild --print-errorlogs
}

attempt 'makes a tarball' make_tarball || end_of_checks
for system in "$@"; do
  try "${system%/*}" "${system#*/}"
  put_back
done
end_of_checks
