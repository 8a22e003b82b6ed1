#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds RPM packages of the release's tarball with the spec file beside this, and asks rpmlint about
# both. Speaks TAP. Usage: rpm.sh
set -u
. "$(dirname "$0")/begin.sh"
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES $ISOLATION_PACKAGES git appstream rpm rpmlint >&2 || exit 1
spec=$top/tests/packaging/purple-msnp14.spec

# What the distributions that use RPM define themselves stands here for one that does not.
build() {
  unpack && mkdir "$builds/SOURCES" && cp "$tarball" "$builds/SOURCES" && cp "$spec" "$builds" || return 1
  set -- --define "_topdir $builds"
  if [ "$(rpm --eval '%{?meson}')" = '' ]; then
    set -- "$@" --nodeps --define "_libdir $(pkg-config --variable=libdir purple)" \
      --define 'meson CFLAGS="%{optflags}" meson setup --buildtype=plain --prefix=%{_prefix} --libdir=%{_libdir} build' \
      --define 'meson_build ninja -C build -v' \
      --define 'meson_install DESTDIR=%{buildroot} meson install -C build --no-rebuild' \
      --define 'meson_test meson test -C build --no-rebuild --print-errorlogs'
  fi
  (cd "$builds" && isolated rpmbuild -ba "$@" purple-msnp14.spec)
}

ask_rpmlint() { # NAME FILE...: passes if it finds no error; shows what else it says
  name=$1
  shift
  rpmlint -c "$top/tests/packaging/rpmlint.toml" "$@" >"$work/rpmlint" 2>&1 ||
    echo "E: rpmlint's status is $?" >>"$work/rpmlint"
  check "$name" "$(grep -E '(^|: )E: ' "$work/rpmlint")"
  sed -n 's/^.*: [WI]: /#   &/p' "$work/rpmlint"
}

ask_rpmlint 'rpmlint accepts the spec file' "$spec"
check 'the spec file is of this version' \
  "$(grep -qE "^Version: +$(sed -n "s/^ *version: '\(.*\)',/\1/p" "$top/meson.build")\$" "$spec" ||
    grep ^Version "$spec")"
attempt 'makes a tarball' make_tarball || end_of_checks
tell_if_there_is_network
attempt 'builds packages of it, and passes its tests' build || end_of_checks
packages=$(find "$builds/RPMS" "$builds/SRPMS" -name '*.rpm')
# shellcheck disable=SC2086
ask_rpmlint 'rpmlint accepts the packages' $packages
for package in $packages; do
  echo "# in $(basename "$package"):"
  rpm -qpl "$package" | sed 's/^/#   /'
done
end_of_checks
