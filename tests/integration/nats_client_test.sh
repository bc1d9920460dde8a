#!/usr/bin/env bash
# An independent NATS client (Node) talks to a real node: publishes JSON and Protobuf with and without id, repeats a message
# (one effect), reads what the nats channel sends, decodes decision records.
# usage: nats_client_test.sh BECKON
set -euo pipefail
beckon=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v node >/dev/null && command -v npm >/dev/null || { echo "nats_client_test: NOT TESTED: no node or npm"; exit 77; }
work=$(mktemp -d)
node_pid='' reader=''
cleanup() { for p in $reader $node_pid; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT
fail() { echo "nats_client_test: $*" >&2; cat "$work"/*.log >&2 2>/dev/null; exit 1; }

# the client finds the .proto files three folders up, as in the source tree
mkdir -p "$work/tree/tests/integration" "$work/tree/messages"
cp -r "$here/nats_client" "$work/tree/tests/integration/"
cp -r "$here/../../messages/proto" "$work/tree/messages/"
client=$work/tree/tests/integration/nats_client
(cd "$client" && timeout 90 npm install --no-package-lock --no-audit --no-fund > "$work/npm.log" 2>&1) || { echo "nats_client_test: NOT TESTED: npm install failed"; tail -3 "$work/npm.log"; exit 77; }

conf=$work/conf
mkdir -p "$conf/rules"
cat > "$conf/beckon.yaml" <<'Y'
partitions: 2
absence_grace: 200 ms
sources:
  - {id: shop, kind: nats, subject: shop.events.>}
Y
echo 'events: {order_placed: {fields: {order_id: string, amount: double}}}' > "$conf/catalogue.yaml"
cat > "$conf/rules/order.rule" <<'R'
RULE order
WHEN order_placed AS o WHERE amount >= 10
FIRE EVERY TIME
RETURN o.order_id AS order_id
R
echo 'materials: [{id: note, title: "Order {{ order_id }}", body: "thank you"}]' > "$conf/materials.yaml"
echo 'channels: [{id: out, kind: nats, subject: shop.outreach}]' > "$conf/channels.yaml"
echo 'actions: [{id: thank, rule: order, material: note, channel: out}]' > "$conf/actions.yaml"

"$beckon" run -c "$conf" > "$work/run.log" 2>&1 & node_pid=$!
for _ in $(seq 300); do [ -e "$conf/data/run.json" ] && break; sleep 0.1; done
read_json() { node -e 'const j=JSON.parse(require("fs").readFileSync(process.argv[1]));process.stdout.write(String(j[process.argv[2]]??""))' "$conf/data/run.json" "$1"; }
url=$(read_json broker) token=$(read_json broker_token)
run_client() { node "$client/client.mjs" "$1" --url "$url" --token "$token" "${@:2}"; }

run_client subscribe --subject shop.outreach --count 5 --for 30000 > "$work/received" 2> "$work/subscribe.log" & reader=$!
for _ in $(seq 100); do grep -q ready "$work/received" && break; sleep 0.1; done
json() { echo "{\"type\":\"order_placed\",$1\"user_id\":\"$2\",\"order_id\":\"$3\",\"amount\":25}"; }
json '"id":"a-1",' u1 o1 | run_client publish --subject shop.events.web --repeat 3 > /dev/null || fail "publish JSON with id"
json '' u2 o2 | run_client publish --subject shop.events.web > /dev/null || fail "publish JSON without id"
json '"id":"p-1",' u3 o3 | run_client publish --subject shop.events.web --format protobuf --repeat 2 > /dev/null || fail "publish Protobuf with id"
json '' u4 o4 | run_client publish --subject shop.events.web --format protobuf > /dev/null || fail "publish Protobuf without id"
echo '{"type":"nonsense"}' | run_client publish --subject shop.events.web > /dev/null || fail "publish nonsense"
json '"id":"z-9",' u5 o5 | run_client publish --subject shop.events.web > /dev/null || fail "publish the last"
wait "$reader" || fail "fewer than 5 messages came out: $(cat "$work/received")"
reader=''
orders=$(grep -o '"title":"Order o[0-9]*"' "$work/received" | grep -o 'o[0-9]*"' | tr -d '"' | sort | tr '\n' ' ')
[ "$orders" = "o1 o2 o3 o4 o5 " ] || fail "one message per order expected, got: $orders"
for _ in $(seq 100); do
  run_client track > "$work/track" 2> "$work/track.log" || true
  [ "$(grep -c DELIVERED "$work/track" || true)" -ge 5 ] && break
  sleep 0.1
done
for step in MATCHED ROUTED SENT DELIVERED; do
  [ "$(grep -c "\"$step\"" "$work/track")" = 5 ] || fail "5 records of $step expected: $(cat "$work/track")"
done
"$beckon" dlq list -c "$conf" --output json > "$work/letters" || fail "dlq list"
[ "$(grep -c '"kind":"reject"' "$work/letters")" = 1 ] && grep -q '"source":"shop"' "$work/letters" && grep -q nonsense "$work/letters" ||
  fail "dlq list must show the one message that was refused: $(cat "$work/letters")"
kill -TERM "$node_pid"; wait "$node_pid" || fail "the node ended with $?"
node_pid=''
echo "nats_client_test: 5 orders of 8 messages, one effect each; nonsense was rejected and is listed; decision records decoded"
