# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts of this folder: where they are, how they speak, a directory $work that goes at the
# end, and the tarball of a release. Usage: . "$(dirname "$0")/begin.sh"

top=$(cd "$(dirname "$0")/../.." && pwd -P)
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

# What a release has at its top level, beside dot files.
TOP_LEVEL='meson.build meson_options.txt src data po tests README.md COPYING'

# Finds the repository that a release is made of: $repository. What a tarball has unpacked is none,
# and one is made of its files.
find_repository() {
  repository=$top
  [ "$(git -C "$top" rev-parse --show-toplevel)" != "$top" ] || return 0
  repository=$work/repository
  # shellcheck disable=SC2086
  git init -q "$repository" &&
    git -C "$top" --git-dir="$repository/.git" --work-tree="$top" add $TOP_LEVEL &&
    git -C "$repository" -c user.name=packaging -c user.email=packaging@localhost commit -q -m files &&
    git -C "$repository" reset -q --hard
}

# Makes what a release is, of the last commit: $tarball, whose files are in a directory $release.
# Changes that are not committed are not in it.
make_tarball() {
  find_repository || return 1
  meson setup "$work/dist" "$repository" -Dtests=false || return 1
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

without_network() { # COMMAND...
  namespace='--net'
  [ "$(id -u)" = 0 ] || namespace='--user --map-root-user --net'
  # shellcheck disable=SC2086
  unshare $namespace sh -c 'ip link set lo up && exec "$@"' without_network "$@"
}

# Some containers let nobody make a network namespace.
network_can_be_cut() { without_network true 2>/dev/null; }
tell_if_there_is_network() {
  network_can_be_cut || skip 'the network is cut for what follows' 'unshare and ip cannot do it here'
}

# Runs a command as a builder of a distribution would: no network but loopback where that can be
# had, no git, a bare environment, and as nobody where that can be chosen.
isolated() { # COMMAND...
  set -- env -i PATH="$work/bin:$PATH" HOME=/nonexistent TMPDIR="$work/tmp" LC_ALL=C "$@"
  if [ "$(id -u)" = 0 ]; then
    chown -R 65534:65534 "$builds"
    set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
  fi
  if network_can_be_cut; then without_network "$@"; else "$@"; fi
}
ISOLATION_PACKAGES='util-linux iproute2'
