/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The outer role's loop while the command runs. */
#ifndef AIRG_WATCH_H
#define AIRG_WATCH_H

#include <signal.h>
#include <stdbool.h>

#include "mount_watch.h"
#include "pty.h"
#include "tree.h"

struct watch {
  struct tree tree;
  struct pty *pty;
  int status;      /* first status connection: its end is ours */
  int signals;     /* signalfd */
  int sync;        /* outer's end of the socket pair */
  int bwrap_error; /* read end; -1 without bubblewrap */
  int result;      /* the keeper's word, in the bare rung */
  char error[1024];
  size_t error_length;
  pid_t command;   /* host id of the command, once the inner role has come up */
  int command_fd;  /* pidfd of it, or -1 */
  struct mount_watch mounts;
  /* Called when the command's process is known, before it goes on. */
  void (*on_hello)(struct watch *watch);
  bool told_to_end, terminated_once;
};

/** Blocks what the loop reads from the descriptor it returns. */
int watch_signals(void);
/** Runs until the tree has ended and its output is through. */
void watch(struct watch *watch);

#endif
