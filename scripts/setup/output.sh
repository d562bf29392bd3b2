# What the scripts say: one short line a step, with the seconds since the start.

started_us=${EPOCHREALTIME/[.,]/}

say() {
  local us=$((${EPOCHREALTIME/[.,]/} - started_us))
  printf '%6d.%d s  %s\n' $((us / 1000000)) $((us / 100000 % 10)) "$*"
}

fail() {
  printf 'scripts/%s: %s\n' "${0##*/}" "$1" >&2
  exit "${2:-1}"
}

# quietly WHAT COMMAND...: its output goes to the log; the end of it is shown only where the command fails.
quietly() {
  local status=0 from
  from=$(stat -c %s "$log")
  run_child "${@:2}" >>"$log" 2>&1 || status=$?
  ((status == 0)) && return
  tail -c +$((from + 1)) "$log" | tail -n 20 >&2
  fail "$1 failed; all of its output is in $log" "$status"
}
