/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The scan role: walks a folder without following a link and names what the
   host might obey later. It judges nothing; see src/exec/handoff/. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"
#include "roles.h"
#include "scan_memory.h"
#include "scan_records.h"
#include "status.h"

#define STEP "scan"
#define DEEPEST 64

struct entry {
  uint64_t ino;
  int64_t off;
  unsigned short length;
  unsigned char type;
  char name[];
};
enum { TYPE_UNKNOWN = 0, TYPE_DIR = 4 }; /* getdents64(2) */

struct list {
  char **words;
  size_t count;
};

/* Beneath: below a folder whose name is in `deep` everything is named, below one
   in `quiet` nothing but git folders and set-id files. */
enum beneath { PLAIN, DEEP, QUIET };

static struct list wanted, quiet, deep;
static int root;
/* In folders changed since then, every file is looked at; 0: in none. */
static uint64_t since;
static struct timespec deadline;
static uint64_t entries, most;
static bool cut;     /* nothing more is looked at */
static bool partial; /* some folder was not entered */
static char path[4096];

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool listed(char *name, const struct list *list) {
  return list->count > 0 && bsearch(&name, list->words, list->count, sizeof *list->words, compare) != NULL;
}

static bool over(void) {
  if (++entries > most) return cut = true;
  if (entries % 512 != 0) return cut;
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) == 0 && nanoseconds(&now) > nanoseconds(&deadline)) cut = true;
  return cut;
}

/* Appends a component; the length to go back to, or 0 when it is too long. */
static size_t enter(size_t at, const char *name) {
  size_t length = strlen(name);
  if (at + length + 2 > sizeof path) return 0;
  if (at > 0) path[at++] = '/';
  memcpy(path + at, name, length + 1);
  return at + length;
}

/* What the names in a folder say it is (setup.c of git: is_git_directory()). */
struct signs {
  bool head, objects, refs, common, folders;
  bool fresh; /* it changed since the run began */
};

static bool is_git(const struct signs *s) { return s->head && ((s->objects && s->refs) || s->common); }

static void note(struct signs *s, const char *name) {
  if (strcmp(name, "HEAD") == 0) s->head = true;
  else if (strcmp(name, "objects") == 0) s->objects = true;
  else if (strcmp(name, "refs") == 0) s->refs = true;
  else if (strcmp(name, "commondir") == 0) s->common = true;
}

static const char *kind_of(mode_t mode) {
  return S_ISREG(mode) ? "f" : S_ISDIR(mode) ? "d" : S_ISLNK(mode) ? "l" : "o";
}

static bool is_set_id(const struct stat *s) { return S_ISREG(s->st_mode) && (s->st_mode & (S_ISUID | S_ISGID)); }

static void look(int dir, size_t at, const struct entry *entry, char *name, enum beneath in, struct signs *signs) {
  note(signs, name);
  bool named = in == DEEP || (in == PLAIN && listed(name, &wanted));
  if (named) memory_named(name);
  if (entry->type == TYPE_DIR) {
    signs->folders = true;
    memory_folder(name);
  }
  if (entry->type == TYPE_UNKNOWN) memory_skip();
  if (!named && !signs->fresh && entry->type != TYPE_UNKNOWN) return;
  struct stat s;
  if (fstatat(dir, name, &s, AT_SYMLINK_NOFOLLOW) != 0) return; /* gone meanwhile */
  if (S_ISDIR(s.st_mode)) signs->folders = true;
  if (!is_set_id(&s) && !named) return;
  if (enter(at, name) == 0) partial = true;
  else record(is_set_id(&s) ? "s" : kind_of(s.st_mode), &s, path);
  path[at] = 0;
}

/* Whether the folder at `path` is git's by its name, too. Anybody can lay HEAD,
   objects and refs beside their own folders. */
static bool is_gits_own(size_t at) {
  return strncmp(path, ".git/", 5) == 0 || strstr(path, "/.git/") != NULL || strcmp(path, ".git") == 0 ||
         (at >= 5 && strcmp(path + at - 5, "/.git") == 0);
}

