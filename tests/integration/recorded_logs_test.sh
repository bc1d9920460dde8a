#!/usr/bin/env bash
# Recorded logs the whole way through the broker in event time give the firings that `rule backtest` gives, event for event,
# whatever the number of partitions, the size of epochs and the number of resident sessions.
# usage: recorded_logs_test.sh BECKON DATA
set -euo pipefail
beckon=$1 data=$2
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$data/taobao/UserBehavior.csv" ] || { echo "recorded_logs_test: NOT TESTED: there are no logs in $data"; exit 77; }
work=$(mktemp -d)
node=''
cleanup() { [ -n "$node" ] && kill -9 "$node" 2>/dev/null; wait 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
fail() { echo "recorded_logs_test: $*" >&2; tail -n 5 "$work"/*.log >&2; exit 1; }
metric() { curl -s --noproxy '*' "$url" | awk -v m="$1" '$1 ~ "^"m"(\\{|$)" {s += $2} END {print s + 0}'; }

compare() { # NAME SOURCE LOG MAP [sed script for beckon.yaml] [limits]
  local conf=$work/$1-$RANDOM
  cp -r "$here/config/$1" "$conf"
  [ -n "${5:-}" ] && sed -i "$5" "$conf/beckon.yaml"
  [ -n "${6:-}" ] && echo "limits: {$6}" >> "$conf/beckon.yaml"
  "$beckon" rule backtest -c "$conf" --source "$2" --events "$data/$3" --map "$4" > "$work/expected" 2> "$work/backtest.log"
  "$beckon" run --clock event -c "$conf" > "$work/run.log" 2>&1 & node=$!
  for _ in $(seq 300); do [ -e "$conf/data/run.json" ] && break; sleep 0.1; done
  "$beckon" import -c "$conf" --source "$2" --map "$4" "$data/$3" > "$work/import.log" 2>&1 || fail "import of $3 failed"
  url=$("$beckon" url metrics -c "$conf")
  local before=-1 now
  for _ in $(seq 600); do # until nothing is unread and no epoch follows any more
    now=$(metric beckon_epochs_total)
    [ "$(metric beckon_queue_lag_messages)" = 0 ] && [ "$now" -gt 0 ] && [ "$now" = "$before" ] && break
    before=$now
    sleep 0.5
  done
  kill -TERM "$node"; wait "$node" || fail "the node ended with $?"; node=''
  "$beckon" firings -c "$conf" > "$work/found"
  [ -s "$work/expected" ] || fail "nothing fires in $1"
  cmp "$work/expected" "$work/found" || fail "$1 ${5:-} ${6:-}: $(diff "$work/expected" "$work/found" | head -5)"
  echo "recorded_logs_test: $1 ${5:-} ${6:-}: $(wc -l < "$work/found") firings as in the backtest"
  rm -rf "$conf"
}

taobao='user_id=1,item_id=2,category_id=3,type=4{pv:item_view,cart:item_cart,fav:item_favorite,buy:order_placed},time=5s'
compare orders "$(awk '/id:/ {print $3}' "$here/config/orders/beckon.yaml" | tr -d ',' | head -1)" tutorial/OrderLog.csv \
  'order_id=1,type=2{create:order_placed,pay:order_paid},transaction_id=3,time=4s'
compare logins "$(awk '/id:/ {print $3}' "$here/config/logins/beckon.yaml" | tr -d ',' | head -1)" tutorial/LoginLog.csv \
  'user_id=1,ip=2,type=3{success:login_success,fail:login_fail},time=4s'
compare taobao taobao taobao/UserBehavior.csv "$taobao"
compare taobao taobao taobao/UserBehavior.csv "$taobao" 's/partitions: .*/partitions: 16/'
compare taobao taobao taobao/UserBehavior.csv "$taobao" '' 'epoch_events: 1000'
compare taobao taobao taobao/UserBehavior.csv "$taobao" '' 'resident_sessions: 1000'
compare taobao taobao taobao/UserBehavior.csv "$taobao" '' 'epoch_events: 1'
