#!/bin/sh
# Copyright 2026 the airg authors. Apache-2.0 license.
#
# Builds the launcher: build.sh [x86_64|aarch64] OUT
# CC overrides the compiler. The same sources and compiler give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case $# in
  1) arch=$(uname -m) out=$1 ;;
  2) arch=$1 out=$2 ;;
  *) echo "usage: build.sh [x86_64|aarch64] OUT" >&2; exit 64 ;;
esac
case $out in /*) ;; *) out=$PWD/$out ;; esac
native=$(uname -m)
case $arch in
  x86_64 | aarch64) ;;
  *) echo "build.sh: unknown architecture $arch" >&2; exit 64 ;;
esac
if [ -z "${CC:-}" ]; then
  if [ "$arch" != "$native" ]; then CC=$arch-linux-gnu-gcc
  elif command -v musl-gcc >/dev/null 2>&1; then CC=musl-gcc
  else CC=gcc; fi
fi
cd "$here"
# kernel.h brings what kernel headers would, so no search path is needed for musl.
# Sources in one order, no paths, dates or build ids: deterministic.
LC_ALL=C exec $CC -std=c11 -static -Os -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
  -Wall -Wextra -Werror -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wundef \
  -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wcast-qual -Wpointer-arith \
  -ffunction-sections -fdata-sections -fno-ident -ffile-prefix-map="$here"=. \
  -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--build-id=none -s -o "$out" \
  blob.c follow.c identity.c inner.c instruction.c landlock.c main.c mount_watch.c mounts.c outer.c \
  overlay.c privileges.c proc.c pty.c scan.c scan_memory.c scan_records.c sockets.c spawn.c status.c tree.c watch.c
