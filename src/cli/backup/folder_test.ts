// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { findDirs } from "../../platform/dirs.ts";
import { compilePolicy } from "../../policy/compile.ts";
import { parsePolicy } from "../../policy/parse.ts";
import { withBackups } from "./folder.ts";

const HOME = { HOME: "/home/u", AIRG_STATE_DIR: "/s", AIRG_CONFIG_DIR: "/c" };

function settings(audit: object) {
  const parsed = parsePolicy(JSON.stringify({ version: 1, audit }));
  assert(parsed.ok, JSON.stringify(parsed));
  return compilePolicy(parsed.value.document, { hash: "h", home: "/home/u" })
    .settings;
}

Deno.test.each([
  { root: undefined, env: {}, folder: "/s/backups" },
  { root: "", env: {}, folder: "/s/backups" },
  { root: "/b/c/", env: {}, folder: "/b/c" },
  { root: "~/b", env: {}, folder: "/home/u/b" },
  { root: "/b", env: { AIRG_BACKUP_ROOT: "/e" }, folder: "/e" },
])(
  "withBackups() finds $folder for $root and $env",
  ({ root, env, folder }) => {
    const all = { ...HOME, ...env };
    const dirs = findDirs(all, "linux");
    assert(dirs.ok);
    const audit = root === undefined ? {} : { backup_root: root };
    assert.equal(withBackups(dirs.value, all, settings(audit)).backups, folder);
  },
);

Deno.test("audit.* of a policy is what backups obey", () => {
  assert.deepEqual(settings({}).backups, {
    enabled: true,
    onContentChangeOnly: true,
    maxVersions: 5,
    retentionDays: 30,
    maxBytes: 5 * 2 ** 30,
    maxFileBytes: 2 * 2 ** 30,
    unread: true,
  });
  assert.deepEqual(
    settings({
      backup_enabled: false,
      backup_on_content_change_only: false,
      max_versions_per_file: 9,
      backup_retention_days: -1,
      backup_max_bytes: 1_000,
      backup_unread: false,
    }).backups,
    {
      enabled: false,
      onContentChangeOnly: false,
      maxVersions: 9,
      retentionDays: 0,
      maxBytes: 1_000,
      maxFileBytes: 1_000,
      unread: false,
    },
  );
});

Deno.test("audit.backup_root that is relative is refused", () => {
  const text = JSON.stringify({ version: 1, audit: { backup_root: "b" } });
  assert(!parsePolicy(text).ok);
});
