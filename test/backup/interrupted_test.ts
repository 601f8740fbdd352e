// Copyright 2026 the airg authors. Apache-2.0 license.
// A restore that was killed in the middle, and what airg does and says next.
import assert from "node:assert/strict";
import { type BackupScene, backupScene } from "../support/backups.ts";
import { acting, shape } from "../support/restores.ts";

const DRIVER = new URL("../support/restore_driver.ts", import.meta.url);
const MAIN = new URL("../../main.ts", import.meta.url);

interface Interrupted extends Disposable {
  readonly at: BackupScene;
  readonly before: readonly string[];
}

/** A restore of two files is killed when one of them has its name. */
async function interrupted(step: string): Promise<Interrupted> {
  const at = backupScene();
  const { folder, workspace } = at;
  const names = ["a", "b"];
  for (const name of names) {
    await Deno.writeTextFile(`${workspace}/${name}`, name);
  }
  const before = shape(workspace);
  at.now = Date.now();
  const id = await acting(at, names, () => {
    for (const name of names) Deno.removeSync(`${workspace}/${name}`);
  });
  const { signal } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", DRIVER.pathname, folder, workspace, id, step],
    stderr: "null",
    stdout: "null",
  }).output();
  assert.equal(signal, "SIGKILL");
  return {
    at,
    before,
    [Symbol.dispose]: () => at[Symbol.dispose](),
  };
}

async function airg(
  { folder, workspace }: BackupScene,
  args: readonly string[],
): Promise<string> {
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", MAIN.pathname, ...args],
    cwd: workspace,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: folder,
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
      AIRG_CONFIG_DIR: `${folder}/state`,
      AIRG_STATE_DIR: `${folder}/state`,
    },
    stdin: "null",
    stdout: "null",
  }).output();
  return new TextDecoder().decode(stderr);
}

/** The step at which one of the two files has its name. */
const ONE_NAMED = "5";

const NEXT: readonly (readonly string[])[] = [
  ["backup", "list"],
  ["backup", "verify"],
  ["backup", "restore", "--path", "a", "--dry-run"],
  ["run", "--", "true"],
  ["server"],
];

for (const words of NEXT) {
  Deno.test(`a restore that was killed is finished by airg ${words.join(" ")}`, async () => {
    using scene = await interrupted(ONE_NAMED);
    const { at, before } = scene;
    assert.equal(shape(at.workspace).length, 1);
    const said = await airg(at, words);
    assert.match(
      said,
      /a restore that was interrupted is finished: 2 paths put back/,
    );
    assert.deepEqual(shape(at.workspace), before);
    assert.doesNotMatch(await airg(at, words), /interrupted/);
  });
}

Deno.test("a restore that was killed and cannot go on is taken back", async () => {
  using scene = await interrupted(ONE_NAMED);
  const { at } = scene;
  await Deno.remove(at.store.place.objects, { recursive: true });
  assert.match(
    await airg(at, ["backup", "list"]),
    /a restore that was interrupted is taken back: 2 paths as before it \(\S*\/[ab]: its content is no longer in the store\)/,
  );
  assert.deepEqual(shape(at.workspace), []);
  assert.doesNotMatch(await airg(at, ["backup", "list"]), /interrupted/);
});

Deno.test("what somebody put in the way of an interrupted restore stays, and is named", async () => {
  using scene = await interrupted(ONE_NAMED);
  const { at } = scene;
  const [made = ""] = shape(at.workspace);
  const other = made.startsWith("a") ? "b" : "a";
  await Deno.writeTextFile(`${at.workspace}/${other}`, "a person's");
  assert.match(
    await airg(at, ["backup", "list"]),
    /a restore that was interrupted is not taken back whole: .* has just been changed; not taken back: .*, which backup .* holds/,
  );
  assert.deepEqual(shape(at.workspace), [`${other} 644 a person's`]);
});

Deno.test("a restore that is going on is left to whoever is at it", async () => {
  using scene = await interrupted(ONE_NAMED);
  const { at } = scene;
  {
    using file = await Deno.open(`${at.store.place.root}/restoring/lock`, {
      read: true,
      write: true,
    });
    await file.lock(true);
    assert.doesNotMatch(await airg(at, ["backup", "list"]), /interrupted/);
    assert.equal(shape(at.workspace).length, 1);
  }
  assert.match(await airg(at, ["backup", "list"]), /is finished/);
});
