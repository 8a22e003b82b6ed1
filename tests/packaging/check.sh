#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shows that a release can be built, packaged and used: runs the scripts of this folder, or those
# that are named, and ends with one line that counts. Usage: check.sh [SCRIPT...]
set -u
cd "$(dirname "$0")" || exit 1
[ $# -gt 0 ] || set -- install.sh reproducible.sh dist.sh clients.sh debian.sh rpm.sh elsewhere.sh

failed=
for script in "$@"; do
  echo "== $script"
  "./$script" || failed="$failed $script"
done
if [ -n "$failed" ]; then
  echo "Failed:$failed"
  exit 1
fi
echo "$# of $# passed"
