#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shows the plugin at work: starts the bundled loopback service and bob, who answers, and opens
# Finch in this terminal (or, with --pidgin, a Pidgin window) signed on as alice. Your own
# ~/.purple is not touched; everything lives in a temporary directory that goes at the end.
set -eu

usage() {
  cat <<END
Usage: tests/demo.sh [--finch | --pidgin] [--debug FILE]

  --finch       chat in this terminal (the default)
  --pidgin      chat in a Pidgin window
  --debug FILE  keep the client's debug log

What is missing is installed first (Debian packages, with sudo unless you are root).
Write to bob: he answers. Leave Finch with Alt+q, Pidgin by closing its windows.
END
}

client=finch
debug=
while [ $# -gt 0 ]; do
  case $1 in
    --finch) client=finch ;;
    --pidgin) client=pidgin ;;
    --debug) shift; debug=${1:?--debug needs a file} ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tests/support/dependencies.sh"
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES "$client"

if [ "$client" = pidgin ] && [ -z "${DISPLAY:-}" ]; then
  echo 'Pidgin needs a display, and there is none here; try tests/demo.sh without --pidgin.' >&2
  exit 1
fi

. "$top/tests/support/service.sh"
build=$top/build
echo 'Building ...'
build_service "$top" "$build" src/purple/libmsnp14.so
start_service "$top" "$build"
write_account "$home/purple"
mkdir -p "$home/purple/plugins"
cp "$build/src/purple/libmsnp14.so" "$home/purple/plugins/"

status=0
if [ -z "$debug" ]; then
  "$client" -c "$home/purple" 2>"$home/client.log" || status=$?
elif [ "$client" = pidgin ]; then
  pidgin -c "$home/purple" -d >"$debug" 2>&1 || status=$?
else
  finch -c "$home/purple" -d 2>"$debug" || status=$?
fi
if [ "$status" != 0 ]; then
  echo "$client ended with status $status. What it said:" >&2
  tail -n 20 "${debug:-$home/client.log}" >&2
fi
exit "$status"
