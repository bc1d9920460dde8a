#!/usr/bin/env bash
# A backup of a running node, events after it, the loss of the node's memory, a restore: what queues still hold is judged again,
# under the delivery ids it had; waits that were open at the backup fire. And of a node that is stopped.
# usage: backup_test.sh BECKON
source "$(dirname "$0")/../faults/lib.sh"
beckon=$1
conf=$work/node
mkdir -p "$conf/rules"
printf 'partitions: 2\nabsence_grace: 0 ms\nlimits: {queue_keep: 1 h}\n' > "$conf/beckon.yaml"
printf 'events:\n  ping: {fields: {n: int64}}\n  pong: {}\n' > "$conf/catalogue.yaml"
printf 'actions:\n  - {id: tell, rule: pinged, material: note, channel: inbox}\n  - {id: late, rule: alone, material: note, channel: inbox}\n' > "$conf/actions.yaml"
printf 'materials:\n  - {id: note, title: Hello, body: "{{ n }}"}\n' > "$conf/materials.yaml"
printf 'channels:\n  - {id: inbox, kind: file, path: data/sent.ndjson}\n' > "$conf/channels.yaml"
printf 'RULE pinged\nWHEN ping AS p\nFIRE EVERY TIME\nRETURN p.n AS n\n' > "$conf/rules/pinged.rule"
printf 'RULE alone\nWHEN ping AS p BUT NOT pong FOR 6 s\nFIRE EVERY TIME\nRETURN p.n AS n\n' > "$conf/rules/alone.rule"

ping() { # USER N
  curl -sf --noproxy '*' -o /dev/null "$(address "$conf" ingest)/v1/track" -H 'content-type: application/json' \
    -d "{\"userId\":\"$1\",\"event\":\"ping\",\"properties\":{\"n\":$2}}" || fail "an event was not taken"
}
ids() { grep -o '"id":"[0-9a-f]*"' "$conf/data/sent.ndjson" 2>/dev/null | sort -u; } # deliveries
until_ids() { # COUNT
  for _ in $(seq 400); do
    [ "$(ids | wc -l)" -ge "$1" ] && return
    sleep 0.05
  done
  wrong "$(ids | wc -l) deliveries, not $1"
}

start_node "$beckon" "$conf"
for i in 1 2 3; do ping "u$i" "$i"; done
until_ids 3
"$beckon" backup "$work/first" -c "$conf" --output json > "$work/backup.json" || fail "no backup of the running node"
grep -q '"was":"running"' "$work/backup.json" || wrong "it was not made by the running node: $(cat "$work/backup.json")"
[ -z "$(find "$conf/data" -maxdepth 1 -name 'checkpoint-*')" ] || wrong "the node's copy is left behind"
"$beckon" backup "$work/first" -c "$conf" 2> "$work/refused" && wrong "a backup was overwritten"
grep -q 'is there already' "$work/refused" || wrong "it does not say why: $(cat "$work/refused")"
for i in 4 5; do ping "u$i" "$i"; done
until_ids 5
"$beckon" restore "$work/first" -c "$conf" --force 2> "$work/refused" && wrong "restored under a running node"
grep -q 'another process uses this store' "$work/refused" || wrong "it does not say why: $(cat "$work/refused")"
kill_node
cp "$conf/data/sent.ndjson" "$work/sent.before"

"$beckon" restore "$work/first" -c "$conf" 2> "$work/refused" && wrong "something was overwritten without --force"
"$beckon" restore "$work/first" -c "$conf" --force > "$work/restored" || fail "not restored"
grep -q "what was there is in " "$work/restored" || wrong "it does not say where the old is: $(cat "$work/restored")"
start_node "$beckon" "$conf"
ping u6 6
until_ids 12 # six events; and whoever they were of was alone for 6 s
[ "$(ids | wc -l)" = 12 ] || wrong "$(ids | wc -l) deliveries of 12 decisions: another id was given"
tail -n +"$(($(wc -l < "$work/sent.before") + 1))" "$conf/data/sent.ndjson" > "$work/sent.after"
for i in 4 5; do
  grep -q "\"u$i\"" "$work/sent.after" || wrong "what came after the backup was not judged again"
done
say "restored with its queues: judged again under the same ids"

stop_node
"$beckon" backup "$work/second" -c "$conf" > "$work/backup.txt" || fail "no backup of the stopped node"
grep -q 'backup of the stopped node' "$work/backup.txt" || wrong "$(cat "$work/backup.txt")"
"$beckon" restore "$work/second" -c "$conf" --force > /dev/null || fail "not restored"
start_node "$beckon" "$conf"
ping u7 7
until_ids 13
stop_node
say "and of a stopped node"
