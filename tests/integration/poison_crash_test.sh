#!/usr/bin/env bash
# A node that one event kills by SIGSEGV, which nothing inside it survives, comes up by itself when it is started again and
# again: that event is a dead letter, everything else takes effect once. A second such event of the same user costs its state,
# too; a third of somebody else with SIGKILL, as out of memory is, one start more.
# usage: poison_crash_test.sh BECKON POISON_NODE
source "$(dirname "$0")/../faults/lib.sh"
beckon=$1 poisoned=$2
conf=$work/node
mkdir -p "$conf/rules"
printf 'partitions: 2\nabsence_grace: 0 ms\n' > "$conf/beckon.yaml"
printf 'events:\n  ping: {fields: {n: int64}}\n  pong: {}\n' > "$conf/catalogue.yaml"
printf 'actions:\n  - {id: tell, rule: pinged, material: note, channel: inbox}\n' > "$conf/actions.yaml"
printf 'materials:\n  - {id: note, title: Hello, body: "{{ n }}"}\n' > "$conf/materials.yaml"
printf 'channels:\n  - {id: inbox, kind: file, path: data/sent.ndjson}\n' > "$conf/channels.yaml"
printf 'RULE pinged\nWHEN ping AS p\nFIRE EVERY TIME\nRETURN p.n AS n\n' > "$conf/rules/pinged.rule"
printf 'RULE alone\nWHEN ping BUT NOT pong FOR 1 h\nFIRE ONCE PER 1 h\n' > "$conf/rules/alone.rule"

starts=0
start() { # SIGNAL: until it listens or has ended
  starts=$((starts + 1))
  rm -f "$conf/data/run.json"
  "$poisoned" "$conf" poison "$1" >> "$work/node.log" 2>&1 & node=$!
  for _ in $(seq 400); do
    ingest=$(address "$conf" ingest)
    [ -n "$ingest" ] && return
    kill -0 "$node" 2>/dev/null || return 0
    sleep 0.05
  done
  fail "the node neither listens nor ends"
}
ended() { # it has to end by itself
  for _ in $(seq 200); do
    kill -0 "$node" 2>/dev/null || break
    sleep 0.05
  done
  ! kill -0 "$node" 2>/dev/null || wrong "the node lives"
  { wait "$node" || true; } 2>/dev/null
  node=''
  running=$conf
  no_broker_left
}
item() { # ID USER N
  printf '{"type":"track","messageId":"%s","userId":"%s","event":"ping","properties":{"n":%d}}' "$@"
}
send() { # ITEM,ITEM…: in one request; the node may die of it before it answers, but not before it has it
  curl -s --noproxy '*' --max-time 5 -o /dev/null -w '%{http_code}' "$ingest/v1/batch" -H 'content-type: application/json' \
    -d "{\"batch\":[$1]}" || true
}
taken() { [ "$(send "$(item "$@")")" = 202 ] || fail "event $1 was not taken"; }
ids() { grep -o '"id":"[0-9a-f]*"' "$conf/data/sent.ndjson" 2>/dev/null | sort -u | wc -l; } # deliveries
until_sent() { # COUNT
  for _ in $(seq 400); do
    [ "$(ids)" -ge "$1" ] && return
    sleep 0.05
  done
  wrong "$(ids) of $1 were sent"
}
given_up() {
  metrics_url=$(address "$conf" metrics)
  read_metrics
  [ "$(metric beckon_dead_letters_total)" -ge 1 ]
}
comes_up() { # SIGNAL MOST_STARTS: started again and again, until it gave something up and lives
  starts=0
  for _ in $(seq 10); do
    start "$1"
    for _ in $(seq 200); do
      kill -0 "$node" 2>/dev/null || { ended; continue 2; }
      if given_up && kill -0 "$node" 2>/dev/null; then
        [ "$starts" -le "$2" ] || wrong "it came up after $starts starts, more than $2"
        say "up after $starts starts"
        return
      fi
      sleep 0.05
    done
    wrong "it lives, but gave nothing up"
  done
  wrong "it does not come up"
}
letters() { "$beckon" dlq list -c "$conf" --output json 2>> "$work/node.log"; }
count_letters() { letters | grep -o '"dead_letter"' | wc -l; }

start 11
many=''
for i in $(seq 20); do many+=$(item "a$i" "u$i" "$i"),; done
[ "$(send "$many$(item before victim 100)")" = 202 ] || fail "the first events were not taken"
until_sent 21
many=''
for i in $(seq 21 30); do many+=,$(item "b$i" "u$i" "$i"); done
send "$(item poison-1 victim 101)$many" > /dev/null
ended
comes_up 11 3
until_sent 31
taken after victim 102
until_sent 32
letters > "$work/letters"
[ "$(count_letters)" = 1 ] || wrong "one dead letter was to be there: $(cat "$work/letters")"
grep -q '"actor":"process"' "$work/letters" && grep -q '"subject":"victim"' "$work/letters" ||
  wrong "the dead letter does not name the process and the user: $(cat "$work/letters")"

send "$(item poison-2 victim 103)" > /dev/null
ended
comes_up 11 3
[ "$(count_letters)" = 3 ] && letters | grep -q '"$state"' || wrong "the second time, the user's state was to be set aside: $(letters)"
taken last victim 104
until_sent 33

send "$(item poison-3 somebody 105)" > /dev/null
ended
comes_up 9 4
taken end u1 106
until_sent 34
[ "$(count_letters)" = 4 ] || wrong "four dead letters were to be there: $(letters)"
[ "$(ids)" = 34 ] || wrong "$(ids) deliveries for 34 events"
running=$conf
stop_node
say "everything else took effect once"
