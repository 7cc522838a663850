#!/bin/sh
# Makes sure that there is a browser for the tests of the workbench. Quick when there is one.
set -eu

browser=${CHARTCODE_CHROMIUM:-/usr/bin/chromium}

if [ -x "$browser" ]; then
    exit 0
fi
if [ -n "${CHARTCODE_CHROMIUM:-}" ]; then
    echo "CHARTCODE_CHROMIUM names $browser, which can't be run." >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the tests of the workbench."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    exit 0
fi
echo "No Chromium at $browser: the tests of the workbench in a browser will be skipped." >&2
echo "Install it (Debian: apt-get install chromium), or name one: CHARTCODE_CHROMIUM=/path/to/chromium" >&2
