/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob.h"
#include "kernel.h"
#include "status.h"

#define STEP "mount"

/* One place to be covered, and what was there when all were opened. */
struct target {
  const char *path;
  enum key key;
  uint32_t index;
  int fd;   /* holds the inode, so that its number cannot come back as another file */
  int mask; /* the detached mount that will hide it or stand for it, or -1 */
  struct k_statx was;
};

/* The file system that masks are clones from. */
struct mask_source {
  int fd;
  uint32_t dev_major, dev_minor;
};

static const enum key order[] = {KEY_ANCHOR, KEY_PIN, KEY_COPY, KEY_HIDE_DIR, KEY_HIDE_FILE};

static _Noreturn void fail_target(const struct target *t, int error, const char *message) {
  fail_at(STEP, key_name(t->key), t->index, error, message);
}

static void write_proc(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) fail("userns", path, errno, NULL);
  if (write(fd, text, strlen(text)) != (ssize_t)strlen(text)) fail("userns", path, errno, NULL);
  close(fd);
}

/* "<id> <id> 1": the same id inside as outside, and no other. */
static void map_id(const char *path, unsigned id) {
  char text[48] = "", digits[21];
  const char *number = decimal_text(id, digits);
  strcat(strcat(strcat(strcat(text, number), " "), number), " 1");
  write_proc(path, text);
}

void enter_namespaces(void) {
  unsigned uid = geteuid(), gid = getegid();
  /* After a change of uid /proc/self belongs to root until this (PR_SET_DUMPABLE
     in prctl(2), user_namespaces(7)); outer_run() takes it back. */
  if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) fail("userns", "dumpable", errno, NULL);
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) fail("userns", "unshare", errno, NULL);
  write_proc("/proc/self/setgroups", "deny"); /* CVE-2014-8989 */
  map_id("/proc/self/uid_map", uid);
  map_id("/proc/self/gid_map", gid);
  /* Private, not slave: a mount that appears on the host after this would come
     without its masks (a disk plugged in, an automounted home). */
  const struct k_mount_attr private = {.propagation = K_MS_PRIVATE};
  if (k_mount_setattr(AT_FDCWD, "/", K_AT_RECURSIVE, &private) != 0) fail("mountns", "private", errno, NULL);
}

/* A link in any component is an error, so a name means one place only
   (CVE-2026-39861: a mask that followed a link of the workspace). */
static int open_place(const char *path) {
  return k_openat2(AT_FDCWD, path, O_PATH | O_CLOEXEC, K_RESOLVE_NO_SYMLINKS);
}

static bool unreachable(int error) { return error == ENOENT || error == ENOTDIR || error == EACCES; }

static bool is_folder(const struct k_statx *s) { return S_ISDIR(s->mode); }

static bool same_inode(const struct k_statx *a, const struct k_statx *b) {
  return a->ino == b->ino && a->dev_major == b->dev_major && a->dev_minor == b->dev_minor &&
         (a->mode & S_IFMT) == (b->mode & S_IFMT);
}

static void check_kind(const struct target *t) {
  bool folder = is_folder(&t->was);
  if ((t->key == KEY_ANCHOR || t->key == KEY_HIDE_DIR) && !folder) fail_target(t, ENOTDIR, NULL);
  if (t->key == KEY_COPY && !S_ISREG(t->was.mode)) fail_target(t, EINVAL, "not a plain file");
  if (t->key == KEY_HIDE_FILE && folder) fail_target(t, EISDIR, NULL);
}

static size_t open_targets(const struct instruction *in, struct target *targets,
                           void (*skipped)(enum key, uint32_t, int)) {
  size_t n = 0;
  for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
    struct cursor cursor = {0};
    struct value path;
    while (next_value(in, order[k], &cursor, &path)) {
      struct target *t = &targets[n];
      *t = (struct target){.path = path.bytes, .key = order[k], .index = cursor.index, .mask = -1};
      t->fd = open_place(t->path);
      /* Where a copy has no place, the command would find nothing or another file. */
      if (t->fd < 0 && unreachable(errno) && t->key != KEY_COPY) {
        skipped(t->key, t->index, errno);
        continue;
      }
      if (t->fd < 0 || k_statx_fd(t->fd, &t->was) != 0) fail_target(t, errno, NULL);
      check_kind(t);
      n++;
    }
  }
  return n;
}

