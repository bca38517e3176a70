#!/bin/sh
# Installs the programs that judge our output from outside, or says plainly which are missing.
# With CI=true or PRESERVE_REQUIRE_JUDGES=1 a missing judge is a failure.
set -eu

# One line per judge: its command, the Debian package that holds it, what it judges.
# bagit.py, the judge of bundles, is a Python package and comes with the test tools.
judges='pdfsig poppler-utils PDF signatures
pdftotext poppler-utils text of the pages
pdfinfo poppler-utils structure of the pages
pdftoppm poppler-utils pictures of the pages
openssl openssl signatures and time-stamps
java default-jdk-headless signatures by EU DSS, PDF/A and PDF/UA by veraPDF
softhsm2-util softhsm2 keys on tokens (PKCS #11)
pkcs11-tool opensc what reaches a token
mvn maven the module that asks EU DSS and veraPDF'

missing_packages() {
  echo "$judges" | while read -r command package _; do
    command -v "$command" >/dev/null 2>&1 || echo "$package"
  done | sort -u
}

packages=$(missing_packages)
if [ -n "$packages" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing outside judges with apt-get:" $packages
  # A mirror that cannot be reached is reported below as a missing judge, not as a crash here.
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends $packages >/dev/null; } || echo "apt-get could not install them." >&2
  packages=$(missing_packages)
fi

# EU DSS and veraPDF are Java libraries; a small module of our own asks them (tests/judges).
judges_folder=$(dirname "$0")/../tests/judges
if command -v mvn >/dev/null 2>&1 && [ ! -f "$judges_folder/target/judges-1.jar" ]; then
  echo "Building the module that asks EU DSS and veraPDF ..."
  mvn --quiet --batch-mode --file "$judges_folder/pom.xml" package || {
    rm -rf "$judges_folder/target"
    echo "Maven could not build tests/judges; the tests that ask EU DSS and veraPDF need it." >&2
    [ "${CI:-}" != true ] && [ "${PRESERVE_REQUIRE_JUDGES:-}" != 1 ] || exit 1
  }
fi
[ -n "$packages" ] || exit 0

echo "$judges" | while read -r command package what; do
  command -v "$command" >/dev/null 2>&1 ||
    echo "Missing judge: $command ($package). Skipped are the tests about: $what." >&2
done
echo "To have them, type: sudo apt-get install" $packages >&2
if [ "${CI:-}" = true ] || [ "${PRESERVE_REQUIRE_JUDGES:-}" = 1 ]; then
  echo "Judges are required here, so this is a failure." >&2
  exit 1
fi
