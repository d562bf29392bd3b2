# The demo county: its survey files, made once for each scale and generator, and their import.

demo_is_current() {
  [[ $(cat "$state/demo/made_by" 2>/dev/null) == "$(demo_version "$1")" ]]
}

demo_version() {
  echo "$1 $(hash_of "$root/scripts/make_demo_county.py" $(compgen -G "$root/scripts/demo*" || true) "$root/app/network/catalogue")"
}

# make_demo SCALE
make_demo() {
  demo_is_current "$1" && return
  say "Making the demo county's survey files at scale $1"
  rm -rf "$state/demo.new" "$state/demo"
  quietly "making the demo county" "$venv/bin/python" "$root/scripts/make_demo_county.py" --scale "$1" "$state/demo.new"
  demo_version "$1" >"$state/demo.new/made_by"
  mv "$state/demo.new" "$state/demo"
}

# import_files PATH...
import_files() {
  local status=0
  run_child "$venv/bin/python" "$root/scripts/import_inventory.py" "$@" --region "$region" || status=$?
  ((status == 0)) || fail "the import ended with code $status; what it says is above, and the database is as it was before" "$status"
}

import_demo() {
  local files=()
  make_demo "$1"
  mapfile -t files < <(find "$state/demo" -type f \( -name '*.gpkg' -o -name '*.xlsx' -o -name '*.csv' \) | sort)
  say "Importing the demo county"
  import_files "${files[@]}"
  echo "$1" >"$state/demo_scale"
}
