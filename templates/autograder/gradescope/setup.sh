#!/usr/bin/env bash
# Prepares the image of the autograder of <<lab>>; Gradescope runs it once, when the zip is uploaded.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The strongest isolation of submissions needs bubblewrap; where it cannot be had, another level is taken.
command -v bwrap >/dev/null || { apt-get update -qq && apt-get install -y -qq bubblewrap; } || true

python=""
for candidate in python3.13 python3.12 python3.11 python3; do
  if "$candidate" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  apt-get update -qq && apt-get install -y -qq python3.11 python3.11-venv
  python=python3.11
fi
[ -x venv/bin/python ] || "$python" -m venv venv
{% if is_offline %}
venv/bin/python -m pip install --quiet --no-index --find-links wheels --constraint constraints.txt wheels/grader-*.whl
{% else %}
venv/bin/python -m pip install --quiet --constraint constraints.txt wheels/grader-*.whl
{% endif %}
{% if datasets %}
venv/bin/grader data fetch <<datasets | join(" ")>>
{% endif %}
venv/bin/grader doctor || true
