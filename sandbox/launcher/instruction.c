/* Copyright 2026 the airg authors. Apache-2.0 license. */
#include "instruction.h"

#include <string.h>
#include <sys/resource.h>

#define ANY UINT32_MAX
#define LARGEST_NUMBER ((uint64_t)INT64_MAX)

/* A value's own rule: true when it may stand. It may store what it read. */
typedef bool rule(struct instruction *in, struct value value);

static bool is_path(struct value v) { return v.length > 0 && v.bytes[0] == '/'; }

static bool same(struct value v, const char *text) {
  return v.length == strlen(text) && memcmp(v.bytes, text, v.length) == 0;
}

/* Decimal without sign or leading zero, at most `max`. */
static bool decimal(struct value v, uint64_t max, uint64_t *out) {
  if (v.length == 0 || v.length > 19 || (v.length > 1 && v.bytes[0] == '0')) return false;
  uint64_t n = 0;
  for (size_t i = 0; i < v.length; i++) {
    if (v.bytes[i] < '0' || v.bytes[i] > '9') return false;
    n = n * 10 + (uint64_t)(v.bytes[i] - '0'); /* 19 digits cannot overflow */
  }
  *out = n;
  return n <= max;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/* 0x and 1 to 16 lower-case digits, no leading zero but in 0x0. */
static bool hex(struct value v, uint64_t *out) {
  if (v.length < 3 || v.length > 18 || v.bytes[0] != '0' || v.bytes[1] != 'x') return false;
  if (v.bytes[2] == '0' && v.length > 3) return false;
  uint64_t n = 0;
  for (size_t i = 2; i < v.length; i++) {
    int digit = hex_digit(v.bytes[i]);
    if (digit < 0) return false;
    n = n << 4 | (uint64_t)digit;
  }
  *out = n;
  return true;
}

/* Cuts `v` at the first space into `head` and `rest`. */
static bool split(struct value v, struct value *head, struct value *rest) {
  const char *space = v.length == 0 ? NULL : memchr(v.bytes, ' ', v.length);
  if (!space) return false;
  size_t length = (size_t)(space - v.bytes);
  *head = (struct value){v.bytes, length};
  *rest = (struct value){space + 1, v.length - length - 1};
  return true;
}

static bool rule_path(struct instruction *in, struct value v) {
  (void)in;
  return is_path(v);
}
static bool rule_any(struct instruction *in, struct value v) {
  (void)in;
  (void)v;
  return true;
}
static bool rule_rung(struct instruction *in, struct value v) {
  if (same(v, "full")) in->rung = RUNG_FULL;
  else if (same(v, "bwrap")) in->rung = RUNG_BWRAP;
  else if (same(v, "bare")) in->rung = RUNG_BARE;
  else return false;
  return true;
}
static bool rule_status(struct instruction *in, struct value v) {
  (void)in;
  return is_path(v) && v.length <= 107; /* sun_path, unix(7) */
}
static bool rule_token(struct instruction *in, struct value v) {
  (void)in;
  if (v.length != 32) return false;
  for (size_t i = 0; i < 32; i++)
    if (hex_digit(v.bytes[i]) < 0) return false;
  return true;
}
static bool rule_owner(struct instruction *in, struct value v) {
  struct value uid_text, gid_text;
  uint64_t uid, gid;
  /* 4294967295 is (uid_t)-1, which setresuid(2) reads as "leave it". */
  if (!split(v, &uid_text, &gid_text) || !decimal(uid_text, 4294967294u, &uid) ||
      !decimal(gid_text, 4294967294u, &gid))
    return false;
  in->has_owner = true;
  in->owner_uid = (uid_t)uid;
  in->owner_gid = (gid_t)gid;
  return true;
}
static bool rule_barg(struct instruction *in, struct value v) {
  (void)in;
  return !same(v, "--"); /* would end bubblewrap's options before ours */
}
static bool rule_pty(struct instruction *in, struct value v) {
  in->pty = same(v, "auto");
  return in->pty || same(v, "none");
}
static bool rule_env(struct instruction *in, struct value v) {
  (void)in;
  const char *equals = v.length == 0 ? NULL : memchr(v.bytes, '=', v.length);
  return equals && equals != v.bytes;
}
static bool rule_umask(struct instruction *in, struct value v) {
  if (v.length == 0 || v.length > 4) return false;
  unsigned n = 0;
  for (size_t i = 0; i < v.length; i++) {
    if (v.bytes[i] < '0' || v.bytes[i] > '7') return false;
    n = n << 3 | (unsigned)(v.bytes[i] - '0');
  }
  in->umask = (mode_t)n;
  return n <= 0777;
}
static bool rule_rlimit(struct instruction *in, struct value v) {
  (void)in;
  struct limit limit;
  return parse_rlimit(v, &limit);
}
static bool rule_abi(struct instruction *in, struct value v) {
  uint64_t n;
  if (!decimal(v, 99, &n) || n == 0) return false;
  in->ll_abi_min = (uint32_t)n;
  return true;
}
static bool rule_ll_fs(struct instruction *in, struct value v) { return hex(v, &in->ll_fs); }
static bool rule_ll_net(struct instruction *in, struct value v) { return hex(v, &in->ll_net); }
static bool rule_ll_scope(struct instruction *in, struct value v) { return hex(v, &in->ll_scope); }
static bool rule_ll_path(struct instruction *in, struct value v) {
  (void)in;
  uint64_t rights;
  const char *path;
  return parse_path_rule(v, &rights, &path);
}
static bool rule_ll_port(struct instruction *in, struct value v) {
  (void)in;
  uint64_t rights, port;
  return parse_port_rule(v, &rights, &port);
}
static bool rule_seccomp(struct instruction *in, struct value v) {
  (void)in;
  return v.length >= 8 && v.length <= 4096 * 8 && v.length % 8 == 0;
}
static bool rule_end(struct instruction *in, struct value v) {
  (void)in;
  return v.length == 0;
}

static const struct {
  const char *name;
  uint32_t min, max;
  rule *check;
} keys[KEY_COUNT] = {
    [KEY_RUNG] = {"rung", 1, 1, rule_rung},
    [KEY_STATUS] = {"status", 1, 1, rule_status},
    [KEY_TOKEN] = {"token", 1, 1, rule_token},
    [KEY_CGROUP] = {"cgroup", 0, 8, rule_path},
    [KEY_OWNER] = {"owner", 0, 1, rule_owner},
    [KEY_OWN_DIR] = {"own-dir", 0, 16, rule_path},
    [KEY_BWRAP] = {"bwrap", 0, 1, rule_path},
    [KEY_BARG] = {"barg", 0, 4096, rule_barg},
    [KEY_ATTACH] = {"attach", 0, 1, rule_path},
    [KEY_HIDE_FILE] = {"hide-file", 0, ANY, rule_path},
    [KEY_HIDE_DIR] = {"hide-dir", 0, ANY, rule_path},
    [KEY_PIN] = {"pin", 0, ANY, rule_path},
    [KEY_ANCHOR] = {"anchor", 0, ANY, rule_path},
    [KEY_COPY] = {"copy", 0, COPIES_MAX, rule_path},
    [KEY_COPY_FROM] = {"copy-from", 0, COPIES_MAX, rule_path},
    [KEY_REPLACE] = {"replace", 0, REPLACED_MAX, rule_path},
    [KEY_CONTENT] = {"content", 0, REPLACED_MAX, rule_any},
    [KEY_OVERLAY] = {"overlay", 0, 4, rule_path},
    [KEY_LAYERS] = {"layers", 0, 4, rule_path},
    [KEY_PTY] = {"pty", 1, 1, rule_pty},
    [KEY_CWD] = {"cwd", 1, 1, rule_path},
    [KEY_EXEC] = {"exec", 1, 1, rule_path},
    [KEY_ARG] = {"arg", 1, 65536, rule_any},
    [KEY_ENV] = {"env", 0, 4096, rule_env},
    [KEY_UMASK] = {"umask", 0, 1, rule_umask},
    [KEY_RLIMIT] = {"rlimit", 0, 16, rule_rlimit},
    [KEY_LL_ABI_MIN] = {"ll-abi-min", 1, 1, rule_abi},
    [KEY_LL_FS] = {"ll-fs", 1, 1, rule_ll_fs},
    [KEY_LL_NET] = {"ll-net", 1, 1, rule_ll_net},
    [KEY_LL_SCOPE] = {"ll-scope", 1, 1, rule_ll_scope},
    [KEY_LL_PATH] = {"ll-path", 0, 4096, rule_ll_path},
    [KEY_LL_PORT] = {"ll-port", 0, 256, rule_ll_port},
    [KEY_SECCOMP] = {"seccomp", 0, 1, rule_seccomp},
    [KEY_END] = {"end", 1, 1, rule_end},
};

const char *key_name(enum key key) { return keys[key].name; }

static const struct {
  const char *name;
  int resource;
} limits[] = {
    {"AS", RLIMIT_AS},           {"CORE", RLIMIT_CORE},     {"CPU", RLIMIT_CPU},
    {"DATA", RLIMIT_DATA},       {"FSIZE", RLIMIT_FSIZE},   {"MEMLOCK", RLIMIT_MEMLOCK},
    {"NOFILE", RLIMIT_NOFILE},   {"NPROC", RLIMIT_NPROC},   {"STACK", RLIMIT_STACK},
};

static bool limit_number(struct value v, uint64_t *out) {
  if (same(v, "unlimited")) {
    *out = UINT64_MAX;
    return true;
  }
  return decimal(v, LARGEST_NUMBER, out);
}

bool parse_rlimit(struct value value, struct limit *out) {
  struct value name, rest, soft, hard;
  if (!split(value, &name, &rest) || !split(rest, &soft, &hard)) return false;
  if (!limit_number(soft, &out->soft) || !limit_number(hard, &out->hard)) return false;
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    if (!same(name, limits[i].name)) continue;
    out->name = limits[i].name;
    out->resource = limits[i].resource;
    return out->soft <= out->hard;
  }
  return false;
}

