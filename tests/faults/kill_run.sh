#!/usr/bin/env bash
# kill -9 of a node (and of an importer) at seeded points of a recorded log: after the restart the decision records say the
# same as an undisturbed judgement, and the file channel has no delivery id that an undisturbed run does not have.
# usage: kill_run.sh BECKON LOG.csv ROWS SEED [POINTS]
set -euo pipefail
beckon=$1 log=$2 rows=$3 seed=$4 points=${5:-5}
[ -e "$log" ] || { echo "kill_run: NOT TESTED: there is no $log"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
node='' importer=''
cleanup() {
  for p in $importer $node; do kill -9 "$p" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
map='user_id=1,item_id=2,category_id=3,type=4{pv:item_view,cart:item_cart,fav:item_favorite,buy:order_placed},time=5s'
head -n "$rows" "$log" > "$work/log.csv"
RANDOM=$seed

fail() { echo "kill_run: $*" >&2; [ -e "$work/run.log" ] && tail -20 "$work/run.log" >&2; exit 1; }
metric() { curl -s --noproxy '*' "$("$beckon" url metrics -c "$1" 2>/dev/null)" 2>/dev/null | awk -v m="$2" '$1 ~ "^"m"(\\{|$)" {s += $2} END {print s + 0}'; }
start_node() { # DIR
  rm -f "$1/data/run.json"
  "$beckon" run --clock event -c "$1" >> "$work/run.log" 2>&1 & node=$!
  for _ in $(seq 300); do [ -e "$1/data/run.json" ] && return; kill -0 $node 2>/dev/null || fail "the node did not start"; sleep 0.1; done
  fail "the node did not come up"
}
start_import() { "$beckon" import -c "$1" --source taobao --map "$map" "$work/log.csv" >> "$work/import.log" 2>&1 & importer=$!; }
finish_import() { # the same command until it is through
  for _ in $(seq 10); do
    if wait "$importer"; then importer=''; return; fi
    start_import "$1"
  done
  fail "the import never ended: $(tail -3 "$work/import.log")"
}
settled() { # everything taken, decided and delivered
  for _ in $(seq 600); do
    [ "$(metric "$1" beckon_queue_lag_messages)" = 0 ] && [ "$(metric "$1" beckon_outbox_entries)" = 0 ] && return
    sleep 0.1
  done
  fail "the node does not come to rest"
}
stop_node() { kill -TERM "$node"; wait "$node" || fail "the node ended with $?"; node=''; }
ids() { grep -o '^{"id":"[0-9a-f]*"' "$1/data/sent.ndjson" 2>/dev/null | sort; }

prepare() { mkdir -p "$1"; cp -r "$here/config/." "$1"; }

prepare "$work/calm"
start_node "$work/calm"; start_import "$work/calm"; finish_import "$work/calm"; settled "$work/calm"; sleep 1; settled "$work/calm"; stop_node
"$beckon" firings -c "$work/calm" > "$work/calm.firings"
[ -s "$work/calm.firings" ] || fail "nothing fired"
ids "$work/calm" | sort -u > "$work/calm.ids"
[ -s "$work/calm.ids" ] || fail "nothing was delivered"

prepare "$work/killed"
start_node "$work/killed"; start_import "$work/killed"
for i in $(seq "$points"); do
  at=$((rows * (10 + 80 * (i - 1) / points + RANDOM % (80 / points)) / 100))
  for _ in $(seq 2000); do
    done_rows=$(("${taken:-0}" + $(metric "$work/killed" beckon_events_total)))
    [ "$done_rows" -ge "$at" ] && break
    if [ -n "$importer" ] && ! kill -0 "$importer" 2>/dev/null; then finish_import "$work/killed"; fi
    # what a killed node took after the last look is not counted: the log may end before the point
    [ -z "$importer" ] && [ "$(metric "$work/killed" beckon_queue_lag_messages)" = 0 ] && break
    sleep 0.005
  done
  taken=$done_rows
  armed=$(metric "$work/killed" beckon_timers_armed); unsent=$(metric "$work/killed" beckon_outbox_entries)
  kill -9 "$node"; wait "$node" 2>/dev/null || true
  [ -n "$importer" ] && { kill -9 "$importer" 2>/dev/null || true; wait "$importer" 2>/dev/null || true; }
  for _ in $(seq 100); do pgrep -f "$work/killed/data" >/dev/null || break; sleep 0.1; done
  pgrep -f "$work/killed/data" >/dev/null && fail "a process is left behind: $(pgrep -af "$work/killed/data")"
  echo "kill_run: killed at about $done_rows rows, $armed timers armed, $unsent in the outbox"
  start_node "$work/killed"; start_import "$work/killed"
done
[ -n "$importer" ] && finish_import "$work/killed"
settled "$work/killed"; sleep 1; settled "$work/killed"; stop_node
"$beckon" firings -c "$work/killed" > "$work/killed.firings"
cmp "$work/calm.firings" "$work/killed.firings" || fail "the decision records differ: $(diff "$work/calm.firings" "$work/killed.firings" | head -5)"
ids "$work/killed" > "$work/killed.all"
sort -u "$work/killed.all" > "$work/killed.ids"
cmp "$work/calm.ids" "$work/killed.ids" || fail "delivery ids differ: $(diff "$work/calm.ids" "$work/killed.ids" | head -5)"
echo "kill_run: $(wc -l < "$work/calm.firings") firings the same, $(wc -l < "$work/calm.ids") delivery ids the same, $(($(wc -l < "$work/killed.all") - $(wc -l < "$work/killed.ids"))) repeated after kills"
