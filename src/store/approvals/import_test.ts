// Copyright 2026 the airg authors. Apache-2.0 license.
// Runtime Guard's files: never written to, and its history taken over.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  ask,
  leave,
  openWithin,
  say,
  SETTINGS,
  START,
  withFolder,
} from "../../../test/support/approvals.ts";

/** Tables of Runtime Guard 2.3.0, and lines as it writes them. */
const LEGACY = `
  CREATE TABLE pending_approvals (token TEXT PRIMARY KEY, agent_id TEXT,
    command_hash TEXT, normalized_command TEXT, session_id TEXT,
    requested_at TEXT, expires_at TEXT, affected_paths TEXT);
  CREATE TABLE approved_commands (session_id TEXT, command_hash TEXT,
    approved_at TEXT, expires_at TEXT, signature TEXT, source TEXT,
    PRIMARY KEY (session_id, command_hash));
  CREATE TABLE approval_history (id INTEGER PRIMARY KEY, token TEXT,
    agent_id TEXT, session_id TEXT, command_hash TEXT, normalized_command TEXT,
    requested_at TEXT, decision TEXT, resolved_at TEXT, approver TEXT,
    approved_via TEXT, source TEXT);
  INSERT INTO approval_history VALUES
    (1, 'f00dcafe', 'claude', 's', 'h1', 'rm -r build',
     '2026-04-24T10:00:00.250000+00:00Z', 'approved',
     '2026-04-24T10:00:05+00:00', 'jo', 'gui', 'human-operator'),
    (2, 'f00dbeef', 'claude', 's', 'h2', 'git push' || char(27) || '[2J',
     '2026-04-24T11:00:00Z', 'denied', NULL, NULL, NULL, ''),
    (3, 'f00dfeed', NULL, 's', 'h3', NULL, 'yesterday', 'perhaps', 1e9, '', '', '');
  INSERT INTO approved_commands VALUES
    ('s1', 'h', '2026', '2099', 'signature', 'human-operator');`;

/** Puts Runtime Guard's files where airg's would be. */
function makeLegacy(folder: string): Record<string, Uint8Array> {
  for (const name of ["state", "config"]) {
    Deno.mkdirSync(`${folder}/${name}`, { mode: 0o700 });
  }
  const path = `${folder}/state/approvals.db`;
  const database = new DatabaseSync(path);
  database.exec(LEGACY);
  database.close();
  const key = `${folder}/config/approvals.hmac.key`;
  Deno.writeTextFileSync(key, "ab".repeat(32), { mode: 0o600 });
  return {
    [path]: Deno.readFileSync(path),
    [key]: Deno.readFileSync(key),
  };
}

Deno.test("another program's files are left alone, and airg's own are beneath", () =>
  withFolder((folder) => {
    const before = makeLegacy(folder);
    const store = openWithin(folder);
    assert.deepEqual(store.place, {
      database: `${folder}/state/airg/approvals.db`,
      keys: `${folder}/config/airg/approvals.hmac.key`,
      head: `${folder}/state/airg/approvals.head`,
      foreign: Object.keys(before),
    });
    assert.deepEqual(store.beside, Object.keys(before));
    assert(say(store, leave(store, ask("rm a"))).ok);
    assert.equal(store.redeem(ask("rm a"), SETTINGS, START).kind, "granted");
    store.importLegacy(`${folder}/state/approvals.db`, START);
    store.close();
    for (const [path, bytes] of Object.entries(before)) {
      assert.deepEqual(Deno.readFileSync(path), bytes);
    }
    for (const end of ["-wal", "-shm", "-journal"]) {
      const path = `${folder}/state/approvals.db${end}`;
      assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
    }
    // Its keys may be open to others: they are no matter of airg's.
    Deno.chmodSync(`${folder}/config/approvals.hmac.key`, 0o644);
    const again = openWithin(folder);
    assert.deepEqual(again.beside, [], "it is told once");
    again.close();
  }));

Deno.test("a store whose first page is only in the log is airg's own", () =>
  withFolder((folder) => {
    // What a crash leaves: not closed, so nothing was written back.
    const crashed = openWithin(folder);
    leave(crashed, ask("rm a"));
    const copy = `${folder}/copy`;
    for (const name of ["state", "config"]) {
      Deno.mkdirSync(`${copy}/${name}`, { recursive: true, mode: 0o700 });
      for (const { name: file } of Deno.readDirSync(`${folder}/${name}`)) {
        const to = `${copy}/${name}/${file}`;
        Deno.copyFileSync(`${folder}/${name}/${file}`, to);
      }
    }
    const store = openWithin(copy);
    assert.deepEqual(store.place.foreign, []);
    assert.equal(store.pending(START).length, 1);
    store.close();
    crashed.close();
  }));

