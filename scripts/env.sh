# Sourced by the scripts here, with $root set: which deno they use, and its cache.
# shellcheck shell=sh disable=SC2034,SC2154
DENO=
if [ -r "$root/.tools/deno-path" ]; then
  IFS= read -r DENO <"$root/.tools/deno-path" || true
fi
if [ ! -x "$DENO" ]; then
  printf '%s: deno is not set up; run ./scripts/setup first\n' "${0##*/}" >&2
  exit 69
fi
DENO_DIR=$root/.tools/deno-dir
DENO_NO_UPDATE_CHECK=1
export DENO DENO_DIR DENO_NO_UPDATE_CHECK
