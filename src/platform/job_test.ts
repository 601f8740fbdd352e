// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { isJob } from "./job.ts";

const shell = { group: 5, session: 5 };

Deno.test.each([
  {
    name: "a shell's job",
    job: { group: 9, session: 5, parent: shell },
    want: true,
  },
  {
    name: "a script's part of a shell's job",
    job: {
      ...{ group: 9, session: 5 },
      parent: { group: 9, session: 5, parent: shell },
    },
    want: true,
  },
  {
    name: "what leads a session",
    job: { group: 9, session: 9, parent: shell },
    want: false,
  },
  { name: "what nobody is above of", job: shell, want: false },
  { name: "what is not known", job: undefined, want: true },
])("isJob() of $name is $want", ({ job, want }) => {
  assert.equal(isJob(job), want);
});
