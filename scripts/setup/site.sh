# The web site: gunicorn in the foreground, on this machine's own address.

port_is_free() {
  ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

site_answers() {
  local answer=
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$1" >&3
  read -r -t 30 answer <&3 || true
  # A connection that is closed before all is read counts as open until the site's patience at its end is over.
  cat <&3 >/dev/null || true
  exec 3<&-
  [[ $answer == HTTP/* ]]
}

# The worker does what outlives a request; one that ends for whatever reason is begun anew as long as this shell lives.
worker=

# It dies with this shell, and holds none of its locks.
start_worker() {
  say "Starting the worker"
  setpriv --pdeathsig TERM -- bash -c \
    'trap "kill \$job 2>/dev/null; exit" TERM; while :; do setpriv --pdeathsig TERM -- "$@" & job=$!; wait $job; sleep 3; done' \
    worker "$venv/bin/flask" --app "$root/app" jobs work >>"$state/worker.log" 2>&1 </dev/null 7>&- 8>&- 9>&- &
  worker=$!
}

end_worker() {
  [[ -n $worker ]] || return 0
  kill -s TERM "$worker" 2>/dev/null || true
  wait "$worker" 2>/dev/null || true
  worker=
}

# start_site PORT: the web server is given its own role only, not the owner's address of the database.
start_site() {
  write_secret "$state/secret_key"
  port_is_free "$1" || fail "port $1 is in use by another program; choose another with --port"
  say "Starting the site"
  SECRET_KEY=${SECRET_KEY:-$(cat "$state/secret_key")} DATABASE_URL=$WEB_DATABASE_URL \
    start_child "$venv/bin/gunicorn" -c "$root/scripts/setup/gunicorn.conf.py" --chdir "$root" --bind "127.0.0.1:$1" >>"$state/site.log" 2>&1
  until site_answers "$1"; do
    kill -0 "$child" 2>/dev/null || site_failed
    sleep 0.1
  done
}

site_failed() {
  tail -n 8 "$state/site.log" >&2
  fail "the site does not start; its log is $state/site.log"
}
