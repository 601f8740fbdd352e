// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { leadingWords } from "./leading.ts";

const source = {
  execPath: "/usr/bin/deno",
  mainModule: "file:///a%20b/main.ts",
};
const bundle = { execPath: "/c/deno", mainModule: "file:///c/airg.js" };

Deno.test.each(
  [
    {
      name: "a link's name is its subcommand",
      args: ["--argv0=/usr/bin/airg-server", "--http"],
      program: bundle,
      want: {
        argv: ["server", "--http"],
        self: { path: "/usr/bin/airg", before: [] },
      },
    },
    {
      name: "airg itself adds nothing",
      args: ["--argv0=airg", "--self=/opt/airg", "run"],
      program: bundle,
      want: { argv: ["run"], self: { path: "/opt/airg", before: [] } },
    },
    {
      name: "a link named for a command with a dash",
      args: ["--argv0=airg-sandbox-check", "--self=/opt/airg"],
      program: bundle,
      want: {
        argv: ["sandbox-check"],
        self: { path: "/opt/airg", before: [] },
      },
    },
    {
      name: "from source, deno is what starts it",
      args: ["run", "--argv0=x"],
      program: source,
      want: {
        argv: ["run", "--argv0=x"],
        self: {
          path: "/usr/bin/deno",
          before: ["run", "-A", "/a b/main.ts"],
        },
      },
    },
    {
      name: "compiled, the program starts itself",
      args: [],
      program: { execPath: "/opt/airg", mainModule: "file:///t/main.ts" },
      want: { argv: [], self: { path: "/opt/airg", before: [] } },
    },
  ],
)("leadingWords(): $name", ({ args, program, want }) => {
  assert.deepEqual(leadingWords(args, program), want);
});
