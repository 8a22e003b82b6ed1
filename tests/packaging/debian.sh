#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a Debian package of the release's tarball with the files of debian/, asks lintian about it,
# installs it, and chats with it in Finch. Shows what lintian says and what is in the package.
# Speaks TAP. Usage: debian.sh [DIRECTORY_TO_KEEP_THE_PACKAGE_IN]
set -u
. "$(dirname "$0")/begin.sh"
keep=
if [ -n "${1:-}" ]; then
  keep=$(cd "$1" && pwd) || exit 1
fi
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES $ISOLATION_PACKAGES git appstream debhelper dpkg-dev lintian finch >&2 || exit 1

# As the builders of Debian do, and with the tests.
build() {
  unpack &&
    cp "$tarball" "$builds/purple-msnp14_$version.orig.tar.xz" &&
    cp -r "$top/tests/packaging/debian" "$builds/$release/" &&
    (cd "$builds/$release" && isolated dpkg-buildpackage --no-sign)
}

attempt 'makes a tarball' make_tarball || end_of_checks
tell_if_there_is_network
attempt 'builds a package of it, and passes its tests' build || end_of_checks
package=$(echo "$builds"/purple-msnp14_"$version"-*.deb)
changes=$(echo "$builds"/purple-msnp14_"$version"-*.changes)

check 'lintian has neither errors nor warnings' \
  "$(lintian --pedantic --display-info --allow-root --fail-on error,warning "$changes" \
    >"$work/lintian" 2>&1 || { echo "status $?"; grep -E '^[EW]:' "$work/lintian"; })"
echo '# lintian:'
sed 's/^/#   /' "$work/lintian"
echo '# in the package:'
dpkg-deb --contents "$package" | sed 's/^/#   /'
[ -z "$keep" ] ||
  attempt 'they are kept' cp "$builds"/*.deb "$builds"/*.dsc "$builds"/*.tar.xz "$changes" "$keep"

if dpkg-query -W purple-msnp14 >/dev/null 2>&1; then
  check 'no package of that name is installed yet' 'purple-msnp14 is: remove it before'
  end_of_checks
fi
put_back() { as_root dpkg --purge purple-msnp14 >/dev/null 2>&1; }
if attempt 'it can be installed' as_root apt-get install -y --no-install-recommends "$package"; then
  attempt 'Finch finds it, signs on and chats' "$top/tests/packaging/clients.sh" \
    --module installed --build "$(echo "$builds/$release"/obj-*)" finch
  attempt 'it can be removed' as_root apt-get purge -y purple-msnp14
  check 'then nothing of it is left' "$(dpkg-deb --fsys-tarfile "$package" | tar -t | grep -v '/$' |
    sed 's|^\.||' | while read -r file; do ls "$file" 2>/dev/null; done)"
fi
end_of_checks
