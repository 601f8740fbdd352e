// Copyright 2026 the airg authors. Apache-2.0 license.

import assert from "node:assert/strict";
import type { Facts } from "../action/facts.ts";
import { readAction } from "../action/read.ts";
import type { Subject, SubjectFile } from "../approval/subject.ts";
import { linkFolders } from "../platform/real_path.ts";
import { diskLookup } from "../platform/disk_lookup.ts";
import { keptFiles } from "./kept_files.ts";

const folder = await Deno.realPath(await Deno.makeTempDir());
globalThis.addEventListener(
  "unload",
  () => Deno.removeSync(folder, { recursive: true }),
);
await Deno.mkdir(`${folder}/sub`);
for (const name of ["a.ts", "x.sh", "Makefile", "package.json", "sub/y.sh"]) {
  await Deno.writeTextFile(`${folder}/${name}`, "{}");
}
await Deno.symlink("sub/y.sh", `${folder}/link.sh`);
await Deno.symlink("y.sh", `${folder}/sub/inner.sh`);

function factsOf(text: string): Facts {
  return readAction({
    kind: "exec",
    origin: {
      agent: "a",
      session: "s",
      source: "ai-agent",
      workspace: folder,
    },
    command: { form: "shell", text },
    cwd: folder,
  }, diskLookup({ home: "/nonexistent" }));
}

function kept(text: string, name: string, role: SubjectFile["role"]) {
  const subject = {
    files: [{ path: `${folder}/${name}`, role, sha256: "0" }],
  } as unknown as Subject;
  return keptFiles(factsOf(text), subject, linkFolders);
}

Deno.test("of several files in one row each is held, and none is compared alone", () => {
  const subject = {
    files: [{
      ...{ path: `${folder}/*.sh`, role: "input", sha256: "0" },
      members: [`${folder}/x.sh`],
    }],
  } as unknown as Subject;
  assert.deepEqual(keptFiles(factsOf("make"), subject, linkFolders), {
    files: [],
    held: [`${folder}/x.sh`],
  });
});

const CASES: readonly {
  readonly text: string;
  readonly name: string;
  readonly role: SubjectFile["role"];
  readonly mayBeWritten: boolean;
}[] = [
  { text: "bash x.sh", name: "x.sh", role: "script", mayBeWritten: false },
  {
    text: "bash x.sh >x.sh",
    name: "x.sh",
    role: "script",
    mayBeWritten: true,
  },
  {
    text: "bash x.sh; rm -r .",
    name: "x.sh",
    role: "script",
    mayBeWritten: true,
  },
  { text: "cat x.sh | sh", name: "x.sh", role: "input", mayBeWritten: false },
  // Nobody knows what it does with what it is given.
  {
    text: "prettier --write a.ts",
    name: "a.ts",
    role: "input",
    mayBeWritten: true,
  },
  { text: "make x", name: "Makefile", role: "input", mayBeWritten: false },
  {
    text: "npm test",
    name: "package.json",
    role: "script",
    mayBeWritten: false,
  },
  {
    text: "npm run build",
    name: "package.json",
    role: "script",
    mayBeWritten: false,
  },
  {
    text: "npm install x",
    name: "package.json",
    role: "script",
    mayBeWritten: true,
  },
];

Deno.test.each(CASES)("$text: $name", ({ mayBeWritten, name, role, text }) => {
  const { files, held } = kept(text, name, role);
  assert.deepEqual(files, [
    { path: `${folder}/${name}`, sha256: "0", mayBeWritten },
  ]);
  // No other run may write it, whether the command itself may or not.
  assert(held.includes(`${folder}/${name}`));
});

Deno.test("the folder of each link on the way is kept", () => {
  assert.deepEqual(kept("bash link.sh", "sub/y.sh", "script").held, [
    folder,
    `${folder}/sub/y.sh`,
  ]);
  assert.deepEqual(kept("bash sub/inner.sh", "sub/y.sh", "script").held, [
    `${folder}/sub`,
    `${folder}/sub/y.sh`,
  ]);
  assert.deepEqual(kept("bash sub/y.sh", "sub/y.sh", "script").held, [
    `${folder}/sub/y.sh`,
  ]);
});

Deno.test("what a write replaces is the guard's own business", () => {
  const { files, held } = kept("true", "a.ts", "target");
  assert.deepEqual([files, held], [[], []]);
});
