#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the tarball of a release, then builds it and passes its tests without git, without network
# and without being root. Speaks TAP. Usage: dist.sh
set -u
. "$(dirname "$0")/begin.sh"
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES $ISOLATION_PACKAGES git >&2 || exit 1

attempt 'makes a tarball' make_tarball || end_of_checks
attempt 'it unpacks' unpack || end_of_checks
check 'all that is kept in git is in it, and nothing else' \
  "$(git -C "$repository" ls-tree -r --name-only HEAD | sort >"$work/kept"
  cd "$builds/$release" && find . -type f | sed 's|^\./||' | sort | diff "$work/kept" -)"

cd "$builds/$release" || exit 1
tell_if_there_is_network
attempt 'is set up' isolated meson setup build || end_of_checks
attempt 'builds' isolated ninja -C build || end_of_checks
attempt 'passes its tests' isolated meson test -C build --no-rebuild --print-errorlogs
check 'nobody called git' "$(cat "$work/tmp/git-was-called" 2>/dev/null)"
end_of_checks
