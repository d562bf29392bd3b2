# Packages of the distribution, installed only where the thing itself is missing.

needed=()

need() {
  local package
  for package in "$@"; do
    [[ " ${needed[*]} " == *" $package "* ]] || needed+=("$package")
  done
}

need_server() {
  [[ -n ${DATABASE_URL:-} ]] || server_is_installed || need postgresql-15 postgresql-15-postgis-3
}

# The server's user is made last: where it is absent, an installation was cut off.
server_is_installed() {
  find_server >/dev/null && id postgres >/dev/null 2>&1
}

need_python() {
  find_python >/dev/null || need python3 python3-venv
}

need_npm() {
  assets_are_current || command -v npm >/dev/null || need nodejs npm
}

need_browser() {
  command -v chromium >/dev/null || need chromium
  command -v chromedriver >/dev/null || need chromium-driver
}

# What reports are written in, and what the browser of the tests shows Chinese with.
need_font() {
  [[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ]] || need fonts-noto-cjk
}

# What measuring holds the import against.
need_yardsticks() {
  command -v ogr2ogr >/dev/null || need gdal-bin
}

install_packages() {
  local command
  ((${#needed[@]} > 0)) || return 0
  command -v apt-get >/dev/null || fail "this is not Debian: install ${needed[*]} or what your system calls them, then call again"
  command=$(install_command)
  if ((EUID == 0)); then
    say "Installing ${needed[*]}"
    sh -c "$command" </dev/null >>"$log" 2>&1 || packages_failed
  elif sudo -n true 2>/dev/null; then
    say "Installing ${needed[*]} (sudo)"
    sudo -n sh -c "$command" </dev/null >>"$log" 2>&1 || packages_failed
  else
    echo "Packages are missing and this user may not install them. An administrator must run this line:" >&2
    echo "$(command -v sudo >/dev/null && echo sudo sh -c || echo su -c) '$command'" >&2
    fail "call again when that is done"
  fi
  hash -r
}

# Installing a server makes and starts a cluster named main, which nobody here wants: a drop-in forbids it for this
# once. Where the server is installed already, its clusters are left as they are.
install_command() {
  local dropin=/etc/postgresql-common/createcluster.d/netgrid.conf
  local apt="apt-get -o DPkg::Lock::Timeout=300 -y"
  local install="export DEBIAN_FRONTEND=noninteractive; $apt update; dpkg --configure -a; $apt install --no-install-recommends ${needed[*]}"
  if [[ " ${needed[*]} " == *" postgresql-15 "* ]]; then
    install="mkdir -p ${dropin%/*}; echo create_main_cluster=false >$dropin; $install; s=\$?; rm -f $dropin; exit \$s"
  fi
  echo "$install"
}

packages_failed() {
  tail -n 15 "$log" >&2
  fail "the packages could not be installed; all of apt's output is in $log"
}
