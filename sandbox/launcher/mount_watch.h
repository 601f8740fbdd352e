/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* Whether every mask, pin and anchor is still where it was put.

   The kernel takes a mount away when the host renames another file over the
   place it is on, or removes that place (detach_mounts(), since Linux 3.18);
   and a mount goes along when the host renames the place itself. */
#ifndef AIRG_MOUNT_WATCH_H
#define AIRG_MOUNT_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instruction.h"

struct cover {
  const char *path;
  uint64_t mount;
  enum key key;
  uint32_t index;
};

struct mount_watch {
  struct cover *covers;
  size_t count;
  int events; /* /proc/self/mountinfo, or -1: poll(2) says when a mount of this namespace came or went */
};

/** Room for `most` covers. */
struct mount_watch mount_watch_new(size_t most);
/** `mount` now lies on `path`. */
void mount_watch_add(struct mount_watch *watch, struct cover cover);
/** All are there: drops those that lie below or under a later one, and starts to watch. */
void mount_watch_start(struct mount_watch *watch);
/** The first that is gone, or NULL. */
const struct cover *mount_watch_lost(const struct mount_watch *watch);
/** Milliseconds after which to look without an event: a rename causes none. -1: never. */
int mount_watch_interval(const struct mount_watch *watch);

#endif
