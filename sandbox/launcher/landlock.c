/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "status.h"

#define STEP "landlock"

/* Rights a rule on something other than a folder may carry: EXECUTE, WRITE_FILE,
   READ_FILE, TRUNCATE, IOCTL_DEV, RESOLVE_UNIX. Others: EINVAL from the kernel. */
#define FILE_RIGHTS (1u << 0 | 1u << 1 | 1u << 2 | 1u << 14 | 1u << 15 | 1u << 16)

static uint64_t known_fs(int abi) {
  if (abi >= 9) return 0x1ffff;
  if (abi >= 5) return 0xffff;
  if (abi >= 3) return 0x7fff;
  return abi == 2 ? 0x3fff : 0x1fff;
}
static uint64_t known_net(int abi) { return abi >= 10 ? 0xf : abi >= 4 ? 0x3 : 0; }
static uint64_t known_scope(int abi) { return abi >= 6 ? 0x3 : 0; }
/* A kernel takes a larger structure only when what it does not know is zero;
   passing the size it was born with leaves no doubt. */
static size_t attribute_size(int abi) { return abi >= 6 ? 24 : abi >= 4 ? 16 : 8; }

static void add_path(struct landlock *l, struct value value, uint32_t index) {
  uint64_t rights = 0;
  const char *path = "";
  (void)parse_path_rule(value, &rights, &path);
  int fd = open(path, O_PATH | O_CLOEXEC);
  /* A rule allows; leaving one out makes the cage smaller, never larger. */
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES)) {
    l->skipped++;
    return;
  }
  struct stat st;
  if (fd < 0 || fstat(fd, &st) != 0) fail_at(STEP, "ll-path", index, errno, NULL);
  rights &= l->fs;
  if (!S_ISDIR(st.st_mode)) rights &= FILE_RIGHTS;
  struct k_landlock_path_beneath_attr rule = {rights, fd};
  if (rights == 0) l->skipped++; /* the kernel refuses a rule that allows nothing */
  else if (syscall(NR_LANDLOCK_ADD_RULE, l->ruleset, K_LANDLOCK_RULE_PATH_BENEATH, &rule, 0u) != 0)
    fail_at(STEP, "ll-path", index, errno, NULL);
  else l->rules++;
  close(fd);
}

static void add_port(struct landlock *l, struct value value, uint32_t index) {
  struct k_landlock_net_port_attr rule = {0, 0};
  (void)parse_port_rule(value, &rule.allowed_access, &rule.port);
  rule.allowed_access &= l->net;
  if (rule.allowed_access == 0) l->skipped++;
  else if (syscall(NR_LANDLOCK_ADD_RULE, l->ruleset, K_LANDLOCK_RULE_NET_PORT, &rule, 0u) != 0)
    fail_at(STEP, "ll-port", index, errno, NULL);
  else l->rules++;
}

struct landlock landlock_prepare(const struct instruction *in) {
  struct landlock l = {.ruleset = -1};
  l.abi = (int)syscall(NR_LANDLOCK_CREATE_RULESET, NULL, 0, K_LANDLOCK_CREATE_RULESET_VERSION);
  if (l.abi < 0) fail(STEP, "version", errno, NULL);
  if ((uint32_t)l.abi < in->ll_abi_min) fail(STEP, "version", EOPNOTSUPP, "the kernel's Landlock is older than ll-abi-min");
  l.fs = in->ll_fs & known_fs(l.abi);
  l.net = in->ll_net & known_net(l.abi);
  l.scope = in->ll_scope & known_scope(l.abi);
  if (l.fs == 0 && l.net == 0 && l.scope == 0) return l;
  struct k_landlock_ruleset_attr handled = {l.fs, l.net, l.scope};
  l.ruleset = (int)syscall(NR_LANDLOCK_CREATE_RULESET, &handled, attribute_size(l.abi), 0u);
  if (l.ruleset < 0) fail(STEP, "create", errno, NULL);
  struct cursor cursor = {0};
  struct value value;
  while (next_value(in, KEY_LL_PATH, &cursor, &value)) add_path(&l, value, cursor.index);
  cursor = (struct cursor){0};
  while (next_value(in, KEY_LL_PORT, &cursor, &value)) add_port(&l, value, cursor.index);
  return l;
}

void landlock_enter(const struct landlock *l) {
  if (l->ruleset < 0) return;
  /* Denials after the next execve are the command's: those are worth the log. */
  unsigned flags = l->abi >= 7 ? K_LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON : 0;
  if (syscall(NR_LANDLOCK_RESTRICT_SELF, l->ruleset, flags) != 0) fail(STEP, "restrict", errno, NULL);
  close(l->ruleset);
}
