#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the release's tarball for 32 bits and passes all tests there, in a bare Debian of the
# architecture i386 that it makes for itself. Speaks TAP. Usage: i386.sh
set -u
. "$(dirname "$0")/begin.sh"
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES git debootstrap util-linux >&2 || exit 1
suite=bookworm
mirror=http://deb.debian.org/debian
root=$work/i386

put_back() { as_root rm -rf --one-file-system "$root"; }

make_root() {
  as_root debootstrap --arch=i386 --variant=minbase "$suite" "$root" "$mirror" &&
    as_root tar -xf "$tarball" -C "$root/srv"
}

# Its mounts and processes end with it.
inside() { # COMMAND...
  as_root unshare --mount --pid --fork --kill-child setarch i386 sh -c '
    mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$root" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C "$@"
}

in_source() { # COMMAND...
  # shellcheck disable=SC2016
  inside sh -c 'cd "/srv/$0" && exec "$@"' "$release" "$@"
}

# shellcheck disable=SC2016
install='. tests/support/dependencies.sh && install_missing $BUILD_PACKAGES'

attempt 'makes a tarball' make_tarball || end_of_checks
attempt 'makes a bare Debian for i386' make_root || end_of_checks
attempt 'finds its dependencies' in_source sh -c "$install" || end_of_checks
attempt 'is set up' in_source meson setup build || end_of_checks
in_source ninja -C build >"$work/build.log" 2>&1
check 'builds' "$(tail -n 1 "$work/build.log" | grep -v '^\[.*Linking')"
check 'without a warning' "$(grep -A 5 'warning:' "$work/build.log")"
check 'what is built is for 32 bits' \
  "$(readelf -h "$root/srv/$release/build/src/purple/libmsnp14.so" 2>&1 | grep Class | grep -v ELF32)"
attempt 'passes its tests' in_source meson test -C build --no-rebuild --print-errorlogs
end_of_checks
