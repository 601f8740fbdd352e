/* Copyright 2026 the airg authors. Apache-2.0 license. */
#define _GNU_SOURCE
#include "blob.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "status.h"

#define STEP "instruction"

void *pages(size_t size) {
  void *memory = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("memory", "", errno, NULL);
  return memory;
}

/* Reads exactly `size` bytes: a file that shrinks or grows meanwhile is refused. */
static struct blob read_whole(int fd, off_t size) {
  if (size < 0 || size > (off_t)INSTRUCTION_MAX) fail(STEP, "", EFBIG, "longer than 4 MiB");
  struct blob blob = {pages((size_t)size + 1), 0};
  while (blob.length <= (size_t)size) {
    ssize_t n = read(fd, blob.bytes + blob.length, (size_t)size + 1 - blob.length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(STEP, "read", errno, NULL);
    if (n == 0) break;
    blob.length += (size_t)n;
  }
  if (blob.length != (size_t)size) fail(STEP, "", 0, "the file changed while it was read");
  return blob;
}

/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
static int open_file(const char *path, struct stat *st) {
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) fail(STEP, "open", errno, NULL);
  if (fstat(fd, st) != 0) fail(STEP, "stat", errno, NULL);
  if (!S_ISREG(st->st_mode)) fail(STEP, "", 0, "not a regular file");
  return fd;
}

struct blob blob_take(const char *path) {
  struct stat st;
  int fd = open_file(path, &st);
  if (st.st_uid != geteuid()) fail(STEP, "", 0, "owned by another user");
  if ((st.st_mode & 07777) != 0600) fail(STEP, "", 0, "mode is not 0600");
  if (st.st_nlink != 1) fail(STEP, "", 0, "has more than one link");
  struct blob blob = read_whole(fd, st.st_size);
  if (unlink(path) != 0) fail(STEP, "unlink", errno, NULL);
  /* No link left: what was unlinked is what was read, and nobody linked it meanwhile. */
  if (fstat(fd, &st) != 0 || st.st_nlink != 0) fail(STEP, "", 0, "the file was replaced while it was read");
  close(fd);
  return blob;
}

struct blob blob_read(const char *path) {
  struct stat st;
  int fd = open_file(path, &st);
  struct blob blob = read_whole(fd, st.st_size);
  close(fd);
  return blob;
}

int blob_seal(struct blob blob) {
  int fd = memfd_create("airg-instruction", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) fail(STEP, "memfd", errno, NULL);
  for (size_t done = 0; done < blob.length;) {
    ssize_t n = write(fd, blob.bytes + done, blob.length - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(STEP, "memfd", errno, NULL);
    done += (size_t)n;
  }
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0 ||
      lseek(fd, 0, SEEK_SET) != 0)
    fail(STEP, "seal", errno, NULL);
  return fd;
}

struct blob blob_unseal(int fd) {
  const int wanted = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
  int seals = fcntl(fd, F_GET_SEALS);
  if (seals < 0) fail(STEP, "seal", errno, NULL);
  if ((seals & wanted) != wanted) fail(STEP, "seal", EPERM, "the instruction is not sealed");
  struct stat st;
  if (fstat(fd, &st) != 0) fail(STEP, "stat", errno, NULL);
  return read_whole(fd, st.st_size);
}

void blob_parse(struct blob blob, struct instruction *out) {
  size_t at;
  const char *reason = instruction_parse(out, blob.bytes, blob.length, &at);
  if (!reason) return;
  char where[32] = "at byte ", digits[21];
  strcat(where, decimal_text(at, digits));
  fail(STEP, where, 0, reason);
}

char **vector(const struct instruction *in, enum key key, size_t spare, size_t *length) {
  char **out = pages((spare + in->count[key] + VECTOR_TAIL) * sizeof *out);
  struct cursor cursor = {0};
  struct value value;
  size_t n = spare;
  while (next_value(in, key, &cursor, &value)) {
    /* execve(2) takes char *const * for historical reasons and changes nothing. */
    memcpy(&out[n++], &value.bytes, sizeof value.bytes);
  }
  *length = n;
  return out;
}
