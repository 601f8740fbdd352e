/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob.h"
#include "kernel.h"
#include "proc.h"
#include "status.h"

static char *const no_environment[] = {NULL};

static void must(bool ok, const char *detail) {
  if (!ok) fail("spawn", detail, errno, NULL);
}

/* Dies with `parent`; it may be gone already (prctl(2), PR_SET_PDEATHSIG). */
static void die_with(pid_t parent, int signal) {
  must(prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) == 0, "pdeathsig");
  if (getppid() != parent) _exit(EXIT_LAUNCHER);
}

static void plain_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  must(sigprocmask(SIG_SETMASK, &none, NULL) == 0, "sigprocmask");
  (void)signal(SIGPIPE, SIG_DFL);
  (void)signal(SIGTTOU, SIG_DFL);
  (void)signal(SIGTTIN, SIG_DFL);
}

static int inherit(int fd) {
  must(fcntl(fd, F_SETFD, 0) == 0, "fcntl");
  return fd;
}

struct words {
  char status[21], blob[21], error[21], sync[21], launcher[64];
};

/* launcher inner BLOB STATUS STDERR SYNC TERMINAL, into six slots. */
static void inner_arguments(char **out, struct words *words, const struct handover *give) {
  static char inner[] = "inner", none[] = "-", digits[][2] = {"0", "1", "2"};
  char number[21];
  strcat(strcpy(words->launcher, "/proc/self/fd/"), decimal_text((unsigned)give->launcher, number));
  strcpy(words->blob, decimal_text((unsigned)give->blob, number));
  strcpy(words->status, decimal_text((unsigned)give->status, number));
  strcpy(words->error, decimal_text((unsigned)give->standard[2], number));
  strcpy(words->sync, decimal_text((unsigned)give->sync, number));
  out[0] = words->launcher;
  out[1] = inner;
  out[2] = words->blob;
  out[3] = words->status;
  out[4] = words->error;
  out[5] = words->sync;
  out[6] = give->terminal < 0 ? none : digits[give->terminal];
  out[7] = NULL;
}

static void place_descriptors(const struct handover *give) {
  inherit(give->launcher);
  inherit(give->blob);
  inherit(give->status);
  inherit(give->sync);
  inherit(give->standard[2]);
  /* 0 and 1 are either themselves or the private terminal, so this order is safe. */
  must(dup2(give->standard[0], 0) == 0 && dup2(give->standard[1], 1) == 1, "dup2");
}

/* bubblewrap copies each content from a descriptor into a file of its own and
   binds that over the path, so no file of the host has to hold it. */
static size_t replace_arguments(const struct instruction *in, char **out) {
  static char perms[] = "--perms", mode[] = "0444", data[] = "--ro-bind-data";
  static char numbers[REPLACED_MAX][21];
  struct cursor paths = {0}, contents = {0};
  struct value path, content;
  size_t n = 0;
  for (size_t i = 0; next_value(in, KEY_REPLACE, &paths, &path); i++) {
    (void)next_value(in, KEY_CONTENT, &contents, &content);
    int fd = inherit(blob_seal((struct blob){(char *)(uintptr_t)content.bytes, content.length}));
    out[n++] = perms;
    out[n++] = mode;
    out[n++] = data;
    char number[21];
    out[n++] = strcpy(numbers[i], decimal_text((unsigned)fd, number));
    memcpy(&out[n++], &path.bytes, sizeof path.bytes);
  }
  return n;
}

/* --die-with-parent and --unshare-pid come first whatever the instruction says:
   without the former a killed bubblewrap leaves its process-id namespace alive,
   without the latter its death ends nothing. Both may stand twice. */
static _Noreturn void run_bwrap(const struct instruction *in, const struct handover *give) {
  static char die[] = "--die-with-parent", pid[] = "--unshare-pid", end[] = "--";
  size_t n;
  char **argv = vector(in, KEY_BARG, 3, &n);
  memcpy(&argv[0], &in->single[KEY_BWRAP].bytes, sizeof argv[0]);
  argv[1] = die;
  argv[2] = pid;
  struct words words;
  place_descriptors(give);
  n += replace_arguments(in, argv + n);
  argv[n++] = end;
  inner_arguments(argv + n, &words, give);
  must(dup2(give->bwrap_error, 2) == 2, "dup2");
  execve(argv[0], argv, no_environment);
  fail("bwrap", "execve", errno, NULL);
}

static _Noreturn void run_inner(const struct handover *give) {
  char *argv[8];
  struct words words;
  place_descriptors(give);
  inner_arguments(argv, &words, give);
  syscall(SYS_execveat, give->launcher, "", argv, no_environment, K_AT_EMPTY_PATH);
  fail("spawn", "execveat", errno, NULL);
}

/* Without a process-id namespace nobody ends the tree when we are killed: the
   keeper does, as its subreaper; and we are the keeper's. */
static _Noreturn void keep(const struct handover *give, int result) {
  sigset_t wait_for;
  sigemptyset(&wait_for);
  sigaddset(&wait_for, SIGCHLD);
  sigaddset(&wait_for, SIGTERM);
  must(sigprocmask(SIG_SETMASK, &wait_for, NULL) == 0, "sigprocmask");
  must(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "subreaper");
  pid_t me = getpid(), parent = getppid();
  struct tree tree = {.main = fork()};
  must(tree.main >= 0, "fork");
  if (tree.main == 0) {
    die_with(me, SIGKILL);
    plain_signals();
    run_inner(give);
  }
  /* The command's pipes, terminal and status connection are not ours to hold open. */
  (void)k_close_range(0, (unsigned)result - 1);
  (void)k_close_range((unsigned)result + 1, ~0u);
  proc_forget();
  while (!tree.ended && getppid() == parent) {
    (void)sigwaitinfo(&wait_for, NULL);
    reap(&tree);
  }
  end_tree(&tree);
  (void)!write(result, &tree.status, sizeof tree.status);
  _exit(0);
}

struct tree spawn(const struct instruction *in, const struct handover *give,
                  const struct rlimit *files, int *result) {
  int pipes[2];
  must(pipe2(pipes, O_CLOEXEC) == 0, "pipe");
  pid_t me = getpid();
  struct tree tree = {.main = fork()};
  must(tree.main >= 0, "fork");
  if (tree.main > 0) {
    close(pipes[1]);
    *result = pipes[0];
    return tree;
  }
  status_use(give->status);
  die_with(me, in->rung == RUNG_BARE ? SIGTERM : SIGKILL);
  must(setsid() >= 0, "setsid");
  must(setrlimit(RLIMIT_NOFILE, files) == 0, "setrlimit");
  if (in->rung == RUNG_BARE) keep(give, pipes[1]);
  plain_signals();
  run_bwrap(in, give);
}
