# What both programs need before they can work.

# set_up_tools [browser]
set_up_tools() {
  lock_setup
  need_python
  need_server
  need_npm
  need_font
  [[ -z ${1:-} ]] || need_browser
  install_packages
  make_venv
  install_assets
  compile_translations
}
