/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "proc.h"
#include "status.h"

static void note(struct tree *tree, pid_t pid, int status) {
  if (pid != tree->main) return;
  tree->ended = true;
  tree->status = status;
}

void reap(struct tree *tree) {
  int status;
  for (;;) {
    pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return;
    if (pid == tree->spared) tree->spared = 0;
    note(tree, pid, status);
  }
}

/* `path` is below /proc. */
static size_t read_file(const char *path, char *buffer, size_t size) {
  int fd = proc_open(path, O_RDONLY);
  if (fd < 0) return 0;
  size_t length = 0;
  while (length < size - 1) {
    ssize_t n = read(fd, buffer + length, size - 1 - length);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    length += (size_t)n;
  }
  close(fd);
  buffer[length] = 0;
  return length;
}

static int kill_one(const struct tree *tree, pid_t pid) {
  if (pid <= 1 || pid == tree->spared) return 0;
  return kill(pid, SIGKILL) == 0;
}

/* Parent in /proc/PID/stat: "pid (name) state ppid"; the name may hold anything. */
static pid_t parent_of(const char *pid) {
  char path[64], text[512];
  if (strlen(pid) > 20) return -1;
  strcat(strcpy(path, pid), "/stat");
  if (read_file(path, text, sizeof text) == 0) return -1;
  const char *after = strrchr(text, ')');
  if (!after || strlen(after) < 4) return -1;
  return (pid_t)atoi(after + 4);
}

/* For kernels without CONFIG_PROC_CHILDREN. */
static int kill_by_scan(const struct tree *tree) {
  struct entry {
    uint64_t ino;
    int64_t off;
    unsigned short length;
    unsigned char type;
    char name[];
  };
  static _Alignas(8) char buffer[16384];
  int killed = 0, proc = proc_open(".", O_RDONLY | O_DIRECTORY);
  if (proc < 0) return kill_one(tree, tree->ended ? 0 : tree->main);
  long n;
  while ((n = syscall(SYS_getdents64, proc, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < n;) {
      struct entry *entry = (struct entry *)(void *)(buffer + at);
      at += entry->length;
      if (entry->name[0] < '1' || entry->name[0] > '9') continue;
      if (parent_of(entry->name) == getpid()) killed += kill_one(tree, (pid_t)atoi(entry->name));
    }
  }
  close(proc);
  return killed;
}

/* How many children were sent SIGKILL. A child that has ended but was not
   collected still counts, so that the caller collects it and asks again. */
static int kill_children(const struct tree *tree) {
  static char text[65536];
  char path[96] = "self/task/", digits[21];
  strcat(strcat(path, decimal_text((unsigned)getpid(), digits)), "/children");
  int there = proc_open(path, O_RDONLY);
  if (there < 0) return kill_by_scan(tree);
  close(there);
  int killed = 0;
  size_t length = read_file(path, text, sizeof text);
  if (length == sizeof text - 1) /* the last number may be cut: leave it for the next round */
    while (length > 0 && text[length - 1] != ' ') text[--length] = 0;
  for (char *at = text; *at;) {
    char *end;
    long pid = strtol(at, &end, 10);
    if (end == at) break;
    killed += kill_one(tree, (pid_t)pid);
    at = end + (*end == ' ');
  }
  return killed;
}

void end_tree(struct tree *tree) {
  for (;;) {
    reap(tree);
    if (kill_children(tree) == 0) {
      /* An orphan may have come between the two; ask once more when so. */
      siginfo_t info = {0};
      if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
      continue;
    }
    siginfo_t info;
    while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
  }
}
