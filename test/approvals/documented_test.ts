// Copyright 2026 the airg authors. Apache-2.0 license.
// What an operator needs to set approvals up is written down for people.
import assert from "node:assert/strict";

/** Texts for people; decisions and the table of what is tighter do not explain. */
const PAGES = [
  "README.md",
  "docs/approvals.md",
  "docs/cli.md",
  "docs/threat-model.md",
];

async function documents(): Promise<string> {
  const policies = await read("policies/README.md");
  const prose = policies.split("\n").filter((row) => !row.startsWith("| `/"));
  return [...await Promise.all(PAGES.map(read)), ...prose].join("\n");
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
}

Deno.test.each(
  [
    "ttl_seconds",
    "denied_seconds",
    "wait_seconds",
    "wider_scopes",
    "max_wrong_ids",
    "webhook",
    "secret_file",
    // How to check its signature.
    "x-airg-signature",
    // Without it the page is not told which request is meant.
    "{id}",
    "AIRG_STATE_DIR",
    "AIRG_CONFIG_DIR",
    "AIRG_AGENT_SESSION_ID",
    "AIRG_APPROVAL_DB_PATH",
    "AIRG_APPROVAL_HMAC_KEY_PATH",
    "AIRG_APPROVAL_HMAC_SECRET",
  ],
)("a document for people explains %s", async (name) => {
  assert((await documents()).includes(name), `${name} is in no document`);
});

Deno.test("the page on approvals is found from the README", async () => {
  assert((await read("README.md")).includes("](docs/approvals.md)"));
});
