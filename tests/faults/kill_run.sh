#!/usr/bin/env bash
# kill -9 of a node at seeded points of a recorded log, each with an armed timer, an open run and an unsent outbox entry, and
# of an importer alone: afterwards the decision records say what those of an undisturbed run say, both channels have the same
# delivery ids (some repeated, counted; none new), and no broker is left.
# usage: kill_run.sh BECKON STORE_DUMP LOG.csv ROWS SEED POINTS
source "$(dirname "$0")/lib.sh"
beckon=$1 dump=$2 log=$3 rows=$4 seed=$5 points=$6
[ -e "$log" ] || { say "NOT TESTED: there is no $log"; exit 77; }
imports=3          # points at which only the importer is killed
ahead=2000         # rows that the importer may be ahead of the node
sentinels=32       # users whose purchase ends the log: more than partitions, so every queue ends with one
map='user_id=1,item_id=2,category_id=3,type=4{pv:item_view,cart:item_cart,fav:item_favorite,buy:order_placed},time=5s,id=6'
say "seed $seed, $rows rows, $points kills of the node, $imports of the importer"

# Every third row has a client's id; of these one in 17 comes again, up to 3000 rows later. Whoever forgets how far it read
# applies rows without id twice; whoever forgets ids applies repeated rows twice.
head -n "$rows" "$log" | awk -F, -v OFS=, -v seed="$seed" -v sentinels=$sentinels '
  function below(n) { seed = seed * 16807 % 2147483647; return seed % n }
  { id = NR % 3 == 0 ? "r" NR : ""; line = $0 "," id; print line
    if (id != "" && NR / 3 % 17 == 0) { at = NR + 1 + below(3000); again[at] = again[at] line "\n" }
    printf "%s", again[NR]; last = $5 }
  END { for (i = 1; i <= sentinels; ++i) print "sentinel-" i, 1, 1, "buy", last + 1, "" }' > "$work/log.csv"
total=$(wc -l < "$work/log.csv")

prepare() { # DIR: a configuration with a provider of its own
  mkdir -p "$1"
  cp -r "$faults/config/." "$1"
  start_provider "$1/ledger" --refuse 1 --retry-after 2
  sed -i "s|http://127.0.0.1:1/hook|$provider_url|" "$1/channels.yaml"
}
start_import() { nice -n 5 "$beckon" import -c "$running" --source taobao --map "$map" "$work/log.csv" >> "$work/import.log" 2>&1 & importer=$!; }
kill_import() {
  kill -9 "$importer" || fail "the importer had ended by itself"
  wait "$importer" 2>/dev/null || true
  importer=''
}
finish_import() {
  kill -CONT "$importer" 2>/dev/null || true
  wait "$importer" || fail "the importer ended with $?"
  importer=''
}
settled() { # everything is taken, decided and delivered; or nothing moves any more
  local state before='' same=0 enough
  for _ in $(seq 900); do
    read_metrics
    state="$(metric beckon_queue_lag_messages) $(metric beckon_outbox_entries) $(metric beckon_epochs_total)"
    [ "$state" = "$before" ] && same=$((same + 1)) || same=0
    before=$state
    enough=5
    [ "$(grep -o '"id":"sentinel-[0-9]*"' "$running/data/sent.ndjson" 2>/dev/null | sort -u | wc -l)" = "$sentinels" ] || enough=40
    [[ $state == "0 0 "* ]] && [ $same -ge $enough ] && return
    sleep 0.1
  done
  fail "the node does not come to rest: $state"
}
outcome() { # DIR PREFIX: what is compared
  "$beckon" firings -c "$1" > "$2.firings"
  "$dump" "$1/data/state" 4 decisions | sort > "$2.records"
  grep -o '^{"id":"[0-9a-f]*"' "$1/data/sent.ndjson" | sort > "$2.lines"
  sort -u "$2.lines" > "$2.file"
  ids_of "$1/ledger" > "$2.hook"
}
same() { # WHAT SUFFIX
  cmp -s "$work/calm.$2" "$work/killed.$2" && return
  wrong "the $1 differ, $(diff "$work/calm.$2" "$work/killed.$2" | grep -c '^<') missing, $(diff "$work/calm.$2" "$work/killed.$2" | grep -c '^>') new:" \
    "$(diff "$work/calm.$2" "$work/killed.$2" | head -n 4)"
}

