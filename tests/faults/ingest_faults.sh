#!/usr/bin/env bash
# What an HTTP door with a log answered with 202 is judged exactly once, whatever happens to the broker or the node meanwhile.
# Every event is sent once and has no id of its client: nothing but the doors' positions can take out what is published twice.
#   kill      the broker stands still, the node is killed with -9 while its log holds what the broker never got
#   restart   the broker is killed with -9 and started again, twice, under load
#   wiped     the broker is killed and its store wiped under load: not ready, said in log and metric, repaired
#   tail      the broker is killed and its store set back to a copy made under load: it lost what it had acked last
#   deleted   one queue's stream is deleted under load, over the broker's own interface: likewise
#   wiped_down  the broker stands still, the node is killed, the broker's store is wiped; both begin again
#   away      the broker is away: accepted up to the bound, then 503 with Retry-After; it comes back: accepted again
# usage: ingest_faults.sh BECKON STORE_DUMP SCENARIO SEED
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/broker.sh"
beckon=$1 dump=$2 scenario=$3 seed=$4
test_name="ingest_$scenario"
RANDOM=$seed
conf=$work/conf
sent=0
trap '[ -z "$broker" ] || kill -9 "$broker" 2>/dev/null || true; cleanup' EXIT

post() { # EVENTS [OPTION…]: in the background
  local first=$((sent + 1))
  sent=$((sent + $1))
  node "$faults/once.mjs" --run-file "$conf/data/run.json" --ledger "$work/load" --first "$first" --events "$@" 2>> "$work/load.log" & load=$!
}
finish_load() {
  wait "$load" || fail "the load ended with $?"
  load=''
}
answered() { awk -v s="$1" '$2 == s' "$work/load" | wc -l; } # STATUS
await_accepted() { # N
  for _ in $(seq 1500); do
    [ "$(answered 202)" -ge "$1" ] && return
    sleep 0.01
  done
  fail "only $(answered 202) of $1 events were accepted"
}
is_ready() { curl -sf --noproxy '*' --max-time 2 -o /dev/null "${metrics_url%/metrics}/readyz"; }
await_ready() {
  for _ in $(seq 400); do
    is_ready && return
    sleep 0.05
  done
  wrong "not ready again: $(curl -s --noproxy '*' "${metrics_url%/metrics}/readyz" | grep -B1 -A1 '"ok": *false' | tr -d '\n' | head -c 600)"
}
saw_unready=no
await_unready() {
  for _ in $(seq 400); do
    is_ready || { saw_unready=yes; return; }
    sleep 0.01
  done
  wrong "the node stayed ready"
}

cp -r "$faults/live" "$conf"
start_broker
log_bytes='64 MiB'
[ "$scenario" = away ] && log_bytes='1 MiB'
printf 'bus: {url: "%s"}\ningest: {log_bytes: %s}\n' "$broker_url" "$log_bytes" >> "$conf/beckon.yaml"
: > "$work/load"
say "seed $seed"
start_node "$beckon" "$conf"
before=$((500 + RANDOM % 500))

