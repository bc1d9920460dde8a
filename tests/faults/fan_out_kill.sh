#!/usr/bin/env bash
# One item with many followers gets cheaper; the node is killed with -9 while they are told, and again while they get their
# messages. Afterwards every follower was told once and has exactly one delivery id, and nobody else has any; another rule's
# deliveries were not held up meanwhile.
# usage: fan_out_kill.sh BECKON STORE_DUMP FOLLOWERS
source "$(dirname "$0")/lib.sh"
beckon=$1 dump=$2 followers=$3
others=2000        # who follow another item
limit_ms=2000      # for another rule's delivery, half of them and more
conf=$work/conf

cp -r "$faults/fan_out" "$conf"
start_provider "$work/ledger" --refuse 0
sed -i "s|http://127.0.0.1:1/hook|$provider_url|" "$conf/channels.yaml"
awk -v n="$followers" -v o=$others 'BEGIN {
  t = 1700000000000
  for (i = 1; i <= n; ++i) printf "{\"type\":\"$relation.favorite\",\"time\":%.0f,\"user_id\":\"f-%d\",\"item_id\":\"hot\"}\n", t, i
  for (i = 1; i <= o; ++i) printf "{\"type\":\"$relation.favorite\",\"time\":%.0f,\"user_id\":\"o-%d\",\"item_id\":\"cold\"}\n", t, i
}' > "$work/favourites.ndjson"

post() { # EVENT ID PROPERTIES
  curl -sf --noproxy '*' -o /dev/null -X POST "$(address "$conf" ingest)/v1/track" -H 'content-type: application/json' \
    -d "{\"type\":\"track\",\"event\":\"$1\",\"userId\":\"v-$2\",\"messageId\":\"$2\",\"properties\":$3}" || fail "$1 $2 was not accepted"
}
taken() { attempts "$work/ledger" 200; }
told() { "$dump" "$conf/data/state" 4 decisions | awk '$1 == "TOLD"' | wc -l; }
views=0
view() { # another rule's moment; its delay in ms is added to $work/delays
  local begun
  begun=$(now_ms)
  views=$((views + 1))
  post item_view "view-$views" "{\"n\":\"$views\"}"
  for _ in $(seq 400); do
    grep -q "\"title\":\"n=$views\"" "$conf/data/sent.ndjson" 2>/dev/null && break
    sleep 0.02
  done
  echo $(($(now_ms) - begun)) >> "$work/delays"
}

start_node "$beckon" "$conf"
"$beckon" import -c "$conf" --source favourites "$work/favourites.ndjson" > "$work/import.log" 2>&1 || fail "the import failed"
for _ in $(seq 300); do
  read_metrics
  [ "$(metric beckon_relation_changes_total)" -ge $((followers + others)) ] && [ "$(metric beckon_queue_lag_messages)" = 0 ] && break
  sleep 0.1
done
sleep 0.3 # until what was taken is committed

begun=$(now_ms)
post item_price_changed price-1 '{"item_id":"hot","new_price":3}'
for _ in $(seq 500); do # until the first are told
  read_metrics
  [ "$(metric beckon_fan_out_told_total)" -gt 0 ] && break
  sleep 0.005
done
kill_node
open=$("$dump" "$conf/data/state" 4 jobs)
[ -n "$open" ] || fail "everyone was told before the kill"
already=$(told)
[ "$already" -lt "$followers" ] || fail "everyone was told before the kill"
say "killed while telling: job '$open', $already decided"
start_node "$beckon" "$conf"
for _ in $(seq 3); do view; done
for _ in $(seq 400); do
  [ "$(taken)" -ge $((followers / 3)) ] && break
  sleep 0.02
done
[ "$(taken)" -lt "$followers" ] || fail "everyone had the message before the second kill"
kill_node
say "killed while sending: $(taken) of $followers had the message, $(told) decided"
start_node "$beckon" "$conf"
while [ "$(taken)" -lt $((followers * 9 / 10)) ] && [ $views -lt 200 ]; do view; done
for _ in $(seq 300); do
  read_metrics
  [ "$(ids_of "$work/ledger" | wc -l)" -ge "$followers" ] && [ "$(metric beckon_outbox_entries)" = 0 ] &&
    [ "$(metric beckon_fan_out_jobs)" = 0 ] && [ "$(metric beckon_derived_unacked)" = 0 ] && break
  sleep 0.1
done
took=$(($(now_ms) - begun))
sleep 0.5 # for what must not come
stop_node
stop_provider

"$dump" "$conf/data/state" 4 decisions > "$work/decisions"
seq "$followers" | sed 's/^/f-/' | sort > "$work/expected"
for step in TOLD SENT; do
  awk -v s=$step '$1 == s && $2 == "cheaper" {print $4}' "$work/decisions" | sort > "$work/$step"
  cmp -s "$work/expected" "$work/$step" || wrong "$step: $(comm -23 "$work/expected" "$work/$step" | wc -l) of $followers missing," \
    "$(comm -13 "$work/expected" "$work/$step" | wc -l) too many: $(diff "$work/expected" "$work/$step" | head -n 3)"
done
awk '$1 == "SENT" && $2 == "cheaper" {print $9}' "$work/decisions" | sort > "$work/ids"
[ "$(sort -u "$work/ids" | wc -l)" = "$followers" ] || wrong "two followers have one delivery id"
ids_of "$work/ledger" > "$work/received"
cmp -s "$work/ids" "$work/received" || wrong "the provider has other ids: $(diff "$work/ids" "$work/received" | head -n 3)"
[ -z "$("$dump" "$conf/data/state" 4 jobs)$("$dump" "$conf/data/state" 4 derived)" ] || wrong "rows of the fan-out are left behind"
held=$(awk -v l=$limit_ms '$1 > l' "$work/delays" | wc -l)
median=$(sort -n "$work/delays" | awk '{d[NR] = $1} END {print d[int((NR + 1) / 2)]}')
[ $((2 * held)) -le "$views" ] || wrong "$held of $views deliveries of another rule took over $limit_ms ms"
say "$followers followers told once, $followers delivery ids ($(($(taken) - followers)) sent again under the same id) in $took ms with two" \
  "kills; $views deliveries of another rule meanwhile: median $median ms, longest $(sort -n "$work/delays" | tail -1) ms"
