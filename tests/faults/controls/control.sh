#!/usr/bin/env bash
# Runs a test with a node that lacks something it needs, and passes when the test finds out: it must have been carried out to
# the comparison (exit code 3) and found the decision records or the delivery ids different. Any other end is a failure.
# usage: control.sh TEST ARGUMENT…
set -uo pipefail
output=$("$@" 2>&1)
code=$?
echo "$output"
[ $code = 77 ] && exit 77
if [ $code = 3 ] && grep -qE 'WRONG: the (decision records|delivery ids) .*differ' <<< "$output"; then
  echo "control: found out, as it must be"
  exit 0
fi
echo "control: the test ended with $code and did not find out" >&2
exit 1
