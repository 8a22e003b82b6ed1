#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the house that a script can see: what the layers include, what the module exports,
# how the sources begin. Speaks TAP. Usage: house.sh SOURCE_DIRECTORY MODULE
set -u
top=$1
module=$2
number=0
bad=0

check() { # NAME FINDINGS: passes if there are none
  number=$((number + 1))
  if [ -z "$2" ]; then
    echo "ok $number $1"
  else
    bad=1
    echo "not ok $number $1"
    echo "$2" | sed 's/^/# /'
  fi
}

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
  "$(grep -L 'SPDX-License-Identifier: GPL-2.0-or-later' "$top"/src/*/*.[ch] "$top"/tests/*/*.[ch] "$top"/tests/*.sh "$top"/tests/*/*.sh "$top"/src/*/meson.build)"
check 'no secret has a way into a format' \
  "$(grep -nE '(msnp_(log|debug|info|warning)|printf|g_print|g_message)[^;]*msnp_secret_peek' "$top"/src/*/*.c)"
check 'the module exports one symbol' \
  "$(nm -D --defined-only "$module" | grep -v ' purple_init_plugin$' | grep -v ' __asan\| ___asan\| __ubsan\| __sanitizer\| __odr' )"
check 'the module has no RUNPATH' "$(readelf -d "$module" | grep -E 'RUNPATH|RPATH')"
check 'the module stays resident' "$(readelf -d "$module" | grep -q NODELETE || echo 'no NODELETE flag')"
echo "1..$number"
exit $bad
