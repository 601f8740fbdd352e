// Copyright 2026 the airg authors. Apache-2.0 license.

// Real overlays, mounted in a user namespace of the test's own: what is applied
// must be what the same operations would have done directly.
import assert from "node:assert/strict";
import fc from "fast-check";
import { openExactFiles } from "../platform/exact_files.ts";
import { type Applied, applyChanges } from "./apply.ts";
import { readLayer } from "./layer.ts";
import type { Manifest } from "./manifest.ts";
import { type Held, layerOf, openHeld, pending } from "./store.ts";
import { removeTree } from "./tree.ts";

/** A workspace, and a folder of held changes for it. */
class Scene implements Disposable {
  readonly root = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "airg-held-" }),
  );
  readonly workspace = `${this.root}/workspace`;
  readonly twin = `${this.root}/twin`;
  readonly folder = `${this.root}/changes/id`;
  readonly files = openExactFiles();

  constructor(script: string) {
    for (
      const path of [
        this.workspace,
        `${this.folder}/workspace/upper`,
        `${this.folder}/workspace/work`,
      ]
    ) Deno.mkdirSync(path, { recursive: true });
    sh(this.workspace, script);
    new Deno.Command("cp", { args: ["-a", this.workspace, this.twin] })
      .outputSync();
  }

  /** Runs a script on an overlay, as an ephemeral run would. */
  ephemeral(script: string): Held {
    Deno.writeTextFileSync(`${this.folder}/lock`, "");
    const { upper } = layerOf(this.manifest);
    const work = `${this.folder}/workspace/work`;
    const options =
      `userxattr,index=off,lowerdir=${this.workspace},upperdir=${upper},workdir=${work}`;
    const { success, stderr } = new Deno.Command("unshare", {
      args: [
        "-Urm",
        "sh",
        "-c",
        'mount -t overlay overlay -o "$0" "$1" && cd "$1" && eval "$2"; exit 0',
        options,
        this.workspace,
        script,
      ],
      stdout: "null",
    }).outputSync();
    assert(success, new TextDecoder().decode(stderr));
    return this.settle();
  }

  settle(): Held {
    const changes = readLayer(this.files, layerOf(this.manifest));
    const manifest = { ...this.manifest, changes };
    Deno.writeTextFileSync(
      `${this.folder}/manifest.json`,
      JSON.stringify(manifest),
    );
    return this.open();
  }

  /** What a later airg finds. */
  open(): Held {
    const held = openHeld(this.files, `${this.root}/changes`, "id");
    assert(held.ok, JSON.stringify(held));
    return held.value;
  }

  async apply(
    held: Held,
    options: { overwrite?: boolean; step?: (name: string) => void } = {},
  ): Promise<Applied[]> {
    return await applyChanges(held, pending(held), {
      files: this.files,
      overwrite: options.overwrite ?? false,
      ...(options.step && { step: options.step }),
    });
  }

  get manifest(): Manifest {
    return {
      version: 1,
      id: "id",
      workspace: this.workspace,
      layers: this.folder,
      agent: "a",
      command: "c",
      startedAt: "",
      since: this.files.look(`${this.folder}/lock`)?.ctime ?? 0,
      applied: [],
    };
  }

  [Symbol.dispose](): void {
    this.files[Symbol.dispose]();
    removeTree(this.root);
  }
}

