/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The outer role: from airg's instruction to the end of the tree. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob.h"
#include "identity.h"
#include "kernel.h"
#include "mounts.h"
#include "overlay.h"
#include "proc.h"
#include "pty.h"
#include "roles.h"
#include "spawn.h"
#include "status.h"
#include "watch.h"

static struct pty pty;
static struct watch state;
static struct instruction in;
static uint32_t overlaid;
static struct copies copies;

static int connect_as(const char *role) {
  int fd = status_connect(in.single[KEY_STATUS].bytes);
  if (fd < 0) fail("status", "connect", errno, NULL);
  struct line line;
  line_begin(&line, "role", role);
  line_text(&line, "token", in.single[KEY_TOKEN].bytes);
  (void)line_end(&line);
  if (!status_send(fd, &line)) fail("status", "write", errno, NULL);
  return fd;
}

/* Skipped targets are listed in the ready line; should they be too many for one
   line, in `skipped` lines before it. */
static struct line skips;
static uint32_t skips_in_line;

static void skips_begin(void) {
  line_begin(&skips, "event", "skipped");
  line_raw(&skips, ",\"skipped\":[");
  skips_in_line = 0;
}

static void send_skips(void) {
  line_raw(&skips, "]");
  if (line_end(&skips)) (void)status_send(status_fd(), &skips);
  skips_begin();
}

static void skipped(enum key key, uint32_t index, int error) {
  if (skips_in_line == 60) send_skips(); /* 50 bytes each at most */
  line_raw(&skips, skips_in_line++ > 0 ? ",{" : "{");
  line_text(&skips, "key", key_name(key));
  line_number(&skips, "index", index);
  line_number(&skips, "errno", error);
  line_raw(&skips, "}");
}

static void send_ready(struct mounted mounted) {
  static const char *const rungs[] = {[RUNG_FULL] = "full", [RUNG_BWRAP] = "bwrap", [RUNG_BARE] = "bare"};
  bool full = in.rung == RUNG_FULL;
  struct line line;
  line_begin(&line, "event", "ready");
  line_number(&line, "uid", geteuid());
  line_number(&line, "gid", getegid());
  line_text(&line, "rung", rungs[in.rung]);
  line_flag(&line, "userns", full);
  line_flag(&line, "mountns", full);
  line_number(&line, "hidden", mounted.hidden);
  line_number(&line, "pinned", mounted.pinned);
  line_number(&line, "anchored", mounted.anchored);
  line_number(&line, "overlaid", overlaid);
  const char *list = memchr(skips.text, '[', skips.length);
  line_raw(&skips, "]");
  skips.text[skips.length < sizeof skips.text ? skips.length : sizeof skips.text - 1] = 0;
  line_raw(&line, ",\"skipped\":");
  line_raw(&line, list);
  line_flag(&line, "pty", pty.on);
  if (!line_end(&line) || !status_send(status_fd(), &line)) fail("status", "write", errno, NULL);
}

/* Every target stays open until all are mounted; the child gets the old limit back. */
static struct rlimit raise_file_limit(void) {
  struct rlimit before, most;
  if (getrlimit(RLIMIT_NOFILE, &before) != 0) fail("limits", "getrlimit", errno, NULL);
  most = before;
  most.rlim_cur = most.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &most) != 0) fail("limits", "setrlimit", errno, NULL);
  return before;
}

static void die_with_airg(pid_t parent) {
  /* After the change of identity, which clears it (prctl(2)). */
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) fail("pdeathsig", "", errno, NULL);
  if (getppid() != parent) fail("pdeathsig", "", ESRCH, "airg ended before the launcher was ready");
}

static void make_pair(int ends[2]) {
  int on = 1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 ||
      setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0)
    fail("spawn", "socketpair", errno, NULL);
}

static void make_error_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) fail("spawn", "pipe", errno, NULL);
}

static bool is_group(int fd) {
  struct statfs where;
  if (fstatfs(fd, &where) != 0) return false;
  return (unsigned long)where.f_type == K_CGROUP2_MAGIC || (unsigned long)where.f_type == K_CGROUP_MAGIC;
}

/* Into the control groups airg has made for this run; whatever we start is in
   them from its first moment (cgroups(7)). No other file is ever written. */
static void join_groups(void) {
  struct cursor cursor = {0};
  struct value path;
  while (next_value(&in, KEY_CGROUP, &cursor, &path)) {
    int fd = open(path.bytes, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) fail("cgroup", "open", errno, NULL);
    if (!is_group(fd)) fail("cgroup", "", EPERM, "not a control group");
    if (write(fd, "0", 1) != 1) fail("cgroup", "write", errno, NULL);
    close(fd);
  }
}

/* Which descriptors the command gets, and which of them is its terminal. */
static void choose_standard(struct handover *give) {
  give->terminal = -1;
  for (int fd = 0; fd <= 2; fd++) {
    bool private = pty.on && pty.is_terminal[fd];
    give->standard[fd] = private ? pty.slave : fd;
    if (private && give->terminal < 0) give->terminal = fd;
  }
  /* 2 itself becomes bubblewrap's, so the command's travels on another number. */
  if (give->standard[2] == 2) give->standard[2] = fcntl(2, F_DUPFD_CLOEXEC, 3);
  if (give->standard[2] < 0) fail("spawn", "dup", errno, NULL);
}

