#!/bin/sh
# airg @VERSION@: this header, then a tar archive of the runtime and the program.
# Unpacks once into a private folder, checks hashes then, and starts from there.
set -u
id=@ID@
self=$0
case $self in */*) ;; *) self=$(command -v -- "$0") || self=$0 ;; esac
case $self in /*) ;; *) self=$PWD/${self#./} ;; esac
# The caller's PATH may name a project's folder: what is started here is the system's.
had_path=${PATH+yes} caller_path=${PATH:-}
PATH=/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin
# A link named airg-COMMAND means that command: a client is told the file itself.
case $0 in */airg-*) [ ! -L "$self" ] || self=$(readlink -f -- "$self") ;; esac

fail() {
  printf 'airg: error: %s\n' "$1" >&2
  printf 'airg: hint: %s\n' "$2" >&2
  exit 70
}

# A folder is used only if this user owns it and it is no link: another user
# must not be able to plant a program here.
ours() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ]; }

start() {
  export DENO_DIR="$1/deno-dir" DENO_NO_UPDATE_CHECK=1
  unset DENO_V8_FLAGS NODE_OPTIONS
  dir=$1
  shift
  if [ "$had_path" = yes ]; then PATH=$caller_path; else unset PATH; fi
  exec "$dir/deno" run -A --quiet --no-prompt --no-config --no-lock \
    --no-remote --cached-only "$dir/main.js" "--argv0=$0" "--self=$self" "$@"
}

# 1: beneath the user's own cache folder
base=
parent=${XDG_CACHE_HOME:-}
case $parent in /*) ;; *) parent=${HOME:-}; case $parent in /*) parent=$parent/.cache ;; *) parent= ;; esac ;; esac
if [ -n "$parent" ]; then
  base=$parent/ai-runtime-guard/app
  # Whoever owns a folder can replace what lies in it, so the whole chain counts.
  if [ -f "$base/$id/stamp" ] && ours "$base/$id" && ours "$base" &&
    ours "$parent/ai-runtime-guard" && ours "$parent"; then
    start "$base/$id" "$@"
  fi
fi

# 2: where there is no such folder, or it is read-only or somebody else's
uid=$(id -u)
spare=/var/tmp/airg-app-$uid
if [ -f "$spare/$id/stamp" ] && ours "$spare" && ours "$spare/$id"; then
  start "$spare/$id" "$@"
fi

# prepare BASE: a private folder to unpack into; 1 if it cannot be
prepare() {
  (
    umask 077
    case $1 in
      "$spare") mkdir "$1" 2>/dev/null || ours "$1" ;;
      *)
        # Whoever owns the folder above could replace what is put there.
        above=${1%/ai-runtime-guard/app}
        mkdir -p "$1" 2>/dev/null && ours "$above" &&
          ours "$above/ai-runtime-guard" && ours "$1"
        ;;
    esac
  ) && [ -w "$1" ] && chmod 700 "${1%/app}" "$1" 2>/dev/null
}

# unpack BASE: leaves BASE/$id whole, or not there
unpack() {
  new=$(umask 077 && mktemp -d "$1/.new-XXXXXX" 2>/dev/null) || return 1
  trap 'rm -rf "$new"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if ! tail -c +@OFFSET@ "$self" | tar -xof - -C "$new" 2>/dev/null; then
    rm -rf "$new"
    trap - EXIT INT TERM
    return 1
  fi
  (cd "$new" && sha256sum --quiet -c manifest >/dev/null 2>&1) ||
    fail "$self is damaged: its content does not fit its hashes" "get the file again"
  # The first start compiles; what it compiled is kept for the next ones.
  DENO_DIR="$new/deno-dir" DENO_NO_UPDATE_CHECK=1 "$new/deno" run -A --quiet \
    --no-prompt --no-config --no-lock --no-remote --cached-only \
    "$new/main.js" version >/dev/null 2>&1 </dev/null
  : >"$new/stamp"
  # A place without a stamp has lost files, to a cleaner of old ones perhaps.
  if [ -e "$1/$id" ] && [ ! -f "$1/$id/stamp" ]; then
    mv -T "$1/$id" "$new.old" 2>/dev/null && rm -rf "$new.old"
  fi
  # Two that start at once both unpack; the second finds the place taken.
  if ! mv -T "$new" "$1/$id" 2>/dev/null; then rm -rf "$new"; fi
  trap - EXIT INT TERM
  clean "$1"
  [ -f "$1/$id/stamp" ]
}

# clean BASE: removes versions nobody has started from for a week
clean() {
  for old in "$1"/* "$1"/.new-*; do
    case $old in */"$id" | */\* | */.new-\*) continue ;; esac
    [ -n "$(find "$old" -maxdepth 0 -mtime +7 2>/dev/null)" ] || continue
    for exe in /proc/[0-9]*/exe; do
      case $(readlink "$exe" 2>/dev/null) in "$old"/*) continue 2 ;; esac
    done
    rm -rf "$old"
  done
}

for folder in "$base" "$spare"; do
  [ -n "$folder" ] || continue
  prepare "$folder" || continue
  unpack "$folder" || continue
  start "$folder/$id" "$@"
done
fail "cannot unpack: neither ${base:-a cache folder} nor $spare can be used by user $uid" \
  "set XDG_CACHE_HOME to a folder of yours with 150 MB free; is $self whole?"
