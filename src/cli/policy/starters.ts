// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Policies to start from, with comments.
 *
 * @module
 */

import { defaultDocument } from "../../policy/builtin.ts";
import { parsePolicy } from "../../policy/parse.ts";

/** Kinds of starters. */
export type Starter = "plain" | "strict" | "ci" | "observe";

/** The text of a starter; valid as it is. */
export function starterText(kind: Starter): string {
  if (kind !== "plain" && isShipped(kind)) return extending(kind);
  return kind === "observe" ? observeText() : TEXTS[kind];
}

/** Whether this version ships a policy of that name to extend. */
function isShipped(name: string): boolean {
  return parsePolicy(JSON.stringify({ version: 1, extends: [name] })).ok;
}

const SHIPPED: Readonly<Record<Exclude<Starter, "plain">, string>> = {
  strict: "// Refuses what cannot be read, and asks more often.",
  ci:
    `// For a job that nobody watches: nothing waits for a person. \`airg run\` exits
// with 77 where something is blocked.`,
  observe:
    `// To watch first: rules say what they would do, and \`airg audit tail\` shows it;
// nothing is refused. Commands are contained all the same.`,
};

function extending(kind: Exclude<Starter, "plain">): string {
  return `${HEAD}
${SHIPPED[kind]}
{
  "version": 1,
  "extends": ["${kind}"],

  // Your own rules; "mode": "shadow" in one says what it would do, no more.
  "rules": [
    {
      "id": "project.publish",
      "match": { "program": ["npm", "pnpm", "yarn"], "args": ["publish"] },
      "verdict": "block", // allow, escalate, block
      "reason": "Publishes a package under your name",
      "remedy": "Ask the person at the machine to publish",
      "examples": {
        "match": ["npm publish"],
        "no_match": ["npm run publish-docs"]
      }
    }
  ]
}
`;
}

const HEAD =
  `// A policy of airg: what an agent's commands may do. Comments are fine.
//   airg policy check FILE          is it valid, do its examples hold
//   airg policy explain --shell '…' what would be decided, and why
//   airg policy schema              every key
// When several rules match, the strictest verdict wins, so a rule here never
// loosens one of the default's.`;

const TEXTS: Readonly<Record<Exclude<Starter, "observe">, string>> = {
  plain: `${HEAD}
{
  "version": 1,
  "extends": ["default"],

  // What cannot be read (a program or code known only at run time):
  // escalate asks a person, block refuses.
  "unknown": "escalate",

  "rules": [
    {
      "id": "project.publish",
      "match": { "program": ["npm", "pnpm", "yarn"], "args": ["publish"] },
      "verdict": "escalate", // allow, escalate, block
      "reason": "Publishes a package under your name",
      "remedy": "Ask the person at the machine to publish",
      // "mode": "shadow" says what would happen and enforces nothing.
      "examples": {
        "match": ["npm publish"],
        "no_match": ["npm run publish-docs"]
      }
    }
  ],

  "sandbox": {
    // deny, names (only known hosts) or open.
    "network": "deny"
    // Folders besides the workspace that commands may write:
    // "write": { "roots": ["~/shared"] },
    // Files that no command sees, besides the built-in list:
    // "read": { "hidden": ["~/.netrc"] }
  }
}
`,
  strict: `${HEAD}
{
  "version": 1,
  "extends": ["default"],

  // What cannot be read is refused; nobody is asked.
  "unknown": "block",

  "rules": [
    {
      "id": "strict.push",
      "match": { "program": "git", "args": ["push"] },
      "verdict": "escalate",
      "reason": "Sends commits to other people",
      "examples": { "match": ["git push"], "no_match": ["git status"] }
    },
    {
      "id": "strict.publish",
      "match": {
        "program": ["npm", "pnpm", "yarn", "cargo"],
        "args": ["publish"]
      },
      "verdict": "block",
      "reason": "Publishes a package under your name",
      "examples": {
        "match": ["npm publish"],
        "no_match": ["npm run publish-docs"]
      }
    },
    {
      "id": "strict.install",
      "match": {
        "program": ["npm", "pnpm", "yarn", "pip", "pip3", "cargo", "gem"],
        "args": ["install"]
      },
      "verdict": "escalate",
      "reason": "Installs code of other people, which may run at once",
      "examples": {
        "match": ["npm install left-pad"],
        "no_match": ["npm test"]
      }
    }
  ],

  "sandbox": {
    // A command that cannot be contained does not run.
    "level": "require",
    "network": "deny"
  }
}
`,
  ci: `${HEAD}
// For a job that nobody watches: what would ask a person is refused at once,
// and \`airg run\` exits with 75 (needs a person) or 77 (blocked).
{
  "version": 1,
  "extends": ["default"],
  "unknown": "block",

  "execution": { "max_command_timeout_seconds": 1800 },

  "rules": [
    {
      "id": "ci.push",
      "match": { "program": "git", "args": ["push"] },
      "verdict": "block",
      "reason": "An agent in CI does not push; the job's own steps do",
      "examples": { "match": ["git push"], "no_match": ["git fetch"] }
    },
    {
      "id": "ci.publish",
      "match": {
        "program": ["npm", "pnpm", "yarn", "cargo"],
        "args": ["publish"]
      },
      "verdict": "block",
      "reason": "An agent in CI does not publish; the job's own steps do",
      "examples": {
        "match": ["npm publish"],
        "no_match": ["npm run publish-docs"]
      }
    }
  ],

  "sandbox": { "level": "require", "network": "deny" }
}
`,
};

/** The default's rules, all in shadow: they speak, and refuse nothing. */
function observeText(): string {
  const rules = (defaultDocument().rules ?? []).map((rule) => ({
    ...rule,
    mode: "shadow",
  }));
  const body = JSON.stringify(rules, undefined, 2).replaceAll("\n", "\n  ");
  return `${HEAD}
// To watch first: the default rules in shadow. \`airg audit tail\` shows what
// they would have refused; take out "mode": "shadow" to enforce one. Commands
// are contained all the same, what cannot be read is still asked, and airg's
// own files stay out of reach.
{
  "version": 1,
  "rules": ${body}
}
`;
}
