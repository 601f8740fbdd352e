// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The permissions of a Claude Code `settings.json` -> a policy.
 *
 * There, deny comes before ask before allow, and what nothing speaks of is
 * asked. Source: code.claude.com, "Configure permissions" (November 2026).
 *
 * @module
 */

import { fail, ok, type Result } from "../../base/result.ts";
import type { PolicyDocument, PolicyRule } from "../schema.ts";
import { matchOfWords } from "./command_match.ts";
import {
  allowNote,
  type Imported,
  type ImportNote,
  type ImportOptions,
  type ImportProblem,
  sentence,
} from "./notes.ts";
import { matchOfPath } from "./path_match.ts";
import { type RuleDraft, ruleMaker } from "./rules.ts";
import { settingNotes } from "./claude_settings.ts";

/** The lists, strictest first. */
const LISTS = ["deny", "ask", "allow"] as const;

/** Entries read; a longer list is somebody's mistake. */
const MAX_ENTRIES = 10_000;

const VERDICT = { deny: "block", ask: "escalate" } as const;

type Access = NonNullable<PolicyRule["match"]["access"]>;

/** What a file tool of theirs does to a path, and a command that does so, too. */
const FILE_TOOLS: Readonly<
  Record<string, { readonly access: Access; readonly example: string }>
> = {
  Read: { access: ["read", "list"], example: "cat" },
  Edit: { access: ["write", "delete"], example: "rm" },
  Write: { access: ["write", "delete"], example: "rm" },
  MultiEdit: { access: ["write", "delete"], example: "rm" },
  NotebookEdit: { access: ["write", "delete"], example: "rm" },
};

/** One entry of a list. */
interface Entry {
  readonly list: typeof LISTS[number];
  readonly where: string;
  readonly item: string;
  readonly tool: string;
  /** What stands in parentheses; absent where nothing does. */
  readonly inner?: string;
}

/** What an entry becomes. */
interface Reading {
  readonly draft?: Pick<RuleDraft, "match" | "examples" | "subject">;
  /** Hidden from commands as well: a path nobody may read. */
  readonly hidden?: string;
  readonly note?: Pick<ImportNote, "kind" | "message">;
}

/** Imports the permissions of `settings`, a JSON value. */
export function importClaude(
  settings: unknown,
  options: ImportOptions,
): Result<Imported, ImportProblem> {
  const permissions = own(settings, "permissions");
  if (!isObject(settings) || !isObject(permissions)) {
    return fail({
      message: "the settings have no object `permissions`; nothing to import",
    });
  }
  const notes: ImportNote[] = [...settingNotes(settings, permissions)];
  const make = ruleMaker();
  const rules: PolicyRule[] = [];
  const hidden: string[] = [];
  for (const entry of entriesOf(permissions, notes)) {
    const { where, item, list } = entry;
    const reading = readEntry(entry);
    if (list === "allow") {
      notes.push(allowNote(entry, exampleOf(entry, reading), options));
      continue;
    }
    if (reading.note !== undefined) {
      notes.push({ where, item, ...reading.note });
    }
    if (reading.draft === undefined) continue;
    const { rule, missed } = make({
      ...reading.draft,
      family: `claude.${list}`,
      verdict: VERDICT[list],
      reason: `${
        list === "deny" ? "Denied" : "To be asked"
      } in ${options.file}, ${where}: ${item}`,
    });
    if (missed.length > 0 && entry.tool === "Bash") {
      notes.push({
        kind: "not-carried",
        where,
        item,
        message: `A rule of this kind would not match ${
          missed[0]
        }; write one by hand`,
      });
      continue;
    }
    rules.push(rule);
    if (reading.hidden !== undefined && list === "deny") {
      hidden.push(reading.hidden);
    }
  }
  return ok({ document: documentOf(rules, hidden, permissions, notes), notes });
}

function documentOf(
  rules: readonly PolicyRule[],
  hidden: readonly string[],
  permissions: object,
  notes: ImportNote[],
): PolicyDocument {
  const roots = rootsOf(own(permissions, "additionalDirectories"), notes);
  return {
    version: 1,
    extends: ["default"],
    ...(rules.length > 0 && { rules: [...rules] }),
    ...(roots.length > 0 && { allowed: { paths_whitelist: roots } }),
    ...(hidden.length > 0 &&
      { sandbox: { read: { hidden: [...new Set(hidden)] } } }),
  };
}

function entriesOf(permissions: object, notes: ImportNote[]): Entry[] {
  return LISTS.flatMap((list) => {
    const given = own(permissions, list);
    if (given === undefined) return [];
    if (!Array.isArray(given) || given.length > MAX_ENTRIES) {
      const message = Array.isArray(given)
        ? `More than ${MAX_ENTRIES} entries are not read`
        : "It is no list";
      notes.push({
        kind: "not-carried",
        where: `/permissions/${list}`,
        item: list,
        message,
      });
      return [];
    }
    return given.flatMap((value: unknown, i) => {
      const where = `/permissions/${list}/${i}`;
      const entry = typeof value === "string" ? parse(value) : undefined;
      if (entry !== undefined) return [{ list, where, ...entry }];
      const item = typeof value === "string" ? value : JSON.stringify(value);
      notes.push({
        kind: "not-carried",
        where,
        item,
        message: "It is not of the form Tool or Tool(what)",
      });
      return [];
    });
  });
}

