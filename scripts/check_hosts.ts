// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Fails when a file names a package registry's host, or imports from JSR.
 *
 * Which registry or mirror serves a package is the machine's business: a name
 * written here, in a lock file above all, breaks every machine that uses a
 * mirror.
 *
 * @module
 */

import { repositoryFiles, root } from "./repository.ts";

/** Hosts in pieces, so that this file does not name them either. */
const HOSTS: readonly (readonly string[])[] = [
  ["registry", "npmjs", "org"],
  ["registry", "yarnpkg", "com"],
  ["npm", "jsr", "io"],
  ["pypi", "org"],
  ["files", "pythonhosted", "org"],
  ["crates", "io"],
  ["proxy", "golang", "org"],
  ["repo1", "maven", "org"],
  ["repo", "maven", "apache", "org"],
  ["deb", "debian", "org"],
  ["security", "debian", "org"],
];

/** Test data and policies speak of hosts that agents reach for. */
const ABOUT_HOSTS_REGEXP =
  /^(policies\/|src\/policy\/|src\/action\/programs\/|test\/)/;
const JSR_REGEXP = /["']jsr:@/;
const BINARY_REGEXP = /\.(png|ico|woff2|gz)$/;

const files = await repositoryFiles();
const problems: string[] = [];
for (const file of files) {
  if (BINARY_REGEXP.test(file) || ABOUT_HOSTS_REGEXP.test(file)) continue;
  const lines = (await Deno.readTextFile(new URL(file, root))).split("\n");
  for (const [index, line] of lines.entries()) {
    for (const host of HOSTS.map((parts) => parts.join("."))) {
      if (line.includes(host)) {
        problems.push(`${file}:${index + 1}: names the host ${host}`);
      }
    }
    if (JSR_REGEXP.test(line)) {
      problems.push(`${file}:${index + 1}: imports from JSR`);
    }
  }
}
for (const problem of problems) console.error(problem);
console.error(`${files.length} files, ${problems.length} problems`);
if (problems.length > 0) Deno.exit(1);
