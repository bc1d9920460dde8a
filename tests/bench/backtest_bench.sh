#!/usr/bin/env bash
# How fast `beckon rule backtest` judges the Taobao log, repeated (times shifted, users folded onto 20,000) under 100 rules:
# the command as a person runs it, from its start to its end. The log is not part of the sources: BECKON_DATA names the
# directory that has taobao/UserBehavior.csv, by default ../shared/data beside them; without it nothing is measured, loudly.
# usage: tests/bench/backtest_bench.sh [--tsv] [--runs N] [--threads N] [--beckon PROGRAM] [REPEATS]
#   REPEATS    of the log (50)
#   --tsv      one line of ops/bench for each run, else the median of all as one line of text
#   --runs N   (5)
#   --threads  given to beckon (the machine's cores)
#   --beckon   the program to measure (build/ci/topology/beckon)
set -euo pipefail

usage() { sed -n '5,10s/^# \{0,1\}//p' "$0" >&2; exit 64; }
count() { [[ ${1-} =~ ^[1-9][0-9]*$ ]] || usage; echo "$1"; }

root=$(cd "$(dirname "$0")/../.." && pwd)
tsv='' runs=5 threads=$(nproc) beckon=$root/build/ci/topology/beckon repeats=50
while [ $# -gt 0 ]; do
  case $1 in
    --tsv) tsv=yes ;;
    --runs) runs=$(count "${2-}") || exit; shift ;;
    --threads) threads=$(count "${2-}") || exit; shift ;;
    --beckon) beckon=${2:?}; shift ;;
    -*) usage ;;
    *) repeats=$(count "$1") || exit ;;
  esac
  shift
done
log=${BECKON_DATA:-$root/../shared/data}/taobao/UserBehavior.csv
if [ ! -f "$log" ]; then
  echo "NOT MEASURED: there is no $log; set BECKON_DATA to where the logs are" >&2
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The log again and again, each time behind the time before.
awk -F, -v OFS=, -v repeats="$repeats" '
  { line[NR] = $1 % 20000 OFS $2 OFS $3 OFS $4; time[NR] = $5 }
  END {
    span = time[NR] - time[1] + 1
    for (k = 0; k < repeats; k++) for (i = 1; i <= NR; i++) printf "%s,%d\n", line[i], time[i] + k * span
  }' "$log" >"$work/log.csv"
rows=$(wc -l <"$work/log.csv")
bytes=$(($(wc -c <"$work/log.csv") / rows))
users=$(cut -d, -f1 "$work/log.csv" | sort -u | wc -l)

# 100 rules: those of the configuration whose answers are known, 60 about the commonest categories, 34 about orders.
cp -r "$root/tests/integration/config/taobao" "$work/conf"
rule() { printf 'RULE %s\n%s\n' "$1" "$2" >"$work/conf/rules/$1.rule"; }
mapfile -t categories < <(awk -F, '{ n[$3]++ } END { for (c in n) print n[c], c }' "$log" | sort -k1,1nr -k2,2 |
  awk 'NR <= 60 { print $2 }')
for i in "${!categories[@]}"; do
  c="category_id = '${categories[i]}'"
  case $((i % 4)) in
    0) rule "cat_view_$i" "WHEN item_view AS v AT LEAST 3 DIFFERENT item_id WHERE $c WITHIN 30 min
FIRE ONCE PER 1 day
RETURN v.item_id AS item_id" ;;
    1) rule "cat_cart_$i" "SAME item_id
WHEN item_cart AS v WHERE $c
BUT NOT order_placed FOR 30 min
FIRE ONCE PER item_id
RETURN v.item_id AS item_id" ;;
    2) rule "cat_fav_$i" "WHEN item_favorite AS v WHERE $c
THEN item_cart WITHIN 1 h
FIRE ONCE PER 1 day
RETURN v.item_id AS item_id" ;;
    3) rule "cat_back_$i" "WHEN item_view AS v AT LEAST 2 TIMES WHERE $c WITHIN 10 min
BUT NOT order_placed IN THE LAST 1 day
FIRE ONCE PER 1 h" ;;
  esac
done
for i in $(seq 0 33); do
  rule "buy_$i" "WHEN order_placed AS v AT LEAST $((2 + i % 5)) TIMES WITHIN $((10 + i)) min
FIRE ONCE PER 1 h
RETURN count(v) AS n"
done

rules=$(find "$work/conf/rules" -name '*.rule' | wc -l)

map='user_id=1,item_id=2,category_id=3,type=4{pv:item_view,cart:item_cart,fav:item_favorite,buy:order_placed},time=5s'
for run in $(seq "$runs"); do
  if [ -t 2 ]; then printf '\r\033[Kbacktest: run %s of %s' "$run" "$runs" >&2; fi
  TIMEFORMAT='%R %U'
  { time "$beckon" rule backtest -c "$work/conf" --events "$work/log.csv" --map "$map" --threads "$threads" \
    >"$work/firings" 2>"$work/summary"; } 2>"$work/took" || { cat "$work/summary" >&2; exit 1; }
  read -r elapsed processor <"$work/took"
  grep -q "^$rows events" "$work/summary" || { echo "backtest_bench: not every row was judged" >&2; exit 1; }
  awk -v OFS='\t' -v rows="$rows" -v users="$users" -v bytes="$bytes" -v fired="$(wc -l <"$work/firings")" \
    -v elapsed="$elapsed" -v processor="$processor" -v threads="$threads" -v rules="$rules" -v command="backtest_bench.sh $repeats" 'BEGIN {
      notes = sprintf("%d thread%s judge, %.2f us of processor per event", threads, threads == 1 ? "" : "s", processor * 1e6 / rows)
      print command, "rule backtest, " rules " rules, Taobao log", rows, users, "1.0000", sprintf("%.5f", fired / rows), bytes,
            sprintf("%.0f", rows / elapsed), "events/s", notes
    }' >>"$work/figures"
done
if [ -t 2 ]; then printf '\r\033[K' >&2; fi
if [ "$tsv" ]; then
  cat "$work/figures"
  exit 0
fi
sort -t$'\t' -k8,8n "$work/figures" | awk -F'\t' '
  { line[NR] = $0; value[NR] = $8 }
  END {
    split(line[int((NR + 1) / 2)], f, "\t")
    printf "%s: %s, %d events, %d users, firings per event %s, %s B/event: %d %s (median of %d, %d to %d; %s)\n",
           f[1], f[2], f[3], f[4], f[6], f[7], f[8], f[9], NR, value[1], value[NR], f[10]
  }'
