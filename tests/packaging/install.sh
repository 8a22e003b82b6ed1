#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Where `meson install` puts things for each way of asking, and whether the flags that a
# distribution sets from outside reach the module. Speaks TAP. Usage: install.sh
set -u
. "$(dirname "$0")/begin.sh"
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES appstream >&2 || exit 1


purple_plugins=$(pkg-config --variable=plugindir purple)
purple_prefix=$(pkg-config --variable=prefix purple)

# Says what does not go where it should. EXPECTED: a file each line.
misplaced() { # EXPECTED SETUP_OPTION...
  echo "$1" | sort >"$work/expected"
  shift
  rm -rf "$work/plan"
  meson setup "$work/plan" "$top" -Dtests=false "$@" >"$work/plan.log" 2>&1 || {
    cat "$work/plan.log"
    return
  }
  meson introspect --installed "$work/plan" | tr ',{}' '\n' |
    sed -n 's/^ *"[^"]*": "\([^"]*\)"$/\1/p' | sort | diff "$work/expected" -
}

files() { # PLUGIN_DIRECTORY DATA_DIRECTORY LOCALE_DIRECTORY
  echo "$1/libmsnp14.so
$2/pixmaps/pidgin/protocols/16/msnp14.png
$2/pixmaps/pidgin/protocols/22/msnp14.png
$2/pixmaps/pidgin/protocols/48/msnp14.png
$2/icons/hicolor/scalable/apps/msnp14.svg
$2/metainfo/im.pidgin.Pidgin.Plugin.msnp14.metainfo.xml"
  sed -n "s|^[a-z].*|$3/&/LC_MESSAGES/purple-msnp14.mo|p" "$top/po/LINGUAS"
}

check 'by default: beside libpurple and Pidgin' \
  "$(misplaced "$(files "$purple_plugins" "$purple_prefix/share" /usr/local/share/locale)")"
check "below libpurple's own prefix: beside libpurple and Pidgin" \
  "$(misplaced "$(files "$purple_plugins" "$purple_prefix/share" "$purple_prefix/share/locale")" \
    --prefix="$purple_prefix")"
check 'below another prefix: all of it there' \
  "$(misplaced "$(files /opt/chat/lib/purple-2 /opt/chat/share /opt/chat/share/locale)" \
    --prefix=/opt/chat --libdir=lib)"
check 'with a plugin directory: the module there' \
  "$(misplaced "$(files /srv/plugins /opt/chat/share /opt/chat/share/locale)" \
    --prefix=/opt/chat -Dplugindir=/srv/plugins)"

check 'with the address of the project: a link and a screenshot for software centres' \
  "$( (meson setup "$work/linked" "$top" -Dtests=false -Dhomepage=https://git.example.org/msnp14/ &&
    ninja -C "$work/linked" data/im.pidgin.Pidgin.Plugin.msnp14.metainfo.xml) >"$work/linked.log" 2>&1 ||
    cat "$work/linked.log"
  cd "$work/linked/data" &&
    { grep -q '<image>https://git.example.org/msnp14/raw/.*png</image>' ./*.metainfo.xml || cat ./*.xml; } &&
    { appstreamcli validate --no-net ./*.metainfo.xml >"$work/linked.log" 2>&1 ||
      { echo "status $?"; cat "$work/linked.log"; }; })"

# What a distribution asks for; the macro shows that CPPFLAGS arrive, too.
build_hardened() {
  CFLAGS='-g -O2 -fstack-protector-strong -fstack-clash-protection -Wformat -Werror=format-security' \
    CPPFLAGS='-D_FORTIFY_SOURCE=2 -DMSNP14_FLAGS_FROM_OUTSIDE' LDFLAGS='-Wl,-z,relro -Wl,-z,now' \
    meson setup "$work/hard" "$top" -Dtests=false --buildtype=plain --prefix=/usr &&
    ninja -C "$work/hard" &&
    DESTDIR=$work/root meson install -C "$work/hard" --no-rebuild
}
# Only what Pidgin alone needs can be left out.
install_without_pidgin() {
  DESTDIR=$work/split meson install -C "$work/hard" --no-rebuild --tags runtime,i18n
}
if attempt 'builds with the flags of a distribution' build_hardened; then
  module=$work/root$purple_plugins/libmsnp14.so
  symbols=$(nm -D --undefined-only "$module" 2>&1)
  check 'DESTDIR is honoured' "$(test -f "$module" || find "$work/root" -type f)"
  check 'the stack is protected' "$(echo "$symbols" | grep -q __stack_chk_fail || echo "$symbols")"
  check 'functions of libc are fortified' "$(echo "$symbols" | grep -q '_chk@' || echo "$symbols")"
  check 'every source is compiled with them' \
    "$(grep '"command":' "$work/hard/compile_commands.json" |
      grep -v -e '-fstack-clash-protection.*-DMSNP14_FLAGS_FROM_OUTSIDE' \
        -e '-DMSNP14_FLAGS_FROM_OUTSIDE.*-fstack-clash-protection')"
  check 'no other optimisation, and no hardening undone' \
    "$(grep -oE -e '-(O[013sgz]|U_FORTIFY_SOURCE|fno-stack-protector|Werror) ' \
      "$work/hard/compile_commands.json" | sort -u)"
  attempt 'installs without what is for Pidgin alone' install_without_pidgin
  check 'then all but the icons of Pidgin is there' \
    "$(cd "$work/root" && find . -type f ! -path '*/pixmaps/pidgin/*' | sort >"$work/wanted"
    cd "$work/split" && find . -type f | sort | diff "$work/wanted" -)"
fi
end_of_checks