void open_copies(const struct instruction *in, struct copies *out) {
  struct cursor cursor = {0};
  struct value path;
  struct stat s;
  *out = (struct copies){0};
  while (next_value(in, KEY_COPY_FROM, &cursor, &path)) {
    int fd = open(path.bytes, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &s) != 0) fail_at(STEP, key_name(KEY_COPY_FROM), cursor.index, errno, NULL);
    if (!S_ISREG(s.st_mode)) fail_at(STEP, key_name(KEY_COPY_FROM), cursor.index, EINVAL, "not a plain file");
    out->fds[cursor.index] = fd;
    out->bytes += ((uint64_t)s.st_size + 4095) / 4096 * 4096;
  }
}

static bool hides(const struct target *t) { return t->key == KEY_HIDE_DIR || t->key == KEY_HIDE_FILE; }

static void keep_time(int fd, const struct k_statx *was) {
  const struct timespec times[2] = {
      {.tv_nsec = UTIME_OMIT},
      {.tv_sec = (time_t)was->times[6], .tv_nsec = (long)(uint32_t)was->times[7]},
  };
  (void)futimens(fd, times);
}

/* Size and time of change as before, so that git, which looks at these, does not
   take a hidden file that it tracks for a changed one and try to read it
   (git-update-index(1), core.checkStat). A hole: no content, no memory. */
static void imitate(int fd, const struct k_statx *was) {
  struct rlimit most;
  bool fits = getrlimit(RLIMIT_FSIZE, &most) == 0 && was->size <= most.rlim_cur; /* else SIGXFSZ */
  if (S_ISREG(was->mode) && fits) (void)!ftruncate(fd, (off_t)was->size);
  keep_time(fd, was);
}

/* A file with the bytes and the mode of `from`, and the time of what it stands
   for: make(1) and its like go by that. */
