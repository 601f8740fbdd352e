/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kernel.h"
#include "status.h"

#define STEP "overlay"
#define FOLDER (O_PATH | O_DIRECTORY | O_CLOEXEC)
#define ST_NOEXEC_FLAG 8 /* ST_NOEXEC of statvfs(3) */

static int open_folder(int at, const char *path, const char *what, uint32_t index) {
  int fd = k_openat2(at, path, FOLDER, K_RESOLVE_NO_SYMLINKS);
  if (fd < 0) fail_at(STEP, what, index, errno, NULL);
  return fd;
}

/* The kernel's own words lie in the file system context, `e ` before them (fsopen(2)). */
static _Noreturn void refused(int fs, const char *what, int error) {
  char text[512];
  ssize_t n = read(fs, text, sizeof text - 1);
  if (n <= 2) fail(STEP, what, error, NULL);
  text[n] = 0;
  if (text[n - 1] == '\n') text[n - 1] = 0;
  fail(STEP, what, error, text + 2);
}

/* A name for an open folder that holds no comma and no colon, whatever its path does. */
static const char *by_descriptor(int fd, char name[40]) {
  char digits[21];
  strcpy(name, "/proc/self/fd/");
  return strcat(name, decimal_text((unsigned)fd, digits));
}

static void set_folder(int fs, const char *key, int fd) {
  char name[40];
  if (k_fsconfig(fs, K_FSCONFIG_SET_STRING, key, by_descriptor(fd, name)) != 0) refused(fs, key, errno);
}

/* The root of the view is the upper folder's: it gets the mode of what it stands for. */
static void copy_mode(int upper, int lower, uint32_t index) {
  struct k_statx s;
  char name[40];
  if (k_statx_fd(lower, &s) != 0 || chmod(by_descriptor(upper, name), s.mode & 0777) != 0)
    fail_at(STEP, "mode", index, errno, NULL);
}

static unsigned attributes_of(int lower) {
  struct statfs s;
  unsigned attributes = K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NODEV;
  if (fstatfs(lower, &s) == 0 && (s.f_flags & ST_NOEXEC_FLAG) != 0) attributes |= K_MOUNT_ATTR_NOEXEC;
  return attributes;
}

static int make_overlay(int lower, int upper, int work) {
  int fs = k_fsopen("overlay");
  if (fs < 0) fail(STEP, "fsopen", errno, NULL);
  /* Without it the kernel wants rights over the whole machine for its marks (Linux 5.11). */
  if (k_fsconfig(fs, K_FSCONFIG_SET_FLAG, "userxattr", NULL) != 0) refused(fs, "userxattr", errno);
  /* A hard link is a file of its own in the upper layer, so that reading it needs no index. */
  if (k_fsconfig(fs, K_FSCONFIG_SET_STRING, "index", "off") != 0) refused(fs, "index", errno);
  set_folder(fs, "lowerdir", lower);
  set_folder(fs, "upperdir", upper);
  set_folder(fs, "workdir", work);
  if (k_fsconfig(fs, K_FSCONFIG_CMD_CREATE, NULL, NULL) != 0) refused(fs, "create", errno);
  int mount = k_fsmount(fs, attributes_of(lower));
  if (mount < 0) refused(fs, "fsmount", errno);
  close(fs);
  return mount;
}

/* The name itself must lead to the new mount: a rename of a folder above it ends here. */
static void check_in_place(const char *path, int mount, uint32_t index) {
  struct k_statx made, now;
  int fd = open_folder(AT_FDCWD, path, "target", index);
  if (k_statx_fd(mount, &made) != 0 || k_statx_fd(fd, &now) != 0) fail_at(STEP, "target", index, errno, NULL);
  if (made.mnt_id != now.mnt_id) fail_at(STEP, "target", index, ESTALE, "changed while it was being mounted");
  close(fd);
}

static void mount_one(const char *target, const char *layers, uint32_t index) {
  int lower = open_folder(AT_FDCWD, target, "target", index);
  int folder = open_folder(AT_FDCWD, layers, "layers", index);
  int upper = open_folder(folder, "upper", "upper", index);
  int work = open_folder(folder, "work", "work", index);
  copy_mode(upper, lower, index);
  int mount = make_overlay(lower, upper, work);
  if (k_move_mount(mount, lower) != 0) fail_at(STEP, "move_mount", index, errno, NULL);
  check_in_place(target, mount, index);
  close(mount);
  close(work);
  close(upper);
  close(folder);
  close(lower);
}

uint32_t mount_overlays(const struct instruction *in) {
  struct cursor targets = {0}, folders = {0};
  struct value target, layers;
  uint32_t n = 0;
  while (next_value(in, KEY_OVERLAY, &targets, &target) && next_value(in, KEY_LAYERS, &folders, &layers))
    mount_one(target.bytes, layers.bytes, n++);
  return n;
}
