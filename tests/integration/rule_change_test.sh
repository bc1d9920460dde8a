#!/usr/bin/env bash
# A rule's text changes while somebody's wait is under way and the node is down. With drain the old text fires, as it said;
# with keep the new one, because the steps mean the same; with reset nobody. Who comes later is judged by the new text.
# Validation, the log, the decision records and what is sent say so.
# usage: rule_change_test.sh BECKON
source "$(dirname "$0")/../faults/lib.sh"
beckon=$1

write_rule() { # RETURNED
  printf 'RULE unpaid\nWHEN ordered AS o BUT NOT paid FOR 4 s\nFIRE ONCE PER 1 h\nRETURN %s AS n\n' "$1" > "$conf/rules/unpaid.rule"
}
order() { # USER N
  curl -sf --noproxy '*' -o /dev/null "$(address "$conf" ingest)/v1/track" -H 'content-type: application/json' \
    -d "{\"userId\":\"$1\",\"event\":\"ordered\",\"properties\":{\"n\":$2}}" || fail "an order was not taken"
}
version() { sed -n 's/^      "version": "\(.*\)"$/\1/p' "$conf/data/rules.json"; }
sent() { cat "$conf/data/sent.ndjson" 2>/dev/null || true; }

changed() { # FATE OUTLOOK EXPECTED…: "user n version" of each firing, in order
  local fate=$1 outlook=$2 first second
  shift 2
  conf=$work/$fate
  mkdir -p "$conf/rules"
  printf 'partitions: 1\nabsence_grace: 0 ms\nrules: {on_change_of: {unpaid: %s}}\n' "$fate" > "$conf/beckon.yaml"
  printf 'events:\n  ordered: {fields: {n: int64}}\n  paid: {}\n' > "$conf/catalogue.yaml"
  printf 'actions:\n  - {id: remind, rule: unpaid, material: note, channel: inbox}\n' > "$conf/actions.yaml"
  printf 'materials:\n  - {id: note, title: Pay, body: "{{ n }}"}\n' > "$conf/materials.yaml"
  printf 'channels:\n  - {id: inbox, kind: file, path: data/sent.ndjson}\n' > "$conf/channels.yaml"
  write_rule o.n
  start_node "$beckon" "$conf"
  order early 7
  stop_node
  first=$(version)
  write_rule 'o.n + 1000'
  "$beckon" validate "$conf" > "$work/validate.out" 2>&1 || fail "the changed rule is not valid: $(cat "$work/validate.out")"
  grep -q "^rule unpaid changes from $first to .*: live partial matches $outlook$" "$work/validate.out" ||
    wrong "validate does not say what becomes of them: $(cat "$work/validate.out")"
  start_node "$beckon" "$conf"
  order late 8
  second=$(version)
  [ "$first" != "$second" ] || fail "both texts have the same version"
  tail -n 20 "$work/node.log" | grep 'a rule has changed' | grep "$first" | grep "$second" | grep -q "$fate" ||
    wrong "the log does not say that the rule has changed"
  for _ in $(seq 200); do # whoever came early comes before
    sent | grep -q '"late"' && break
    sleep 0.1
  done
  stop_node
  "$beckon" firings -c "$conf" |
    sed 's/.*"version":"\([0-9a-f]*\)".*"subject":"\([a-z]*\)".*"n":\([0-9]*\).*/\2 \3 \1/' > "$work/found"
  printf '%s\n' "$@" | sed "s/FIRST/$first/; s/SECOND/$second/" > "$work/expected"
  cmp -s "$work/expected" "$work/found" || wrong "$fate: $(diff "$work/expected" "$work/found")"
  while read -r user _ judge; do
    sent | grep "\"$user\"" | grep -q "\"rule_version\":\"$judge\"" || wrong "$fate: what $user got names another version"
  done < "$work/expected"
  say "$fate: $(wc -l < "$work/found") firings, each by the version that it must be"
}

changed drain 'end under the old text' 'early 7 FIRST' 'late 1008 SECOND'
changed keep 'that mean the same go on under the new text' 'early 1007 SECOND' 'late 1008 SECOND'
changed reset 'are dropped' 'late 1008 SECOND'
