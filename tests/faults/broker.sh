# A broker of the test's own beside the node: nats-server on a port that stays over its lives. Sourced after lib.sh.
broker='' broker_port=-1

no_broker_left() { :; } # nodes with somebody else's broker have none of their own
brokers_of() { echo "of the test"; }

start_broker() { # on $work/broker; sets broker_url
  mkdir -p "$work/broker" "$work/ports"
  rm -f "$work"/ports/*
  nats-server -js -a 127.0.0.1 -p $broker_port -sd "$work/broker" --ports_file_dir "$work/ports" \
    >> "$work/nats-server.log" 2>&1 & broker=$!
  for _ in $(seq 200); do
    if [ $broker_port = -1 ]; then
      broker_port=$(sed -n 's|.*"nats://127.0.0.1:\([0-9]*\)".*|\1|p' "$work"/ports/*_"$broker".ports 2>/dev/null || true)
      [ -n "$broker_port" ] || broker_port=-1
    fi
    [ "$broker_port" != -1 ] && (: < "/dev/tcp/127.0.0.1/$broker_port") 2>/dev/null && break
    kill -0 "$broker" 2>/dev/null || fail "the broker did not start"
    sleep 0.05
  done
  broker_url=nats://127.0.0.1:$broker_port
}
kill_broker() {
  kill -9 "$broker" || fail "the broker had ended by itself"
  { wait "$broker" || true; } 2>/dev/null
  broker=''
}
tell_broker() { # SUBJECT: one empty message
  exec 3<> "/dev/tcp/127.0.0.1/$broker_port" || fail "the broker is not there"
  printf 'CONNECT {"verbose":false}\r\nPUB %s 0\r\n\r\nPING\r\n' "$1" >&3
  while read -r -t 5 line <&3; do [[ $line == PONG* ]] && break; done
  exec 3>&-
}
