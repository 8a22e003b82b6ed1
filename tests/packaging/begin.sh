# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts of this folder: where they are, how they speak, a directory $work that goes at the
# end, and the tarball of a release. Usage: . "$(dirname "$0")/begin.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/support/dependencies.sh"
. "$top/tests/support/tap.sh"
work=$(mktemp -d) || exit 1
chmod 755 "$work"
mkdir "$work/bin" "$work/tmp"
chmod 1777 "$work/tmp"
# Stands before the real one where git is not to be called.
printf '#!/bin/sh\necho "$@" >>"%s"\nexit 127\n' "$work/tmp/git-was-called" >"$work/bin/git"
chmod 755 "$work/bin/git"
# A script that has more to put back redefines this.
put_back() { :; }
trap 'put_back; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# The checkout may be somebody else's than who runs this.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=*

# Makes what a release is, of the last commit: $tarball, whose files are in a directory $release.
# Changes that are not committed are not in it.
make_tarball() {
  meson setup "$work/dist" "$top" -Dtests=false || return 1
  set -- --no-tests --formats xztar
  # Before 0.62 meson only warns.
  ! meson dist --help | grep -q allow-dirty || set -- "$@" --allow-dirty
  meson dist -C "$work/dist" "$@" || return 1
  tarball=$(echo "$work/dist/meson-dist"/*.tar.xz)
  release=$(basename "$tarball" .tar.xz)
  version=${release##*-}
}

# Unpacks the tarball where isolated commands may write: $builds/$release.
unpack() {
  builds=$work/builds
  mkdir "$builds" && tar -xf "$tarball" -C "$builds"
}

# Runs a command as a builder of a distribution would: no network but loopback, no git, a bare
# environment, and as nobody where that can be chosen.
isolated() { # COMMAND...
  if [ "$(id -u)" = 0 ]; then
    chown -R 65534:65534 "$builds"
    namespace='--net'
    drop='setpriv --reuid=65534 --regid=65534 --clear-groups'
  else
    namespace='--user --map-root-user --net'
    drop=
  fi
  # shellcheck disable=SC2086
  unshare $namespace sh -c 'ip link set lo up && exec "$@"' isolated $drop \
    env -i PATH="$work/bin:$PATH" HOME=/nonexistent TMPDIR="$work/tmp" LC_ALL=C "$@"
}
ISOLATION_PACKAGES='util-linux iproute2'
