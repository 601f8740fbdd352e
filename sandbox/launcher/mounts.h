/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The full rung's namespaces, and what is mounted in them. */
#ifndef AIRG_MOUNTS_H
#define AIRG_MOUNTS_H

#include "instruction.h"
#include "mount_watch.h"

/** What a `copy` is made from, in the order of the instruction. */
struct copies {
  int fds[COPIES_MAX];
  uint64_t bytes; /* room that they take, in whole pages */
};

struct mounted {
  uint32_t hidden, pinned, anchored;
  struct mount_watch watch;
};

/** A user and a mount namespace of our own; ids stay as they are. */
void enter_namespaces(void);
/**
 * Into the mount namespace that bubblewrap made for the process behind this
 * pidfd (setns(2), Linux 5.8). What is mounted there costs nothing more, while
 * bubblewrap looks at each mount it finds several times over.
 */
void enter_view(int command);
/** Opens each `copy-from`, while we still are airg's user. Exits 70 when one is no plain file. */
void open_copies(const struct instruction *in, struct copies *out);
/**
 * Mounts anchors, pins, copies and masks, in this order. `skipped` is called for each
 * target that does not exist or cannot be reached. Exits 70 on anything else.
 */
struct mounted mount_all(const struct instruction *in, const struct copies *copies,
                         void (*skipped)(enum key key, uint32_t index, int error));

#endif
