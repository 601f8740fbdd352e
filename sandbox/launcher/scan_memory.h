/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* What earlier scans saw of folders that have not changed since. */
#ifndef AIRG_SCAN_MEMORY_H
#define AIRG_SCAN_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* One folder. After it in memory: its path, the names worth a look, the names
   of the folders in it, each ended by NUL; then NULs up to `size`. */
struct seen {
  uint32_t size; /* of all that, a multiple of 8 */
  uint32_t path_bytes, named_bytes, folder_bytes;
  uint32_t entries;
  uint8_t beneath, git;
  uint16_t zero;
  uint64_t inode, changed; /* ctime, nanoseconds */
};

/** Names that end in NUL, one after another, from `*at` to `end`. */
struct names_in {
  const char *at, *end;
};
bool names_next(struct names_in *names, const char **name);
struct names_in seen_named(const struct seen *seen);
struct names_in seen_folders(const struct seen *seen);

/** One number for all the words; another one for others, but by chance. */
uint64_t hash_words(int count, char **words);

/**
 * Reads `file`, if it is ours and of the same question: `question` stands
 * for all else that decides what a scan says. On file systems whose folders do not keep
 * their times, nothing is ever remembered.
 */
void memory_open(const char *file, uint64_t question, const struct stat *root, int root_fd);
/** What was seen in this folder, if it was not changed since; kept for the next time too. */
const struct seen *memory_find(const char *path, uint8_t beneath, const struct stat *now);
/** Whether anything is remembered. */
bool memory_holds(void);

/** A folder is about to be listed; it looked like this before. */
void memory_begin(const char *path, uint8_t beneath, const struct stat *before);
void memory_named(const char *name);
void memory_folder(const char *name);
/** This folder cannot be remembered. */
void memory_skip(void);
/** It has been listed. */
void memory_end(uint32_t entries, bool git);

/** Writes what is to be remembered, if that is something else than before. */
void memory_save(const char *file);

#endif
