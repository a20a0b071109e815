#!/usr/bin/env bash
# One command from a fresh Debian (or Raspberry Pi OS) machine to a running terminal.
#
#   ./setup.sh demo [--scripted] [--out DIR]   installs what is missing, then runs the whole story on this machine
#   ./setup.sh test [PYTEST ARGUMENTS]         installs what is missing, then passes every test
#   ./setup.sh install                         installs what is missing, and stops there
#
# Debian packages are installed when this is root or sudo asks no password; otherwise they are named in one list and
# the rest goes on with what there is. Python packages go into .venv, locked with hashes.
set -euo pipefail
cd "$(dirname "$0")"

VENV=.venv
# Needed to run at all / for the demo's and the tests' independent peers.
RUN_PACKAGES=(python3-venv libegl1 libgl1 libgles2 libgbm1 libdrm2 libportaudio2 libasound2 alsa-utils espeak-ng)
DEMO_PACKAGES=(kamailio)
TEST_PACKAGES=(
    baresip-core linphone-cli sip-tester kamailio kamailio-tls-modules iproute2 pulseaudio pulseaudio-utils
    libasound2-plugins openssl e2fsprogs modemmanager ofono dbus-daemon umockdev
)
OF_PROCESSES=(tests/integration tests/system tests/campaign)
ALONE=(tests/integration/test_engine_conformance.py)

say() { printf 'setup: %s\n' "$*" >&2; }

missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$package"
    done
}

debian_packages() {
    local missing as_root=()
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -eq 0 ] && return
    if ! command -v apt-get >/dev/null; then
        say "not a Debian machine; install by hand: ${missing[*]}"
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            say "without root: these Debian packages are missing, and what needs them is left out: ${missing[*]}"
            say "to have them: sudo apt-get install ${missing[*]}"
            return
        fi
        as_root=(sudo)
    fi
    say "installing Debian packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq || say "apt-get update failed; going on with the lists there are"
    # A service that a package brings is not wanted on this machine: the demo starts its own, on loopback.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >&2 || say "some packages could not be installed; what needs them is left out"
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3 python3.12 python3.13 /usr/bin/python3; do
        [ -n "$candidate" ] || continue
        "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
            2>/dev/null && { command -v "$candidate"; return; }
    done
    say "no Python 3.11 to 3.13 with venv found; install python3 and python3-venv, or set PYTHON"
    exit 1
}

python_packages() {
    local lock=$1 stamp="$VENV/.installed" want
    want=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
    if [ -x "$VENV/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then return; fi
    [ -x "$VENV/bin/python" ] || "$(find_python)" -m venv "$VENV"
    say "installing Python packages from $lock"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    printf '%s' "$want" > "$stamp"
}

case "${1:-}" in
demo)
    shift
    debian_packages "${RUN_PACKAGES[@]}" "${DEMO_PACKAGES[@]}"
    python_packages requirements-dev.lock
    exec "$VENV/bin/kiosk" demo "$@"
    ;;
test)
    shift
    debian_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    python_packages requirements-dev.lock
    "$VENV/bin/ruff" check .
    "$VENV/bin/ruff" format --check .
    "$VENV/bin/mypy"
    [ $# -eq 0 ] || exec "$VENV/bin/python" -m pytest "$@"
    # What only computes fills the processors; what talks to other programs, and mostly waits for them, comes after it;
    # what plays against the clock in pure Python has them for itself.
    status=0
    "$VENV/bin/python" -m pytest --numprocesses 2 "${OF_PROCESSES[@]/#/--ignore=}" || status=$?
    "$VENV/bin/python" -m pytest --numprocesses 2 --dist loadfile "${OF_PROCESSES[@]}" "${ALONE[@]/#/--ignore=}" || status=$?
    "$VENV/bin/python" -m pytest "${ALONE[@]}" || status=$?
    exit "$status"
    ;;
install)
    debian_packages "${RUN_PACKAGES[@]}"
    python_packages requirements.lock
    ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
