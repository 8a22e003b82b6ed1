#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the house that a script can see: what the layers include, how the module is linked,
# how the sources begin, what software centres are told.
# Speaks TAP. Usage: house.sh SOURCE_DIRECTORY MODULE METAINFO VERSION
set -u
top=$1
module=$2
metainfo=$3
version=$4
. "$top/tests/support/tap.sh"

includes() { # FOLDER PATTERN_OF_WHAT_IT_MAY_NOT_INCLUDE
  grep -nE "#include [\"<]($2)" "$top/src/$1"/*.[ch]
}

check 'only the adapter includes libpurple' \
  "$(for folder in util http wire config net soap core server bot; do includes $folder 'purple\.h|libpurple/|purple/'; done)"
check 'util includes no other folder' "$(includes util 'wire/|config/|net/|soap/|core/|server/|bot/')"
check 'http knows nothing but HTTP' "$(includes http 'wire/|config/|net/|soap/|core/|server/|bot/')"
check 'wire is pure' "$(includes wire 'config/|net/|soap/|core/|server/|bot/|gio/|libsoup/|sys/socket')"
check 'net knows neither services nor core' "$(includes net 'config/|soap/|core/|server/|bot/')"
check 'in net, only the gateway speaks HTTP' "$(includes net 'libsoup/' | grep -v '/msnp-gateway')"
check 'soap knows neither links nor core' "$(includes soap 'config/|net/|core/|server/|bot/')"
check 'core knows neither server nor bot' "$(includes core 'server/|bot/')"
check 'the server never sees the client' "$(includes server 'net/|soap/|core/|bot/')"
check 'every source names its licence' \
  "$(grep -L 'SPDX-License-Identifier: GPL-2.0-or-later' "$top"/src/*/*.[ch] "$top"/tests/*/*.[ch] "$top"/tests/*.sh "$top"/tests/*/*.sh \
    "$top"/src/*/meson.build "$top"/data/icons/*.svg "$top"/po/*.po)"
check 'the metainfo has the licence that it names' \
  "$(grep -L 'SPDX-License-Identifier: FSFAP' "$top"/data/*.metainfo.xml.in)"
check 'no secret has a way into a format' \
  "$(grep -lzE '(msnp_(log|debug|info|warning)|printf|g_print|g_message)[^;]*msnp_secret_peek' "$top"/src/*/*.c)"
exported=$(nm -D --defined-only "$module" | sed 's/.* //' | grep -v '^_*\(asan\|ubsan\|sanitizer\|odr\)')
check 'the module exports one symbol' \
  "$([ "$exported" = purple_init_plugin ] || echo "exported: $exported")"
dynamic=$(readelf -dW "$module")
segments=$(readelf -lW "$module")
has() { # TEXT PATTERN: says so if it is not there
  echo "$1" | grep -qE "$2" || echo "no $2"
}
check 'the module has no RUNPATH' "$(echo "$dynamic" | grep -E 'RUNPATH|RPATH')"
check 'the module has no SONAME' "$(echo "$dynamic" | grep SONAME)"
check 'the module stays resident' "$(has "$dynamic" NODELETE)"
check 'the module is bound at once' "$(has "$dynamic" BIND_NOW)"
check 'the module is read-only after relocation' "$(has "$segments" GNU_RELRO)"
check 'the module needs no executable stack' "$(echo "$segments" | grep 'GNU_STACK.*RWE')"
check 'the module has no relocations in its text' "$(echo "$dynamic" | grep TEXTREL)"
check 'the module needs no windows' "$(echo "$dynamic" | grep -E 'NEEDED.*(gtk|gdk|X11|wayland|gnt)')"
check 'the newest release of the news is this version' \
  "$(grep -m 1 '<release ' "$metainfo" | grep -q "version=\"$version\"" || echo "it is not $version")"
# gettext has two ways of naming a language: zh_CN, or zh-Hans-CN.
check 'what software centres show is in every language' \
  "$(grep -v '^#' "$top/po/LINGUAS" | while read -r language; do
    grep -qE "<summary xml:lang=\"${language%_*}([_-]([A-Z][a-z]+-)?${language#*_})?\">" "$metainfo" ||
      echo "$language"
  done)"
# Newer versions want a homepage, which only who builds can know (-Dhomepage); older ones do not know
# what is overridden here.
validate() {
  appstreamcli validate --no-net --override=url-homepage-missing=info "$metainfo" 2>/dev/null ||
    appstreamcli validate --no-net "$metainfo"
}
if command -v appstreamcli >/dev/null; then
  attempt 'software centres can read the metainfo' validate
else
  skip 'software centres can read the metainfo' 'there is no appstreamcli'
fi
end_of_checks