/* Masks and pins go into the view that bubblewrap made, before anything runs in
   it that is not ours. Nothing in it has the rights to take them off again. */
static void complete_view(struct watch *w) {
  struct mounted mounted = {.watch = {.events = -1}};
  if (in.rung == RUNG_FULL) {
    enter_view(w->command_fd);
    mounted = mount_all(&in, &copies, skipped);
    drop_capabilities();
  }
  w->mounts = mounted.watch;
  send_ready(mounted);
}

static void start(struct handover *give, const struct rlimit *files) {
  int pair[2], error[2] = {-1, -1};
  make_pair(pair);
  if (in.rung != RUNG_BARE) make_error_pipe(error);
  give->sync = pair[1];
  give->bwrap_error = error[1];
  choose_standard(give);
  state = (struct watch){.pty = &pty, .status = status_fd(), .signals = state.signals, .sync = pair[0],
                         .bwrap_error = error[0], .command_fd = -1, .mounts = {.events = -1}, .on_hello = complete_view};
  if (pty.on) pty_start(&pty);
  state.tree = spawn(&in, give, files, &state.result);
  state.tree.spared = pty.guardian;
  close(give->launcher);
  close(give->blob);
  close(give->status);
  close(give->sync);
  if (give->standard[2] != pty.slave) close(give->standard[2]);
  if (error[1] >= 0) close(error[1]);
}

/* The command's own wait status: bubblewrap has turned a signal into 128+n by then. */
static int command_status(void) {
  int status;
  if (in.rung == RUNG_BARE && read(state.result, &status, sizeof status) == (ssize_t)sizeof status) return status;
  return state.tree.status;
}

static void send_exited(int code, int signal, const struct rusage *used) {
  struct line line;
  line_begin(&line, "event", "exited");
  line_number(&line, "code", code);
  line_number(&line, "signal", signal);
  size_t length = state.error_length;
  while (length > 0 && state.error[length - 1] == '\n') length--;
  size_t before = line.length;
  line_bytes(&line, "bwrapError", state.error, length);
  /* At most six bytes for one, so it may not fit with what follows. */
  while (line.full || line.length > sizeof line.text - 200) {
    length /= 2;
    line.length = before;
    line.full = false;
    line_bytes(&line, "bwrapError", state.error, length);
  }
  line_number(&line, "userMs", used->ru_utime.tv_sec * 1000 + used->ru_utime.tv_usec / 1000);
  line_number(&line, "systemMs", used->ru_stime.tv_sec * 1000 + used->ru_stime.tv_usec / 1000);
  line_number(&line, "maxRssKib", used->ru_maxrss);
  if (line_end(&line)) (void)status_send(status_fd(), &line);
}

static int finish(void) {
  struct rusage used;
  (void)getrusage(RUSAGE_CHILDREN, &used);
  int status = command_status();
  int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (state.command <= 0 && !state.told_to_end) {
    state.error[state.error_length < sizeof state.error ? state.error_length : sizeof state.error - 1] = 0;
    report_failure(in.rung == RUNG_BARE ? "spawn" : "bwrap", "start", 0, "the inner role did not start");
    code = EXIT_LAUNCHER;
  }
  send_exited(code, signal, &used);
  return code;
}

int outer_role(int argc, char **argv) {
  (void)argc;
  pid_t parent = getppid();
  /* Whatever airg or its parents left open is not the sandbox's to use. */
  if (k_close_range(3, ~0u) != 0) fail("arguments", "close_range", errno, NULL);
  umask(077);
  struct blob blob = blob_take(argv[0]);
  struct handover give = {.blob = blob_seal(blob)};
  blob_parse(blob, &in);
  state.signals = watch_signals();
  status_use(connect_as("outer"));
  give.status = connect_as("inner");
  give.launcher = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (give.launcher < 0) fail("spawn", "/proc/self/exe", errno, NULL);
  if (in.pty) pty_find(&pty);
  if (chdir("/") != 0) fail("cwd", "/", errno, NULL);
  open_copies(&in, &copies); /* before: they lie where only airg's user can look */
  join_groups(); /* before: the owner may have no right to it */
  become_owner(&in);
  die_with_airg(parent);
  own_folders(&in);
  if (pty.on) pty_open(&pty);
  struct rlimit files = raise_file_limit();
  skips_begin();
  if (in.rung == RUNG_FULL) {
    enter_namespaces();
    overlaid = mount_overlays(&in); /* below all that bubblewrap binds, and the masks above */
  }
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) fail("spawn", "subreaper", errno, NULL);
  /* Nobody of the same user attaches to us or reads our memory (ptrace(2)). */
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) fail("spawn", "dumpable", errno, NULL);
  proc_keep();
  start(&give, &files);
  watch(&state);
  pty_end(&pty);
  return finish();
}
