# The demo county: its survey files, made once for each scale and generator, and their import.

demo_is_current() {
  [[ $(cat "$state/demo_made_by" 2>/dev/null) == "$(demo_version "$1")" ]]
}

demo_version() {
  echo "$1 $(hash_of "$root/scripts/make_demo_county.py" $(compgen -G "$root/scripts/demo*" || true) "$root/app/network/catalogue")"
}

# make_demo SCALE
make_demo() {
  demo_is_current "$1" && return
  say "Making the demo county's survey files at scale $1"
  rm -rf "$state/demo_made_by" "$state/demo.new" "$state/demo"
  quietly "making the demo county" "$venv/bin/python" "$root/scripts/make_demo_county.py" --scale "$1" "$state/demo.new"
  mv "$state/demo.new" "$state/demo"
  demo_version "$1" >"$state/demo_made_by"
}

# The words of the import follow the terminal's language.
import_language() {
  case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    zh*) echo zh ;;
    *) echo en ;;
  esac
}

# import_files PATH...: warnings do not keep the rows out, errors keep out all of them. What it says goes to descriptor 5.
import_files() {
  local status=0 findings=$state/import_findings.json
  rm -f "$findings"
  run_child "$venv/bin/python" "$root/scripts/import_inventory.py" "$@" --region "$region" --language "$(import_language)" \
    --report "$findings" >&5 5>&- || status=$?
  if ((status == 1)) && ! grep -q '"severity": *"error"' "$findings"; then
    say "Imported, with warnings; all of them are in $findings"
  elif ((status != 0)); then
    [[ ! -e $findings ]] || echo "All findings are in $findings" >&2
    fail "the import ended with code $status; the database is as it was before" "$status"
  fi
}

import_demo() {
  make_demo "$1"
  say "Importing the demo county"
  import_files "$state/demo" 5>>"$log"
  tail -n 2 "$log"
  echo "$1" >"$state/demo_scale"
}
