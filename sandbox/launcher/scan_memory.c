/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* A folder's names cannot change without its time of change (inode(7), st_ctim),
   which no program can set. So a folder with the time it had need not be listed
   again: one statx(2) instead of four calls and a look at every name. */
#define _GNU_SOURCE
#include "scan_memory.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "blob.h"
#include "scan_records.h"
#include "status.h"

#define MOST_BYTES ((size_t)64 << 20)
#define SCRATCH ((size_t)1 << 20)
/* Clocks of file systems are coarse, the coarsest counts in two seconds. */
#define SETTLED_NS 2000000000u

struct head {
  char magic[16];
  uint64_t key, device, bytes, count;
  uint64_t sum; /* of the bytes: a damaged file is no memory */
};
static const char magic[16] = "airg-scan 1";

static struct {
  struct head head;
  const char *bytes;
  uint32_t *table; /* hash -> offset + 1 */
  size_t slots;
} old;

static struct {
  bool on, full;
  char *bytes;
  size_t length;
  uint64_t count, fresh;
} new;

static struct {
  bool on;
  struct seen seen;
  const char *path;
  char *named, *folders;
} now;

static uint64_t settled_before, device, asked;

/* FNV-1a. */
#define HASH_START 14695981039346656037u
static uint64_t hash_on(uint64_t h, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)text[i]) * 1099511628211u;
  return h;
}
static uint64_t hash(const char *text, size_t length) { return hash_on(HASH_START, text, length); }

uint64_t hash_words(int count, char **words) {
  uint64_t h = HASH_START;
  for (int i = 0; i < count; i++) h = hash_on(h, words[i], strlen(words[i]) + 1);
  return h;
}

static uint64_t changed_at(const struct stat *s) { return nanoseconds(&s->st_ctim); }

static const char *path_of(const struct seen *seen) { return (const char *)(seen + 1); }

bool names_next(struct names_in *names, const char **name) {
  if (names->at >= names->end) return false;
  *name = names->at;
  names->at += strlen(names->at) + 1;
  return true;
}

struct names_in seen_named(const struct seen *seen) {
  const char *at = path_of(seen) + seen->path_bytes;
  return (struct names_in){at, at + seen->named_bytes};
}

struct names_in seen_folders(const struct seen *seen) {
  const char *at = path_of(seen) + seen->path_bytes + seen->named_bytes;
  return (struct names_in){at, at + seen->folder_bytes};
}

/* The file systems of src/guard/hidden/mounts.ts (statfs(2)). */
static bool keeps_times(int fd) {
  static const unsigned long kinds[] = {
      0xef53 /* ext2-4 */, 0x58465342 /* xfs */,  0x9123683e /* btrfs */,    0xf2f52010 /* f2fs */,
      0x01021994 /* tmpfs */, 0x2fc12fc1 /* zfs */, 0xca451a4e /* bcachefs */, 0x794c7630 /* overlay */,
  };
  struct statfs s;
  if (fstatfs(fd, &s) != 0) return false;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if ((unsigned long)s.f_type == kinds[i]) return true;
  return false;
}

static bool part_ends(const char *from, uint32_t bytes) { return bytes == 0 || from[bytes - 1] == 0; }

/* Whether `seen` lies whole in the `left` bytes, each of its parts ended. */
static bool is_whole(const struct seen *seen, size_t left) {
  if (left < sizeof *seen || seen->size > left || seen->size % 8 != 0 || seen->path_bytes == 0) return false;
  uint64_t parts = (uint64_t)seen->path_bytes + seen->named_bytes + seen->folder_bytes;
  if (sizeof *seen + parts > seen->size) return false;
  const char *path = path_of(seen);
  return part_ends(path, seen->path_bytes) && strlen(path) + 1 == seen->path_bytes &&
         part_ends(path + seen->path_bytes, seen->named_bytes) &&
         part_ends(path + seen->path_bytes + seen->named_bytes, seen->folder_bytes);
}

static void remember(const struct seen *seen, size_t offset) {
  size_t slot = hash(path_of(seen), seen->path_bytes - 1) & (old.slots - 1);
  while (old.table[slot] != 0) slot = (slot + 1) & (old.slots - 1);
  old.table[slot] = (uint32_t)offset + 1;
}

/* A file that is not whole is no memory at all. */
static bool index_all(void) {
  old.slots = 64;
  while (old.slots < old.head.count * 2) old.slots *= 2;
  old.table = pages(old.slots * sizeof *old.table);
  uint64_t count = 0;
  for (size_t at = 0; at < old.head.bytes; count++) {
    const struct seen *seen = (const struct seen *)(const void *)(old.bytes + at);
    if (count == old.head.count || !is_whole(seen, old.head.bytes - at)) return false;
    remember(seen, at);
    at += seen->size;
  }
  return count == old.head.count;
}

