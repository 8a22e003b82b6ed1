# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts of this folder that are tests: speaks TAP. Usage: . tests/support/tap.sh;
# any number of check, attempt and skip; end_of_checks

number=0
bad=0

result() { # "ok" or "not ok", NAME, FINDINGS
  number=$((number + 1))
  echo "$1 $number $2"
  [ "$1" = ok ] || bad=1
  [ -z "$3" ] || echo "$3" | sed 's/^/# /'
}

# Passes if there are no findings.
check() { # NAME FINDINGS
  if [ -z "$2" ]; then result ok "$1" ''; else result 'not ok' "$1" "$2"; fi
}

# Passes if the command does; otherwise the end of what it said is shown. Its status is this one's.
attempt() { # NAME COMMAND...
  name=$1
  shift
  said=$(mktemp) || exit 1
  if "$@" >"$said" 2>&1; then
    result ok "$name" ''
    rm -f "$said"
  else
    result 'not ok' "$name" "$(tail -n 60 "$said")"
    rm -f "$said"
    return 1
  fi
}

skip() { # NAME REASON
  result ok "$1 # SKIP $2" ''
}

end_of_checks() {
  echo "1..$number"
  exit $bad
}
