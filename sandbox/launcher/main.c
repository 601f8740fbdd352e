/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The launcher: see README.md. This file only chooses the role. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "blob.h"
#include "roles.h"
#include "status.h"

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
  int arguments;
} roles[] = {
    {"outer", outer_role, 1},
    {"inner", inner_role, 5},
    {"scan", scan_role, -5}, /* at least */
    {"follow", follow_role, -2},
    {"sockets", sockets_role, 0},
    {"--check", check_role, 1},
    {"--version", version_role, 0},
};

int version_role(int argc, char **argv) {
  (void)argc;
  (void)argv;
  static const char text[] = "airg-launcher 1\n";
  return write(1, text, sizeof text - 1) == (ssize_t)sizeof text - 1 ? 0 : EXIT_LAUNCHER;
}

int check_role(int argc, char **argv) {
  (void)argc;
  struct instruction in;
  blob_parse(blob_read(argv[0]), &in);
  return 0;
}

/* A descriptor 0-2 that is closed would be taken by the next open(2), and the
   command would then write to a status socket or an instruction. */
static bool fill_standard_descriptors(void) {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    if (open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd) return false;
  }
  return true;
}

int main(int argc, char **argv) {
  if (!fill_standard_descriptors()) return EXIT_LAUNCHER;
  for (size_t i = 0; argc > 1 && i < sizeof roles / sizeof roles[0]; i++) {
    if (strcmp(argv[1], roles[i].name) != 0) continue;
    int want = roles[i].arguments, have = argc - 2;
    if (want < 0 ? have < -want : have != want) fail("arguments", argv[1], 0, "wrong number of arguments");
    return roles[i].run(argc - 2, argv + 2);
  }
  fail("arguments", "", 0, "want: outer FILE | inner FD... | scan ROOT MOST MS SINCE MEMORY NAME... | follow NAME... -- FOLDER... | --check FILE | --version");
}
