#!/usr/bin/env bash
# SIGTERM while events come in over HTTP: the node ends with 0 within 30 s, and after the restart nothing is lost or doubled:
# every event that was ever answered with 202 is one firing and one delivery.
# usage: sigterm_load.sh BECKON STORE_DUMP EVENTS SEED [STOPS]
source "$(dirname "$0")/lib.sh"
beckon=$1 dump=$2 events=$3 seed=$4 stops=${5:-3}
limit_ms=30000
RANDOM=$seed
say "seed $seed, $events events, $stops stops"

accepted() { awk 'END {print $2 + 0}' "$work/load"; } # so far
conf=$work/conf
cp -r "$faults/live" "$conf"
start_node "$beckon" "$conf"
: > "$work/load"
node "$faults/load.mjs" --run-file "$conf/data/run.json" --events "$events" > "$work/load" 2> "$work/load.log" & load=$!
for i in $(seq "$stops"); do
  at=$((events * (10 + 70 * (i - 1) / stops + RANDOM % (70 / stops)) / 100))
  for _ in $(seq 3000); do
    [ "$(accepted)" -ge "$at" ] && break
    kill -0 "$load" 2>/dev/null || fail "the load ended early"
    sleep 0.01
  done
  before=$(accepted)
  [ "$before" -ge "$at" ] || fail "event $at was never accepted"
  [ "$before" -lt "$events" ] || fail "the load was over before the stop"
  stop_node
  [ "$drained_ms" -le "$limit_ms" ] || wrong "the node took $drained_ms ms to stop"
  say "SIGTERM after about $before accepted events: exit code 0 after $drained_ms ms"
  kill -0 "$load" 2>/dev/null || fail "the load did not outlast the stop"
  start_node "$beckon" "$conf"
done
wait "$load" || fail "the load ended with $?"
load=''
read -r _ done refused unanswered < <(grep '^done' "$work/load")
[ "$done" = "$events" ] || fail "only $done of $events events were accepted"
[ $((refused + unanswered)) -gt 0 ] || fail "no request met a stopping node"

written() { wc -l < "$conf/data/sent.ndjson"; }
same=0 last=-1
for _ in $(seq 600); do # until the last delivery is written, or nothing comes any more
  read_metrics
  left=$(($(metric beckon_queue_lag_messages) + $(metric beckon_outbox_entries)))
  [ "$(written)" -ge "$events" ] && [ "$left" = 0 ] && break
  [ "$(written)" = "$last" ] && [ "$left" = 0 ] && same=$((same + 1)) || same=0
  [ $same -ge 50 ] && break
  last=$(written)
  sleep 0.1
done
stop_node
[ "$drained_ms" -le "$limit_ms" ] || wrong "the idle node took $drained_ms ms to stop"

"$beckon" firings -c "$conf" | sed -n 's/.*"n":"\([0-9]*\)".*/\1/p' | sort -n > "$work/fired"
sed -n 's/.*"title":"n=\([0-9]*\)".*/\1/p' "$conf/data/sent.ndjson" | sort -n > "$work/sent"
seq "$events" > "$work/expected"
for what in fired sent; do
  cmp -s "$work/expected" "$work/$what" ||
    wrong "what was $what is not what was accepted: $(comm -23 <(sort "$work/expected") <(sort -u "$work/$what") | wc -l) lost, $(uniq -d "$work/$what" | wc -l) doubled"
done
ids=$(grep -o '^{"id":"[0-9a-f]*"' "$conf/data/sent.ndjson" | sort -u | wc -l)
[ "$ids" = "$events" ] || wrong "$ids delivery ids for $events events"
for step in MATCHED SENT DELIVERED; do
  n=$("$dump" "$conf/data/state" 4 decisions | awk -v s=$step '$1 == s' | wc -l)
  [ "$n" = "$events" ] || wrong "$n records of $step for $events events"
done
say "$events events accepted ($refused attempts refused, $unanswered without an answer, all sent again under their ids):" \
  "$events firings, $events deliveries, none lost, none doubled"
