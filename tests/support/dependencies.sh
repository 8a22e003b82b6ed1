# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts of this folder: installs the Debian packages that are missing, and only those.
# Where packages are not Debian's it says which ones it would have asked for.
# Usage: . tests/support/dependencies.sh; install_missing PACKAGE...; as_root COMMAND...

BUILD_PACKAGES='gcc libc6-dev meson ninja-build pkg-config gettext libglib2.0-dev libglib2.0-dev-bin
  libpurple-dev libsoup-3.0-dev libxml2-dev libjson-glib-dev glib-networking ca-certificates locales'

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_missing() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "Needed, by Debian's names:" "$@"
    return 0
  fi
  missing=
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  echo "Installing:$missing"
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive sh -c '
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  ' install $missing || {
    echo "These packages could not be installed:$missing" >&2
    return 1
  }
}
