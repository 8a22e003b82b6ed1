#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Proves that the module works in real clients: Finch in tmux, Pidgin under Xvfb, bitlbee at the end
# of a pipe. Each signs on to the loopback service as alice, with a user directory of its own, sees
# that Bob is online, writes to him as its users do, reads his answer, and quits. Speaks TAP.
#
# shellcheck disable=SC2317 # the functions of a client are called by their names
set -eu

DEADLINE=60 # seconds, of each wait

usage() {
  cat <<END
Usage: tests/packaging/clients.sh [OPTION...] [finch | pidgin | bitlbee]...

  --module FILE            try this module instead of the one that is built
  --module installed       try the one that the clients find by themselves
  --build DIRECTORY        where it is built (build)
  --screenshots DIRECTORY  keep pictures of Pidgin, and Finch's screen as text

Without a client's name, all three. What is missing is installed first (Debian packages, with sudo
unless you are root). Nothing of your own accounts, logs and settings is touched.
END
}

top=$(cd "$(dirname "$0")/../.." && pwd)
module=
build=$top/build
pictures=
clients=
while [ $# -gt 0 ]; do
  case $1 in
    --module) shift; module=${1:?--module needs a file} ;;
    --build) shift; build=${1:?--build needs a directory} ;;
    --screenshots) shift; pictures=${1:?--screenshots needs a directory} ;;
    finch | pidgin | bitlbee) clients="$clients $1" ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
