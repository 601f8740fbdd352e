/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The inner role: the last step before the command. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob.h"
#include "kernel.h"
#include "landlock.h"
#include "privileges.h"
#include "roles.h"
#include "status.h"

struct descriptors {
  int blob, status, error, sync, terminal;
};

static int descriptor(const char *text, int least) {
  char *end;
  errno = 0;
  long n = strtol(text, &end, 10);
  if (errno || end == text || *end || n < least || n > 1 << 20) fail("arguments", "inner", 0, "not a descriptor");
  return (int)n;
}

static struct descriptors read_arguments(char **argv) {
  struct descriptors d = {
      .blob = descriptor(argv[0], 3),
      .status = descriptor(argv[1], 3),
      .error = descriptor(argv[2], 3),
      .sync = descriptor(argv[3], 3),
      .terminal = strcmp(argv[4], "-") == 0 ? -1 : descriptor(argv[4], 0),
  };
  if (d.terminal > 2) fail("arguments", "inner", 0, "not a descriptor");
  return d;
}

/* A session of our own: no controlling terminal but the private one, and a
   process group whose number is ours. bubblewrap's --new-session may have been here. */
static void own_session(const struct descriptors *d) {
  if (getsid(0) != getpid() && setsid() < 0) fail("session", "setsid", errno, NULL);
  if (getpgrp() != getpid()) fail("session", "", EPERM, "not a group leader");
  if (dup2(d->error, 2) != 2) fail("session", "dup2", errno, NULL);
  if (d->terminal >= 0 && ioctl(d->terminal, TIOCSCTTY, 0) != 0) fail("session", "TIOCSCTTY", errno, NULL);
}

/* One byte tells the outer role who we are on the host; the answer is that number. */
static int32_t say_hello(int sync) {
  int32_t pid = 0;
  if (send(sync, "", 1, MSG_NOSIGNAL) != 1) fail("session", "hello", errno, NULL);
  ssize_t n;
  do n = recv(sync, &pid, sizeof pid, MSG_WAITALL);
  while (n < 0 && errno == EINTR);
  if (n != (ssize_t)sizeof pid) fail("session", "hello", ESRCH, "the outer role is gone");
  return pid;
}

/* 0-2 and the status connection stay; the latter closes with the execve. */
static void close_others(int keep) {
  if (k_close_range(3, (unsigned)keep - 1) != 0 || k_close_range((unsigned)keep + 1, ~0u) != 0)
    fail("descriptors", "close_range", errno, NULL);
}

static void describe(struct line *line, int32_t pid, const struct landlock *l, uint32_t filters,
                     const char *bounding, uint32_t limits) {
  line_begin(line, "event", "applied");
  line_number(line, "pid", pid);
  line_number(line, "landlockAbi", l->abi);
  line_hex(line, "landlockFs", l->fs);
  line_hex(line, "landlockNet", l->net);
  line_hex(line, "landlockScope", l->scope);
  line_number(line, "landlockRules", l->rules);
  line_number(line, "landlockSkipped", l->skipped);
  line_number(line, "seccompInstructions", filters);
  line_flag(line, "noNewPrivs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
  line_text(line, "boundingSet", bounding);
  line_hex(line, "securebits", (uint64_t)prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
  line_number(line, "rlimits", limits);
  line_flag(line, "fdsClosed", true); /* close_others() fails otherwise */
  (void)line_end(line);
}

/* The instructions, aligned; `len` 0 when there is no filter. */
static struct k_sock_fprog filter_program(const struct instruction *in) {
  struct value bytes = in->single[KEY_SECCOMP];
  if (in->count[KEY_SECCOMP] == 0) return (struct k_sock_fprog){0, NULL};
  struct k_sock_filter *filter = pages(bytes.length);
  memcpy(filter, bytes.bytes, bytes.length);
  return (struct k_sock_fprog){(unsigned short)(bytes.length / sizeof *filter), filter};
}

int inner_role(int argc, char **argv) {
  (void)argc;
  struct descriptors d = read_arguments(argv);
  int status = fcntl(d.status, F_DUPFD_CLOEXEC, 3);
  if (status < 0) fail("status", "", errno, NULL);
  status_use(status);
  own_session(&d);
  int32_t pid = say_hello(d.sync);
  struct instruction in;
  blob_parse(blob_unseal(d.blob), &in);
  close_others(status);

  if (chdir(in.single[KEY_CWD].bytes) != 0) fail("cwd", "", errno, NULL);
  struct landlock landlock = landlock_prepare(&in);
  size_t n;
  char **arguments = vector(&in, KEY_ARG, 0, &n);
  char **environment = vector(&in, KEY_ENV, 0, &n);
  struct k_sock_fprog program = filter_program(&in);
  umask(in.umask);
  reset_signals();
  uint32_t limits = set_limits(&in);
  const char *bounding = drop_privileges();
  struct line line;
  describe(&line, pid, &landlock, program.len, bounding, limits);
  landlock_enter(&landlock);
  if (program.len > 0 && k_seccomp_filter(&program) != 0) fail("seccomp", "", errno, NULL);
  if (!status_send(status, &line)) fail("status", "write", errno, NULL);
  execve(in.single[KEY_EXEC].bytes, arguments, environment);
  fail("execve", "", errno, NULL);
}
