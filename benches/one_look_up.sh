#!/bin/sh
# A thousand look-ups of one number each, a process each: leakline, beside `true` and `look` in a sorted text file of the
# same numbers. Then a list of two million rows through `check --format csv`, beside `cat`.
#
#   cargo build --release --bin leakline --example synthesize
#   benches/one_look_up.sh [ROWS]
#
# Needs `look` (bsdextrautils); with strace it tells how often the files of the index are read for one look-up.
set -eu
rows=${1:-2000000}
here=$(cd "$(dirname "$0")/.." && pwd)
leakline=$here/target/release/leakline
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_DATA_HOME="$work/data" XDG_CONFIG_HOME="$work/config"
cd "$work"

"$here/target/release/examples/synthesize" --rows "$rows" --out dump --split one \
    --members members.txt --non-members others.txt --members-per-country 12
"$leakline" load -q --source dump dump/all.txt
LC_ALL=C sort -u dump/all.txt > sorted.txt
{ head -500 members.txt; head -500 others.txt; } > asked.txt

seconds() { # what to run, for each number in $number
    begin=$(date +%s.%N)
    while read -r number; do eval "$1" || :; done < asked.txt
    echo "$begin $(date +%s.%N)" | awk '{ printf "%.2f s", $2 - $1 }'
}
for turn in 1 2 3; do
    echo "1000 x true:     $(seconds '/bin/true')"
    echo "1000 x look:     $(seconds 'look "${number#+}" sorted.txt > look.out')"
    echo "1000 x leakline: $(seconds '"$leakline" check -q "$number"')"
done

# The answers are those of `look`.
while read -r number; do
    if look "${number#+}" sorted.txt > look.out; then expected=1; else expected=0; fi
    got=0; "$leakline" check -q "$number" || got=$?
    [ "$got" = "$expected" ] || { echo "answers differ: $got, not $expected" >&2; exit 1; }
done < asked.txt

if command -v strace > strace.path; then
    strace -f -o trace.txt -e trace=openat,open,read,pread64,preadv "$leakline" check -q "$(head -1 asked.txt)" || :
    awk '/openat?\(.*segment/ { match($0, /[0-9]+$/); file = substr($0, RSTART) }
         file != "" && $0 ~ " (read|pread64|preadv)\\(" file "," { reads++; bytes += $NF }
         END { print "one look-up: " reads + 0 " reads of the segment, " bytes + 0 " bytes" }' trace.txt
fi

awk '{ print NR ",Person " NR ",+" $0 ",person@example.org" }' dump/all.txt > list.body
{ echo id,name,phone,mail; cat list.body; } > list.csv
lines=$(wc -l < list.csv)
for turn in 1 2 3; do
    begin=$(date +%s.%N)
    cat list.csv > copy.csv
    middle=$(date +%s.%N)
    "$leakline" check --format csv -i list.csv --no-progress > annotated.csv 2> summary.txt || [ $? = 1 ]
    echo "$lines $begin $middle $(date +%s.%N)" |
        awk '{ printf "csv to csv: %d rows in %.2f s, %.2f M rows/s (cat: %.2f s)\n", $1, $4 - $3, $1 / ($4 - $3) / 1e6, $3 - $2 }'
done
[ "$(wc -l < annotated.csv)" = "$lines" ]
