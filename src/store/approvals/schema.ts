// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Tables of the approval store.
 *
 * Each row holds its whole content as canonical JSON (`body`) and the MAC of
 * that; the other columns are there to find rows, and are compared with the
 * body when it is read.
 *
 * @module
 */

/** Marks the file as airg's: "airg" in ASCII. */
export const APPLICATION_ID = 0x61697267;

/** For `openDatabase()`. */
export const MIGRATIONS: readonly string[] = [
  `PRAGMA application_id = ${APPLICATION_ID};
   CREATE TABLE meta (
     id INTEGER PRIMARY KEY CHECK (id = 1), changes INTEGER NOT NULL,
     key INTEGER NOT NULL, body TEXT NOT NULL, mac TEXT NOT NULL
   ) STRICT;
   CREATE TABLE requests (
     id TEXT PRIMARY KEY, state TEXT NOT NULL, until INTEGER NOT NULL,
     twin TEXT NOT NULL, denial TEXT NOT NULL, place TEXT NOT NULL,
     key INTEGER NOT NULL, body TEXT NOT NULL, mac TEXT NOT NULL
   ) STRICT;
   CREATE INDEX requests_state ON requests (state, until);
   CREATE INDEX requests_pending ON requests (twin) WHERE state = 'pending';
   CREATE INDEX requests_place ON requests (place) WHERE state = 'pending';
   CREATE INDEX requests_denied ON requests (denial) WHERE state = 'denied';
   CREATE TABLE grants (
     id TEXT PRIMARY KEY, request TEXT NOT NULL, state TEXT NOT NULL,
     until INTEGER NOT NULL, same TEXT NOT NULL,
     key INTEGER NOT NULL, body TEXT NOT NULL, mac TEXT NOT NULL
   ) STRICT;
   CREATE INDEX grants_request ON grants (request);
   CREATE INDEX grants_state ON grants (state, until);
   CREATE INDEX grants_same ON grants (same) WHERE state = 'open';
   CREATE TABLE history (
     seq INTEGER PRIMARY KEY, request TEXT NOT NULL, what TEXT NOT NULL,
     key INTEGER NOT NULL, body TEXT NOT NULL, mac TEXT NOT NULL
   ) STRICT;
   CREATE INDEX history_request ON history (request, what);
   CREATE TABLE imported (
     id TEXT PRIMARY KEY, at INTEGER NOT NULL,
     key INTEGER NOT NULL, body TEXT NOT NULL, mac TEXT NOT NULL
   ) STRICT;
   CREATE INDEX imported_at ON imported (at);
   CREATE TABLE set_aside (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL,
     id TEXT NOT NULL, key INTEGER, body TEXT, mac TEXT
   ) STRICT;
   CREATE TABLE wrong_ids (caller TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
   CREATE INDEX wrong_ids_caller ON wrong_ids (caller, at);`,
];