# ---- undisturbed
prepare "$work/calm"
start_node "$beckon" "$work/calm" --clock event
start_import; finish_import; settled; stop_node; stop_provider
outcome "$work/calm" "$work/calm"
for what in firings records file hook; do [ -s "$work/calm.$what" ] || fail "an undisturbed run has no $what"; done
[ "$(grep -c '"subject":"sentinel-' "$work/calm.firings")" = "$sentinels" ] || fail "an undisturbed run did not read to the end"
grep -q DELIVERED "$work/calm.records" || fail "an undisturbed run has no delivery in its decision records"

# ---- with kills
open_runs() { # ROW: absences that began at least 3 min before it and were over at least 3 min after it, of the undisturbed run
  local ms
  ms=$(awk -F, -v n="$1" '$5 > t {t = $5} NR == n {print t; exit}' "$work/log.csv")000
  sed -n 's/.*"rule":"\(cart_abandoned\|undecided\)".*"time":\([0-9]*\).*/\2/p' "$work/calm.firings" |
    awk -v t="$ms" '{d = ($1 - t) / 60000} d > 3 && d <= 12 {++n} END {print n + 0}'
}
look() { read_metrics; done_rows=$((taken + $(metric beckon_events_total))); stored=$((done_rows + 512 * $(metric beckon_queue_lag_messages))); }
begin_import() { start_import; kill -STOP "$importer"; }
let_import_go() { # for a moment; it may come to its end
  kill -CONT "$importer" 2>/dev/null && sleep 0.003 && kill -STOP "$importer" 2>/dev/null && return
  wait "$importer" || fail "the importer ended with $?"
  importer=''
}
advance() { # ROW: until the node took it; the importer stays a little ahead, let go in short bursts
  for _ in $(seq 6000); do
    look
    [ "$done_rows" -ge "$1" ] && return
    if [ -n "$importer" ] && [ "$stored" -lt $(($1 + ahead)) ]; then let_import_go; else sleep 0.01; fi
  done
  fail "row $1 was never reached"
}
kill_points() {
  local i
  RANDOM=$seed
  for i in $(seq "$points"); do echo "$((total * (10 + 75 * (i - 1) / points + RANDOM % (75 / points)) / 100)) node"; done
  for i in $(seq "$imports"); do echo "$((total * (10 + 60 * (i - 1) / imports + RANDOM % (60 / imports)) / 100)) importer"; done
}

prepare "$work/killed"
start_node "$beckon" "$work/killed" --clock event
taken=0 import_kills=0
begin_import
while read -r row who; do
  advance "$row"
  if [ "$who" = importer ]; then
    [ -n "$importer" ] || continue
    kill_import
    import_kills=$((import_kills + 1))
    say "importer killed; the node had taken about $((100 * done_rows / total)) % of $total rows"
    begin_import
    continue
  fi
  while armed=$(metric beckon_timers_armed); unsent=$(metric beckon_outbox_entries)
    [ "$armed" = 0 ] || [ "$unsent" = 0 ] || [ "$(unsent "$running/ledger" $(($(now_ms) + 500)))" -lt 3 ]; do
    advance $((done_rows + 200))
  done
  kill_node
  [ -z "$importer" ] || kill_import
  waiting=$(unsent "$running/ledger" "$killed_at")
  entries=$("$dump" "$running/data/state" 4 outbox | wc -l)
  runs=$(open_runs "$done_rows")
  [ $((10 * done_rows)) -le $((9 * total)) ] || fail "the point is beyond 90 %"
  [ "$entries" -ge 1 ] && [ "$waiting" -ge 1 ] || fail "nothing was unsent at this point"
  [ "$runs" -ge 1 ] || fail "no run was open at this point"
  say "node killed at about $((100 * done_rows / total)) %: $armed subjects with an armed timer, at least $runs open runs, $entries entries in the outbox, at least $waiting unsent"
  taken=$done_rows
  start_node "$beckon" "$work/killed" --clock event
  begin_import
done < <(kill_points | sort -n)
finish_import; settled
[ $import_kills -ge 1 ] || fail "no importer was killed under way"
again=$("$beckon" import -c "$running" --source taobao --map "$map" "$work/log.csv" 2>&1) || fail "the import cannot be repeated: $again"
[[ $again == *"imported into"*already* ]] || wrong "an import that was through began again: $again"
stop_node; stop_provider
outcome "$work/killed" "$work/killed"
same "decision records (rule, version, subject, time, returns)" firings
same "delivery ids of the file channel" file
same "delivery ids of the webhook channel" hook
same "decision records (all steps)" records
say "$(wc -l < "$work/calm.firings") firings and $(wc -l < "$work/calm.records") decision records the same;" \
  "delivery ids the same: $(wc -l < "$work/calm.file") by file, $(wc -l < "$work/calm.hook") by webhook;" \
  "repeated after kills: $(($(wc -l < "$work/killed.lines") - $(wc -l < "$work/killed.file"))) by file, $(($(attempts "$work/killed/ledger" 200) - $(wc -l < "$work/killed.hook"))) by webhook"
