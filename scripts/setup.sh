# Sourced by the other scripts: what a fresh Debian 12 with Swift lacks is installed once. Plain sh.

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1

# Libraries to build with, those loaded at run time, and what the scripts themselves call.
build_packages="pkg-config libsqlite3-dev zlib1g-dev"
run_packages="libarchive13 libjavascriptcoregtk-4.1-0"
test_packages="git tmux zip unzip python3 python3-venv openssl ca-certificates"

# install_packages NAME...: installs those that are missing; without the right to, prints the line to run and stops.
install_packages() {
    missing=""
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing="$missing $name"
    done
    [ -z "$missing" ] && return 0
    command -v apt-get >/dev/null 2>&1 || { echo "missing:$missing; install them with this system's package manager" >&2; exit 1; }
    if [ "$(id -u)" = 0 ]; then
        as=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null 2>&1; }; then
        as="sudo"
    else
        echo "some packages are missing; run this as root, then this script again:" >&2
        echo "    apt-get update && apt-get install -y --no-install-recommends$missing" >&2
        exit 1
    fi
    echo "Installing$missing ..."
    $as env DEBIAN_FRONTEND=noninteractive apt-get update -qq || exit 1
    # shellcheck disable=SC2086
    $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null || exit 1
}

require_swift() {
    command -v swift >/dev/null 2>&1 || {
        echo "Swift 6.2 or newer is missing; https://www.swift.org/install tells how to install it" >&2
        exit 1
    }
}

# build_release: the one release build that demo, install and bench share; static, so that it runs where no toolchain is.
build_release() {
    if [ -x .build/release/patchbay ]; then
        # The build tool alone takes half a minute to find that nothing changed.
        changed=$(find Package.swift Sources -newer .build/release/patchbay -type f -print | head -1)
        [ -z "$changed" ] && return 0
        echo "Building .build/release/patchbay again: $changed changed ..."
    else
        echo "Building .build/release/patchbay (release, about 15 to 25 minutes on two cores; only the first time) ..."
    fi
    build_product patchbay
    touch .build/release/patchbay
}

# build_product NAME: builds .build/release/NAME, static.
build_product() {
    log=$(mktemp)
    if swift build -c release --static-swift-stdlib --product "$1" >"$log" 2>&1; then
        rm -f "$log"
    else
        grep -E 'error:|error ' "$log" >&2 || tail -20 "$log" >&2
        echo "the build failed; its whole log is $log" >&2
        exit 1
    fi
}

# python_tools: the Python packages that tests drive the sandbox with, in a virtual environment of the checkout.
python_tools() {
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import openai, pexpect' 2>/dev/null; then
        echo "Making .venv with the Python packages of the tests ..."
        python3 -m venv .venv || exit 1
        .venv/bin/python -m pip install -q --disable-pip-version-check -r scripts/requirements.txt || exit 1
    fi
}
