# The private PostGIS server of this checkout: unix socket only, its own data directory, nobody else's business.
# Inside it everybody is trusted; the wall is the socket's directory, which only the owner (and root) can enter.

# find_server [VERSION]: the directory of PostgreSQL's programs, which Debian keeps off the PATH.
find_server() {
  local programs version newest=
  for programs in /usr/lib/postgresql/*/bin; do
    version=${programs%/bin} version=${version##*/}
    [[ -x $programs/initdb && -e /usr/share/postgresql/$version/extension/postgis.control ]] || continue
    ((version >= 15)) && [[ ${1:-$version} == "$version" ]] || continue
    ((version > ${newest:-0})) && newest=$version
  done
  [[ -n $newest ]] && echo "/usr/lib/postgresql/$newest/bin"
}

as_server() {
  if ((EUID == 0)); then
    (cd / && runuser -u postgres -- "$@" 9>&-)
  else
    (cd / && "$@" 9>&-)
  fi
}

make_server_directory() {
  if ((EUID == 0)); then
    install -d -m 0700 -o postgres -g postgres "$1"
  else
    install -d -m 0700 "$1"
  fi
  [[ -O $1 ]] || ((EUID == 0)) || fail "$1 belongs to another user"
}

# A socket's path has about 107 bytes, and in a URL and in the server's settings some letters mean something else:
# a long or unusual home directory needs a short detour.
choose_places() {
  local base=/tmp
  ((EUID == 0)) && base=/run
  data=$state/data
  socket=$state/socket
  if ((${#socket} > 60)) || [[ $socket == *[^A-Za-z0-9/._-]* ]]; then
    socket=$base/netgrid-$EUID-$(printf %s "$state" | sha256sum | cut -c1-12)
  fi
}

find_programs() {
  local version
  version=$(cat "$data/PG_VERSION" 2>/dev/null || true)
  programs=$(find_server $version) || fail "the private server was made by PostgreSQL $version, which is no longer installed" 3
}

start_cluster() {
  local attempt
  unset "${!PG@}"
  choose_places
  find_programs
  exec 9>>"$state/users.lock"
  flock -s 9
  if [[ -n $(cluster_process) ]]; then
    say "The private database server runs already"
  else
    make_cluster
    say "Starting the private database server"
    for attempt in 1 2 3; do
      clear_leftovers
      write_server_settings
      as_server "$programs/pg_ctl" start -D "$data" -l "$data/server.log" -w -t 300 >>"$log" 2>&1 7>&- 8>&- && break
      ((attempt < 3)) || cluster_failed
      sleep 2
    done
  fi
  "$programs/pg_isready" -q -h "$socket" -t 60 || cluster_failed
}

cluster_failed() {
  tail -n 8 "$data/server.log" >&2 || true
  fail "the private database server does not start; its log is $data/server.log" 3
}

# The data directory appears whole, by a rename, or not at all.
make_cluster() {
  [[ -s $data/PG_VERSION ]] && return
  [[ ! -e $data ]] || fail "$data is not a whole database directory; move it away, then call again" 3
  say "Making the private database server in $state"
  rm -rf "$data.new"
  make_server_directory "$data.new"
  as_server "$programs/initdb" -D "$data.new" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >>"$log" 2>&1 \
    || { tail -n 8 "$log" >&2; fail "the database directory could not be made; see $log" 3; }
  echo "include 'netgrid.conf'" | as_server tee -a "$data.new/postgresql.conf" >/dev/null
  mv "$data.new" "$data"
}

# The process that serves our data directory, or nothing: after a restart of the machine the number in the file may
# belong to anybody.
cluster_process() {
  local process
  process=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 0
  [[ $(as_server readlink "/proc/$process/cwd") == "$data" ]] && echo "$process"
  return 0
}

clear_leftovers() {
  make_server_directory "$socket"
  rm -f "$data/postmaster.pid" "$socket"/.s.PGSQL.*
}

memory_mb() {
  local total limit
  total=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
  [[ $limit == max ]] || ((limit / 1048576 >= total)) || total=$((limit / 1048576))
  echo "$total"
}

# bounded VALUE LOW HIGH
bounded() {
  echo $(($1 < $2 ? $2 : $1 > $3 ? $3 : $1))
}

write_server_settings() {
  local memory
  memory=$(memory_mb)
  as_server tee "$data/netgrid.conf" >/dev/null <<EOF
listen_addresses = ''
port = 5432
unix_socket_directories = '$socket'
unix_socket_permissions = 0700
shared_buffers = $(bounded $((memory / 6)) 128 4096)MB
effective_cache_size = $(bounded $((memory / 2)) 256 65536)MB
work_mem = 64MB
maintenance_work_mem = $(bounded $((memory / 24)) 64 512)MB
max_wal_size = 4GB
jit = off
fsync = on
timezone = 'UTC'
EOF
}

query() {
  "$programs/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$socket" -U postgres "$@"
}

make_roles() {
  query -d postgres -f - <"$root/scripts/setup/roles.sql" >>"$log" 2>&1 || cluster_failed
}

# make_database NAME
make_database() {
  if [[ $(query -d postgres -c "SELECT count(*) FROM pg_database WHERE datname = '$1'") == 0 ]]; then
    say "Making database $1"
    query -d postgres -c "CREATE DATABASE $1 OWNER netgrid TEMPLATE template0"
  fi
  query -d "$1" -c "SET client_min_messages = warning" -c "CREATE EXTENSION IF NOT EXISTS postgis" -c "CREATE EXTENSION IF NOT EXISTS pg_trgm"
}

drop_database() {
  query -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)"
}

# database_url ROLE NAME
database_url() {
  echo "postgresql+psycopg2://$1@/$2?host=$socket"
}

# For a server that outlived the shell that started it.
stop_left_cluster() {
  choose_places
  [[ -n $(cluster_process) ]] || return 0
  find_programs
  exec 9>>"$state/users.lock"
  leave_cluster
}

# The last one out stops the server. The lock on users.lock is shared by all who use it.
leave_cluster() {
  { : >&9; } 2>/dev/null || return 0
  if [[ -n $(cluster_process) ]]; then
    if flock -n -x 9; then
      say "Stopping the private database server"
      as_server "$programs/pg_ctl" stop -D "$data" -m fast -w -t 60 >>"$log" 2>&1 || true
      flock -u 9
    else
      say "The private database server stays up for another user of it"
    fi
  fi
  exec 9>&-
}