function sh(cwd: string, script: string): void {
  const { success, stderr } = new Deno.Command("sh", {
    args: ["-c", script],
    cwd,
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
}

/** Names, types, bits, contents and link targets of a whole tree. */
function listing(root: string): string[] {
  const { stdout } = new Deno.Command("sh", {
    args: [
      "-c",
      `find . -mindepth 1 -printf '%p %y %m %l\\n' | sort; find . -type f | sort | xargs -r -d '\\n' sha256sum`,
    ],
    cwd: root,
  }).outputSync();
  return new TextDecoder().decode(stdout).split("\n");
}

function codes(held: Held): string[] {
  return held.changes.map(({ path, status }) => `${status} ${path}`);
}

Deno.test("readLayer() names additions, deletions, renames, links, bits and types", () => {
  using scene = new Scene(
    "echo 1 >old; echo 2 >a; echo 3 >s; mkdir dir kept; echo 4 >dir/f; echo 5 >kept/g; ln -s old to; echo 6 >file; mkdir -p tree/sub; echo 7 >tree/x",
  );
  const held = scene.ephemeral(
    "echo x >new; rm old; mv a b; ln -s .. l; chmod 755 s; mkdir d; rm -r dir; ln -sfn new to; " +
      "rm file; mkdir file; echo 8 >file/in; rm -r tree; mkdir tree; echo 7 >tree/x; touch kept/g",
  );
  assert.deepEqual(codes(held), [
    "deleted a",
    "added b",
    "added d",
    "deleted dir",
    "replaced file",
    "added file/in",
    "added l",
    "added new",
    "deleted old",
    "mode s",
    "modified to",
    "deleted tree/sub",
  ]);
  assert(held.changes.every(({ meanwhile }) => !meanwhile));
});

const name = fc.constantFrom("a", "b", "d", "d/a", "d/b", "d/e", "d/e/f");
const operation = fc.oneof(
  fc.tuple(name, fc.nat(9)).map(([path, n]) => `echo ${n} >${path}`),
  fc.tuple(name, fc.nat(9)).map(([path, n]) => `echo ${n} >>${path}`),
  name.map((path) => `mkdir ${path}`),
  name.map((path) => `rm -rf ${path}`),
  fc.tuple(name, name).map(([from, to]) => `mv -T ${from} ${to}`),
  fc.tuple(name, name).map(([from, to]) => `ln -sfn ${from} ${to}`),
  fc.tuple(name, name).map(([from, to]) => `ln ${from} ${to}`),
  fc.tuple(name, fc.constantFrom("700", "755", "500", "644", "600")).map((
    [path, mode],
  ) => `[ -L ${path} ] || chmod ${mode} ${path}`),
  name.map((path) => `: >${path}`),
);
const script = scriptOf(operation);
// An overlay makes files of their own of names that were one file before
// (sandbox/README.md), so what is written to one does not reach the other.
const setUp = scriptOf(operation.filter((line) => !/^ln [abd]/.test(line)));

function scriptOf(line: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(line, { maxLength: 8 }).map((lines) =>
    lines.map((line) => `(${line}) 2>/dev/null || :`).join("\n")
  );
}

Deno.test("applying an overlay is doing the same operations directly", async () => {
  await fc.assert(
    fc.asyncProperty(setUp, script, async (before, during) => {
      using scene = new Scene(before);
      const held = scene.ephemeral(during);
      sh(scene.twin, during);
      const results = await scene.apply(held);
      const told = JSON.stringify(results);
      assert(
        results.every(({ result }) =>
          result === "applied" || result === "already"
        ),
        told,
      );
      assert.deepEqual(listing(scene.workspace), listing(scene.twin), told);
      assert.throws(() => Deno.lstatSync(scene.folder), Deno.errors.NotFound);
    }),
    { numRuns: 80, endOnFailure: false },
  );
});

Deno.test("killed at any step and started again, it ends the same", async () => {
  await fc.assert(
    fc.asyncProperty(
      setUp,
      script,
      fc.nat(12),
      async (before, during, nth) => {
        using scene = new Scene(before);
        const held = scene.ephemeral(during);
        sh(scene.twin, during);
        let steps = 0;
        const step = (): void => {
          if (steps++ === nth) throw new RangeError("killed");
        };
        // Nothing but the machine's own errors is caught there, as by a kill.
        await scene.apply(held, { step }).catch((error) =>
          assert.match(error.message, /killed/)
        );
        if (steps > nth) await scene.apply(scene.open());
        assert.deepEqual(listing(scene.workspace), listing(scene.twin));
      },
    ),
    { numRuns: 80 },
  );
});
