/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The follow role: says when something in one of a few folders may have changed.
   It opens nothing in them (a pipe there would hold up whoever opens it), and
   ends with whoever started it. It judges nothing; see src/exec/handoff/live.ts. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kernel.h"
#include "roles.h"
#include "status.h"

#define STEP "follow"
#define MOST_FOLDERS 256
#define EVENTS                                                                                         \
  (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB |      \
   IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW)

struct folder {
  const char *path;
  bool listed; /* only the listed names count */
  int watch;   /* -1: none */
  bool touched;
};

static struct folder folders[MOST_FOLDERS];
static size_t folder_count;
static char **names;
static size_t name_count;

static void say(const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t n = write(1, text, length);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(EXIT_LAUNCHER);
    text += n;
    length -= (size_t)n;
  }
}

/* What is not there yet is watched once its folder tells of it. */
static void watch_missing(int fd) {
  static bool said;
  for (size_t i = 0; i < folder_count; i++) {
    if (folders[i].watch >= 0) continue;
    folders[i].watch = inotify_add_watch(fd, folders[i].path, EVENTS);
    if (folders[i].watch >= 0) {
      folders[i].touched = true; /* it may have got something before it was watched */
    } else if ((errno == ENOSPC || errno == ENOMEM) && !said) {
      said = true;
      say("unwatched\n");
    }
  }
}

static bool counts(const struct folder *folder, const struct inotify_event *event) {
  if (!folder->listed || event->len == 0) return true;
  for (size_t i = 0; i < name_count; i++)
    if (strcmp(names[i], event->name) == 0) return true;
  return false;
}

static void note(int fd, const struct inotify_event *event) {
  bool overflow = event->mask & IN_Q_OVERFLOW;
  for (size_t i = 0; i < folder_count; i++) {
    struct folder *folder = &folders[i];
    if (!overflow && folder->watch != event->wd) continue;
    if (overflow || counts(folder, event)) folder->touched = true;
    /* Another one may stand under its name by now. */
    if (event->mask & IN_MOVE_SELF) (void)inotify_rm_watch(fd, folder->watch);
    if (event->mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_IGNORED)) folder->watch = -1;
  }
}

static void tell(void) {
  for (size_t i = 0; i < folder_count; i++) {
    if (!folders[i].touched) continue;
    char digits[21];
    folders[i].touched = false;
    say(decimal_text(i, digits));
    say("\n");
  }
}

static void read_events(int fd) {
  static _Alignas(struct inotify_event) char buffer[65536];
  ssize_t length = read(fd, buffer, sizeof buffer);
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (length <= 0) fail(STEP, "read", errno, NULL);
  for (ssize_t at = 0; at < length;) {
    const struct inotify_event *event = (const void *)(buffer + at);
    note(fd, event);
    at += (ssize_t)(sizeof *event + event->len);
  }
  watch_missing(fd);
}

/* NAME... -- (`+` or `=`)FOLDER...; `=`: only what has one of the names counts.
   Writes a folder's number, counted from 0, and a newline each time. */
int follow_role(int argc, char **argv) {
  int at = 0;
  while (at < argc && strcmp(argv[at], "--") != 0) at++;
  names = argv;
  name_count = (size_t)at;
  for (at++; at < argc && folder_count < MOST_FOLDERS; at++)
    folders[folder_count++] = (struct folder){.path = argv[at] + 1, .listed = argv[at][0] == '=', .watch = -1};
  int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (fd < 0) {
    say("unwatched\n");
    return 0;
  }
  watch_missing(fd);
  for (;;) {
    tell();
    struct pollfd wait[2] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    if (poll(wait, 2, -1) < 0 && errno != EINTR) fail(STEP, "poll", errno, NULL);
    if (wait[1].revents) return 0; /* nobody writes there: it was closed */
    if (wait[0].revents) read_events(fd);
  }
}