static void make_copy(int mount, const char *name, int from, const struct target *t) {
  static char buffer[1 << 16];
  struct stat s;
  int file = openat(mount, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 || fstat(from, &s) != 0) fail_target(t, errno, NULL);
  for (;;) {
    ssize_t n = read(from, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_target(t, errno, NULL);
    if (n == 0) break;
    if (write(file, buffer, (size_t)n) != n) fail_target(t, errno ? errno : EIO, "could not be copied");
  }
  if (fchmod(file, s.st_mode & 0777) != 0) fail_target(t, errno, NULL);
  keep_time(file, &t->was);
  close(file);
}

/* One unreadable file for each that is hidden; its name is its place in the list. */
static void make_mask_file(int mount, const char *name, const struct k_statx *was) {
  int file = openat(mount, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
  if (file < 0 || fchmod(file, 0) != 0) fail("attach", "file", errno, NULL);
  imitate(file, was);
  close(file);
}

/* The files, and one empty read-only folder. */
static int make_mask_files(const struct target *targets, size_t n, const struct copies *copies) {
  int fs = k_fsopen("tmpfs");
  if (fs < 0) fail("attach", "fsopen", errno, NULL);
  char digits[21];
  if (k_fsconfig(fs, K_FSCONFIG_SET_STRING, "size", decimal_text((64u << 10) + copies->bytes, digits)) != 0 ||
      k_fsconfig(fs, K_FSCONFIG_SET_STRING, "nr_inodes", decimal_text(n + 8, digits)) != 0 ||
      k_fsconfig(fs, K_FSCONFIG_SET_STRING, "mode", "0700") != 0 ||
      k_fsconfig(fs, K_FSCONFIG_CMD_CREATE, NULL, NULL) != 0)
    fail("attach", "fsconfig", errno, NULL);
  /* A copy may be a program; what hides has no mode to be executed by. */
  unsigned attributes = K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NODEV;
  if (copies->bytes == 0) attributes |= K_MOUNT_ATTR_NOEXEC;
  int mount = k_fsmount(fs, attributes);
  if (mount < 0) fail("attach", "fsmount", errno, NULL);
  close(fs);
  for (size_t i = 0; i < n; i++)
    if (targets[i].key == KEY_HIDE_FILE) make_mask_file(mount, decimal_text(i, digits), &targets[i].was);
    else if (targets[i].key == KEY_COPY)
      make_copy(mount, decimal_text(i, digits), copies->fds[targets[i].index], &targets[i]);
  if (mkdirat(mount, "dir", 0555) != 0 || fchmodat(mount, "dir", 0555, 0) != 0) fail("attach", "dir", errno, NULL);
  return mount;
}

/* Before Linux 6.15 open_tree(OPEN_TREE_CLONE) wants its source attached in our
   own mount namespace, hence the moment on the `attach` folder. */
static struct mask_source attach_masks(const char *attach, const struct target *targets, size_t n,
                                       const struct copies *copies) {
  struct mask_source source = {.fd = make_mask_files(targets, n, copies)};
  int place = k_openat2(AT_FDCWD, attach, O_PATH | O_DIRECTORY | O_CLOEXEC, K_RESOLVE_NO_SYMLINKS);
  if (place < 0) fail("attach", "open", errno, NULL);
  if (k_move_mount(source.fd, place) != 0) fail("attach", "move_mount", errno, NULL);
  close(place);
  const struct k_mount_attr read_only = {.attr_set = K_MOUNT_ATTR_RDONLY};
  if (k_mount_setattr(source.fd, "", K_AT_EMPTY_PATH, &read_only) != 0) fail("attach", "read-only", errno, NULL);
  struct k_statx s;
  if (k_statx_fd(source.fd, &s) != 0) fail("attach", "stat", errno, NULL);
  source.dev_major = s.dev_major;
  source.dev_minor = s.dev_minor;
  return source;
}

/* From within: the path may lead elsewhere by now. */
static void detach_masks(struct mask_source source) {
  if (fchdir(source.fd) != 0 || k_umount2(".", K_MNT_DETACH) != 0 || chdir("/") != 0)
    fail("attach", "umount", errno, NULL);
  close(source.fd);
}

/* All at once, so that nothing is attached any more when the mounting begins:
   the folder lent for it may itself be a target, or hold some. */
static struct mask_source make_masks(const char *attach, struct target *targets, size_t n,
                                     const struct copies *copies) {
  struct mask_source source = attach_masks(attach, targets, n, copies);
  for (struct target *t = targets; t < targets + n; t++) {
    if (!hides(t) && t->key != KEY_COPY) continue;
    char digits[21];
    const char *name = t->key == KEY_HIDE_DIR ? "dir" : decimal_text((uint64_t)(t - targets), digits);
    t->mask = k_open_tree(source.fd, name, K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC);
    if (t->mask < 0) fail_target(t, errno, NULL);
  }
  detach_masks(source);
  return source;
}

/* The detached mount to put on `place`. */
static int make_cover(const struct target *t, int place) {
  if (hides(t) || t->key == KEY_COPY) return t->mask;
  /* Recursive: mounts of the user below stay, and a clone without the locked
     ones among them is refused anyway (mount_namespaces(7)). */
  int tree = k_open_tree(place, "", K_AT_EMPTY_PATH | K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_RECURSIVE);
  if (tree < 0) fail_target(t, errno, NULL);
  const struct k_mount_attr read_only = {.attr_set = K_MOUNT_ATTR_RDONLY};
  if (t->key == KEY_PIN && k_mount_setattr(tree, "", K_AT_EMPTY_PATH | K_AT_RECURSIVE, &read_only) != 0)
    fail_target(t, errno, NULL);
  return tree;
}

static bool is_mask(const struct k_statx *s, struct mask_source masks) {
  return s->dev_major == masks.dev_major && s->dev_minor == masks.dev_minor;
}

/* Whether a folder above `t` was masked before it, so that its name now leads nowhere. */
static bool below_mask(const struct target *targets, const struct target *t) {
  for (const struct target *other = targets; other < t; other++) {
    size_t length = strlen(other->path);
    if (other->key == KEY_HIDE_DIR && strncmp(t->path, other->path, length) == 0 &&
        (t->path[length] == '/' || other->path[length - 1] == '/'))
      return true;
  }
  return false;
}

/* Opens again: what was mounted meanwhile lies above the first descriptor. */
static int reopen(const struct target *targets, const struct target *t, struct mask_source masks) {
  int place = open_place(t->path);
  if (place < 0) {
    if (hides(t) && unreachable(errno) && below_mask(targets, t)) return -1;
    fail_target(t, errno, NULL);
  }
  struct k_statx now;
  if (k_statx_fd(place, &now) != 0) fail_target(t, errno, NULL);
  if (hides(t) && is_mask(&now, masks)) { /* named twice */
    close(place);
    return -1;
  }
  if (!same_inode(&now, &t->was)) fail_target(t, ESTALE, "changed while it was being mounted");
  return place;
}

/* After mounting, the name itself must lead to the new mount. A rename of a
   folder above it, between open and mount, ends here. */
static void check_covered(const struct target *t, uint64_t mount_id) {
  struct k_statx now;
  int fd = open_place(t->path);
  if (fd < 0 || k_statx_fd(fd, &now) != 0) fail_target(t, errno, NULL);
  close(fd);
  if (now.mnt_id != mount_id) fail_target(t, ESTALE, "changed while it was being mounted");
}

static void cover(const struct target *targets, const struct target *t, struct mask_source masks,
                  struct mount_watch *watch) {
  int place = reopen(targets, t, masks);
  if (place < 0) return;
  int tree = make_cover(t, place);
  struct k_statx s;
  if (k_statx_fd(tree, &s) != 0) fail_target(t, errno, NULL);
  if (k_move_mount(tree, place) != 0) fail_target(t, errno, NULL);
  check_covered(t, s.mnt_id);
  /* Sockets come and go with the programs behind them, and a new one would not
     have been hidden either: that one is gone ends no run. */
  if (!S_ISSOCK(t->was.mode))
    mount_watch_add(watch, (struct cover){.path = t->path, .mount = s.mnt_id, .key = t->key, .index = t->index});
  close(tree);
  close(place);
}

void enter_view(int command) {
  if (command < 0 || k_setns(command, CLONE_NEWNS) != 0) fail("mountns", "setns", errno, NULL);
}

struct mounted mount_all(const struct instruction *in, const struct copies *copies,
                         void (*skipped)(enum key, uint32_t, int)) {
  uint32_t masks_wanted = in->count[KEY_HIDE_DIR] + in->count[KEY_HIDE_FILE];
  masks_wanted += in->count[KEY_COPY];
  size_t most = masks_wanted + in->count[KEY_PIN] + in->count[KEY_ANCHOR];
  struct mounted done = {.watch = mount_watch_new(most)};
  if (most == 0) return done;
  struct target *targets = pages(most * sizeof *targets);
  size_t n = open_targets(in, targets, skipped);
  struct mask_source masks = {.fd = -1};
  if (masks_wanted > 0) masks = make_masks(in->single[KEY_ATTACH].bytes, targets, n, copies);
  for (size_t i = 0; i < n; i++) {
    cover(targets, &targets[i], masks, &done.watch);
    if (targets[i].key == KEY_ANCHOR) done.anchored++;
    else if (targets[i].key == KEY_PIN || targets[i].key == KEY_COPY) done.pinned++;
    else done.hidden++;
  }
  for (size_t i = 0; i < n; i++) close(targets[i].fd);
  mount_watch_start(&done.watch);
  return done;
}
