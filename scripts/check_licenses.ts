// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Fails when an npm package in `deno.lock` has a licence that is not MIT, ISC,
 * BSD or Apache; reads each package's own `package.json` from Deno's cache.
 *
 * @module
 */

import { root } from "./repository.ts";

const ALLOWED_REGEXP =
  /^(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|\((MIT|Apache-2\.0|BSD-[23]-Clause)( OR [\w.-]+)+\))$/;

const lock: { readonly npm: Readonly<Record<string, unknown>> } = JSON.parse(
  await Deno.readTextFile(new URL("deno.lock", root)),
);
const caches = await npmCaches();
const problems: string[] = [];
const names = Object.keys(lock.npm);

for (const key of names) {
  const { name, version } = parseKey(key);
  const license = await licenseOf(name, version);
  if (license === undefined) {
    problems.push(`${name}@${version}: not in Deno's cache; run scripts/setup`);
  } else if (!ALLOWED_REGEXP.test(license)) {
    problems.push(`${name}@${version}: licence ${license}`);
  }
}
for (const problem of problems) console.error(problem);
console.error(`${names.length} packages, ${problems.length} problems`);
if (problems.length > 0) Deno.exit(1);

/** `@a/b@1.2.3_peer@4.5.6` -> name and version, without the peers. */
function parseKey(key: string): { name: string; version: string } {
  const at = key.indexOf("@", 1);
  const [version = ""] = key.slice(at + 1).split("_");
  return { name: key.slice(0, at), version };
}

/** One folder a registry host; which one is not ours to know. */
async function npmCaches(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
    cwd: root,
  }).output();
  const { npmCache }: { npmCache: string } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const folders: string[] = [];
  for await (const { name } of Deno.readDir(npmCache)) {
    folders.push(`${npmCache}/${name}`);
  }
  return folders;
}

async function licenseOf(
  name: string,
  version: string,
): Promise<string | undefined> {
  for (const cache of caches) {
    try {
      const path = `${cache}/${name}/${version}/package.json`;
      const { license } = JSON.parse(await Deno.readTextFile(path));
      return String(license?.type ?? license);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}
