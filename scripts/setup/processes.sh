# One child at a time, and its end. Every long command is a child that the shell waits for, so that a signal is obeyed at
# once and not when the command has ended; and it dies with the shell, so that a killed run leaves nothing working.

child=
child_hears_interrupt=

start_child() {
  env --default-signal=INT,QUIT setpriv --pdeathsig TERM -- "$@" <&0 9>&- &
  child=$!
}

wait_child() {
  local status=0
  wait "$child" || status=$?
  child=
  return "$status"
}

run_child() {
  start_child "$@"
  wait_child
}

# end_child SIGNAL SECONDS: asks, waits, then insists.
end_child() {
  local tenth
  [[ -n $child ]] || return 0
  [[ $1 == NONE ]] || kill -s "$1" "$child" 2>/dev/null || true
  for ((tenth = 0; tenth < $2 * 10; tenth++)); do
    kill -0 "$child" 2>/dev/null || break
    sleep 0.1
  done
  kill -s KILL "$child" 2>/dev/null || true
  wait "$child" 2>/dev/null || true
  child=
}

# on_signal NAME STATUS: a terminal's Ctrl-C has reached the child as well; pytest must not hear it twice.
on_signal() {
  trap '' INT TERM HUP
  if [[ $1 == INT && -n $child_hears_interrupt ]]; then
    end_child NONE 60
  else
    end_child TERM 10
  fi
  exit "$2"
}

catch_signals() {
  trap 'on_signal INT 130' INT
  trap 'on_signal TERM 143' TERM
  trap 'on_signal HUP 129' HUP
  trap on_exit EXIT
}

on_exit() {
  trap '' INT TERM HUP
  end_child TERM 10
  end_worker
  leave_cluster
}
