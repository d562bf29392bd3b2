# The database that the program works in: the operator's where DATABASE_URL is set, else one in the private server.

# A shell that has read our own environment file names the private server, which is no operator's.
forget_own_url() {
  choose_places
  [[ ${DATABASE_URL:-} != *"host=$socket" ]] || unset DATABASE_URL WEB_DATABASE_URL
}

# open_database SUFFIX FRESH: sets DATABASE_URL (owner) and WEB_DATABASE_URL (the web server's role). The suffix, where
# one is given, names a database next to the usual one; with anything for FRESH a private one is dropped and made anew.
open_database() {
  local name=netgrid${1:+_$1}
  if [[ -n ${DATABASE_URL:-} ]]; then
    say "Checking the database that DATABASE_URL names"
    DATABASE_URL=$(run_python -m app.core.database_check ${1:+--beside "$1"}) || exit
    [[ -z ${1:-} && -n ${WEB_DATABASE_URL:-} ]] || WEB_DATABASE_URL=$DATABASE_URL
  else
    start_cluster
    make_roles
    [[ -z ${2:-} ]] || drop_database "$name"
    make_database "$name"
    DATABASE_URL=$(database_url netgrid "$name")
    WEB_DATABASE_URL=$(database_url netgrid_web "$name")
  fi
  export DATABASE_URL WEB_DATABASE_URL
}

# A private database remembers by its comment which version of NetGrid made it ready, and with which migration: when both
# are the same, Python need not be started to find out that there is nothing to do.
prepared_comment() {
  query -d netgrid -v version="$1" -f - 2>/dev/null <<'EOF'
SELECT :'version' || ' ' || version_num FROM alembic_version
EOF
}

database_is_prepared() {
  local found wanted
  [[ -n ${programs:-} ]] || return 1
  wanted=$(prepared_comment "$1") || return 1
  found=$(query -d netgrid -c "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")
  [[ $found == "$wanted" ]]
}

remember_prepared() {
  [[ -n ${programs:-} ]] || return 0
  query -d netgrid -c "COMMENT ON DATABASE netgrid IS '$(prepared_comment "$1")'"
}

find_plant() {
  if [[ $(query -d netgrid -v code="'$region'" -f "$root/scripts/setup/holds_plant.sql") == t ]]; then
    echo filled
  else
    echo empty
  fi
}

run_python() {
  PYTHONPATH=$root "$venv/bin/python" "$@"
}
