#!/bin/sh
# Installs what tools/packages.txt names and this machine lacks (Debian 12). With nothing missing it only asks dpkg,
# which takes a few milliseconds. Without root and without a password-free sudo it prints the line to type instead.
set -eu
list=$(dirname "$0")/packages.txt

missing() {
  dpkg-query -W -f '${Package} ${db:Status-Status}\n' $(cat "$list") 2>/dev/null |
    awk 'FILENAME == "-" { if ($2 == "installed") have[$1] = 1; next } !($1 in have)' - "$list"
}

wanted=$(missing)
[ -z "$wanted" ] && exit 0
wanted=$(echo $wanted)

as_root=
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=sudo
  else
    echo "Some Debian packages are missing. As root, type:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends $wanted" >&2
    exit 1
  fi
fi

echo "Installing: $wanted" >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q >&2
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $wanted >&2

wanted=$(echo $(missing))
if [ -n "$wanted" ]; then
  echo "Still missing after the installation: $wanted" >&2
  exit 1
fi