Deno.test("importLegacy() takes the history over once, and no token", () =>
  withFolder((folder) => {
    makeLegacy(folder);
    const path = `${folder}/state/approvals.db`;
    const store = openWithin(folder);
    assert.equal(store.importLegacy(path, START), 3);
    assert.equal(store.importLegacy(path, START), 0);
    const imported = store.imported(10).map(({ id: _, ...rest }) => rest);
    assert.deepEqual(imported, [
      {
        at: Date.UTC(2026, 3, 24, 11),
        decision: "denied",
        agent: "claude",
        session: "s",
        command: "git push\x1b[2J",
      },
      {
        at: Date.UTC(2026, 3, 24, 10, 0, 0, 250),
        answeredAt: Date.UTC(2026, 3, 24, 10, 0, 5),
        decision: "approved",
        agent: "claude",
        session: "s",
        command: "rm -r build",
        approver: "jo",
        via: "gui",
      },
      {
        at: 0,
        answeredAt: 1e12,
        decision: "unknown",
        agent: "",
        session: "s",
        command: "",
      },
    ]);
    assert.deepEqual(store.imported(1).length, 1);
    const text = new TextDecoder().decode(
      Deno.readFileSync(`${folder}/state/airg/approvals.db-wal`),
    );
    assert(text.includes("git push"), "control: the text is there to be found");
    assert(!text.includes("f00d"));
    // A grant of the old kind grants nothing.
    assert.equal(
      store.redeem(ask("rm -r build"), SETTINGS, START).kind,
      "pending",
    );
    store.close();
  }));

Deno.test.each([
  ["nothing", () => {}, /it is not a file/],
  [
    "a link",
    (path: string) => Deno.symlinkSync("/dev/null", path),
    /it is not a file/,
  ],
  [
    "text",
    (path: string) => Deno.writeTextFileSync(path, "x".repeat(999)),
    /not a database/,
  ],
  ["other tables", (path: string) => {
    using database = new DatabaseSync(path);
    database.exec("CREATE TABLE t (a)");
  }, /[Nn]o such table: approval_history/],
])("importLegacy() refuses %s", (_, make, why) =>
  withFolder((folder) => {
    const store = openWithin(folder);
    make(`${folder}/legacy.db`);
    assert.throws(() => store.importLegacy(`${folder}/legacy.db`, START), why);
    store.close();
  }));

Deno.test.each([
  {
    what: "a view that never ends",
    sql: `CREATE VIEW approval_history AS
      WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c)
      SELECT id, '' agent_id, '' session_id, '' command_hash,
        '' normalized_command, '' requested_at, '' decision, '' resolved_at,
        '' approver, '' approved_via FROM c`,
    why: /[Nn]o such table: approval_history/,
  },
  {
    what: "a column that is computed",
    sql: `CREATE TABLE approval_history (id INTEGER PRIMARY KEY, agent_id,
      session_id, command_hash, normalized_command AS (hex(zeroblob(1e6))),
      requested_at, decision, resolved_at, approver, approved_via);
      INSERT INTO approval_history (id) VALUES (1)`,
    why: /[Nn]o such table: approval_history/,
  },
  {
    what: "more lines than anybody's history",
    sql: `CREATE TABLE approval_history (id INTEGER PRIMARY KEY, agent_id,
      session_id, command_hash, normalized_command, requested_at, decision,
      resolved_at, approver, approved_via);
      WITH RECURSIVE c(id) AS
        (SELECT 1 UNION ALL SELECT id + 1 FROM c LIMIT 100001)
      INSERT INTO approval_history (id) SELECT id FROM c`,
    why: /more than 100000 lines/,
  },
])("$what is not taken over", ({ sql, why }) =>
  withFolder((folder) => {
    const path = `${folder}/hostile.db`;
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    const store = openWithin(folder);
    assert.throws(() => store.importLegacy(path, START), why);
    assert.deepEqual(store.imported(1), []);
    store.close();
  }));
