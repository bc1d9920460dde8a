#!/usr/bin/env bash
# TO EACH the whole way: favourites and prices imported into a node in event time. Who gets a message is worked out here, from
# the log alone; `rule backtest` must count the same, and a rule that names the derived event must fire as there.
# usage: favourites_test.sh BECKON
set -euo pipefail
beckon=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
node=''
cleanup() { [ -n "$node" ] && kill -9 "$node" 2>/dev/null; wait 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
fail() { echo "favourites_test: $*" >&2; tail -n 5 "$work"/*.log >&2; exit 1; }
metric() { curl -s --noproxy '*' "$url" | awk -v m="$1" '$1 ~ "^"m"(\\{|$)" {s += $2} END {print s + 0}'; }

# 4,000 steps of 300 users and 40 items: somebody favours or drops an item, or its price changes. A rule fires once a day.
awk -v log_file="$work/log.ndjson" -v told_file="$work/told" 'BEGIN {
  srand(7); t = 1700000000000
  for (n = 1; n <= 4000; ++n) {
    t += 60000 + int(rand() * 600000); u = "u-" int(rand() * 300); i = "i-" int(rand() * 40); what = rand()
    if (what < 0.7) { printf "{\"type\":\"favorite\",\"time\":%.0f,\"user_id\":\"%s\",\"item_id\":\"%s\"}\n", t, u, i > log_file; has[i, u] = 1 }
    else if (what < 0.9) { printf "{\"type\":\"unfavorite\",\"time\":%.0f,\"user_id\":\"%s\",\"item_id\":\"%s\"}\n", t, u, i > log_file; has[i, u] = 0 }
    else {
      low = 1 + int(rand() * 8)
      printf "{\"type\":\"item_price_changed\",\"time\":%.0f,\"item_id\":\"%s\",\"old_price\":10,\"new_price\":%d}\n", t, i, low > log_file
      if ((i in last) && t < last[i] + 86400000) continue
      last[i] = t
      for (k in has) { split(k, p, SUBSEP); if (p[1] == i && has[k] && p[2] != "u-3") print p[2], i, "now", low > told_file }
    }
  }
}'
conf=$work/conf
cp -r "$here/config/favourites" "$conf"
"$beckon" rule backtest -c "$conf" --source shop --events "$work/log.ndjson" --output json > "$work/expected" 2> "$work/backtest.log"
"$beckon" run --clock event -c "$conf" > "$work/run.log" 2>&1 & node=$!
for _ in $(seq 300); do [ -e "$conf/data/run.json" ] && break; kill -0 "$node" 2>/dev/null || fail "the node ended"; sleep 0.1; done
"$beckon" import -c "$conf" --source shop "$work/log.ndjson" > "$work/import.log" 2>&1 || fail "the import failed"
url=$("$beckon" url metrics -c "$conf")
before=-1
for _ in $(seq 300); do # until nothing is unread, nobody waits to be told, and no epoch follows any more
  now=$(metric beckon_epochs_total)
  [ "$(metric beckon_queue_lag_messages) $(metric beckon_fan_out_jobs) $(metric beckon_derived_unacked) $(metric beckon_outbox_entries)" = "0 0 0 0" ] &&
    [ "$now" -gt 0 ] && [ "$now" = "$before" ] && break
  before=$now
  sleep 0.5
done
kill -TERM "$node"; wait "$node" || fail "the node ended with $?"; node=''
sort "$work/told" > "$work/wanted"
sed -n 's/.*"subject":{[^}]*"id":"\([^"]*\)".*"title":"\([^"]*\)".*/\1 \2/p' "$conf/data/sent.ndjson" | sort > "$work/got"
[ -s "$work/wanted" ] || fail "nobody has to be told"
cmp "$work/wanted" "$work/got" || fail "$(diff "$work/wanted" "$work/got" | head -5)"
ids=$(grep -o '^{"id":"[0-9a-f]*"' "$conf/data/sent.ndjson" | sort -u | wc -l)
[ "$ids" = "$(wc -l < "$work/wanted")" ] || fail "$ids delivery ids"
grep -Eq "\"sent\": *$ids\b" "$work/backtest.log" || fail "a backtest sends another number than $ids: $(cat "$work/backtest.log")"
"$beckon" firings -c "$conf" > "$work/found"
# A derived event is judged when it arrives: its rules fire as in the backtest, perhaps at another time and in another order.
for which in expected found; do
  { grep '"price_drop_on_favorite"' "$work/$which"; grep '"heard"' "$work/$which" | sed 's/"time":[0-9]*,//' | sort; } > "$work/$which.firings"
done
cmp "$work/expected.firings" "$work/found.firings" || fail "$(diff "$work/expected.firings" "$work/found.firings" | head -5)"
echo "favourites_test: $ids messages to those who favoured, $(wc -l < "$work/found") firings as in the backtest"
