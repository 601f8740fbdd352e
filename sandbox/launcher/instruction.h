/* Copyright 2026 the airg authors. Apache-2.0 license. */

/*
 * The instruction: what one run is to be, written by airg, read once.
 * The form is described in README.md. Parsing touches nothing but the buffer.
 */
#ifndef AIRG_INSTRUCTION_H
#define AIRG_INSTRUCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define INSTRUCTION_MAX (4u << 20)
/** Pairs of `replace` and `content`. */
#define REPLACED_MAX 8
/** Pairs of `copy` and `copy-from`. */
#define COPIES_MAX 256

enum key {
  KEY_RUNG, KEY_STATUS, KEY_TOKEN, KEY_CGROUP, KEY_OWNER, KEY_OWN_DIR, KEY_BWRAP, KEY_BARG, KEY_ATTACH,
  KEY_HIDE_FILE, KEY_HIDE_DIR, KEY_PIN, KEY_ANCHOR, KEY_COPY, KEY_COPY_FROM, KEY_REPLACE, KEY_CONTENT,
  KEY_OVERLAY, KEY_LAYERS, KEY_PTY, KEY_CWD, KEY_EXEC, KEY_ARG, KEY_ENV,
  KEY_UMASK, KEY_RLIMIT, KEY_LL_ABI_MIN, KEY_LL_FS, KEY_LL_NET, KEY_LL_SCOPE, KEY_LL_PATH,
  KEY_LL_PORT, KEY_SECCOMP, KEY_END, KEY_COUNT
};

enum rung { RUNG_FULL, RUNG_BWRAP, RUNG_BARE };

struct value {
  const char *bytes; /* NUL-terminated once parsed */
  size_t length;
};

struct instruction {
  const char *first;              /* first record, for next_value() */
  uint32_t count[KEY_COUNT];
  struct value single[KEY_COUNT]; /* the value of a key that may come once */
  enum rung rung;
  bool has_owner;
  uid_t owner_uid;
  gid_t owner_gid;
  bool pty;
  mode_t umask;
  uint32_t ll_abi_min;
  uint64_t ll_fs, ll_net, ll_scope;
};

/**
 * Parses `length` bytes in place: the newline after each value becomes a NUL.
 * Returns NULL, or why it was refused; `*at` is then the byte where.
 */
const char *instruction_parse(struct instruction *out, char *buffer, size_t length, size_t *at);

struct cursor {
  const char *next;
  uint32_t index;
};

/** Steps to the next value of `key`; start with a zeroed cursor. */
bool next_value(const struct instruction *in, enum key key, struct cursor *cursor,
                struct value *out);

/** The name as written in the instruction. */
const char *key_name(enum key key);

struct limit {
  const char *name;
  int resource;
  uint64_t soft, hard; /* UINT64_MAX: unlimited */
};
/** Reads a value of `rlimit`, `ll-path` or `ll-port`; false when malformed. */
bool parse_rlimit(struct value value, struct limit *out);
bool parse_path_rule(struct value value, uint64_t *rights, const char **path);
bool parse_port_rule(struct value value, uint64_t *rights, uint64_t *port);

#endif
