#!/bin/sh
# Copyright 2026 the airg authors. Apache-2.0 license.
#
# Fuzzes the instruction's parser: fuzz.sh SECONDS [FOLDER]
# FOLDER collects what is found (a temporary one by default); fuzz_corpus/ are the seeds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:?usage: fuzz.sh SECONDS [FOLDER]}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
found=${2:-$work/found}
mkdir -p "$found"
cd "$here"
${CC:-clang} -std=c11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
  -Wall -Wextra -Werror -Wno-macro-redefined -o "$work/fuzz" \
  fuzz_instruction.c instruction.c blob.c status.c
"$work/fuzz" -max_total_time="$seconds" -max_len=65536 -dict=fuzz.dict -artifact_prefix="$found/" \
  -print_final_stats=1 "$found" fuzz_corpus