static bool is_dot(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

/* Objects and references are many, and git obeys nothing in them. */
static bool is_store(const char *name) {
  return strcmp(name, "objects") == 0 || strcmp(name, "refs") == 0 || strcmp(name, "logs") == 0;
}

static bool is_passed(bool git, size_t at, const char *name) { return git && is_store(name) && is_gits_own(at); }

/* What the host is known to obey comes before what may use up the bounds. */
static bool comes_in(int turn, char *name) { return (turn == 0) == (listed(name, &wanted) || listed(name, &deep)); }

/* Agents keep whole checkouts in `.claude/worktrees`. */
static enum beneath below(enum beneath in, char *name) {
  if (in == QUIET || listed(name, &quiet)) return QUIET;
  if (listed(name, &deep)) return DEEP;
  return strcmp(name, "worktrees") == 0 ? PLAIN : in;
}

static void walk(int dir, size_t at, unsigned depth, enum beneath in);
static void replay(const struct seen *seen, const struct stat *now, size_t at, unsigned depth, enum beneath in);

static bool changed_since(const struct stat *s) { return since > 0 && nanoseconds(&s->st_ctim) >= since; }

/* What was seen in the folder at `path`, if it still holds. */
static const struct seen *recall(enum beneath in, struct stat *now) {
  if (!memory_holds()) return NULL;
  int failed = path[0] ? fstatat(root, path, now, AT_SYMLINK_NOFOLLOW) : fstat(root, now);
  return failed != 0 || changed_since(now) ? NULL : memory_find(path, (uint8_t)in, now);
}

/* `dir` is -1 where the folder above was not opened. */
static int open_by(int dir, const char *name, int flags) {
  return dir < 0 ? k_openat2(root, path, (uint64_t)flags, K_RESOLVE_NO_SYMLINKS) : openat(dir, name, flags | O_NOFOLLOW);
}

/* A folder of our own that may be entered but not listed hides what the host
   opens by name. Its owner may list it after all, for a moment. */
static int open_unlisted(int dir, const char *name) {
  int found = open_by(dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;
  struct stat s;
  char digits[21], link[40] = "/proc/self/fd/";
  if (found < 0) return -1;
  strcat(link, decimal_text((unsigned)found, digits));
  if (fstat(found, &s) == 0 && s.st_uid == geteuid() && (s.st_mode & S_IXUSR) && !(s.st_mode & S_IRUSR) &&
      chmod(link, (s.st_mode & 07777) | S_IRUSR) == 0) {
    fd = open(link, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    (void)chmod(link, s.st_mode & 07777);
  }
  close(found);
  return fd;
}

static int open_folder(int dir, const char *name) {
  int fd = open_by(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 || errno != EACCES) return fd;
  fd = open_unlisted(dir, name);
  errno = EACCES;
  return fd;
}

static void list(int dir, size_t at, unsigned depth, enum beneath in, const char *name) {
  int fd = open_folder(dir, name);
  struct stat s;
  if (fd >= 0) {
    walk(fd, at, depth, in);
    close(fd);
  } else if (errno == EACCES) {
    if (fstatat(root, path, &s, AT_SYMLINK_NOFOLLOW) == 0) record("x", &s, path);
  } else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
    partial = true; /* too many open files, or a failing disk */
  }
}

static void descend(int dir, size_t at, unsigned depth, enum beneath in, char *name) {
  size_t next = enter(at, name);
  if (next == 0 || depth == DEEPEST) {
    partial = true; /* the others are looked at all the same */
  } else {
    struct stat now;
    enum beneath inside = below(in, name);
    const struct seen *seen = recall(inside, &now);
    if (seen) replay(seen, &now, next, depth + 1, inside);
    else list(dir, next, depth + 1, inside, name);
  }
  path[at] = 0;
}

/* The same records in the same order as walk() gives. */
static void replay(const struct seen *seen, const struct stat *now, size_t at, unsigned depth, enum beneath in) {
  const char *name;
  struct stat s;
  for (uint32_t i = 0; i < seen->entries; i++)
    if (over()) return;
  for (struct names_in named = seen_named(seen); names_next(&named, &name); path[at] = 0) {
    if (enter(at, name) == 0) partial = true;
    else if (fstatat(root, path, &s, AT_SYMLINK_NOFOLLOW) == 0) record(is_set_id(&s) ? "s" : kind_of(s.st_mode), &s, path);
  }
  if (seen->git) record("g", now, path);
  for (int turn = 0; turn < 2; turn++)
    for (struct names_in folders = seen_folders(seen); !cut && names_next(&folders, &name);) {
      char own[256]; /* NAME_MAX and its end */
      if (strlen(name) < sizeof own && comes_in(turn, strcpy(own, name)) && !is_passed(seen->git, at, own))
        descend(-1, at, depth, in, own);
    }
}

struct names {
  _Alignas(8) char bytes[16384];
  long length;
};

/* The next names, or false at the end. A folder that fits is not read twice. */
static bool next_names(int dir, struct names *names, unsigned *reads) {
  long n = syscall(SYS_getdents64, dir, names->bytes, sizeof names->bytes);
  if (n <= 0) return false;
  names->length = n;
  ++*reads;
  return true;
}

typedef void visit(int dir, size_t at, unsigned depth, enum beneath in, struct entry *entry, struct signs *signs);

static void each(struct names *names, visit *do_it, int dir, size_t at, unsigned depth, enum beneath in,
                 struct signs *signs) {
  for (long i = 0; i < names->length && !cut;) {
    struct entry *entry = (struct entry *)(void *)(names->bytes + i);
    i += entry->length;
    if (!is_dot(entry->name)) do_it(dir, at, depth, in, entry, signs);
  }
}

static void visit_name(int dir, size_t at, unsigned depth, enum beneath in, struct entry *entry, struct signs *signs) {
  (void)depth;
  if (!over()) look(dir, at, entry, entry->name, in, signs);
}

static void visit_folder(bool first, int dir, size_t at, unsigned depth, enum beneath in, struct entry *entry,
                         const struct signs *signs) {
  if (entry->type != TYPE_DIR && entry->type != TYPE_UNKNOWN) return;
  if (!comes_in(first ? 0 : 1, entry->name)) return;
  if (!is_passed(is_git(signs), at, entry->name)) descend(dir, at, depth, in, entry->name);
}

static void visit_wanted(int dir, size_t at, unsigned depth, enum beneath in, struct entry *entry,
                         struct signs *signs) {
  visit_folder(true, dir, at, depth, in, entry, signs);
}

static void visit_rest(int dir, size_t at, unsigned depth, enum beneath in, struct entry *entry,
                       struct signs *signs) {
  visit_folder(false, dir, at, depth, in, entry, signs);
}

/* Three times through the names: whether this is a git folder decides where to
   go on, and what the host is known to obey comes before what may use up the bounds. */
static void walk(int dir, size_t at, unsigned depth, enum beneath in) {
  static visit *const turns[] = {visit_wanted, visit_rest};
  struct names names;
  struct signs signs = {0};
  struct stat s;
  if (fstat(dir, &s) != 0) return;
  signs.fresh = changed_since(&s);
  unsigned reads = 0;
  uint64_t entries_before = entries;
  memory_begin(path, (uint8_t)in, &s);
  while (!cut && next_names(dir, &names, &reads)) each(&names, visit_name, dir, at, depth, in, &signs);
  if (!cut) memory_end((uint32_t)(entries - entries_before), is_git(&signs));
  if (is_git(&signs)) record("g", &s, path);
  for (size_t turn = 0; turn < 2 && signs.folders && !cut; turn++) {
    if (reads == 1) {
      each(&names, turns[turn], dir, at, depth, in, &signs);
      continue;
    }
    if (lseek(dir, 0, SEEK_SET) != 0) partial = true;
    unsigned again = 0;
    while (!cut && next_names(dir, &names, &again)) each(&names, turns[turn], dir, at, depth, in, &signs);
  }
}

static uint64_t number(const char *text) {
  char *end;
  errno = 0;
  unsigned long long n = strtoull(text, &end, 10);
  if (errno || end == text || *end) fail("arguments", "scan", 0, "not a number");
  return n;
}

/* The words up to the next `--`; the rest begins at the returned place. */
static int take(struct list *list, char **argv, int from, int argc) {
  int to = from;
  while (to < argc && strcmp(argv[to], "--") != 0) to++;
  *list = (struct list){argv + from, (size_t)(to - from)};
  if (list->count > 0) qsort(list->words, list->count, sizeof *list->words, compare);
  return to < argc ? to + 1 : to;
}

/* ROOT MOST MILLISECONDS SINCE-NANOSECONDS MEMORY NAME... -- QUIET... -- DEEP... */
int scan_role(int argc, char **argv) {
  most = number(argv[1]);
  uint64_t limit = number(argv[2]) * 1000000u;
  if (clock_gettime(CLOCK_MONOTONIC, &deadline) != 0) fail(STEP, "clock", errno, NULL);
  limit += nanoseconds(&deadline);
  deadline = (struct timespec){.tv_sec = (time_t)(limit / 1000000000u), .tv_nsec = (long)(limit % 1000000000u)};
  since = number(argv[3]);
  uint64_t question = hash_words(argc - 5, argv + 5); /* before take() sorts them */
  (void)take(&deep, argv, take(&quiet, argv, take(&wanted, argv, 5, argc), argc), argc);
  root = k_openat2(AT_FDCWD, argv[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC, K_RESOLVE_NO_SYMLINKS);
  if (root < 0) fail(STEP, "open", errno, NULL);
  struct stat now;
  if (fstat(root, &now) != 0) fail(STEP, "stat", errno, NULL);
  memory_open(argv[4], question, &now, root);
  const struct seen *seen = recall(PLAIN, &now);
  if (seen) replay(seen, &now, 0, 0, PLAIN);
  else walk(root, 0, 0, PLAIN);
  record_end(!cut && !partial, entries);
  if (!cut && !partial) memory_save(argv[4]);
  return 0;
}