bool parse_path_rule(struct value value, uint64_t *rights, const char **path) {
  struct value mask, rest;
  if (!split(value, &mask, &rest) || !hex(mask, rights) || !is_path(rest)) return false;
  *path = rest.bytes;
  return true;
}

bool parse_port_rule(struct value value, uint64_t *rights, uint64_t *port) {
  struct value mask, rest;
  return split(value, &mask, &rest) && hex(mask, rights) && decimal(rest, 65535, port);
}

/* Reads decimal digits up to `stop`; NULL when there is anything else. */
static char *number_until(char *at, const char *end, char stop, uint64_t max, uint64_t *out) {
  char *digits = at;
  while (at < end && *at >= '0' && *at <= '9' && at - digits < 8) at++;
  if (at == end || *at != stop) return NULL;
  if (!decimal((struct value){digits, (size_t)(at - digits)}, max, out)) return NULL;
  return at + 1;
}

static enum key find_key(const char *at, size_t left, size_t *length) {
  const char *space = memchr(at, ' ', left < 16 ? left : 16);
  if (!space) return KEY_COUNT;
  *length = (size_t)(space - at);
  struct value name = {at, *length};
  for (int key = 0; key < KEY_COUNT; key++)
    if (same(name, keys[key].name)) return (enum key)key;
  return KEY_COUNT;
}

