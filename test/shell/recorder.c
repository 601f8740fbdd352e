/* Copyright 2026 the airg authors. Apache-2.0 license. */

/*
 * Stands in for every program of a differential test: appends its working
 * folder and its words to a log, and does nothing else.
 */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  static char line[1 << 18];
  char folder[PATH_MAX];
  size_t used = 0;
  if (getcwd(folder, sizeof folder) == NULL) folder[0] = '\0';
  for (int i = -1; i < argc; i++) {
    const char *word = i < 0 ? folder : argv[i];
    const size_t length = strlen(word) + 1;
    if (used + length + 2 > sizeof line) return 0;
    memcpy(line + used, word, length);
    used += length;
  }
  line[used++] = '\1';
  line[used++] = '\n';
  const int log = open(LOG_PATH, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log < 0) return 0;
  const ssize_t written = write(log, line, used);
  (void)written;
  return 0;
}
