# The directory of this checkout's state (database, demo files, secret key, logs), and its locks.

make_state_directory() {
  local mode=0700
  state=${NETGRID_STATE_DIR:-$(default_state_directory)}
  # The server's own user must be able to pass through root's directory.
  ((EUID == 0)) && mode=0711
  mkdir -p "${state%/*}" && install -d -m "$mode" "$state" || fail "cannot write to $state; set NETGRID_STATE_DIR to a directory of yours"
  state=$(cd -P "$state" && pwd)
  export NETGRID_STATE_DIR=$state
  log=$state/setup.log
  forget_own_url
  (umask 077 && date -u '+%F %T UTC' >>"$log")
}

default_state_directory() {
  local hash home=${HOME:-$(getent passwd "$EUID" | cut -d: -f6)}
  hash=$(printf %s "$root" | sha256sum | cut -c1-12)
  if ((EUID == 0)); then
    echo "/var/lib/netgrid/$hash"
  else
    echo "${XDG_STATE_HOME:-$home/.local/state}/netgrid/$hash"
  fi
}

# Lock files stay open in fixed descriptors: 7 set-up, 8 this program, 9 users of the private server.
# Children inherit 7 and 8 (the server excepted), so that a lock outlives a killed shell until its child is really gone.

lock_program() {
  exec 8>>"$state/$1.lock"
  if ! flock -n 8; then
    local holder
    holder=$(cat "$state/$1.pid" 2>/dev/null || true)
    if [[ -n $holder ]] && kill -0 "$holder" 2>/dev/null; then
      fail "scripts/$1 is already at work for this checkout (process $holder)$2"
    fi
    say "Waiting for what an earlier scripts/$1 started"
    flock -w 900 8 || fail "what an earlier scripts/$1 started is still at work; see $log"
  fi
  echo $$ >"$state/$1.pid"
}

lock_setup() {
  exec 7>>"$state/setup.lock"
  flock -n 7 && return
  say "Waiting for another set-up of this checkout"
  flock -w 1800 7 || fail "another set-up of this checkout has not ended for half an hour"
}

unlock_setup() {
  exec 7>&-
}

# write_secret FILE: a random key that only its owner reads, whole or not at all.
write_secret() {
  [[ -s $1 ]] && return
  (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$1.new")
  mv "$1.new" "$1"
}

# hash_of FILE...: one hash over names and contents; directories are walked.
hash_of() {
  find "$@" -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64
}
