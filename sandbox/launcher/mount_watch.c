/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "mount_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "blob.h"
#include "kernel.h"
#include "proc.h"
#include "status.h"

#define STEP "mount"
/* About 3 us for each look: 1 % of one processor for 800 places. */
#define LOOK_EVERY_MS 250
#define PLACES_PER_EXTRA_MS 4

struct mount_watch mount_watch_new(size_t most) {
  return (struct mount_watch){.covers = pages(most * sizeof(struct cover)), .events = -1};
}

void mount_watch_add(struct mount_watch *watch, struct cover cover) { watch->covers[watch->count++] = cover; }

static int look(const char *path, struct k_statx *now) {
  int fd = k_openat2(AT_FDCWD, path, O_PATH | O_CLOEXEC, K_RESOLVE_NO_SYMLINKS);
  if (fd < 0) return -1;
  int result = k_statx_fd(fd, now);
  close(fd);
  return result;
}

static bool is_there(const struct cover *cover) {
  struct k_statx now;
  /* The command has no more rights than we have by now: what we cannot reach, it cannot. */
  if (look(cover->path, &now) != 0) return errno == EACCES;
  return now.mnt_id == cover->mount;
}

static bool at_or_below(const char *path, const char *folder) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (!path[length] || path[length] == '/' || folder[length - 1] == '/');
}

enum fate { LOST, HIDDEN, COPIED };

/* What a mount that was made after `cover` did to it: a mask above it hides it,
   and so does whatever lies on the same place; a pin or an anchor above it is a
   copy of the tree, with a copy of it. */
static enum fate fate_of(const struct mount_watch *watch, const struct cover *cover) {
  enum fate fate = LOST;
  for (const struct cover *later = cover + 1; later < watch->covers + watch->count; later++) {
    if (!at_or_below(cover->path, later->path)) continue;
    if (later->key == KEY_HIDE_DIR || strcmp(later->path, cover->path) == 0) return HIDDEN;
    fate = COPIED;
  }
  return fate;
}

static bool take_copy(struct cover *cover) {
  struct k_statx now;
  if (look(cover->path, &now) != 0 || !(now.attributes & K_STATX_ATTR_MOUNT_ROOT)) return false;
  cover->mount = now.mnt_id;
  return true;
}

/* True if it is to be watched. */
static bool settle(const struct mount_watch *watch, struct cover *cover) {
  if (is_there(cover)) return true;
  enum fate fate = fate_of(watch, cover);
  if (fate == HIDDEN) return false;
  if (fate == LOST || !take_copy(cover))
    fail_at(STEP, key_name(cover->key), cover->index, ESTALE, "changed while it was being mounted");
  return true;
}

void mount_watch_start(struct mount_watch *watch) {
  if (watch->count == 0) return;
  watch->events = proc_open("self/mountinfo", O_RDONLY);
  if (watch->events < 0) fail(STEP, "mountinfo", errno, NULL);
  size_t kept = 0;
  for (size_t i = 0; i < watch->count; i++)
    if (settle(watch, &watch->covers[i])) watch->covers[kept++] = watch->covers[i];
  watch->count = kept;
}

const struct cover *mount_watch_lost(const struct mount_watch *watch) {
  for (const struct cover *cover = watch->covers; cover < watch->covers + watch->count; cover++)
    if (!is_there(cover)) return cover;
  return NULL;
}

int mount_watch_interval(const struct mount_watch *watch) {
  if (watch->count == 0) return -1;
  return LOOK_EVERY_MS + (int)(watch->count / PLACES_PER_EXTRA_MS);
}
