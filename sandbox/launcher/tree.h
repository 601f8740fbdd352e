/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The processes below us, and their end. */
#ifndef AIRG_TREE_H
#define AIRG_TREE_H

#include <stdbool.h>
#include <sys/types.h>

struct tree {
  pid_t main;   /* the direct child whose end is the run's end */
  pid_t spared; /* a helper that end_tree() leaves alone, or 0 */
  bool ended;
  int status;   /* wait status of main, once ended */
};

/** Collects every child that has ended, without waiting. */
void reap(struct tree *tree);
/**
 * Kills and collects every child but `spared`, and (we are their subreaper)
 * every orphan that falls to us by that, until there is none.
 */
void end_tree(struct tree *tree);

#endif
