// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { contained, searchPath } from "./environment.ts";
import { dangerousSettings } from "./git_settings.ts";
import { isExecutableFile, resolveProgram } from "./resolve_program.ts";

const source = {
  caller: {},
  pass: [],
  set: {},
  cacheInside: "/run/airg/cache",
  temporary: "/tmp",
};

Deno.test("contained() passes what is listed and nothing else", () => {
  const env = contained({
    ...source,
    caller: {
      PATH: "/usr/bin:.::/bin",
      HOME: "/h",
      LC_ALL: "C",
      GITHUB_TOKEN: "t",
      LD_PRELOAD: "x",
      BASH_ENV: "x",
      "BASH_FUNC_x%%": "() { :; }",
      AIRG_STATE_DIR: "/s",
      MY_VAR: "1",
    },
    pass: ["MY_*", "LD_*", "AIRG_STATE_DIR"],
    set: { EXTRA: "2", LD_PRELOAD: "y" },
  });
  const own = Object.fromEntries(
    Object.entries(env).filter(([, value]) => !value.startsWith("/run/airg/")),
  );
  assert.deepEqual(own, {
    PATH: "/usr/bin:/bin",
    HOME: "/h",
    LC_ALL: "C",
    MY_VAR: "1",
    EXTRA: "2",
    TMPDIR: "/tmp",
    AIRG_INSIDE: "1",
  });
});

Deno.test("contained() shows another user's home and name when airg becomes one", () => {
  const env = contained({
    ...source,
    caller: { HOME: "/root", USER: "root" },
    identity: { home: "/home/ann", name: "ann" },
  });
  assert.deepEqual([env["HOME"], env["USER"], env["LOGNAME"]], [
    "/home/ann",
    "ann",
    "ann",
  ]);
});

Deno.test("searchPath() has a default where nothing usable is left", () => {
  assert.equal(searchPath(".:bin"), "/usr/local/bin:/usr/bin:/bin");
  assert.equal(searchPath(undefined), "/usr/local/bin:/usr/bin:/bin");
});

Deno.test("resolveProgram() searches absolute folders in order, or takes a path", () => {
  const isExecutable = (path: string) => ["/b/x", "/w/./x"].includes(path);
  const options = { path: "/a:w:/b", cwd: "/w", isExecutable };
  assert.equal(resolveProgram("x", options), "/b/x");
  assert.equal(resolveProgram("./x", options), "/w/./x");
  assert.equal(resolveProgram("/b/x", options), "/b/x");
  assert.equal(resolveProgram("y", options), undefined);
  assert.equal(resolveProgram("", options), undefined);
  assert.equal(isExecutableFile("/bin/sh"), true);
  assert.equal(isExecutableFile("/etc/passwd"), false);
  assert.equal(isExecutableFile("/bin"), false);
});

Deno.test.each(
  [
    { text: "[core]\n\tbare = false\n[user]\n\tname = x\n", want: [] },
    {
      text:
        '[remote "o"]\n\turl = u\n\tfetch = +r\n[branch "m"]\n\tremote = o\n',
      want: [],
    },
    { text: "[core]\n\tfsmonitor = ./x\n", want: ["core.fsmonitor"] },
    { text: "[CORE]\n\tHooksPath=.h\n", want: ["core.hookspath"] },
    { text: '[filter "x"]\n\tclean = sh\n', want: ["filter.clean"] },
    { text: "[alias]\n\tst = !sh\n", want: ["alias.st"] },
    { text: "[include]\n\tpath = x\n", want: ["include.path"] },
    { text: '[diff "x"]\n\ttextconv = sh\n', want: ["diff.textconv"] },
    { text: "[core] fsmonitor = x\n", want: [".?"] },
    { text: "[core]\n\tx = a\\\n", want: ["core.?"] },
    { text: '[remote "o"]\n\tuploadpack = sh\n', want: ["remote.uploadpack"] },
  ] as const,
)("dangerousSettings() of $text", ({ text, want }) => {
  assert.deepEqual(dangerousSettings(text).map(({ name }) => name), want);
});
