/* Copyright 2026 the airg authors. Apache-2.0 license. */

/*
 * libFuzzer target for the instruction's parser; run by fuzz.sh.
 * The first byte says whether the header is made to fit the body, so that the
 * fuzzer gets past it. What is accepted must also walk and hold its own limits.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "blob.h"
#include "status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok) {
  if (!ok) abort();
}

static void walk(const struct instruction *in, const char *buffer, size_t length) {
  for (int key = 0; key < KEY_END; key++) {
    struct cursor cursor = {0};
    struct value value;
    uint32_t n = 0;
    while (next_value(in, (enum key)key, &cursor, &value)) {
      require(cursor.index == n++);
      require(value.bytes >= buffer && value.bytes + value.length < buffer + length);
      require(value.bytes[value.length] == 0);
      if (key != KEY_SECCOMP) require(strlen(value.bytes) == value.length);
    }
    require(n == in->count[key] && !next_value(in, (enum key)key, &cursor, &value));
    require(in->count[key] != 1 || !in->single[key].bytes || in->single[key].bytes[in->single[key].length] == 0);
  }
  size_t n;
  char **arguments = vector(in, KEY_ARG, 3, &n);
  require(n == in->count[KEY_ARG] + 3 && !arguments[n]);
  munmap(arguments, (n + VECTOR_TAIL) * sizeof *arguments);
  require(in->count[KEY_ARG] >= 1 && in->single[KEY_EXEC].bytes[0] == '/');
  require(in->umask <= 0777 && in->ll_abi_min >= 1 && in->ll_abi_min <= 99);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > INSTRUCTION_MAX) return 0;
  bool fit = data[0] & 1;
  char digits[21], header[64] = "airg-launch 1 ";
  strcat(strcat(header, decimal_text(size - 1, digits)), "\n");
  size_t head = fit ? strlen(header) : 0, length = head + size - 1;
  char *buffer = malloc(length ? length : 1); /* exact, so that ASan sees one byte too far */
  memcpy(buffer, header, head);
  memcpy(buffer + head, data + 1, size - 1);
  struct instruction in;
  size_t at;
  const char *reason = instruction_parse(&in, buffer, length, &at);
  require(at <= length);
  if (!reason) walk(&in, buffer, length);
  free(buffer);
  struct line line;
  line_begin(&line, "detail", "");
  line_bytes(&line, "text", (const char *)data, size);
  require(line_end(&line) == !line.full && line.length <= sizeof line.text);
  return 0;
}
