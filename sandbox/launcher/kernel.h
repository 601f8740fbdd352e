/* Copyright 2026 the airg authors. Apache-2.0 license. */

/*
 * What the kernel offers and the C libraries here do not, or only partly:
 * numbers, structures and thin calls. Own definitions instead of <linux/...>,
 * because musl ships without them and glibc 2.36's <sys/mount.h> collides with
 * <linux/mount.h>. Calls numbered 424 and up have one number on every machine.
 */
#ifndef AIRG_KERNEL_H
#define AIRG_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NR_OPEN_TREE 428
#define NR_MOVE_MOUNT 429
#define NR_FSOPEN 430
#define NR_FSCONFIG 431
#define NR_FSMOUNT 432
#define NR_PIDFD_OPEN 434
#define NR_CLOSE_RANGE 436
#define NR_OPENAT2 437
#define NR_MOUNT_SETATTR 442
#define NR_LANDLOCK_CREATE_RULESET 444
#define NR_LANDLOCK_ADD_RULE 445
#define NR_LANDLOCK_RESTRICT_SELF 446

/* statfs(2); the latter is version 1 */
#define K_CGROUP2_MAGIC 0x63677270ul
#define K_CGROUP_MAGIC 0x0027e0ebul

/* openat2(2) */
#define K_RESOLVE_NO_SYMLINKS 0x04u
struct k_open_how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

/* open_tree(2), move_mount(2), mount_setattr(2), fsmount(2) */
#define K_AT_EMPTY_PATH 0x1000u
#define K_AT_RECURSIVE 0x8000u
#define K_OPEN_TREE_CLONE 1u
#define K_OPEN_TREE_CLOEXEC 02000000u
#define K_MOVE_MOUNT_F_EMPTY_PATH 0x04u
#define K_MOVE_MOUNT_T_EMPTY_PATH 0x40u
#define K_MOUNT_ATTR_RDONLY 0x1u
#define K_MOUNT_ATTR_NOSUID 0x2u
#define K_MOUNT_ATTR_NODEV 0x4u
#define K_MOUNT_ATTR_NOEXEC 0x8u
#define K_MS_PRIVATE (1u << 18)
#define K_MNT_DETACH 2
#define K_FSOPEN_CLOEXEC 1u
#define K_FSMOUNT_CLOEXEC 1u
#define K_FSCONFIG_SET_FLAG 0u
#define K_FSCONFIG_SET_STRING 1u
#define K_FSCONFIG_CMD_CREATE 6u
struct k_mount_attr {
  uint64_t attr_set;
  uint64_t attr_clr;
  uint64_t propagation;
  uint64_t userns_fd;
};

/* statx(2); musl 1.2.3 has no wrapper. */
#define K_STATX_BASIC 0x7ffu
#define K_STATX_MNT_ID 0x1000u
#define K_STATX_ATTR_MOUNT_ROOT 0x2000u
struct k_statx {
  uint32_t mask, blksize;
  uint64_t attributes;
  uint32_t nlink, uid, gid;
  uint16_t mode, pad;
  uint64_t ino, size, blocks, attributes_mask;
  uint64_t times[8];
  uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
  uint64_t mnt_id;
  uint64_t spare[13];
};
_Static_assert(sizeof(struct k_statx) == 256, "struct statx is 256 bytes");

/* capset(2), version 3 */
#define K_CAPABILITY_VERSION_3 0x20080522u
struct k_cap_header {
  uint32_t version;
  int pid;
};
struct k_cap_data {
  uint32_t effective, permitted, inheritable;
};

/* seccomp(2) */
#define K_SECCOMP_SET_MODE_FILTER 1u
struct k_sock_filter {
  uint16_t code;
  uint8_t jt, jf;
  uint32_t k;
};
struct k_sock_fprog {
  unsigned short len;
  const struct k_sock_filter *filter;
};

/* landlock(7) */
#define K_LANDLOCK_CREATE_RULESET_VERSION 1u
#define K_LANDLOCK_RULE_PATH_BENEATH 1
#define K_LANDLOCK_RULE_NET_PORT 2
#define K_LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON 2u
struct k_landlock_ruleset_attr {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};
struct k_landlock_path_beneath_attr {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));
struct k_landlock_net_port_attr {
  uint64_t allowed_access;
  uint64_t port;
};

static inline int k_openat2(int dir, const char *path, uint64_t flags, uint64_t resolve) {
  struct k_open_how how = {.flags = flags, .resolve = resolve};
  return (int)syscall(NR_OPENAT2, dir, path, &how, sizeof how);
}
static inline int k_open_tree(int dir, const char *path, unsigned flags) {
  return (int)syscall(NR_OPEN_TREE, dir, path, flags);
}
/** Attaches the mount `from` on the place that `to` is open on. */
static inline int k_move_mount(int from, int to) {
  return (int)syscall(NR_MOVE_MOUNT, from, "", to, "",
                      K_MOVE_MOUNT_F_EMPTY_PATH | K_MOVE_MOUNT_T_EMPTY_PATH);
}
static inline int k_mount_setattr(int dir, const char *path, unsigned flags,
                                  const struct k_mount_attr *attr) {
  return (int)syscall(NR_MOUNT_SETATTR, dir, path, flags, attr, sizeof *attr);
}
static inline int k_fsopen(const char *type) {
  return (int)syscall(NR_FSOPEN, type, K_FSOPEN_CLOEXEC);
}
static inline int k_fsconfig(int fs, unsigned command, const char *key, const char *value) {
  return (int)syscall(NR_FSCONFIG, fs, command, key, value, 0);
}
static inline int k_fsmount(int fs, unsigned attributes) {
  return (int)syscall(NR_FSMOUNT, fs, K_FSMOUNT_CLOEXEC, attributes);
}
static inline int k_umount2(const char *path, int flags) {
  return (int)syscall(SYS_umount2, path, flags);
}
static inline int k_statx_fd(int fd, struct k_statx *out) {
  return (int)syscall(SYS_statx, fd, "", K_AT_EMPTY_PATH, K_STATX_BASIC | K_STATX_MNT_ID, out);
}
static inline int k_close_range(unsigned first, unsigned last) {
  return first > last ? 0 : (int)syscall(NR_CLOSE_RANGE, first, last, 0u);
}
static inline int k_pidfd_open(int pid) { return (int)syscall(NR_PIDFD_OPEN, pid, 0u); }
static inline int k_setns(int fd, int kind) { return (int)syscall(SYS_setns, fd, kind); }
static inline int k_seccomp_filter(const struct k_sock_fprog *program) {
  return (int)syscall(SYS_seccomp, K_SECCOMP_SET_MODE_FILTER, 0u, program);
}
static inline int k_capget(struct k_cap_header *header, struct k_cap_data *data) {
  return (int)syscall(SYS_capget, header, data);
}
static inline int k_capset(struct k_cap_header *header, const struct k_cap_data *data) {
  return (int)syscall(SYS_capset, header, data);
}

#endif
