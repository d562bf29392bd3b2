# What browsers load: packages from the lock file, and compiled translations.

assets_are_current() {
  local lock=$root/package-lock.json
  [[ ! -e $lock || $(cat "$root/node_modules/lock.hash" 2>/dev/null) == "$(hash_of "$lock")" ]]
}

# npm empties node_modules before it begins, so the stamp goes first and comes last.
install_assets() {
  assets_are_current && return
  say "Installing front-end packages into node_modules"
  quietly "npm" npm ci --prefix "$root" --ignore-scripts --no-audit --no-fund
  hash_of "$root/package-lock.json" >"$root/node_modules/lock.hash"
}

compile_translations() {
  local source target stale=
  for source in "$root"/app/translations/*/LC_MESSAGES/*.po; do
    [[ -e $source ]] || return 0
    target=${source%.po}.mo
    [[ $target -nt $source ]] || stale=1
  done
  [[ -n $stale ]] || return 0
  say "Compiling translations"
  quietly "compiling translations" "$venv/bin/pybabel" compile -d "$root/app/translations"
}
