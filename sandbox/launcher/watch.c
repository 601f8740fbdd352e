/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel.h"
#include "status.h"

int watch_signals(void) {
  static const int read_here[] = {SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
  /* An ignored signal is never queued (signal(7)), and a shell starts background
     jobs with SIGINT ignored. SIGHUP stays as it is: nohup means it. */
  static const int reset[] = {SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGTSTP};
  for (size_t i = 0; i < sizeof reset / sizeof reset[0]; i++) (void)signal(reset[i], SIG_DFL);
  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGTTOU, SIG_IGN); /* or tcsetattr(3) from the background would stop us */
  (void)signal(SIGTTIN, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < sizeof read_here / sizeof read_here[0]; i++) sigaddset(&set, read_here[i]);
  if (sigprocmask(SIG_SETMASK, &set, NULL) != 0) fail("signals", "mask", errno, NULL);
  int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0) fail("signals", "signalfd", errno, NULL);
  return fd;
}

static void forward(struct watch *w, int signal) {
  if (w->command <= 0) {
    w->told_to_end = true; /* nothing there yet that could take it */
    return;
  }
  struct pollfd gone = {.fd = w->command_fd, .events = POLLIN};
  if (w->command_fd >= 0 && poll(&gone, 1, 0) > 0) return; /* its number may be another's by now */
  (void)kill(getpgid(w->command) == w->command ? -w->command : w->command, signal);
}

/* Suspended by hand (Ctrl-Z in raw mode goes to the command): the terminal goes
   back to the person meanwhile. */
static void suspend(struct watch *w) {
  pty_give_back(w->pty);
  (void)raise(SIGSTOP);
}

static void read_signals(struct watch *w) {
  struct signalfd_siginfo info;
  while (read(w->signals, &info, sizeof info) == (ssize_t)sizeof info) {
    int signal = (int)info.ssi_signo;
    switch (signal) {
      case SIGCHLD:
        reap(&w->tree);
        break;
      case SIGWINCH:
        pty_resize(w->pty);
        break;
      case SIGTSTP:
        suspend(w);
        break;
      case SIGCONT:
        pty_take(w->pty);
        pty_resize(w->pty);
        break;
      case SIGTERM:
        if (w->terminated_once) w->told_to_end = true;
        w->terminated_once = true;
        forward(w, signal);
        break;
      default:
        forward(w, signal);
    }
  }
}

/* The inner role says one byte; the kernel adds who it is, as seen from here
   (SCM_CREDENTIALS, unix(7)). It waits for the answer, so its number is its own
   until the pidfd is open. */
static void greet(struct watch *w) {
  char byte;
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n = recvmsg(w->sync, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  struct cmsghdr *head = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
  if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_CREDENTIALS) {
    struct ucred who;
    memcpy(&who, CMSG_DATA(head), sizeof who);
    w->command = who.pid;
    w->command_fd = k_pidfd_open(who.pid);
    w->on_hello(w);
    int32_t pid = who.pid;
    (void)send(w->sync, &pid, sizeof pid, MSG_NOSIGNAL);
  }
  close(w->sync);
  w->sync = -1;
}

static void read_error(struct watch *w) {
  char bytes[4096];
  for (;;) {
    ssize_t n = read(w->bwrap_error, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) break;
    size_t room = sizeof w->error - w->error_length, take = (size_t)n < room ? (size_t)n : room;
    memcpy(w->error + w->error_length, bytes, take);
    w->error_length += take;
  }
  close(w->bwrap_error);
  w->bwrap_error = -1;
}

/* airg says nothing on this connection; all that matters is its end. */
static bool airg_gone(int fd) {
  char bytes[256];
  ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* A mask or pin is gone: what it kept away may be seen from now on, so the run ends. */
static void check_mounts(struct watch *w) {
  const struct cover *lost = mount_watch_lost(&w->mounts);
  if (!lost) return;
  w->told_to_end = true;
  struct line line;
  line_begin(&line, "event", "mask-lost");
  line_text(&line, "key", key_name(lost->key));
  line_number(&line, "index", lost->index);
  if (line_end(&line)) (void)status_send(w->status, &line);
}

static int wait_for(const struct watch *w, bool terminal) {
  int interval = mount_watch_interval(&w->mounts);
  /* A shell's `fg` tells a running job nothing, so look now and then. */
  return terminal && (interval < 0 || interval > 200) ? 200 : interval;
}

static void step(struct watch *w) {
  enum { STATUS, SIGNALS, SYNC, ERROR, MOUNTS, PTY };
  struct pollfd fds[PTY + PTY_FDS] = {
      [STATUS] = {.fd = w->status, .events = POLLIN | POLLRDHUP},
      [SIGNALS] = {.fd = w->signals, .events = POLLIN},
      [SYNC] = {.fd = w->sync, .events = POLLIN},
      [ERROR] = {.fd = w->bwrap_error, .events = POLLIN},
      [MOUNTS] = {.fd = w->mounts.events, .events = POLLPRI},
  };
  bool waits = pty_waits(w->pty);
  pty_poll(w->pty, fds + PTY);
  int n = poll(fds, PTY + PTY_FDS, wait_for(w, waits));
  if (n < 0 && errno != EINTR) {
    w->told_to_end = true;
    return;
  }
  if (waits) pty_take(w->pty);
  if (n == 0 || (n > 0 && fds[MOUNTS].revents)) check_mounts(w);
  if (n <= 0) return;
  if (fds[SYNC].revents) greet(w);
  if (fds[SIGNALS].revents) read_signals(w);
  if (fds[STATUS].revents && airg_gone(w->status)) w->told_to_end = true;
  if (fds[ERROR].revents) read_error(w);
  if (!pty_move(w->pty, fds + PTY)) forward(w, SIGHUP);
}

/* A person may have stopped his terminal (Ctrl-S); airg may still call it off. */
static void drain(struct watch *w) {
  struct pollfd status = {.fd = w->status, .events = POLLIN | POLLRDHUP};
  while (pty_drain_step(w->pty, 200, &status)) {
    if (status.revents && airg_gone(w->status)) return;
    struct signalfd_siginfo info;
    while (read(w->signals, &info, sizeof info) == (ssize_t)sizeof info) {
      if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP) return;
      if (info.ssi_signo == SIGTSTP) suspend(w);
      if (info.ssi_signo == SIGCONT) pty_take(w->pty);
    }
  }
}

void watch(struct watch *w) {
  while (!w->tree.ended && !w->told_to_end) step(w);
  end_tree(&w->tree);
  if (w->bwrap_error >= 0) read_error(w);
  drain(w);
}
