// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Collects commands that people wrote, from the machine it runs on: package
 * scripts, Makefile recipes, maintainer scripts, examples in documentation.
 *
 * Writes `{"id", "source", "command"}`, one a line. Single commands and short
 * scripts go to test/real/commands.jsonl; with `--all OUT` long scripts go to
 * OUT, too. Every text kept is one that `bash -n` accepts.
 *
 * @module
 */

import { buildBash } from "../test/shell/support/sandbox.ts";

/** One command and where it is from. */
interface Found {
  readonly id: string;
  readonly source: string;
  readonly command: string;
}

/** Roots of each kind of file; what is missing is left out. */
const ROOTS = {
  packages: ["/root/.cache/deno", "/usr/lib/node_modules", "/opt"],
  workflows: ["/root/.cache/deno", "/usr/lib/node_modules", "/opt", "/usr/lib"],
  make: ["/usr", "/opt"],
  maintainer: ["/var/lib/dpkg/info"],
  scripts: [
    "/usr/lib/git-core",
    "/usr/share/doc",
    "/usr/bin",
    "/usr/sbin",
    "/etc",
    "/usr/lib/node_modules",
    "/usr/share",
    "/usr/lib",
  ],
  documents: ["/usr/share/doc", "/usr/lib/node_modules", "/root/.cache/deno"],
} as const;

const SHEBANG_REGEXP = /^#! ?\/(usr\/)?bin\/(env )?(ba|da)?sh\b/;
const MAINTAINER_REGEXP = /\.(postinst|postrm|preinst|prerm|config)$/;
const DOCUMENT_REGEXP =
  /(README|INSTALL|HOWTO|FAQ|TODO|\.md|\.txt|\.rst)[^/]*$/;

/** A whole script this short is kept as one command, too. */
const SHORT = 2_000;

/** Most of one source, so that no source drowns the others. */
const MOST = 1_400;

const lists: Record<string, Found[]> = {};
for (const [source, files] of Object.entries(sources())) {
  lists[source] = files;
}
const found = Object.values(lists).flat();
const all = distinct(found);
await using bash = await buildBash();
const statuses = await bash.parse(all.map(({ command }) => command));
const accepted = all.filter((_, i) => statuses[i] === 0);
const kept = limited(
  accepted.filter(({ command }) => command.length <= SHORT),
);
write(new URL("../test/real/commands.jsonl", import.meta.url), kept);
const out = Deno.args[Deno.args.indexOf("--all") + 1];
if (Deno.args.includes("--all") && out !== undefined) write(out, accepted);
console.error(
  `${found.length} found, ${all.length} distinct, ${accepted.length} that bash accepts, ${kept.length} kept`,
);

function sources(): Readonly<Record<string, Found[]>> {
  return {
    package: filesIn(ROOTS.packages, /\/package\.json$/).flatMap(
      packageScripts,
    ),
    make: filesIn(ROOTS.make, /\/(GNUm|M|m)akefile(\.\w+)?$|\.mk$/)
      .flatMap(recipes),
    maintainer: filesIn(ROOTS.maintainer, MAINTAINER_REGEXP)
      .flatMap((path) => shellScript("maintainer", path)),
    script: filesIn(ROOTS.scripts, /\/[^/.]+$|\.(sh|bash)$|\.example$/)
      .flatMap((path) => shellScript("script", path)),
    workflow: filesIn(ROOTS.workflows, /\.ya?ml$/).flatMap(workflowRuns),
    document: filesIn(ROOTS.documents, DOCUMENT_REGEXP).flatMap(prompts),
  };
}

