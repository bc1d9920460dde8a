#!/usr/bin/env bash
# A webhook that answers 503 with Retry-After (seconds, or an HTTP date) and then 200 is one id and one effect, and is not
# attempted before Retry-After says; also when the node is killed in between.
# usage: webhook_kill.sh BECKON STORE_DUMP SEED
source "$(dirname "$0")/lib.sh"
beckon=$1 dump=$2 seed=$3
orders=6
RANDOM=$seed
say "seed $seed, $orders orders a case"

order() { # N: one order with the client's own id
  local status
  status=$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' --max-time 10 -H 'content-type: application/json' \
    -d "{\"type\":\"track\",\"event\":\"order_placed\",\"userId\":\"u-$1\",\"messageId\":\"m-$1\",\"properties\":{\"n\":\"$1\"}}" \
    "$(address "$running" ingest)/v1/track") || status="no answer"
  [ "$status" = 202 ] || fail "order $1 was answered with $status"
}
wait_for() { # WHAT COMMAND…: until it succeeds, at most about 60 s
  local what=$1
  shift
  for _ in $(seq 1200); do
    "$@" && return
    sleep 0.05
  done
  wrong "60 s passed without $what"
}
answered() { [ "$(attempts "$ledger" "$1")" -ge "$2" ]; } # STATUS NUMBER
rescheduled() { # ATTEMPTS: so many are committed as made, of every order; or it is too late to see that
  answered 200 1 || [ "$("$dump" "$running/data/state" 4 outbox 2>/dev/null | awk -v n="$1" '$3 > n' | wc -l)" -ge "$orders" ]
}
quiet() { local left; left=$("$dump" "$running/data/state" 4 outbox 2>/dev/null) && [ -z "$left" ]; }
kill_between() { # REFUSALS: so many have come and no effect; false when the machine was too slow for that
  kill_node
  [ "$(attempts "$ledger" 200)" = 0 ] && [ "$(attempts "$ledger" 503)" -le "$1" ] || return 1
  say "$name: killed after $(attempts "$ledger" 503) refusals"
  start_node "$beckon" "$running"
  for n in $(seq "$orders"); do order "$n"; done # a client that does not trust its answer sends again
}
kill_in_rounds() { # after each round of refusals, once the time asked for is committed
  local i
  for i in $(seq "$1"); do
    wait_for "the attempts of round $i" answered 503 $((i * orders))
    wait_for "round $i in the store" rescheduled "$i"
    kill_between $((i * orders)) || return 1
  done
}
kill_at_once() { # some time between a refusal and its commit, or soon after
  wait_for "a refusal" answered 503 1
  sleep "0.0$((RANDOM % 50 + 10))"
  kill_between "$orders"
}
steps() { "$dump" "$running/data/state" 4 decisions | awk -v s="$1" '$1 == s' | wc -l; }

check() { # NAME RESPECTED: one id and one effect per order; RESPECTED=yes: none came before Retry-After said
  local shortest step
  [ "$(ids_of "$ledger" | wc -l)" = "$orders" ] || wrong "$1: $(ids_of "$ledger" | wc -l) ids for $orders orders"
  ids_of "$ledger" | grep -qx -- - && wrong "$1: an attempt without webhook-id"
  [ "$(attempts "$ledger" 200)" = "$orders" ] || wrong "$1: $(attempts "$ledger" 200) effects for $orders orders"
  shortest=$(awk '$2 in due {d = $1 - due[$2]; if (least == "" || d < least) least = d} {due[$2] = $4} END {print least}' "$ledger")
  [ "$2" = no ] || [ "$shortest" -ge 0 ] || wrong "$1: an attempt came $((-shortest)) ms before Retry-After said"
  for step in MATCHED SENT DELIVERED; do
    [ "$(steps $step)" = "$orders" ] || wrong "$1: $(steps $step) records of $step for $orders orders"
  done
  [ "$(steps FAILED)" = 0 ] || wrong "$1: a delivery was given up"
  "$dump" "$running/data/state" 4 decisions | awk '$1 == "DELIVERED" {print $9}' | sort | cmp -s - <(ids_of "$ledger") ||
    wrong "$1: the ids in the decision records are not those the provider saw"
  say "$1: $(wc -l < "$ledger") attempts, $orders ids, $orders effects; the earliest came $shortest ms after the time asked for"
}

run_case() { # NAME FORM RETRY_AFTER REFUSALS no_kill|kill_in_rounds|kill_at_once
  name=$1
  local patience=$3 done=no
  while [ $done = no ]; do
    ledger=$work/$name.$patience
    cp -r "$faults/live" "$work/$name-$patience"
    start_provider "$ledger" --form "$2" --retry-after "$patience" --refuse "$4"
    sed -i "s|http://127.0.0.1:1/hook|$provider_url|" "$work/$name-$patience/channels.yaml"
    start_node "$beckon" "$work/$name-$patience"
    for n in $(seq "$orders"); do order "$n"; done
    if "$5" "$4"; then
      done=yes
      wait_for "an effect per order" answered 200 "$orders"
      wait_for "an empty outbox" quiet
      stop_node
    else
      [ "$patience" -lt 60 ] || fail "$patience s were too short for a kill in between"
      say "$name: $patience s were too short for a kill in between: again, with more"
      patience=$((patience * 2))
    fi
    stop_provider
  done
  check "$name" "$([ "$5" = kill_at_once ] && echo no || echo yes)"
}
no_kill() { true; }

run_case seconds seconds 2 1 no_kill
run_case date date 2 1 no_kill
run_case killed_seconds seconds 4 2 kill_in_rounds
run_case killed_date date 4 1 kill_in_rounds
run_case killed_at_once seconds 3 1 kill_at_once
