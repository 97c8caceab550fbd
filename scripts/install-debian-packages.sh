#!/bin/sh
# Installs the Debian packages that the tests use, those that are missing only. Services of new packages are kept from
# starting, now and at the next boot; services that already run are left alone.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
list=${DEBIAN_PACKAGES:-$here/debian-packages.txt}
policy=${POLICY_RC_D:-/usr/sbin/policy-rc.d}

wanted=$(sed -e 's/#.*//' "$list" | awk 'NF { print $1 }')
missing=
for package in $wanted; do
  # "install ok installed": a package that was removed but left its configuration must not count.
  case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || :) in
    *' installed') ;;
    *) missing="$missing $package" ;;
  esac
done
missing=${missing# }
if [ -z "$missing" ]; then
  echo "Debian packages: all there."
  exit 0
fi

echo "Debian packages missing: $missing"
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    exec sudo -n env DEBIAN_PACKAGES="$list" POLICY_RC_D="$policy" sh "$0"
  fi
  echo "They need root, and sudo asks for a password here. Install them, then run this again:" >&2
  echo "  sudo apt-get install --no-install-recommends $missing" >&2
  exit 1
fi

# policy-rc.d that exits 101 makes maintainer scripts start nothing; the administrator's own one is put back.
saved=
restore() {
  rm -f "$policy"
  [ -z "$saved" ] || mv "$saved" "$policy"
}
if [ -e "$policy" ] || [ -L "$policy" ]; then
  saved=$policy.before-retask
  mv "$policy" "$saved"
fi
trap restore EXIT
trap 'exit 130' INT TERM HUP
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

install() {
  # shellcheck disable=SC2086 # a list of names
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends --no-upgrade \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 $missing </dev/null
}
# The package lists are fetched only where the install fails without them.
if ! install; then
  echo "Fetching the package lists (apt-get update), then trying again."
  apt-get update -q
  install
fi

# Debian enables the services of what it installs: a test's tftpd must not greet the next boot.
if command -v systemctl >/dev/null 2>&1; then
  for package in $missing; do
    dpkg -L "$package" 2>/dev/null | sed -nE 's#^(/usr)?/lib/systemd/system/([^/@]+\.(service|socket))$#\2#p'
  done | while read -r unit; do
    systemctl disable "$unit" >/dev/null 2>&1 </dev/null || :
  done
fi
echo "Debian packages: installed, their services not started."
