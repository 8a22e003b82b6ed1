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

build=$top/build
if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" "$top" >/dev/null
fi
echo 'Building ...'
ninja -C "$build" src/purple/libmsnp14.so src/server/msnp14-server src/bot/msnp14-bot >"$build/demo.log" ||
  { cat "$build/demo.log" >&2; exit 1; }

home=$(mktemp -d)
server=
bot=
finish() {
  [ -z "$bot" ] || kill "$bot" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

wait_for_file() { # FILE PROCESS
  until [ -s "$1" ]; do
    kill -0 "$2" 2>/dev/null || { cat "$home"/*.log >&2; exit 1; }
    sleep 0.1
  done
}
value() { # KEY: a value of the ready file, one flat JSON object
  sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$home/ready.json"
}

"$build/src/server/msnp14-server" --accounts "$top/data/demo/accounts.json" \
  --ready-file "$home/ready.json" >"$home/server.log" 2>&1 &
server=$!
wait_for_file "$home/ready.json" "$server"

echo bob >"$home/bob-password"
"$build/src/bot/msnp14-bot" --handle bob@example.com --password-file "$home/bob-password" \
  --port "$(value ns)" --services "$(value base_url)" --name Bob \
  --message 'Write to me: I answer' >"$home/bob.log" 2>&1 &
bot=$!
wait_for_file "$home/bob.log" "$bot"

# What the client's own account dialog would have written.
mkdir -p "$home/purple/plugins"
cp "$build/src/purple/libmsnp14.so" "$home/purple/plugins/"
cat >"$home/purple/accounts.xml" <<END
<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'>
 <account>
  <protocol>prpl-msnp14</protocol>
  <name>alice@example.com</name>
  <password>alice</password>
  <settings>
   <setting name='service' type='string'>custom</setting>
   <setting name='server' type='string'>127.0.0.1</setting>
   <setting name='port' type='int'>$(value ns)</setting>
   <setting name='base_url' type='string'>$(value base_url)</setting>
  </settings>
  <settings ui='gnt-purple'>
   <setting name='auto-login' type='bool'>1</setting>
  </settings>
  <settings ui='gtk-gaim'>
   <setting name='auto-login' type='bool'>1</setting>
  </settings>
 </account>
</account>
END

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