function parse(
  item: string,
): Pick<Entry, "item" | "tool" | "inner"> | undefined {
  const open = item.indexOf("(");
  const tool = (open < 0 ? item : item.slice(0, open)).trim();
  if (!/^[A-Za-z][\w*-]*$/.test(tool)) return undefined;
  if (open < 0) return { item, tool };
  if (!item.endsWith(")")) return undefined;
  return { item, tool, inner: item.slice(open + 1, -1) };
}

function readEntry(entry: Entry): Reading {
  const { tool, inner } = entry;
  if (tool === "Bash") return readBash(inner?.trim() ?? "*");
  const file = Object.hasOwn(FILE_TOOLS, tool) ? FILE_TOOLS[tool] : undefined;
  if (file !== undefined) return readPath(inner ?? "*", file);
  if (tool === "WebFetch") return readWeb(inner);
  if (tool.startsWith("mcp__")) {
    return left("airg judges its own tools only, not those of other servers");
  }
  return left(`airg has no tool that does what ${tool} does`);
}

function readBash(inner: string): Reading {
  if (inner === "*" || inner === "") {
    return {
      draft: { match: { tool: ["exec"] }, examples: ["true"], subject: "all" },
    };
  }
  const open = inner.endsWith(":*")
    ? inner.slice(0, -2)
    : inner.endsWith(" *")
    ? inner.slice(0, -2)
    : undefined;
  const text = open ?? inner;
  const words = text.split(/[ \t]+/).filter((word) => word !== "");
  const found = matchOfWords(words);
  if (!found.ok) return left(sentence(found.error));
  const { match, example, looser } = found.value;
  const isExact = open === undefined && !inner.includes("*");
  return {
    draft: { match, examples: [example], subject: text },
    ...(looser !== undefined
      ? { note: { kind: "looser", message: looser } }
      : isExact && {
        note: {
          kind: "stricter",
          message: "Theirs means these words alone; here more may follow",
        },
      }),
  };
}

function readPath(
  inner: string,
  { access, example }: { readonly access: Access; readonly example: string },
): Reading {
  const found = matchOfPath(inner);
  if (!found.ok) return left(sentence(found.error));
  const { path, stricter } = found.value;
  const note = stricter === undefined
    ? {}
    : { note: { kind: "stricter" as const, message: stricter } };
  const subject = `${example} ${path}`;
  if (path === "*") {
    const tools = access.includes("read")
      ? ["read" as const, "list" as const]
      : ["write" as const];
    return {
      draft: { match: { tool: tools }, examples: [], subject },
      note: {
        kind: "looser",
        message:
          "It holds for airg's file tools; commands are held by the sandbox",
      },
    };
  }
  const concrete = !/[*?]/.test(path);
  const isName = concrete && (/^[/~]/.test(path) || !path.includes("/"));
  const isRead = access.includes("read");
  return {
    draft: {
      match: { path, access: [...access] },
      examples: concrete && /^[\w./~-]+$/.test(path) && path !== "/"
        ? [`${example} ${path}`]
        : [],
      subject,
    },
    ...(isRead && isName && path !== "/" && path !== "~" && { hidden: path }),
    ...note,
  };
}

function readWeb(inner: string | undefined): Reading {
  const domain = /^domain:\s*(?:\*\.)?([A-Za-z0-9.-]+)$/.exec(inner ?? "")?.[1];
  if (domain === undefined) {
    return left(
      "airg has no tool that fetches pages; commands are held by `network`",
    );
  }
  return {
    draft: {
      match: { host: domain.toLowerCase() },
      examples: [`curl https://${domain.toLowerCase()}/`],
      subject: domain,
    },
  };
}

function left(message: string): Reading {
  return { note: { kind: "not-carried", message } };
}

/** A command that shows what the default policy says on an entry. */
function exampleOf({ tool }: Entry, { draft }: Reading): string | undefined {
  return tool === "Bash" && draft?.match.program !== undefined
    ? draft.examples[0]
    : undefined;
}

/** Folders besides the workspace; only what is absolute and not everything. */
function rootsOf(given: unknown, notes: ImportNote[]): string[] {
  if (given === undefined) return [];
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  return values.flatMap((value, i) => {
    const where = `/permissions/additionalDirectories/${i}`;
    const item = typeof value === "string" ? value : JSON.stringify(value);
    const good = typeof value === "string" &&
      /^(?:\/|~\/)[^\0]*[^/.\0]/.test(value) &&
      !value.split("/").includes("..");
    notes.push(
      good
        ? {
          kind: "looser",
          where,
          item,
          message:
            "Commands and file tools may write there, as in theirs; the default policy alone keeps them in the workspace",
        }
        : {
          kind: "info",
          where,
          item,
          message:
            "Not carried over: only an absolute path, or one below ~/, can be another root",
        },
    );
    return good ? [value.replace(/(?<=.)\/+$/, "")] : [];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A key of the file itself, never one of a prototype. */
function own(value: unknown, key: string): unknown {
  return isObject(value)
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}
