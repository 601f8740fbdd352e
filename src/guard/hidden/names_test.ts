// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { hiddenNames, isHiddenName } from "./names.ts";

const names = hiddenNames(
  ["activity.log", ".ssh", "config/secrets.yml", "*.p12", "/etc/passwd", "~/x"],
  [".pem", "KEY", " ", "."],
);

Deno.test.each(
  [
    { name: ".env", hidden: true },
    { name: ".ENV", hidden: true },
    { name: ".env.local", hidden: true },
    { name: ".env.example", hidden: false },
    { name: ".env.production.sample", hidden: false },
    { name: ".envrc", hidden: false },
    { name: "env", hidden: false },
    { name: "Activity.log", hidden: true },
    { name: "server.pem", hidden: true },
    { name: "a.key", hidden: true },
    { name: "key", hidden: false },
    { name: ".pem", hidden: false },
    { name: "a.pem.template", hidden: false },
    { name: "cacert.pem", hidden: false },
    { name: "a.p12", hidden: true },
    { name: "a.p12.dist", hidden: false },
    { name: "secrets.yml", hidden: false },
    { name: "passwd", hidden: false },
    { name: "x", hidden: false },
  ] as const,
)("a file $name is hidden: $hidden", ({ hidden, name }) => {
  assert.equal(isHiddenName(names, "/p/a", name, "file"), hidden);
});

Deno.test("a folder is hidden by its name, not by how it ends", () => {
  assert.equal(isHiddenName(names, "/p", ".ssh", "folder"), true);
  assert.equal(isHiddenName(names, "/p", "a.pem", "folder"), false);
  assert.equal(isHiddenName(names, "/p", ".env", "folder"), false);
});

Deno.test("several components are hidden where they stand in a row", () => {
  assert(isHiddenName(names, "/p/q/Config", "secrets.yml", "file"));
  assert(!isHiddenName(names, "/p/config/q", "secrets.yml", "file"));
  assert(!isHiddenName(names, "/", "secrets.yml", "file"));
});

Deno.test("an exact name is hidden also where it looks like a form", () => {
  const exact = hiddenNames([".env.example"], []);
  assert(isHiddenName(exact, "/p", ".env.example", "file"));
});

Deno.test("equal entries have equal keys, others do not", () => {
  const key = (entries: string[], ends: string[]) =>
    hiddenNames(entries, ends).key;
  assert.equal(key(["a"], [".b"]), key(["A"], ["b"]));
  assert.notEqual(key(["a"], []), key(["b"], []));
  assert.notEqual(key(["a"], []), key([], ["a"]));
});
