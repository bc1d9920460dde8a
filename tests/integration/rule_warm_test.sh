#!/usr/bin/env bash
# A rule that looks back a day, on its first day: the node that has just begun to record does not know who paid before, fires
# for her all the same and says history_short. A recorded log of the day, brought in between two starts, mends both, without
# a gap to what the node recorded itself. While the node runs nothing is brought in.
# usage: rule_warm_test.sh BECKON
source "$(dirname "$0")/../faults/lib.sh"
beckon=$1
conf=$work/shop

track() { # USER EVENT
  curl -sf --noproxy '*' -o /dev/null "$(address "$conf" ingest)/v1/track" -H 'content-type: application/json' \
    -d "{\"userId\":\"$1\",\"event\":\"$2\"}" || fail "an event was not taken"
}
fired() { # USER…: waits until so many firings were sent, and sees whose they are
  for _ in $(seq 200); do
    [ "$(cat "$conf/data/sent.ndjson" 2>/dev/null | wc -l)" -ge $# ] && break
    sleep 0.05
  done
}
firings() { "$beckon" firings -c "$conf" | sed 's/.*"subject":"\([a-z]*\)".*"history_short":true}$/\1 short/; s/.*"subject":"\([a-z]*\)".*/\1/'; }
ago() { echo $(($(now_ms) - $1 * 60000)); } # MINUTES

mkdir -p "$conf/rules"
printf 'partitions: 1\nabsence_grace: 0 ms\n' > "$conf/beckon.yaml"
printf 'events:\n  viewed: {}\n  paid: {}\n' > "$conf/catalogue.yaml"
printf 'actions:\n  - {id: remind, rule: winback, material: note, channel: inbox}\n' > "$conf/actions.yaml"
printf 'materials:\n  - {id: note, title: Hello, body: again}\n' > "$conf/materials.yaml"
printf 'channels:\n  - {id: inbox, kind: file, path: data/sent.ndjson}\n' > "$conf/channels.yaml"
printf 'RULE winback\nWHEN viewed BUT NOT paid IN THE LAST 1 day\nFIRE EVERY TIME\n' > "$conf/rules/winback.rule"

start_node "$beckon" "$conf"
track payer viewed
fired payer
printf '{"type":"%s","user_id":"%s","time":%s}\n' \
  viewed somebody "$(ago 2000)" paid old "$(ago 1500)" paid payer "$(ago 20)" viewed payer "$(ago 15)" viewed somebody "$(now_ms)" \
  > "$work/log.ndjson"
code=0
"$beckon" rule warm -c "$conf" "$work/log.ndjson" > "$work/warm.out" 2>&1 || code=$?
[ $code = 69 ] || wrong "warming a node that runs ended with $code: $(cat "$work/warm.out")"
grep -q 'stop the node first' "$work/warm.out" || wrong "it does not say that the node runs: $(cat "$work/warm.out")"
stop_node

"$beckon" rule warm -c "$conf" "$work/log.ndjson" > "$work/warm.out" 2>&1 || wrong "not warmed: $(cat "$work/warm.out")"
grep -q '1 look-back of 1 subject noted in 1 commit' "$work/warm.out" || wrong "noted something else: $(cat "$work/warm.out")"
"$beckon" rule warm -c "$conf" "$work/log.ndjson" > "$work/again.out" 2>&1 || wrong "not warmed again: $(cat "$work/again.out")"
grep -q '0 look-backs of 0 subjects noted in 0 commits' "$work/again.out" || wrong "noted twice: $(cat "$work/again.out")"

start_node "$beckon" "$conf"
track payer viewed # paid 20 minutes ago
track old viewed   # paid more than a day ago
track other viewed
fired payer old other
stop_node
printf '%s\n' 'payer short' old other > "$work/expected"
firings > "$work/found"
cmp -s "$work/expected" "$work/found" || wrong "fired: $(diff "$work/expected" "$work/found")"
grep 'asks for more past than is recorded' "$work/node.log" | grep -c winback | grep -qx 1 ||
  wrong "only the first start should say that the past is short"
say "silent for who paid before, and nothing is short any more"
