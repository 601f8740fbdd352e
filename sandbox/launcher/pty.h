/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The private terminal between the person's terminal and the command. */
#ifndef AIRG_PTY_H
#define AIRG_PTY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct pipe_buffer {
  char bytes[16384];
  size_t start, end;
};

struct pty {
  bool on;
  bool is_terminal[3];  /* which of fd 0-2 are terminals */
  int real;             /* the person's terminal, for its settings */
  int in, out;          /* own descriptions of it, not blocking; -1: none */
  bool in_careful, out_careful; /* could not be reopened: shared, may block */
  int master, slave;
  struct termios saved;
  bool raw;             /* the person's terminal is in our mode */
  int guardian_pipe;
  pid_t guardian;
  struct pipe_buffer to_command, to_person;
};

/** Finds the terminals among 0-2; before the identity changes, as they are the caller's. */
void pty_find(struct pty *pty);
/** Makes the private terminal. */
void pty_open(struct pty *pty);
/** Starts the guardian, and puts the person's terminal into our mode. */
void pty_start(struct pty *pty);
/** Takes or gives back the person's terminal, as we are in the foreground or not. */
void pty_take(struct pty *pty);
void pty_give_back(struct pty *pty);
/** True while we would use the terminal but are in the background. */
bool pty_waits(const struct pty *pty);
void pty_resize(struct pty *pty);

enum { PTY_MASTER, PTY_IN, PTY_OUT, PTY_FDS };
void pty_poll(const struct pty *pty, struct pollfd fds[PTY_FDS]);
/** Moves what can be moved; false when the person's terminal is gone. */
bool pty_move(struct pty *pty, const struct pollfd fds[PTY_FDS]);
/** After the tree has ended: what is still in the private terminal. False when there is no more. */
bool pty_drain_step(struct pty *pty, int milliseconds, struct pollfd *also);
/** Restores the terminal and dismisses the guardian. */
void pty_end(struct pty *pty);

#endif
