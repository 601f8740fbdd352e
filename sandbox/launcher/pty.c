/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "status.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

/* A description of our own: O_NONBLOCK on the inherited one would change it for
   the shell that started us as well. */
static int reopen(int fd, int mode, bool *careful) {
  char path[48] = "/proc/self/fd/", digits[21];
  strcat(path, decimal_text((unsigned)fd, digits));
  int own = open(path, mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  *careful = own < 0;
  return own >= 0 ? own : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static bool may(int fd, int mode) {
  int access = fcntl(fd, F_GETFL) & O_ACCMODE;
  return access == O_RDWR || access == mode;
}

void pty_find(struct pty *pty) {
  pty->real = pty->in = pty->out = pty->master = pty->slave = pty->guardian_pipe = -1;
  int first = -1, output = -1;
  for (int fd = 0; fd <= 2; fd++) {
    struct termios ignored;
    pty->is_terminal[fd] = tcgetattr(fd, &ignored) == 0;
    if (pty->is_terminal[fd] && first < 0) first = fd;
    /* 1, else 2, else 0: a terminal only on 0 still gets the echo of what is typed. */
    if (pty->is_terminal[fd] && may(fd, O_WRONLY) && output <= 0) output = fd;
  }
  if (first < 0) return;
  pty->on = true;
  pty->real = fcntl(first, F_DUPFD_CLOEXEC, 3);
  if (pty->real < 0) fail("pty", "dup", errno, NULL);
  if (pty->is_terminal[0] && may(0, O_RDONLY)) pty->in = reopen(0, O_RDONLY, &pty->in_careful);
  if (output >= 0) pty->out = reopen(output, O_WRONLY, &pty->out_careful);
}

void pty_open(struct pty *pty) {
  struct winsize size;
  int unlock = 0;
  pty->master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (pty->master < 0) fail("pty", "ptmx", errno, NULL);
  if (ioctl(pty->master, TIOCSPTLCK, &unlock) != 0) fail("pty", "unlock", errno, NULL);
  pty->slave = ioctl(pty->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (pty->slave < 0) fail("pty", "peer", errno, NULL);
  if (tcgetattr(pty->real, &pty->saved) != 0) fail("pty", "tcgetattr", errno, NULL);
  if (tcsetattr(pty->slave, TCSANOW, &pty->saved) != 0) fail("pty", "tcsetattr", errno, NULL);
  if (ioctl(pty->real, TIOCGWINSZ, &size) == 0) (void)ioctl(pty->master, TIOCSWINSZ, &size);
}

/* Restores the terminal when we are killed without a chance to. In a session of
   its own it may do so from anywhere (tty_check_change() in the kernel looks only
   at processes whose controlling terminal this is). */
static _Noreturn void guard(const struct pty *pty, int commands) {
  (void)setsid();
  int real = dup2(pty->real, 0), pipe = dup2(commands, 1);
  (void)k_close_range(2, ~0u);
  char state = 'c';
  for (;;) {
    ssize_t n = read(pipe, &state, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    if (state == 'q') _exit(0);
  }
  if (state == 'r') (void)tcsetattr(real, TCSADRAIN, &pty->saved);
  _exit(0);
}

static void tell_guardian(const struct pty *pty, char state) {
  while (write(pty->guardian_pipe, &state, 1) < 0 && errno == EINTR) {}
}

void pty_start(struct pty *pty) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) fail("pty", "pipe", errno, NULL);
  pty->guardian = fork();
  if (pty->guardian < 0) fail("pty", "fork", errno, NULL);
  if (pty->guardian == 0) {
    close(pipes[1]);
    guard(pty, pipes[0]);
  }
  close(pipes[0]);
  pty->guardian_pipe = pipes[1];
  pty_take(pty);
}

/* A terminal that is not our controlling one has no foreground of ours: then it
   is simply used. */
static bool in_foreground(const struct pty *pty) {
  pid_t group = tcgetpgrp(pty->real);
  return group < 0 || group == getpgrp();
}

bool pty_waits(const struct pty *pty) { return pty->on && !pty->raw && !in_foreground(pty); }

void pty_take(struct pty *pty) {
  if (!pty->on || pty->raw || !in_foreground(pty)) return;
  struct termios raw = pty->saved;
  raw.c_oflag &= ~(tcflag_t)OPOST; /* the private terminal has done it */
  if (pty->in >= 0) {
    /* cfmakeraw(3). Without keyboard input the terminal keeps its signals, or
       Ctrl-C would reach nobody. */
    raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    raw.c_cflag |= CS8;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
  }
  tell_guardian(pty, 'r');
  if (tcsetattr(pty->real, TCSADRAIN, &raw) == 0) pty->raw = true;
}

void pty_give_back(struct pty *pty) {
  if (!pty->raw) return;
  (void)tcsetattr(pty->real, TCSADRAIN, &pty->saved);
  pty->raw = false;
  tell_guardian(pty, 'c');
}

void pty_resize(struct pty *pty) {
  struct winsize size;
  if (pty->on && ioctl(pty->real, TIOCGWINSZ, &size) == 0) (void)ioctl(pty->master, TIOCSWINSZ, &size);
}

static bool empty(const struct pipe_buffer *b) { return b->start == b->end; }

void pty_poll(const struct pty *pty, struct pollfd fds[PTY_FDS]) {
  for (int i = 0; i < PTY_FDS; i++) fds[i] = (struct pollfd){.fd = -1};
  if (!pty->on) return;
  short events = 0;
  if (empty(&pty->to_person)) events |= POLLIN;
  if (!empty(&pty->to_command)) events |= POLLOUT;
  if (events) fds[PTY_MASTER] = (struct pollfd){.fd = pty->master, .events = events};
  if (pty->raw && empty(&pty->to_command)) fds[PTY_IN] = (struct pollfd){.fd = pty->in, .events = POLLIN};
  if (!empty(&pty->to_person)) fds[PTY_OUT] = (struct pollfd){.fd = pty->out, .events = POLLOUT};
}

enum moved { MOVED, NOTHING, GONE };

static enum moved fill(struct pipe_buffer *b, int from) {
  ssize_t n = read(from, b->bytes, sizeof b->bytes);
  if (n > 0) {
    b->start = 0;
    b->end = (size_t)n;
    return MOVED;
  }
  return n < 0 && (errno == EAGAIN || errno == EINTR) ? NOTHING : GONE;
}

/* A shared description may block: then small pieces, which a terminal that
   polls writable takes whole (n_tty_poll() wants room for 256). */
static enum moved empty_into(struct pipe_buffer *b, int to, bool careful) {
  size_t length = b->end - b->start;
  if (careful && length > 128) length = 128;
  ssize_t n = write(to, b->bytes + b->start, length);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return NOTHING;
  if (n <= 0) {
    b->start = b->end = 0;
    return GONE;
  }
  b->start += (size_t)n;
  if (b->start == b->end) b->start = b->end = 0;
  return MOVED;
}

static void write_out(struct pty *pty) {
  if (empty(&pty->to_person)) return;
  if (pty->out < 0) pty->to_person.start = pty->to_person.end = 0;
  else if (empty_into(&pty->to_person, pty->out, pty->out_careful) == GONE) pty->out = -1;
}

bool pty_move(struct pty *pty, const struct pollfd fds[PTY_FDS]) {
  bool there = true;
  if (fds[PTY_MASTER].revents & POLLOUT) (void)empty_into(&pty->to_command, pty->master, false);
  if (fds[PTY_MASTER].revents & POLLIN && fill(&pty->to_person, pty->master) == MOVED) write_out(pty);
  if (fds[PTY_OUT].revents || (pty->out < 0 && !empty(&pty->to_person))) write_out(pty);
  if (fds[PTY_IN].revents && fill(&pty->to_command, pty->in) == GONE) {
    /* EIO also says "you are in the background now": then wait, as pty_waits(). */
    if (errno == EIO && !in_foreground(pty)) pty_give_back(pty);
    else {
      there = false;
      pty->in = -1;
    }
  }
  if (fds[PTY_IN].revents && !empty(&pty->to_command)) (void)empty_into(&pty->to_command, pty->master, false);
  return there;
}

bool pty_drain_step(struct pty *pty, int milliseconds, struct pollfd *also) {
  if (!pty->on || pty->out < 0) return false;
  /* With every slave closed the master gives all there is and then EIO. Not
     before: the kernel passes written bytes on from a work queue. */
  if (pty->slave >= 0) {
    close(pty->slave);
    pty->slave = -1;
  }
  if (empty(&pty->to_person)) return fill(&pty->to_person, pty->master) == MOVED;
  struct pollfd fds[2] = {{.fd = pty->out, .events = POLLOUT}, *also};
  if (poll(fds, 2, milliseconds) < 0) return errno == EINTR;
  *also = fds[1];
  if (fds[0].revents) write_out(pty);
  return pty->out >= 0;
}

void pty_end(struct pty *pty) {
  if (!pty->on || pty->guardian_pipe < 0) return;
  pty_give_back(pty);
  tell_guardian(pty, 'q');
  while (pty->guardian > 0 && waitpid(pty->guardian, NULL, 0) < 0 && errno == EINTR) {}
  close(pty->guardian_pipe);
  pty->guardian_pipe = -1;
}
