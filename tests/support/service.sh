# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts of this folder: the loopback service with the demo accounts and bob, who answers,
# all in a temporary directory $home that goes at the end. Usage:
#   . tests/support/service.sh; build_service SOURCE_DIRECTORY BUILD_DIRECTORY [TARGET...];
#   start_service SOURCE_DIRECTORY BUILD_DIRECTORY; write_account DIRECTORY

home=$(mktemp -d) || exit 1
server=
bot=

# A script that has more to stop redefines this.
stop_more() { :; }

stop_service() {
  [ -z "$bot" ] || kill "$bot" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  bot=
  server=
}

finish() {
  stop_more
  stop_service
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

build_service() { # SOURCE_DIRECTORY BUILD_DIRECTORY [TARGET...]: what else is to be built
  [ -f "$2/build.ninja" ] || meson setup "$2" "$1" >/dev/null
  built=$2
  shift 2
  ninja -C "$built" src/server/msnp14-server src/bot/msnp14-bot "$@" >"$home/build.log" ||
    { cat "$home/build.log" >&2; exit 1; }
}

wait_for_file() { # FILE PROCESS: until there is something in it
  until [ -s "$1" ]; do
    kill -0 "$2" 2>/dev/null || { cat "$home"/*.log >&2; exit 1; }
    sleep 0.1
  done
}

service_value() { # KEY: of the line that the service wrote when it was ready, one flat JSON object
  sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$home/ready.json"
}

start_service() { # SOURCE_DIRECTORY BUILD_DIRECTORY: may be called again when it was stopped
  rm -f "$home/ready.json" "$home/bob.log"
  "$2/src/server/msnp14-server" --accounts "$1/data/demo/accounts.json" \
    --ready-file "$home/ready.json" >"$home/server.log" 2>&1 &
  server=$!
  wait_for_file "$home/ready.json" "$server"

  echo bob >"$home/bob-password"
  "$2/src/bot/msnp14-bot" --handle bob@example.com --password-file "$home/bob-password" \
    --port "$(service_value ns)" --services "$(service_value base_url)" --name Bob \
    --message 'Write to me: I answer' >"$home/bob.log" 2>&1 &
  bot=$!
  wait_for_file "$home/bob.log" "$bot"
}

# Writes what the client's own account dialog would have written: alice, who signs on by herself.
write_account() { # DIRECTORY
  mkdir -p "$1"
  cat >"$1/accounts.xml" <<END
<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'>
 <account>
  <protocol>prpl-msnp14</protocol>
  <name>alice@example.com</name>
  <password>alice</password>
  <settings>
   <setting name='service' type='string'>custom</setting>
   <setting name='server' type='string'>127.0.0.1</setting>
   <setting name='port' type='int'>$(service_value ns)</setting>
   <setting name='base_url' type='string'>$(service_value base_url)</setting>
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
}
