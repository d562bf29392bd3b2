# The web site: gunicorn in the foreground, on this machine's own address.

port_is_free() {
  ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

site_answers() {
  local answer=
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$1" >&3
  read -r -t 30 answer <&3 || true
  exec 3<&-
  [[ $answer == HTTP/* ]]
}

# start_site PORT: the web server is given its own role only, not the owner's address of the database.
start_site() {
  write_secret "$state/secret_key"
  port_is_free "$1" || fail "port $1 is in use by another program; choose another with --port"
  say "Starting the site"
  SECRET_KEY=${SECRET_KEY:-$(cat "$state/secret_key")} DATABASE_URL=$WEB_DATABASE_URL \
    start_child "$venv/bin/gunicorn" 'app:create_app()' --chdir "$root" --bind "127.0.0.1:$1" --no-control-socket \
    --worker-class gthread --workers 2 --threads 4 --timeout 120 --graceful-timeout 5 --log-level warning >>"$state/site.log" 2>&1
  until site_answers "$1"; do
    kill -0 "$child" 2>/dev/null || site_failed
    sleep 0.1
  done
}

site_failed() {
  tail -n 8 "$state/site.log" >&2
  fail "the site does not start; its log is $state/site.log"
}
