/* Copyright 2026 the airg authors. Apache-2.0 license.
 *
 * Two programs of the differential test in one static file.
 *
 * As `run` it is process 1 of a throw-away sandbox: for each script it lays the
 * known tree out anew, starts bash, waits until everything has ended, and keeps
 * the log. Under any other name it is a recorder: it appends to /.out/log the
 * folder it was started in and every word it was given. `no*` then fails,
 * `out*` prints words that no reader can know.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOG "/.out/log"
#define MAX_RECORD (1 << 20)

static _Noreturn void die(const char *what) {
  perror(what);
  exit(70);
}

/* --- the recorder --- */

static size_t put(char *record, size_t at, const char *text) {
  size_t length = strlen(text) + 1;
  if (at + length > MAX_RECORD) _exit(71);
  memcpy(record + at, text, length);
  return at + length;
}

/* One write() for the whole record: those of programs in a pipeline do not mix. */
static int record(const char *name, int argc, char **argv) {
  static char bytes[MAX_RECORD];
  char folder[4096];
  char number[16];
  if (getcwd(folder, sizeof folder) == NULL) strcpy(folder, "?");
  snprintf(number, sizeof number, "%d", argc);
  size_t size = put(bytes, 0, folder);
  size = put(bytes, size, name);
  size = put(bytes, size, number);
  for (int i = 0; i < argc; i++) size = put(bytes, size, argv[i]);
  int fd = open(LOG, O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) return 71;
  if (strncmp(name, "out", 3) == 0) puts("p q\n*.txt\n/etc/x");
  return strncmp(name, "no", 2) == 0;
}

/* --- process 1 --- */

static char *tree;
static size_t tree_size;

static char *slurp(const char *path, size_t *size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (fd < 0 || fstat(fd, &st) != 0) die(path);
  char *text = malloc((size_t)st.st_size + 1);
  if (text == NULL || read(fd, text, (size_t)st.st_size) != st.st_size) die(path);
  text[st.st_size] = 0;
  if (size != NULL) *size = (size_t)st.st_size;
  close(fd);
  return text;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at) {
  (void)st;
  (void)flag;
  if (at->level > 0) (void)remove(path);
  return 0;
}

/* The tree is NUL-separated: kind (d, f, l), path, content or target. */
static void lay_out(void) {
  (void)nftw("/work", drop, 16, FTW_DEPTH | FTW_PHYS);
  (void)nftw("/home", drop, 16, FTW_DEPTH | FTW_PHYS);
  (void)nftw("/tmp", drop, 16, FTW_DEPTH | FTW_PHYS);
  for (char *at = tree; at < tree + tree_size;) {
    char *kind = at;
    char *path = kind + strlen(kind) + 1;
    char *data = path + strlen(path) + 1;
    at = data + strlen(data) + 1;
    if (*kind == 'd') {
      if (mkdir(path, 0755) != 0) die(path);
    } else if (*kind == 'l') {
      if (symlink(data, path) != 0) die(path);
    } else {
      int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0755);
      size_t length = strlen(data);
      if (fd < 0 || write(fd, data, length) != (ssize_t)length) die(path);
      close(fd);
    }
  }
}

static void limit(int what, rlim_t most) {
  struct rlimit limits = {most, most};
  if (setrlimit(what, &limits) != 0) die("setrlimit");
}

static _Noreturn void start(char *text, int only_parse) {
  /* `--`: a script may start with a dash. */
  char *argv[] = {"/bin/bash", only_parse ? "-nc" : "-c", "--", text, NULL};
  char *envp[] = {"HOME=/home/ann", "USER=ann", "LOGNAME=ann", "PATH=/rec:/tools",
                  "LC_ALL=C.UTF-8", "FUNCNEST=40", NULL};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  int null = open("/dev/null", O_RDWR);
  if (null < 0) die("/dev/null");
  for (int fd = 0; fd < 3; fd++) dup2(null, fd);
  close(null);
  limit(RLIMIT_CPU, 3);
  limit(RLIMIT_FSIZE, 1 << 20);
  limit(RLIMIT_AS, 1 << 29);
  limit(RLIMIT_CORE, 0);
  if (chdir("/work/site") != 0) die("/work/site");
  execve(argv[0], argv, envp);
  die(argv[0]);
}

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for the script and all it left behind; the exit status, or -1. */
static int await_all(pid_t script, long most_ms) {
  int status = -1;
  long deadline = now_ms() + most_ms;
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  for (;;) {
    int raw;
    pid_t pid = waitpid(-1, &raw, WNOHANG);
    if (pid < 0) return status;
    if (pid == script) {
      status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
      if (deadline > now_ms() + 300) deadline = now_ms() + 300;
    }
    if (pid > 0) continue;
    long left = deadline - now_ms();
    if (left <= 0) break;
    struct timespec wait = {left / 1000, left % 1000 * 1000000};
    sigtimedwait(&child, NULL, &wait);
  }
  kill(-1, SIGKILL);
  while (waitpid(-1, NULL, 0) > 0) {
  }
  return status;
}

static int run(int count, long most_ms, int only_parse) {
  char path[64];
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  umask(022);
  tree = slurp("/.in/tree", &tree_size);
  for (int i = 0; i < count; i++) {
    snprintf(path, sizeof path, "/.in/%d.sh", i);
    char *text = slurp(path, NULL);
    if (!only_parse || i == 0) lay_out();
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) start(text, only_parse);
    printf("%d\n", await_all(pid, most_ms));
    free(text);
    snprintf(path, sizeof path, "/.out/%d.log", i);
    (void)rename(LOG, path);
  }
  return 0;
}

int main(int argc, char **argv) {
  const char *path = (const char *)getauxval(AT_EXECFN);
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  if (strcmp(name, "run") != 0) return record(name, argc, argv);
  if (argc != 4) return 64;
  return run(atoi(argv[1]), atol(argv[2]), argv[3][0] == 'n');
}
