#!/usr/bin/env bash
# A provider refuses every first attempt: each delivery is a dead letter. Given again, by id and all at once, with a kill -9
# in between, each takes effect under the id it had. Nothing is given again without a node, or twice.
# usage: redrive_test.sh BECKON STORE_DUMP
source "$(dirname "$0")/../faults/lib.sh"
beckon=$1 dump=$2
orders=60
conf=$work/shop
ledger=$work/provider.ledger

dlq() { "$beckon" dlq "$@" -c "$conf" --output json; }
letters() { dlq list 2>> "$work/dlq.log" | grep -c '"dead_letter"' || true; }
wait_until() { # WHAT COMMAND…
  local what=$1
  shift
  for _ in $(seq 600); do
    "$@" && return
    sleep 0.05
  done
  wrong "30 s passed without $what"
}
are_letters() { [ "$(letters)" = "$1" ]; }
effects() { attempts "$ledger" 200; }
took_effect() { [ "$(attempts "$ledger" 200)" -ge "$1" ]; }
nothing_left() { are_letters 0 && [ -z "$("$dump" "$conf/data/state" 2 outbox 2>/dev/null)" ]; }
order() { # N
  curl -sf --noproxy '*' -o /dev/null --max-time 10 -H 'content-type: application/json' "$(address "$conf" ingest)/v1/track" \
    -d "{\"event\":\"ordered\",\"userId\":\"u-$1\",\"messageId\":\"m-$1\"}" || fail "order $1 was not taken"
}

mkdir -p "$conf/rules"
start_provider "$ledger" --refuse 1 --retry-after 1
printf 'partitions: 2\n' > "$conf/beckon.yaml"
printf 'events:\n  ordered: {}\n' > "$conf/catalogue.yaml"
printf 'RULE bought\nWHEN ordered\nFIRE EVERY TIME\n' > "$conf/rules/bought.rule"
printf 'actions:\n  - {id: thank, rule: bought, material: note, channel: hook, expires_after: 1 h}\n' > "$conf/actions.yaml"
printf 'materials:\n  - {id: note, title: Thanks, body: Thanks}\n' > "$conf/materials.yaml"
printf 'channels:\n  - {id: hook, kind: webhook, url: "%s", allow_private: true, concurrency: 1, retry: {attempts: 1}}\n' "$provider_url" > "$conf/channels.yaml"

start_node "$beckon" "$conf"
for n in $(seq "$orders"); do order "$n"; done
refused=$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -H 'content-type: application/json' \
  -d '{"event":"paid","userId":"u-1","messageId":"p-1"}' "$(address "$conf" ingest)/v1/track")
[ "$refused" = 400 ] || fail "an event that nobody declared was answered with $refused"
wait_until "a dead letter per order" are_letters "$orders"
"$beckon" events rejected -c "$conf" | grep -q '/event.*paid' || wrong "what the catalogue refused is not listed"
"$beckon" events redrive --all -c "$conf" > /dev/null && wrong "what the catalogue still refuses was taken"
first=$(dlq list | head -n 1 | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
[ "$(dlq redrive --all --dry-run | grep -c would_redrive)" = "$orders" ] || wrong "a dry run does not say what would be done"
are_letters "$orders" || wrong "a dry run did something"
dlq redrive --id "$first" > "$work/one" || wrong "one letter by its id: $(cat "$work/one")"
wait_until "the first effect" took_effect 1
dlq redrive --id "$first" > "$work/twice" 2>&1 && wrong "a letter was given again twice"
stop_node
code=0
dlq redrive --all > "$work/without" 2>&1 || code=$?
[ "$code" = 69 ] || wrong "without a node it ends with $code"
are_letters $((orders - 1)) || wrong "without a node letters went"

echo '  paid: {}' >> "$conf/catalogue.yaml"
start_node "$beckon" "$conf"
"$beckon" events redrive --all -c "$conf" > "$work/events" || wrong "refused events, once declared: $(cat "$work/events")"
"$beckon" events rejected -c "$conf" | grep -q 'nothing was refused' || wrong "what was taken is still listed"
for round in 1 2 3; do
  before=$(effects)
  [ "$before" -lt "$orders" ] || break
  dlq redrive --all > "$work/all" 2>&1 &
  asked=$!
  while [ "$(effects)" -le "$before" ] && kill -0 "$asked" 2>/dev/null; do :; done
  kill_node
  wait "$asked" || true
  say "round $round: killed after $(($(effects) - before)) effects, $(letters) letters are left"
  start_node "$beckon" "$conf"
done
dlq redrive --all > "$work/rest" || wrong "the rest after the kill: $(cat "$work/rest")"
wait_until "nothing to be left" nothing_left
stop_node

[ "$(ids_of "$ledger" | wc -l)" = "$orders" ] || wrong "$(ids_of "$ledger" | wc -l) ids for $orders orders"
[ "$(awk '$3 == 200 {print $2}' "$ledger" | sort -u | wc -l)" = "$orders" ] || wrong "an order without effect"
steps() { "$dump" "$conf/data/state" 2 decisions | awk -v s="$1" '$1 == s' | wc -l; }
for step in SENT FAILED REDRIVEN DELIVERED; do
  [ "$(steps $step)" = "$orders" ] || wrong "$(steps $step) records of $step for $orders orders"
done
say "$orders deliveries given up and given again, $(wc -l < "$ledger") attempts, $orders ids, each with an effect"