/* Parses the record at `*position` and moves past it; NULL or why not. */
static const char *record(struct instruction *in, char **position, char *end, enum key *found) {
  char *at = *position;
  size_t name_length = 0;
  enum key key = find_key(at, (size_t)(end - at), &name_length);
  if (key == KEY_COUNT) return "unknown key";
  uint64_t length;
  at = number_until(at + name_length + 1, end, ':', INSTRUCTION_MAX, &length);
  if (!at) return "bad length";
  if ((uint64_t)(end - at) < length + 1) return "value runs past the end";
  if (at[length] != '\n') return "no newline after the value";
  struct value value = {at, (size_t)length};
  if (key != KEY_SECCOMP && memchr(at, 0, value.length)) return "NUL in a value";
  if (in->count[key] == keys[key].max) return keys[key].max == 1 ? "second value for a single key" : "too many values";
  if (!keys[key].check(in, value)) return "bad value";
  at[length] = 0;
  in->count[key]++;
  if (keys[key].max == 1) in->single[key] = value;
  *position = at + length + 1;
  *found = key;
  return NULL;
}

/* Rules between keys. */
static const char *whole(const struct instruction *in) {
  for (int key = 0; key < KEY_COUNT; key++)
    if (in->count[key] < keys[key].min) return "missing required key";
  uint32_t masks = in->count[KEY_HIDE_FILE] + in->count[KEY_HIDE_DIR];
  uint32_t mounts = masks + in->count[KEY_PIN] + in->count[KEY_ANCHOR] + in->count[KEY_COPY] + in->count[KEY_OVERLAY];
  if (in->rung != RUNG_FULL && (mounts > 0 || in->count[KEY_ATTACH] > 0))
    return "mounts are for the full rung only";
  if (in->rung == RUNG_BARE && (in->count[KEY_BWRAP] > 0 || in->count[KEY_BARG] > 0))
    return "bubblewrap is not for the bare rung";
  if (in->rung != RUNG_BARE && in->count[KEY_BWRAP] == 0) return "missing required key";
  if (in->count[KEY_REPLACE] != in->count[KEY_CONTENT]) return "replace and content come in pairs";
  if (in->rung == RUNG_BARE && in->count[KEY_REPLACE] > 0) return "replacing is not for the bare rung";
  if (in->count[KEY_COPY] != in->count[KEY_COPY_FROM]) return "copy and copy-from come in pairs";
  if (masks + in->count[KEY_COPY] > 0 && in->count[KEY_ATTACH] == 0) return "missing required key";
  if (in->count[KEY_OVERLAY] != in->count[KEY_LAYERS]) return "overlays and layers differ in number";
  uint32_t seen = 0;
  struct cursor cursor = {0};
  struct value value;
  while (next_value(in, KEY_RLIMIT, &cursor, &value)) {
    struct limit limit = {0};
    if (!parse_rlimit(value, &limit)) return "bad value";
    if (seen & 1u << limit.resource) return "second value for one limit";
    seen |= 1u << limit.resource;
  }
  return NULL;
}