case $scenario in
  kill | wiped_down)
    post $before; finish_load
    kill -STOP "$broker"
    post 400; finish_load
    kill_node
    if [ "$scenario" = wiped_down ]; then
      kill_broker
      rm -rf "$work/broker"
      start_broker
    else
      kill -CONT "$broker"
    fi
    start_node "$beckon" "$conf"
    post 100; finish_load
    ;;
  restart)
    post 4000 --pace 4
    for _ in 1 2; do
      await_accepted $((before + $(answered 202)))
      kill_broker
      sleep 0.$((2 + RANDOM % 7))
      start_broker
    done
    finish_load
    await_ready
    ;;
  wiped)
    post 4000 --pace 4
    await_accepted $before
    kill_broker
    rm -rf "$work/broker"
    start_broker
    await_unready
    finish_load
    await_ready
    ;;
  tail)
    post 4000 --pace 4
    await_accepted $before
    kill -STOP "$broker"
    cp -r "$work/broker" "$work/earlier"
    kill -CONT "$broker"
    await_accepted $((before + 600 + $(answered 202)))
    kill_broker
    rm -rf "$work/broker"
    mv "$work/earlier" "$work/broker"
    start_broker
    await_unready
    finish_load
    await_ready
    ;;
  deleted)
    post 3000 --pace 4
    await_accepted $before
    tell_broker "\$JS.API.STREAM.DELETE.BECKON_web_$((RANDOM % 4))"
    await_unready
    finish_load
    await_ready
    ;;
  away)
    post $before; finish_load
    kill_broker
    post 20000 --until-refused; finish_load
    held=$(($(answered 202) - before))
    [ "$(answered 503)" -ge 1 ] || wrong "nothing was refused after $held events"
    [ "$held" -ge 500 ] || wrong "refused after only $held events"
    awk '$2 == 503 && $3 !~ /^[0-9]+$/' "$work/load" | grep -q . && wrong "a 503 without Retry-After"
    start_broker
    await_ready
    for _ in $(seq 100); do
      read_metrics
      [ "$(metric beckon_ingest_unacked_bytes)" = 0 ] && break
      sleep 0.05
    done
    refused=$(answered 503)
    post 200; finish_load
    [ "$(answered 503)" = "$refused" ] || wrong "refused although the broker is back"
    ;;
  *) fail "no such scenario" ;;
esac

accepted=$(answered 202)
case $scenario in
  wiped | tail | deleted | wiped_down)
    read_metrics
    [ "$(metric beckon_queue_rewinds_total)" -ge 1 ] || wrong "no queue was read anew"
    [ "$(metric beckon_broker_losses_total)" -ge 1 ] || wrong "the loss is not counted"
    grep -q "the broker lost what it had stored" "$work/node.log" || wrong "the loss is not in the log"
    ;;
esac
last=-1 same=0
for _ in $(seq 300); do # until everything is delivered, or nothing comes any more
  read_metrics
  left=$(($(metric beckon_queue_lag_messages) + $(metric beckon_outbox_entries) + $(metric beckon_ingest_unacked_bytes)))
  now=$(wc -l < "$conf/data/sent.ndjson")
  [ "$now" -ge "$accepted" ] && [ "$left" = 0 ] && break
  [ "$now" = "$last" ] && [ "$left" = 0 ] && same=$((same + 1)) || same=0
  [ $same -ge 50 ] && break
  last=$now
  sleep 0.1
done
sleep 0.3 # for what must not come
stop_node

awk '$2 == 202 {print $1}' "$work/load" | sort > "$work/accepted"
awk '$2 == 0 {print $1}' "$work/load" | sort > "$work/unanswered"
"$beckon" firings -c "$conf" | sed -n 's/.*"n":"\([0-9]*\)".*/\1/p' | sort > "$work/fired"
sed -n 's/^{"id":"\([0-9a-f]*\)".*"title":"n=\([0-9]*\)".*/\2 \1/p' "$conf/data/sent.ndjson" | sort -u > "$work/sent"
cut -d' ' -f1 "$work/sent" | sort > "$work/sent_events"
for what in fired sent_events; do
  lost=$(comm -23 "$work/accepted" <(sort -u "$work/$what") | wc -l)
  twice=$(uniq -d "$work/$what" | wc -l)
  strange=$(comm -13 <(sort -u "$work/accepted" "$work/unanswered") <(sort -u "$work/$what") | wc -l)
  [ "$lost$twice$strange" = 000 ] ||
    wrong "left to do $left, $what: of $accepted accepted events $lost lost ($(comm -23 "$work/accepted" <(sort -u "$work/$what") | head -n 5 | tr '\n' ' ')…), $twice twice; $strange that were refused"
done
say "$accepted accepted, $(answered 503) refused, $(answered 0) unanswered: each accepted one judged once and one delivery id;" \
  "duplicates by position $(metric beckon_entries_resent_total)" \
  "losses $(metric beckon_broker_losses_total), unready seen: $saw_unready"
