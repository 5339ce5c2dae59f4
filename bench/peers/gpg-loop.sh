#!/bin/sh
# What a shell script would do: `gpg --verify` for every module.sig, then `sha256sum -c` of what they list.
#
#     gpg-loop.sh ROOT WEBROOT FOLDER      # WEBROOT relative to ROOT; FOLDER for the list
#
# It takes the list from the file that gpg verified, not from gpg: a script as short as this one can be deceived.
set -eu
cd "$1"
webroot=$2
list=$3/list
modules=0
: >"$list"
for signature in "$webroot"/admin/modules/*/module.sig; do
  if ! gpg --batch --no-tty --quiet --verify "$signature" 2>"$3/gpg.log"; then
    cat "$3/gpg.log" >&2
    exit 1
  fi
  modules=$((modules + 1))
  folder=${signature%/module.sig}
  LC_ALL=C awk -v folder="$folder" -v webroot="$webroot" '
    $0 == "[hashes]" { listed = 1; next }
    $0 == "-----BEGIN PGP SIGNATURE-----" { exit }
    listed && length($0) > 67 && substr($0, length($0) - 66, 3) == " = " {
      path = substr($0, 1, length($0) - 67)
      sub(/^- /, "", path)
      place = folder "/" path
      # framework installs its files all over the system, and some of them nowhere.
      if (folder ~ /\/framework$/) {
        if (path ~ /^(amp_conf\/(astetc|moh)|upgrades)\//) next
        if (sub(/^amp_conf\/htdocs\//, "", path)) place = webroot "/" path
        else if (sub(/^amp_conf\/sbin\//, "", path)) place = "usr/sbin/" path
        else if (sub(/^amp_conf\//, "", path)) place = "var/lib/asterisk/" path
      }
      print substr($0, length($0) - 63) "  " place
    }' "$signature" >>"$list"
done
sha256sum --check --strict "$list" >"$3/checked"
echo "modules $modules"
echo "files $(grep -c ': OK$' "$3/checked")"
