/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "status.h"

#define STEP "owner"

static bool is(uid_t uid, gid_t gid) {
  uid_t ru, eu, su;
  gid_t rg, eg, sg;
  return getresuid(&ru, &eu, &su) == 0 && getresgid(&rg, &eg, &sg) == 0 && ru == uid && eu == uid &&
         su == uid && rg == gid && eg == gid && sg == gid;
}

/* The kernel drops capabilities when all three ids leave 0, unless the caller
   set SECBIT_NO_SETUID_FIXUP (capabilities(7)); so drop them by hand. */
void drop_capabilities(void) {
  struct k_cap_header header = {K_CAPABILITY_VERSION_3, 0};
  struct k_cap_data none[2] = {{0, 0, 0}, {0, 0, 0}};
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (k_capset(&header, none) != 0) fail(STEP, "capset", errno, NULL);
}

void become_owner(const struct instruction *in) {
  if (!in->has_owner) return;
  uid_t uid = in->owner_uid;
  gid_t gid = in->owner_gid;
  if (geteuid() != 0) fail(STEP, "", EPERM, "only root can become another user");
  if (setgroups(0, NULL) != 0) fail(STEP, "setgroups", errno, NULL);
  if (setresgid(gid, gid, gid) != 0) fail(STEP, "setresgid", errno, NULL);
  if (setresuid(uid, uid, uid) != 0) fail(STEP, "setresuid", errno, NULL);
  if (!is(uid, gid) || getgroups(0, NULL) != 0) fail(STEP, "", EPERM, "the identity did not change");
  if (uid == 0) return;
  drop_capabilities();
  if (setuid(0) == 0 || setresuid((uid_t)-1, 0, (uid_t)-1) == 0 || (gid != 0 && setgid(0) == 0) ||
      setgroups(1, &gid) == 0 || !is(uid, gid))
    fail(STEP, "", EPERM, "the identity could be changed back");
}

void own_folders(const struct instruction *in) {
  struct cursor cursor = {0};
  struct value path;
  while (next_value(in, KEY_OWN_DIR, &cursor, &path)) {
    uint32_t i = cursor.index;
    if (mkdir(path.bytes, 0700) != 0 && errno != EEXIST) fail_at("own-dir", "mkdir", i, errno, NULL);
    int fd = open(path.bytes, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) fail_at("own-dir", "open", i, errno, NULL);
    struct stat st;
    if (fstat(fd, &st) != 0) fail_at("own-dir", "stat", i, errno, NULL);
    if (st.st_uid != geteuid()) fail_at("own-dir", "owner", i, EPERM, "owned by another user");
    if (st.st_mode & 022) fail_at("own-dir", "mode", i, EPERM, "writable by others");
    close(fd);
  }
}
