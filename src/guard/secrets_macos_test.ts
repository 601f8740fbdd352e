// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import {
  MACOS_HOME_SECRETS,
  MACOS_SYSTEM_SECRETS,
  macosSecretPaths,
} from "./secrets_macos.ts";

const listFolder = (path: string) =>
  path === "/Users" ? ["a", "b", "Shared", ".localized"] : undefined;

Deno.test("macosSecretPaths() hides other homes whole, and of the own home the secrets", () => {
  const paths = macosSecretPaths(
    { home: "/Users/a", workspace: "/Users/a/p" },
    listFolder,
  );
  for (
    const path of [
      "/Users/a/Library/Keychains",
      "/Users/a/Library/Application Support/Google/Chrome",
      "/Library/Keychains",
      "/private/var/db/dslocal",
      "/Users/b",
    ]
  ) assert.ok(paths.includes(path), path);
  for (const path of ["/Users/a", "/Users/Shared", "/Users/.localized"]) {
    assert.ok(!paths.includes(path), path);
  }
});

Deno.test("macosSecretPaths() hides the secrets of a home that holds the workspace", () => {
  const paths = macosSecretPaths(
    { home: "/Users/a", workspace: "/Users/b/p" },
    listFolder,
  );
  assert.ok(!paths.includes("/Users/b"));
  assert.ok(paths.includes("/Users/b/.ssh"));
  assert.ok(paths.includes("/Users/b/Library/Cookies"));
});

Deno.test("the lists of macOS name each place once, with a reason", () => {
  const homes = MACOS_HOME_SECRETS.map(({ path }) => path);
  const system = MACOS_SYSTEM_SECRETS.map(({ path }) => path);
  for (const list of [homes, system]) {
    assert.equal(new Set(list).size, list.length);
  }
  for (const path of homes) assert.doesNotMatch(path, /^\/|\/$|\/\/|\.\./);
  for (const path of system) {
    // The real names, not the links of `/`.
    assert.match(path, /^\/(?!tmp\/|var\/|etc\/)/);
  }
  for (const { why } of [...MACOS_HOME_SECRETS, ...MACOS_SYSTEM_SECRETS]) {
    assert.notEqual(why, "");
  }
});