const char *instruction_parse(struct instruction *out, char *buffer, size_t length, size_t *at) {
  static const char magic[] = "airg-launch 1 ";
  memset(out, 0, sizeof *out);
  out->umask = 022;
  *at = 0;
  if (length > INSTRUCTION_MAX) return "longer than 4 MiB";
  char *end = buffer + length;
  if (length < sizeof magic || memcmp(buffer, magic, sizeof magic - 1) != 0) return "not an instruction of version 1";
  uint64_t body;
  char *position = number_until(buffer + sizeof magic - 1, end, '\n', INSTRUCTION_MAX, &body);
  if (!position || (uint64_t)(end - position) != body) return "wrong body length";
  out->first = position;
  enum key key = KEY_COUNT;
  while (key != KEY_END) {
    *at = (size_t)(position - buffer);
    if (position == end) return "missing end";
    const char *reason = record(out, &position, end, &key);
    if (reason) return reason;
  }
  *at = (size_t)(position - buffer);
  return position == end ? whole(out) : "bytes after the end";
}

/* Walks records that instruction_parse() accepted, so it checks nothing. */
bool next_value(const struct instruction *in, enum key key, struct cursor *cursor,
                struct value *out) {
  const char *wanted = keys[key].name;
  size_t wanted_length = strlen(wanted);
  const char *at = cursor->next;
  if (!at) {
    at = in->first;
    cursor->index = 0;
  } else {
    cursor->index++;
  }
  for (;;) {
    const char *name = at;
    size_t length = 0;
    at = strchr(at, ' ');
    bool match = (size_t)(at - name) == wanted_length && memcmp(name, wanted, wanted_length) == 0;
    bool last = (size_t)(at - name) == 3 && memcmp(name, "end", 3) == 0;
    for (at++; *at != ':'; at++) length = length * 10 + (size_t)(*at - '0');
    *out = (struct value){at + 1, length};
    at += 1 + length + 1;
    cursor->next = last ? name : at; /* asked again, it finds the end again */
    if (last) return false;
    if (match) return true;
  }
}
