// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { type Watched, watchedIn } from "./unread_targets.ts";

interface Scene extends Disposable {
  readonly root: string;
  readonly sh: (text: string) => void;
  readonly look: (held?: readonly string[]) => Watched | undefined;
}

function scene(): Scene {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const sh = (text: string) => {
    const { success, stderr } = new Deno.Command("sh", {
      args: ["-ec", text],
      cwd: root,
      env: {
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_SYSTEM: "/dev/null",
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@b",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@b",
      },
      stdout: "null",
    }).outputSync();
    assert(success, new TextDecoder().decode(stderr));
  };
  return {
    root,
    sh,
    look: (held = []) =>
      watchedIn({
        workspace: root,
        roots: [root],
        held: held.map((path) => `${root}/${path}`),
      }),
    [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }),
  };
}

function names({ root }: Scene, paths: readonly string[] = []): string[] {
  return paths.map((path) => path.slice(root.length + 1)).sort();
}

Deno.test("watchedIn() names all files, links and folders of a small workspace", () => {
  using place = scene();
  place.sh(
    "mkdir -p d/e node_modules/x secret; echo 1 >d/a; echo 2 >.env; ln -s d l; echo 3 >node_modules/x/y; mkfifo p; echo k >secret/k; echo k >d/k; truncate -s 17M large",
  );
  const watched = place.look(["secret", "d/k"]);
  assert.deepEqual(names(place, watched?.paths), [".env", "d/a", "l"]);
  assert.deepEqual(names(place, watched?.folders), ["", "d", "d/e"]);
  assert.deepEqual(names(place, [...watched?.there ?? []]), [
    ".env",
    "d",
    "d/a",
    "d/e",
    "l",
    "large",
  ]);
});

Deno.test("watchedIn() leaves a large workspace without git alone", () => {
  using place = scene();
  place.sh("mkdir d; touch d/$(seq -s ' d/' 1 2000)");
  assert.equal(place.look(), undefined);
});

Deno.test("watchedIn() leaves to git what git has", () => {
  using place = scene();
  place.sh(
    "mkdir d; touch $(seq -f d/%g 1 2100); touch -d yesterday d/*; git init -q; git add .; git commit -qm x",
  );
  assert.deepEqual(names(place, place.look()?.paths), []);
  place.sh("echo x >d/7; echo y >new; mkdir m; echo z >m/z");
  assert.deepEqual(names(place, place.look()?.paths), ["d/7", "m/z", "new"]);
  place.sh("touch $(seq -f m/%g 1 2001)");
  assert.equal(place.look(), undefined);
});

Deno.test("watchedIn() looks at nothing that cannot be changed", () => {
  using place = scene();
  place.sh("touch a");
  const { root: workspace } = place;
  assert.equal(watchedIn({ workspace, roots: [], held: [] }), undefined);
});
