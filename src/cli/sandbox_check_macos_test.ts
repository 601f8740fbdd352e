// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { probeText } from "../../sandbox/probe.ts";
import {
  SEATBELT_TRIES,
  seatbeltReport,
} from "../../sandbox/seatbelt_probe.ts";
import type { Surroundings } from "./assembled.ts";
import {
  judge,
  readProfile,
  rulesOf,
} from "../../sandbox/seatbelt_model_test.ts";
import { assemble } from "./assemble.ts";
import { macosReport } from "./sandbox_check_macos.ts";

const surroundings: Surroundings = {
  cwd: "/",
  env: { PATH: "/usr/bin:/bin", HOME: "/nonexistent" },
  os: "darwin",
  terminal: { stdin: false, stdout: false, stderr: false },
};

const context: Parameters<typeof macosReport>[0] = {
  surroundings,
  assemble: (options, elsewhere) =>
    assemble(elsewhere ?? surroundings, options),
};

const held = SEATBELT_TRIES.map(({ id, wanted }) => `${id} ${wanted}\n`)
  .join("");
const open = SEATBELT_TRIES.map(({ id }) => `${id} yes\n`).join("");

Deno.test("seatbeltReport() is met where each try came out as it must", () => {
  const report = seatbeltReport({ stdout: held }, open);
  assert.equal(report.rung, "seatbelt");
  assert.deepEqual(
    new Set(report.checks.map(({ status }) => status)),
    new Set(["warn", "ok"]),
  );
  assert.match(probeText(report), /not on a Mac/);
});

Deno.test("seatbeltReport() is not met where one try did not", () => {
  for (const { id, wanted } of SEATBELT_TRIES) {
    const other = wanted === "yes" ? "no" : "yes";
    for (const line of [`${id} ${other}\n`, "", `${id}\n`]) {
      const stdout = held.replace(`${id} ${wanted}\n`, line);
      assert.equal(seatbeltReport({ stdout }, open).rung, "none", id);
    }
  }
  assert.equal(seatbeltReport({ error: "x" }, open).rung, "none");
});

Deno.test("seatbeltReport() does not count what is refused outside too", () => {
  const control = open.replace("network yes", "network no");
  const { checks } = seatbeltReport({ stdout: held }, control);
  assert.equal(checks.find(({ id }) => id === "network")?.status, "not-tried");
});

Deno.test("macosReport() tries the whole way, and finds out a sandbox-exec that holds nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const sandboxExec = `${folder}/sandbox-exec`;
    // Passes the proof of the first step and then holds nothing.
    await Deno.writeTextFile(
      sandboxExec,
      '#!/bin/sh\nprintf "%s\\0" "$@" >"$0.args"\n' +
        'while [ "$1" != -- ]; do shift; done; shift\nrm "$6"\nexec "$@"\n',
      { mode: 0o755 },
    );
    const report = await macosReport(context, sandboxExec);
    assert.equal(report.rung, "none");
    const status = (id: string) =>
      report.checks.find((check) => check.id === id)?.status;
    assert.equal(status("write-inside"), "ok");
    assert.equal(status("temporary"), "ok");
    for (
      const id of [
        "write-outside",
        "read-hidden",
        "change-pinned",
        "move-pinned",
        "move-above",
        "hard-link",
      ]
    ) assert.equal(status(id), "fail", id);
    // What it was told forbids each of them.
    const words = (await Deno.readTextFile(`${sandboxExec}.args`)).split("\0");
    const args = words.slice(0, words.indexOf("--") + 1);
    const { forms, params } = readProfile(args);
    const workspace = args.find((arg) => arg.endsWith("/inside/workspace"))!
      .replace(/^-DP\d+=/, "");
    const place = workspace.replace(/\/workspace$/, "");
    for (
      const [operation, path, wanted] of [
        ["file-write-create", `${workspace}/inside`, true],
        ["file-read-data", "/bin/sh", true],
        ["file-write-data", `${place}/outside`, false],
        ["file-read-data", `${place}/state`, false],
        ["file-write-data", `${workspace}/.claude/settings.json`, false],
        ["file-write-unlink", `${workspace}/.claude`, false],
        ["file-write-unlink", `${workspace}/.vscode`, false],
        ["file-write-unlink", workspace, false],
        ["file-link", `${workspace}/linked`, false],
      ] as const
    ) {
      const answers = (["last", "specific"] as const).map((precedence) =>
        judge(rulesOf(forms), params, { operation, path }, precedence)
      );
      assert.deepEqual(answers, [wanted, wanted], `${operation} ${path}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("macosReport() says so where there is no sandbox-exec", async () => {
  const report = await macosReport(context, "/nonexistent/sandbox-exec");
  assert.equal(report.rung, "none");
  assert.match(probeText(report), /cannot start \/nonexistent/);
});
