# The virtual environment, made from requirements.txt.

venv=$root/.venv

# The distribution's own first: it is kept up to date with the system, and it is the one that a bare machine has.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" /usr/bin/python3 python3.11 python3; do
    [[ -n $candidate ]] || continue
    "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    command -v "$candidate"
    return
  done
  return 1
}

# Two stamps: "unfinished" says that a run was cut off in the middle, when nothing in the directory can be trusted;
# the hash of requirements.txt, written last, says that it is whole.
make_venv() {
  local stamp=$venv/requirements.hash unfinished=$venv/unfinished wanted
  wanted=$(hash_of "$root/requirements.txt")
  [[ ! -e $unfinished && $(cat "$stamp" 2>/dev/null) == "$wanted" && -x $venv/bin/python ]] && return
  say "Installing Python packages into .venv"
  if [[ -e $unfinished ]] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$venv"
    mkdir "$venv"
    touch "$unfinished"
    quietly "making .venv" "$(find_python)" -m venv "$venv"
  fi
  touch "$unfinished"
  rm -f "$stamp"
  quietly "pip" "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --prefer-binary -r "$root/requirements.txt"
  echo "$wanted" >"$stamp"
  rm "$unfinished"
}
