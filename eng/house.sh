#!/usr/bin/env bash
# The house in numbers: files, lines, public types, references. Run it before and after a change of structure.
set -euo pipefail
cd "$(dirname "$0")/.."

printf '%-28s %6s %8s %7s %7s %9s\n' folder files lines '<=10' '>300' 'line>140'
for folder in src/*/ src tests; do
    sources=$(git ls-files "$folder" | grep '\.cs$' | grep -v '\.g\.cs$' || true)
    [ -n "$sources" ] || continue
    # shellcheck disable=SC2086  # no source file's name has a space
    awk -v folder="${folder%/}" '
        FNR == 1 && NR > 1 { close_file() }
        { lines++; count++; if (length($0) > 140) long++ }
        function close_file() { files++; if (count <= 10) tiny++; if (count > 300) huge++; count = 0 }
        END { close_file(); printf "%-28s %6d %8d %7d %7d %9d\n", folder, files, lines, tiny, huge, long }' $sources
done

echo
printf '%-34s %6s\n' 'public types (tests/PublicApi)' types
total=0
for snapshot in tests/PublicApi/*.txt; do
    types=$(grep -cE '^[a-z]' "$snapshot" || true)
    total=$((total + types))
    printf '%-34s %6d\n' "$(basename "$snapshot" .txt)" "$types"
done
printf '%-34s %6d\n' total "$total"

echo
echo "switches over heads outside the place that defines them: $(git grep -nE 'switch.*[Hh]ead\b|case Heads\.|Heads\.\w+ =>' -- src | grep -vc '^src/Modeling/Head' || true)"