clients=${clients:-finch pidgin bitlbee}
case $module in
  '' | installed | /*) ;;
  *) module=$PWD/$module ;;
esac
if [ -n "$module" ] && [ "$module" != installed ] && [ ! -f "$module" ]; then
  echo "There is no module $module." >&2
  exit 2
fi

. "$top/tests/support/dependencies.sh"
. "$top/tests/support/service.sh"
. "$top/tests/support/tap.sh"

# ---- Building and starting ----

build_all() {
  # shellcheck disable=SC2086
  install_missing $BUILD_PACKAGES
  if [ -n "$module" ]; then
    build_service "$top" "$build"
  else
    build_service "$top" "$build" src/purple/libmsnp14.so
    module=$build/src/purple/libmsnp14.so
  fi
}

# What was started by setsid: each a group of its own, so that nothing it starts is forgotten.
groups=

stop_group() { # GROUP: in good time for what it still writes
  kill -s TERM -- "-$1" 2>/dev/null || return 0
  tries=0
  while kill -s 0 -- "-$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || kill -s KILL -- "-$1" 2>/dev/null || true
    sleep 0.1
  done
}

stop_more() {
  in_tmux kill-server 2>/dev/null || true
  for group in $groups; do
    stop_group "$group"
  done
  groups=
}

# Runs a client: "run DIRECTORY COMMAND..." leaves its process id, what it complains of and its exit
# status in the directory.
write_run() {
  cat >"$home/run" <<'END'
#!/bin/sh
dir=$1
shift
sh -c 'echo $$ >"$0/pid"; exec "$@"' "$dir" "$@" 2>"$dir/log"
echo $? >"$dir/status"
END
  chmod +x "$home/run"
}

# All that a program could read or write of a user's own.
go_home() {
  export HOME="$home" XDG_CONFIG_HOME="$home/.config" XDG_CACHE_HOME="$home/.cache" \
    XDG_DATA_HOME="$home/.local/share" XDG_RUNTIME_DIR="$home/runtime" TMUX_TMPDIR="$home" \
    PULSE_SERVER="unix:$home/silence" LC_ALL=C.UTF-8 PATH="$PATH:/usr/sbin:/usr/games"
  unset DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS TMUX PURPLEHOME LANGUAGE
  mkdir -m 700 "$XDG_RUNTIME_DIR"
}

# ---- Looking ----

expected() { # WHAT
  echo "# expected: $1"
  "${client}_shows" 2>/dev/null | grep . | tail -n 25 | sed 's/^/# | /'
  [ ! -s "$dir/log" ] || tail -n 10 "$dir/log" | sed 's/^/# log: /'
  return 1
}

wait_for() { # WHAT COMMAND...: until it succeeds
  what=$1
  shift
  end=$(($(date +%s) + DEADLINE))
  until "$@" >/dev/null 2>&1; do
    if [ -e "$dir/status" ] || [ "$(date +%s)" -ge "$end" ]; then
      expected "$what"
      return 1
    fi
    sleep 0.2
  done
}

# With a module of one's own, that one, though another may be installed.
uses_module() {
  used=$(sed -n 's/^[^/]*\(\/.*libmsnp14\.so\)$/\1/p' "/proc/$(cat "$dir/pid")/maps" | sort -u)
  case $module:$used in
    installed:"$home"/*) ;;
    installed:/* | *:"$home"/*) return 0 ;;
  esac
  expected "the module to be $module; it is $used"
}

complaints() {
  grep 'complaint:' "$home/server.log" || true
}

ended_well() {
  [ "$(cat "$dir/status")" = 0 ] || expected "the exit status 0; it is $(cat "$dir/status")" ||
    return 1
  [ -z "$(complaints)" ] || expected "no complaint of the server, but: $(complaints)"
}

# Where a client looks for modules in its user directory
put_module() { # DIRECTORY
  mkdir -p "$1"
  [ "$module" = installed ] || cp "$module" "$1/libmsnp14.so"
}

# ---- Finch ----

in_tmux() {
  tmux -L msnp14-clients -f /dev/null "$@"
}

finch_installs() {
  install_missing finch tmux
}

finch_starts() {
  write_account "$dir/purple"
  put_module "$dir/purple/plugins"
  in_tmux new-session -d -x 120 -y 40 "$home/run" "$dir" finch -c "$dir/purple"
}

finch_shows() {
  in_tmux capture-pane -p
}

finch_has() { # TEXT
  finch_shows | grep -qF "$1"
}

finch_sees_bob() {
  finch_has '◯ Bob'
}

# Down the list: what it says of the selected one is headed by the address.
finch_is_at_bob() {
  finch_has '┤bob@example.com├' || { in_tmux send-keys C-n; sleep 1; finch_has '┤bob@example.com├'; }
}

finch_writes() { # TEXT
  wait_for 'Bob to be selected' finch_is_at_bob && in_tmux send-keys Enter &&
    wait_for "a window for Bob" finch_has '┤Bob (alice@example.com' &&
    in_tmux send-keys -l "$1" && in_tmux send-keys Enter
}

finch_reads() { # TEXT
  finch_has "$1"
}

finch_picture() {
  finch_shows >"$pictures/finch.txt"
}

finch_quits() {
  in_tmux send-keys M-q
}

# ---- Pidgin ----

pidgin_installs() {
  install_missing pidgin xvfb dbus-daemon libglib2.0-bin
}

pidgin_prefs() {
  cat >"$dir/purple/prefs.xml" <<'END'
<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='pidgin'>
  <pref name='sound'>
   <pref name='method' type='string' value='none'/>
  </pref>
 </pref>
</pref>
END
}

pidgin_starts() {
  write_account "$dir/purple"
  put_module "$dir/purple/plugins"
  pidgin_prefs
  setsid Xvfb -displayfd 3 -screen 0 900x600x24 -nolisten tcp 3>"$dir/display" \
    2>"$dir/xvfb.log" &
  groups="$groups $!"
  wait_for 'a display' test -s "$dir/display" || return 1
  # shellcheck disable=SC2016
  DISPLAY=:$(cat "$dir/display") setsid dbus-run-session -- sh -c '
    echo "$DBUS_SESSION_BUS_ADDRESS" >"$2/bus"
    exec "$1" "$2" pidgin -c "$2/purple"
  ' sh "$home/run" "$dir" 2>"$dir/bus.log" &
  groups="$groups $!"
  wait_for 'a bus' test -s "$dir/bus"
}

purple() { # FUNCTION ARGUMENT...
  function=$1
  shift
  DBUS_SESSION_BUS_ADDRESS=$(cat "$dir/bus") gdbus call --session \
    --dest im.pidgin.purple.PurpleService --object-path /im/pidgin/purple/PurpleObject \
    --method "im.pidgin.purple.PurpleInterface.Purple$function" -- "$@"
}

number() { # FUNCTION ARGUMENT...: what it gives, without brackets; of a list each in a line
  purple "$@" | tr , '\n' | tr -cd '0-9\n' | grep .
}

pidgin_sees_bob() {
  account=$(number AccountsGetAllActive)
  [ "$(number AccountIsConnected "$account")" = 1 ] || return 1
  bob=$(number FindBuddy "$account" bob@example.com)
  [ "$bob" != 0 ] && [ "$(number BuddyIsOnline "$bob")" = 1 ]
}

pidgin_writes() { # TEXT
  conversation=$(number ConversationNew 1 "$account" bob@example.com)
  purple ConvImSend "$(number ConvIm "$conversation")" "$1" >/dev/null
}

pidgin_shows() {
  for line in $(number ConversationGetMessageHistory "${conversation:-0}"); do
    purple ConversationMessageGetMessage "$line"
  done
}

pidgin_reads() { # TEXT
  pidgin_shows | grep -qF "$1"
}

place() { # TITLE X WIDTH
  DISPLAY=:$(cat "$dir/display") xdotool search --onlyvisible --name "$1" \
    windowmove "$2" 10 windowsize "$3" 520
}

# There is no window manager to put the two side by side. Frank's messages are in another tab.
pidgin_picture() {
  for other in $(number GetConversations); do
    [ "$other" = "$conversation" ] || purple ConversationDestroy "$other" >/dev/null
  done
  wait_for "Bob's window" place '^Bob$' 300 590 || return 1
  wait_for 'the list' place '^Buddy List$' 10 280 || return 1
  sleep 1 # for drawing
  DISPLAY=:$(cat "$dir/display") import -window root "$pictures/pidgin.png"
}

# The bus may go before the answer has come.
pidgin_quits() {
  purple CoreQuit >/dev/null 2>&1 || true
}

# ---- bitlbee ----

# Debian's package would start a service that listens everywhere, so that only the program is taken
# from it.
bitlbee_installs() {
  install_missing libpurple0 socat || return 1
  command -v bitlbee >/dev/null && return 0
  (cd "$dir" && apt-get download -qq -o APT::Sandbox::User=root bitlbee-libpurple) &&
    dpkg -x "$dir"/bitlbee-libpurple_*.deb "$dir" && PATH=$PATH:$dir/usr/sbin
}

bitlbee_starts() {
  mkdir "$dir/users"
  put_module "$dir/plugins/purple"
  cat >"$dir/bitlbee.conf" <<END
[settings]
RunMode = Inetd
ConfigDir = $dir/users
PluginDir = $dir/plugins
HostName = localhost
END
  mkfifo "$dir/in"
  # Open at both ends, it neither blocks nor ends.
  exec 4<>"$dir/in"
  # bitlbee reads from and writes to the same socket. In the directory itself, since socat divides
  # what it executes at blanks.
  (cd "$dir" && exec setsid socat STDIO "EXEC:../run . bitlbee -I -c bitlbee.conf -d users") \
    <"$dir/in" >"$dir/out" 2>"$dir/socat.log" &
  groups="$groups $!"
  irc 'NICK alice' 'USER alice 0 * :Alice' && bitlbee_answers 'Welcome to the BitlBee gateway' &&
    tell 'register secret' && bitlbee_answers 'Account successfully created' &&
    tell 'account add msnp14 alice@example.com alice' && bitlbee_answers 'successfully added' &&
    bitlbee_set service custom && bitlbee_set server 127.0.0.1 &&
    bitlbee_set port "$(service_value ns)" && bitlbee_set base_url "$(service_value base_url)" &&
    tell 'account msnp14 on'
}

irc() { # LINE...
  for line in "$@"; do
    printf '%s\r\n' "$line" >&4
  done
}

tell() { # COMMAND: to bitlbee itself
  irc "PRIVMSG &bitlbee :$1"
}

bitlbee_reads() { # TEXT
  grep -qF "$1" "$dir/out"
}

bitlbee_answers() { # TEXT
  wait_for "$1" bitlbee_reads "$1"
}

bitlbee_set() { # SETTING VALUE
  tell "account msnp14 set $1 $2"
  bitlbee_answers "$1 = \`$2'"
}

bitlbee_shows() {
  tr -d '\r' <"$dir/out"
}

# Everybody on the list is in the channel; who is there has a voice.
bitlbee_sees_bob() {
  bitlbee_reads 'MODE &bitlbee +v bob'
}

bitlbee_writes() { # TEXT
  irc "PRIVMSG bob :$1"
}

bitlbee_quits() {
  irc 'QUIT :bye'
}

# ---- All of them ----

passes() {
  text="It is me, in $client"
  "${client}_starts" &&
    wait_for 'Bob to be online' "${client}_sees_bob" && uses_module &&
    "${client}_writes" "$text" &&
    wait_for "Bob's answer" "${client}_reads" "You said: $text" &&
    { [ -z "$pictures" ] || [ "$client" = bitlbee ] || "${client}_picture"; } &&
    "${client}_quits" && wait_for 'the client to end' test -e "$dir/status" && ended_well
}

try() { # CLIENT
  client=$1
  dir=$home/$client
  mkdir "$dir"
  if "${client}_installs" && begun=$(date +%s) && start_service "$top" "$build" && passes; then
    result ok "$client: signed on, sent, answered, quit ($(($(date +%s) - begun)) s)" ''
  else
    result 'not ok' "$client" ''
  fi
  stop_more
  stop_service
}

build_all
if [ -n "$pictures" ]; then
  mkdir -p "$pictures"
  pictures=$(cd "$pictures" && pwd)
  install_missing imagemagick xdotool
fi
write_run
go_home
for each in $clients; do
  try "$each"
done
end_of_checks
