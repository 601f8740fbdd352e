// Copyright 2026 the airg authors. Apache-2.0 license.
//
// Makes one system call, or starts a program, under a seccomp filter and
// nothing else, so that a test sees what the filter alone does.
//
//   try_syscall [OPTION]... FILTER NUMBER [ARG]...   one call; prints `ok N` or `errno N`
//   try_syscall [OPTION]... FILTER each NUMBER...    each with six times -1; `NUMBER errno N`
//   try_syscall [OPTION]... FILTER int80 NUMBER [ARG]...   through the 32-bit door
//   try_syscall [OPTION]... FILTER -- PROGRAM [ARG]...     execs
//
// FILTER is a file of struct sock_filter, or `none`. Options: --userns (be root
// of an own user and mount namespace), --ipc (an own ipc namespace), --pty (a new session on a new terminal,
// as standard input), --uid N (become user and group N). All take place before
// the filter. An ARG is a number, `s:TEXT` (pointer to text), `b:N` (pointer to
// N zero bytes), `x:HEX` (pointer to bytes) or `f:PATH` (descriptor of a file).
// Pointers are below 4 GiB. Exit status 2: could not be set up.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *low; // memory below 4 GiB, handed out from the front
static size_t low_left = 1 << 20;

static void fail(const char *what) {
  fprintf(stderr, "try_syscall: %s: %s\n", what, strerror(errno));
  exit(2);
}

static void *take(size_t size) {
  size = (size + 15) & ~(size_t)15;
  if (size > low_left) fail("too many arguments");
  void *at = low;
  low += size;
  low_left -= size;
  return at;
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail(path);
  close(fd);
}

static void own_namespace(void) {
  char map[64];
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) fail("unshare");
  write_file("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "0 %u 1", uid);
  write_file("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "0 %u 1", gid);
  write_file("/proc/self/gid_map", map);
}

static void own_terminal(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) fail("pty");
  setsid(); // fails when already a leader, which is as good
  int slave = open(ptsname(master), O_RDWR);
  if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) != 0) fail("terminal");
  if (dup2(slave, 0) != 0) fail("dup2");
}

static void become(const char *text) {
  unsigned id = (unsigned)strtoul(text, NULL, 10);
  if (setgroups(0, NULL) != 0 || setresgid(id, id, id) != 0 ||
      setresuid(id, id, id) != 0)
    fail("setresuid");
}

static void install(const char *path) {
  static struct sock_filter filter[4096];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd < 0 ? -1 : read(fd, filter, sizeof filter);
  if (size <= 0 || size % 8 != 0) fail(path);
  close(fd);
  struct sock_fprog program = {(unsigned short)(size / 8), filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    fail("seccomp");
}

static uint64_t argument(char *text) {
  if (text[0] == '\0' || text[1] != ':') return strtoull(text, NULL, 0);
  char *rest = text + 2;
  switch (text[0]) {
  case 's':
    return (uint64_t)strcpy(take(strlen(rest) + 1), rest);
  case 'b':
    return (uint64_t)take(strtoul(rest, NULL, 0));
  case 'x': {
    size_t n = strlen(rest) / 2;
    unsigned char *bytes = take(n);
    for (size_t i = 0; i < n; i++) {
      unsigned byte;
      if (sscanf(rest + 2 * i, "%2x", &byte) != 1) fail("hex");
      bytes[i] = (unsigned char)byte;
    }
    return (uint64_t)bytes;
  }
  case 'f': {
    int fd = open(rest, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail(rest);
    return (uint64_t)fd;
  }
  }
  errno = EINVAL;
  fail(text);
  return 0;
}

static void say(long result) {
  if (result < 0 && result >= -4095)
    printf("errno %ld\n", -result);
  else
    printf("ok %ld\n", result);
}

static long call(uint64_t nr, const uint64_t a[6]) {
  // The numbers are the test's business; libc only moves them into registers.
  errno = 0;
  long result = syscall((long)nr, a[0], a[1], a[2], a[3], a[4], a[5]);
  // A cloned child goes no further.
  if (result == 0 && (nr == SYS_clone || nr == SYS_clone3)) _exit(0);
  return result == -1 && errno != 0 ? -errno : result;
}

#ifdef __x86_64__
static long call_32(uint64_t nr, const uint64_t a[6]) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]),
                     "D"(a[4])
                   : "memory", "r8", "r9", "r10", "r11");
  return (long)(int32_t)result;
}
#endif

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
#ifdef MAP_32BIT
  int where = MAP_32BIT;
#else
  int where = 0;
#endif
  low = mmap(NULL, low_left, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | where, -1, 0);
  if (low == MAP_FAILED) fail("mmap");
  int i = 1;
  for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
    if (strcmp(argv[i], "--userns") == 0) own_namespace();
    else if (strcmp(argv[i], "--ipc") == 0) {
      if (unshare(CLONE_NEWIPC) != 0) fail("unshare");
    } else if (strcmp(argv[i], "--pty") == 0) own_terminal();
    else if (strcmp(argv[i], "--uid") == 0 && i + 1 < argc) become(argv[++i]);
    else fail(argv[i]);
  }
  if (argc - i < 2) fail("usage");
  const char *filter = argv[i++];
  char *first = argv[i++];
  int program = strcmp(first, "--") == 0;
  int each = strcmp(first, "each") == 0;
  int door_32 = strcmp(first, "int80") == 0;
  uint64_t nr = 0, a[6] = {0};
  if (door_32 && i < argc) first = argv[i++];
  if (!program && !each) {
    nr = strtoull(first, NULL, 0);
    for (int n = 0; n < 6 && i + n < argc; n++) a[n] = argument(argv[i + n]);
  }
  if (strcmp(filter, "none") != 0) install(filter);
  if (program) {
    execvp(argv[i], argv + i);
    fail(argv[i]);
  }
  if (each) {
    for (int n = 0; n < 6; n++) a[n] = UINT64_MAX;
    for (; i < argc; i++) {
      printf("%s ", argv[i]);
      say(call(strtoull(argv[i], NULL, 0), a));
    }
    return 0;
  }
#ifdef __x86_64__
  if (door_32) {
    say(call_32(nr, a));
    return 0;
  }
#endif
  if (door_32) fail("int80");
  say(call(nr, a));
  return 0;
}
