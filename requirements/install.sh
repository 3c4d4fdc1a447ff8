#!/bin/sh
# Sets up the environment from a lock of requirements/; does nothing while both it and the lock are the same.
# usage: [PYTHON=/path/to/python3.12] [VENV=.venv] requirements/install.sh runtime|dev|spark
set -eu

cd "$(dirname "$0")/.."
set_name=$1
venv=${VENV:-.venv}
chosen=${PYTHON:-}

is_supported() {
  "$1" -c 'import sys; raise SystemExit(sys.version_info[:2] not in ((3, 11), (3, 12)))' >/dev/null 2>&1
}

# Run, not only looked up: a version manager leaves names on the path that start nothing.
find_python() {
  without_venv=""
  for candidate in ${chosen:-python3.12 python3.11 python3 python}; do
    is_supported "$candidate" || continue
    if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
      echo "$candidate"
      return 0
    fi
    without_venv=$candidate
  done
  if [ -n "$without_venv" ]; then
    echo "$without_venv comes without its venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2
  elif [ -n "$chosen" ]; then
    echo "PYTHON=$chosen is not a Python 3.11 or 3.12 that starts." >&2
  else
    echo "OrderLens needs Python 3.11 or 3.12, and none was found." >&2
    echo "Install one, or name it: make $set_name PYTHON=/path/to/python3.12" | sed 's/make runtime/make install/; s/make dev/make install-dev/; s/make spark/make test-spark/' >&2
  fi
  return 1
}

create_environment() {
  found=$(find_python) || exit 2
  echo "Creating $venv with $("$found" --version)"
  rm -f "$venv"/.installed-*
  "$found" -m venv --clear "$venv"
}

# The folder counts too: what was installed in another place points there.
wanted() {
  pwd
  cat "requirements/$1.lock" pyproject.toml
}

is_installed() {
  [ -f "$venv/.installed-$1" ] && wanted "$1" | cmp -s - "$venv/.installed-$1"
}

install_packages() {
  total=$(grep -c '^[A-Za-z0-9].*==' "requirements/$set_name.lock")
  echo "Installing $total locked packages into $venv (once; a few minutes)"
  # --no-deps: the lock is complete, and old pips trip over extras when they check hashes.
  {
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input install --no-deps --require-hashes \
      --progress-bar off -r "requirements/$set_name.lock" 2>&1 &&
      "$venv/bin/python" -m pip --disable-pip-version-check --no-input install --no-deps --no-build-isolation \
        --editable . 2>&1 || echo "installation failed"
  } | awk -v total="$total" -v log_file="$venv/install.log" '
    { print > log_file }
    /^(Collecting|Requirement already satisfied)/ {
      if (++count % 40 == 0 && count < total) { printf "  %d of %d\n", count, total; fflush() }
    }
    /^Installing collected packages/ && !told++ { print "  unpacking and compiling"; fflush() }
    $0 == "installation failed" { failed = 1 }
    END { exit failed }
  ' || {
    tail -n 15 "$venv/install.log" >&2
    echo "The packages could not be installed; the whole log is $venv/install.log." >&2
    exit 1
  }
}

if [ -x "$venv/bin/python" ] && is_supported "$venv/bin/python"; then
  # The development lock holds the runtime lock's versions too, so whichever came first serves.
  if is_installed "$set_name" || { [ "$set_name" = runtime ] && is_installed dev; }; then
    exit 0
  fi
else
  create_environment
fi
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
install_packages
wanted "$set_name" >"$venv/.installed-$set_name"