static bool read_all(int fd, char *to, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = read(fd, to + done, size - done);
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

static bool load(const char *file) {
  int fd = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  struct stat s;
  struct head *head = &old.head;
  bool good = fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_uid == geteuid() && (s.st_mode & 077) == 0 &&
              read_all(fd, (char *)head, sizeof *head) && memcmp(head->magic, magic, sizeof magic) == 0 &&
              head->key == asked && head->device == device && head->bytes <= MOST_BYTES &&
              head->count <= head->bytes / sizeof(struct seen) &&
              (uint64_t)s.st_size == sizeof *head + head->bytes;
  if (good) {
    char *bytes = pages(head->bytes);
    good = read_all(fd, bytes, head->bytes) && hash(bytes, head->bytes) == head->sum;
    old.bytes = bytes;
  }
  close(fd);
  return good && index_all();
}

void memory_open(const char *file, uint64_t question, const struct stat *root, int root_fd) {
  struct timespec clock;
  if (strcmp(file, "-") == 0 || !keeps_times(root_fd) || clock_gettime(CLOCK_REALTIME, &clock) != 0) return;
  settled_before = nanoseconds(&clock) - SETTLED_NS;
  device = root->st_dev;
  asked = question ^ root->st_ino;
  new.bytes = mmap(NULL, MOST_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  new.on = new.bytes != MAP_FAILED;
  if (!new.on) return;
  now.named = pages(SCRATCH);
  now.folders = pages(SCRATCH);
  if (!load(file)) old.head = (struct head){.count = 0};
}

bool memory_holds(void) { return old.head.count > 0; }

/* Room for one more, or NULL. */
static char *room_for(size_t size) {
  new.full = new.full || size > MOST_BYTES - new.length;
  if (new.full) return NULL;
  char *to = new.bytes + new.length;
  new.length += size;
  new.count++;
  return to;
}

const struct seen *memory_find(const char *path, uint8_t beneath, const struct stat *s) {
  if (old.head.count == 0 || s->st_dev != device) return NULL;
  for (size_t slot = hash(path, strlen(path)) & (old.slots - 1); old.table[slot] != 0;
       slot = (slot + 1) & (old.slots - 1)) {
    const struct seen *seen = (const struct seen *)(const void *)(old.bytes + old.table[slot] - 1);
    if (strcmp(path_of(seen), path) != 0) continue;
    if (seen->inode != s->st_ino || seen->changed != changed_at(s) || seen->beneath != beneath) return NULL;
    char *to = room_for(seen->size);
    if (to) memcpy(to, seen, seen->size);
    return seen;
  }
  return NULL;
}

void memory_begin(const char *path, uint8_t beneath, const struct stat *s) {
  now.on = new.on && s->st_dev == device && changed_at(s) < settled_before;
  now.path = path;
  now.seen = (struct seen){.beneath = beneath, .inode = s->st_ino, .changed = changed_at(s)};
}

void memory_skip(void) { now.on = false; }

static void append(char *to, uint32_t *length, const char *name) {
  size_t size = strlen(name) + 1;
  if (!now.on) return;
  if (size > SCRATCH - *length) {
    memory_skip();
    return;
  }
  memcpy(to + *length, name, size);
  *length += (uint32_t)size;
}

void memory_named(const char *name) { append(now.named, &now.seen.named_bytes, name); }
void memory_folder(const char *name) { append(now.folders, &now.seen.folder_bytes, name); }

void memory_end(uint32_t entries, bool git) {
  if (!now.on) return;
  struct seen *seen = &now.seen;
  seen->entries = entries;
  seen->git = git;
  seen->path_bytes = (uint32_t)strlen(now.path) + 1;
  size_t parts = (size_t)seen->path_bytes + seen->named_bytes + seen->folder_bytes;
  seen->size = (uint32_t)((sizeof *seen + parts + 7) / 8 * 8);
  char *to = room_for(seen->size);
  if (!to) return;
  new.fresh++;
  memcpy(to, seen, sizeof *seen);
  memcpy(to += sizeof *seen, now.path, seen->path_bytes);
  memcpy(to += seen->path_bytes, now.named, seen->named_bytes);
  memcpy(to + seen->named_bytes, now.folders, seen->folder_bytes);
}

static bool write_all(int fd, const void *from, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = write(fd, (const char *)from + done, size - done);
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

/* A new file under another name first: others may be reading the old one. That
   it cannot be written costs the next scan time, and nothing else. */
void memory_save(const char *file) {
  if (!new.on || new.full || (new.fresh == 0 && new.count == old.head.count)) return;
  char name[4096];
  int length = snprintf(name, sizeof name, "%s.%d", file, (int)getpid());
  if (length < 0 || (size_t)length >= sizeof name) return;
  int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return;
  struct head head = {.key = asked, .device = device, .bytes = new.length, .count = new.count};
  head.sum = hash(new.bytes, new.length);
  memcpy(head.magic, magic, sizeof magic);
  bool good = write_all(fd, &head, sizeof head) && write_all(fd, new.bytes, new.length);
  close(fd);
  if (!good || rename(name, file) != 0) (void)unlink(name);
}
