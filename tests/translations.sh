#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whether everything that users read can be translated, and is. Speaks TAP.
# Usage: translations.sh SOURCE_DIRECTORY
set -u
cd "$1" || exit 1
. tests/support/tap.sh

template=$(mktemp) || exit 1
trap 'rm -f "$template" "$template.po"' EXIT
xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=g_dngettext:2,3 \
  -f po/POTFILES.in -o - | sed 's/charset=CHARSET/charset=UTF-8/' >"$template"

check 'every source with words for users is in POTFILES.in' \
  "$(grep -lE '(^|[^a-z_])(_|N_|g_dngettext)\(' src/*/*.c | while read -r source; do
    grep -qx "$source" po/POTFILES.in || echo "$source"
  done)"
check 'POTFILES.in names no source without' \
  "$(grep '^src/' po/POTFILES.in | while read -r source; do
    grep -qE '(^|[^a-z_])(_|N_|g_dngettext)\(' "$source" || echo "$source"
  done)"
check 'what software centres show is in POTFILES.in' \
  "$(for source in data/*.metainfo.xml.in; do grep -qx "$source" po/POTFILES.in || echo "$source"; done)"
check 'LINGUAS names every catalogue' \
  "$(for catalogue in po/*.po; do
    language=$(basename "$catalogue" .po)
    grep -qx "$language" po/LINGUAS || echo "$language"
  done)"
for language in $(grep -v '^#' po/LINGUAS); do
  check "$language: complete and well-formed" \
    "$(msgmerge --quiet --no-fuzzy-matching -o "$template.po" "po/$language.po" "$template" 2>&1
    LC_ALL=C msgfmt -c --statistics -o /dev/null "$template.po" 2>&1 |
      grep -vE '^[0-9]+ translated messages?\.$')"
done
end_of_checks
