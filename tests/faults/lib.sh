# What the fault tests share: real nodes, a provider of webhooks in another language, counting from outside. Sourced.
# Exit codes of a test: 0 as it must be · 1 the test could not be carried out · 3 the outcome is wrong · 77 not tested.
set -euo pipefail
faults=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
test_name=$(basename "$0" .sh)
work=$(mktemp -d)
node='' importer='' provider='' load=''

cleanup() {
  local p
  for p in $importer $load $node $provider; do kill -9 "$p" 2>/dev/null || true; done
  wait 2>/dev/null || true
  for _ in 1 2 3 4 5; do # a broker may still be writing while it ends
    rm -rf "$work" 2>/dev/null && return
    sleep 0.2
  done
}
trap cleanup EXIT

say() { echo "$test_name: $*"; }
fail() { # what had to be arranged for the test did not come about
  say "NOT CARRIED OUT: $*" >&2
  tail -n 20 "$work"/*.log >&2 2>/dev/null || true
  exit 1
}
wrong() { # the test was carried out, and the outcome is wrong
  say "WRONG: $*" >&2
  tail -n 5 "$work"/*.log >&2 2>/dev/null || true
  exit 3
}
now_ms() { date +%s%3N; }

# ---- nodes: at most one runs, $node; $running is its configuration
address() { sed -n "s/^ *\"$2\": \"\(.*\)\",\{0,1\}$/\1/p" "$1/data/run.json" 2>/dev/null || true; } # DIR WHAT
brokers_of() { # DIR: a line per broker that runs on its data
  local words file
  for file in /proc/[0-9]*/cmdline; do
    { mapfile -d '' -t words < "$file"; } 2>/dev/null || continue
    [[ ${words[0]:-} == *nats-server && "${words[*]}" == *"$1/data/"* ]] && echo "${file//[!0-9]/} ${words[*]}"
  done
  return 0
}

start_node() { # PROGRAM DIR [OPTION…]; until it is ready
  local program=$1 ready=no
  running=$2
  shift 2
  rm -f "$running/data/run.json"
  "$program" run -c "$running" "$@" >> "$work/node.log" 2>&1 & node=$!
  for _ in $(seq 600); do
    metrics_url=$(address "$running" metrics)
    [ -n "$metrics_url" ] && curl -sf --noproxy '*' -o /dev/null "${metrics_url%/metrics}/readyz" && ready=yes && break
    kill -0 "$node" 2>/dev/null || fail "the node did not start"
    sleep 0.05
  done
  [ $ready = yes ] || fail "the node did not get ready"
  [ -n "$(brokers_of "$running")" ] || fail "no broker of the node is seen: its end could not be checked"
}
no_broker_left() { # the broker ends with its parent, however that ended
  for _ in $(seq 200); do
    [ -z "$(brokers_of "$running")" ] && return
    sleep 0.05
  done
  wrong "a broker is left behind: $(brokers_of "$running")"
}
kill_node() { # sets killed_at, ms
  kill -9 "$node" || fail "the node had ended by itself"
  killed_at=$(now_ms)
  { wait "$node" || true; } 2>/dev/null
  node=''
  no_broker_left
}
stop_node() { # sets drained_ms
  local begun code=0
  begun=$(now_ms)
  kill -TERM "$node" || fail "the node had ended by itself"
  wait "$node" || code=$?
  drained_ms=$(($(now_ms) - begun))
  node=''
  [ "$code" = 0 ] || wrong "after SIGTERM the node ended with $code"
  no_broker_left
}

# ---- metrics: read_metrics takes a picture, metric reads from it
read_metrics() { picture=$(curl -s --noproxy '*' --max-time 10 "$metrics_url" || true); }
metric() { awk -v m="$1" '$1 ~ "^"m"(\\{|$)" {s += $2} END {printf "%d\n", s}' <<< "$picture"; } # NAME

# ---- the provider of webhooks: another program in another language, whose ledger is the truth about effects
start_provider() { # LEDGER OPTION…; sets provider_url
  : > "$work/provider.address"
  node "$faults/provider.mjs" --ledger "$@" > "$work/provider.address" 2>> "$work/provider.log" & provider=$!
  for _ in $(seq 200); do
    provider_url=$(head -n 1 "$work/provider.address")
    [ -n "$provider_url" ] && return
    kill -0 "$provider" 2>/dev/null || fail "the provider did not start"
    sleep 0.05
  done
  fail "the provider did not start"
}
stop_provider() {
  kill "$provider"
  wait "$provider" 2>/dev/null || true
  provider=''
}
# ledger lines: TIME_MS ID STATUS NOT_BEFORE_MS
attempts() { awk -v s="${2:-}" 's == "" || $3 == s' "$1" | wc -l; } # LEDGER [STATUS]
ids_of() { awk '{print $2}' "$1" | sort -u; } # LEDGER
unsent() { # LEDGER TIME_MS: ids that were told to come later than TIME_MS and have not been taken
  awk -v t="$2" '$3 == 200 {delete waits[$2]; next} {waits[$2] = $4} END {for (i in waits) n += (waits[i] > t); print n + 0}' "$1"
}