function packageScripts(path: string): Found[] {
  let scripts: unknown;
  try {
    scripts = JSON.parse(textOf(path) ?? "")?.scripts;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
  if (typeof scripts !== "object" || scripts === null) return [];
  const name = path.split("/").slice(-3, -1).join("/");
  return Object.entries(scripts).flatMap(([key, command]) =>
    typeof command === "string"
      ? [{ id: `${name}#${key}`, source: "package", command }]
      : []
  );
}

/** Recipe lines without Makefile variables: `$$` is the shell's dollar. */
function recipes(path: string): Found[] {
  return plainLines(textOf(path) ?? "").flatMap(({ text, line }) => {
    if (!text.startsWith("\t")) return [];
    const recipe = text.trim().replace(/^[@+-]+\s*/, "");
    const plain = recipe.replaceAll("$$", "\0");
    if (plain.includes("$")) return [];
    const command = plain.replaceAll("\0", "$");
    return [{ id: `${path}:${line}`, source: "make", command }];
  });
}

/** The whole script, and each of its lines that is a command by itself. */
function shellScript(source: string, path: string): Found[] {
  const text = textOf(path) ?? "";
  if (!SHEBANG_REGEXP.test(text)) return [];
  const lines = logicalLines(text).map(({ text, line }) => ({
    id: `${path}:${line}`,
    source,
    command: text.trim(),
  }));
  return [{ id: path, source, command: text }, ...lines];
}

/** `run:` steps on one line. */
function workflowRuns(path: string): Found[] {
  return plainLines(textOf(path) ?? "").flatMap(({ text, line }) => {
    const command = text.match(/^\s*(- )?run: (?![|>])(.+)$/)?.[2];
    if (command === undefined || /\$\{\{|^["']/.test(command)) return [];
    return [{ id: `${path}:${line}`, source: "workflow", command }];
  });
}

/** What stands after a prompt, `$ `, in a page of text. */
function prompts(path: string): Found[] {
  return plainLines(textOf(path) ?? "").flatMap(({ text, line }) => {
    const command = text.match(/^\s*(?:[\w@~:/-]*)\$ (\S.*)$/)?.[1];
    if (command === undefined) return [];
    return [{ id: `${path}:${line}`, source: "document", command }];
  });
}

/** Lines with those that end in a backslash joined to the next. */
function plainLines(
  text: string,
): readonly { readonly text: string; readonly line: number }[] {
  const result: { text: string; line: number }[] = [];
  let joined = false;
  for (const [i, line] of text.split("\n").entries()) {
    const last = result.at(-1);
    if (joined && last !== undefined) last.text += `\n${line}`;
    else result.push({ text: line, line: i + 1 });
    joined = /(^|[^\\])(\\\\)*\\$/.test(line);
  }
  return result;
}

/** Lines, each with those after it that a backslash, a quote or a here-document makes part of it. */
function logicalLines(
  text: string,
): readonly { readonly text: string; readonly line: number }[] {
  const result: { text: string; line: number }[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length;) {
    const end = endOfStatement(lines, at);
    result.push({ text: lines.slice(at, end).join("\n"), line: at + 1 });
    at = end;
  }
  return result;
}

/** The index after the statement's last line; past 40 lines it is none. */
function endOfStatement(lines: readonly string[], start: number): number {
  let text = "";
  for (let at = start; at < Math.min(lines.length, start + 40); at++) {
    text += `${at === start ? "" : "\n"}${lines[at]}`;
    if (/(^|[^\\])(\\\\)*\\$/.test(text) || hasOpenQuote(text)) continue;
    const label = text.match(/<<-?\s*(["'\\]?)(\w+)\1/)?.[2];
    if (label === undefined) return at + 1;
    const last = lines.findIndex((line, i) => i > at && line.trim() === label);
    return last < 0 ? start + 1 : last + 1;
  }
  return start + 1;
}

/** Whether a quote is open at the end; comments do not count. */
function hasOpenQuote(text: string): boolean {
  const bare = text.replace(/\\[^]/g, "")
    .replace(/'[^']*'|"[^"]*"|(?<=^|\s)#.*$/gm, "");
  return /['"]/.test(bare);
}

/** Each command once, the first place it was found at. */
function distinct(list: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return list.filter(({ command }) => {
    if (seen.has(command) || !isCommand(command)) return false;
    seen.add(command);
    return true;
  });
}

/** Not a comment, not a lone keyword or brace, not prose, and not binary. */
function isCommand(text: string): boolean {
  const line = text.trim();
  if (line.length < 3 || /^#[^!]/.test(line) || text.length > 60_000) {
    return false;
  }
  // deno-lint-ignore no-control-regex -- what no command holds
  if (/[\0-\x08\x0e-\x1f\ufffd]/.test(text)) return false;
  if (/^\w+\)?$|^[\w-]+\)|^\w+=\S*$|^[{}()\s;]+$/.test(line)) return false;
  // Items of long lists in quotes: locales, time zones, encoded keys.
  if (/^\S+ (UTF-8|[A-Z]+[-\d]+)$|^[\w+/=]{40,}$/.test(line)) return false;
  return !/^(exit|return|shift|break|continue|set) ?[\w-]*;?$/.test(line);
}

/** At most {@linkcode MOST} of each source, spread over all of it. */
function limited(list: readonly Found[]): Found[] {
  const sources = [...new Set(list.map(({ source }) => source))];
  return sources.flatMap((source) => {
    const own = list.filter((each) => each.source === source);
    const step = Math.max(1, own.length / MOST);
    const picked: Found[] = [];
    for (let at = 0; at < own.length; at += step) {
      picked.push(own[Math.floor(at)]!);
    }
    return picked;
  });
}

/** Where the machine keeps its packages says nothing about a command. */
function shortId(id: string): string {
  return id.replace(/^.*\/\.cache\/deno\/npm\/[^/]+\//, "npm/");
}

function write(path: string | URL, list: readonly Found[]): void {
  const lines = list.map((each) =>
    `${JSON.stringify({ ...each, id: shortId(each.id) })}\n`
  );
  Deno.writeTextFileSync(path, lines.join(""));
}

function filesIn(roots: readonly string[], pattern: RegExp): string[] {
  const paths = new Set<string>();
  for (const root of roots) walk(root, pattern, paths);
  return [...paths].toSorted();
}

function walk(folder: string, pattern: RegExp, paths: Set<string>): void {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (error instanceof Deno.errors.NotCapable) return;
    throw error;
  }
  for (const { name, isDirectory, isFile } of entries) {
    const path = `${folder}/${name}`;
    if (isDirectory) walk(path, pattern, paths);
    else if (isFile && pattern.test(path)) paths.add(path);
  }
}

/** The file's text, where it is one of a size that a person writes. */
function textOf(path: string): string | undefined {
  const { size } = Deno.statSync(path);
  if (size > 200_000) return undefined;
  return Deno.readTextFileSync(path);
}
