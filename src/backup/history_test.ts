// Copyright 2026 the airg authors. Apache-2.0 license.

// Any history of changes, backups and pruning: what a backup says was there is
// what was there, for as long as it is listed.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BackupScene,
  backupScene,
  SETTINGS,
  textOf,
} from "../../test/support/backups.ts";
import { verifyBackups } from "./verify.ts";

const NAMES = ["a", "b", "d/c", "d"] as const;

type Step =
  | { readonly do: "write"; readonly name: string; readonly text: string }
  | { readonly do: "link"; readonly name: string; readonly text: string }
  | { readonly do: "remove"; readonly name: string }
  | { readonly do: "save"; readonly names: readonly string[] }
  | { readonly do: "finish" }
  | { readonly do: "later"; readonly hours: number }
  | {
    readonly do: "prune";
    readonly maxVersions: number;
    readonly maxBytes: number;
  };

const name = fc.constantFrom(...NAMES);
const text = fc.constantFrom("", "x", "yy", "zzz\n", "w".repeat(40));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("write" as const), name, text }),
  fc.record({ do: fc.constant("link" as const), name, text }),
  fc.record({ do: fc.constant("remove" as const), name }),
  fc.record({
    do: fc.constant("save" as const),
    names: fc.uniqueArray(name, { minLength: 1 }),
  }),
  fc.record({ do: fc.constant("finish" as const) }),
  fc.record({
    do: fc.constant("later" as const),
    hours: fc.integer({ min: 1, max: 300 }),
  }),
  fc.record({
    do: fc.constant("prune" as const),
    maxVersions: fc.integer({ min: 1, max: 3 }),
    maxBytes: fc.constantFrom(0, 30_000, 10_000_000),
  }),
);

/** All that is at some paths, as plain text; no part of airg says so. */
function seen(workspace: string, names: readonly string[]): string {
  const script = `cd "$0"; for name do
  if [ -L "$name" ]; then echo "$name -> $(readlink "$name")"
  elif [ -e "$name" ]; then find "$name" \\( -type f -printf '%p %m %s ' -exec sha256sum {} \\; \\
    -o -type d -printf '%p/ %m\\n' -o -type l -printf '%p -> %l\\n' \\) | LC_ALL=C sort
  else echo "$name absent"; fi
done`;
  const { stdout } = new Deno.Command("bash", {
    args: ["-c", script, workspace, ...names],
  }).outputSync();
  return new TextDecoder().decode(stdout);
}

/** The same of what was saved. */
async function saved(scene: BackupScene, id: string): Promise<string> {
  const { store, workspace } = scene;
  const found = await store.find(id);
  assert(found.ok && !found.value.damaged);
  const lines: string[] = [];
  for (const { path, before } of found.value.event.entries) {
    const name = path.slice(workspace.length + 1);
    switch (before.type) {
      case "absent":
        lines.push(`${name} absent`);
        break;
      case "link":
        lines.push(`${name} -> ${before.target}`);
        break;
      case "folder":
        lines.push(`${name}/ ${before.mode.toString(8)}`);
        break;
      case "file": {
        const text = await textOf(store, before.sha256);
        assert.equal(text?.length, before.size);
        const mode = before.mode.toString(8);
        lines.push(`${name} ${mode} ${before.size} ${before.sha256}  ${name}`);
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

function clear(path: string): void {
  new Deno.Command("rm", { args: ["-rf", path] }).outputSync();
}

function change(workspace: string, { name, ...step }: Step & { name: string }) {
  const path = `${workspace}/${name}`;
  if (name.startsWith("d/")) {
    new Deno.Command("sh", {
      args: [
        "-c",
        '[ -d "$0" ] && [ ! -L "$0" ] || { rm -rf "$0"; mkdir "$0"; }',
        `${workspace}/d`,
      ],
    }).outputSync();
  }
  clear(path);
  if (step.do === "write") Deno.writeTextFileSync(path, step.text);
  if (step.do === "link") Deno.symlinkSync(step.text.trim() || "nowhere", path);
}

Deno.test("openBackups() gives back what was there, after any history", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      async (steps) => {
        using scene = backupScene();
        const { store, workspace, about } = scene;
        const truth = new Map<string, string>();
        let last: string | undefined;
        for (const step of steps) {
          scene.now += 1;
          switch (step.do) {
            case "save": {
              // A path below another, or below a link, is not one more.
              const names = step.names.filter((name) =>
                name !== "d/c" || !step.names.includes("d")
              );
              const was = seen(workspace, names);
              const link = seen(workspace, ["d"]).startsWith("d ->");
              if (link && names.includes("d/c")) break;
              const paths = names.map((name) => `${workspace}/${name}`);
              const { id } = await store.save(paths, about);
              truth.set(id, was);
              last = id;
              break;
            }
            case "finish":
              if (last !== undefined) await store.finish(last);
              last = undefined;
              break;
            case "later":
              scene.now += step.hours * 3_600_000;
              break;
            case "prune": {
              const { maxVersions, maxBytes } = step;
              const settings = { ...SETTINGS, maxVersions, maxBytes };
              await store.prune(settings, scene.now);
              last = undefined;
              break;
            }
            default:
              change(workspace, step);
          }
        }
        const listed = await store.list({ limit: Infinity });
        for (const { event: { id } } of listed) {
          assert.equal(await saved(scene, id), truth.get(id));
        }
        assert.deepEqual((await verifyBackups(store)).faults, []);
      },
    ),
    { numRuns: 25 },
  );
});
