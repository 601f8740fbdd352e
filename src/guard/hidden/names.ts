// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Which names in the workspace and the home folder the policy hides.
 *
 * The same entries that decide on the words of a command (path_pattern.ts) are
 * read here for the disk, so that what the policy hides is hidden from every
 * program. Three things are never hidden by a pattern, only by their exact
 * name: forms without values (`.env.example`), which git tracks and could then
 * not check out; lists of public certificates, without which nothing can speak
 * TLS; and a Python environment that is called `.env`.
 *
 * @module
 */

import { isWild, matchesName } from "../../policy/path_pattern.ts";
import { UNSEARCHED_KEY } from "./unsearched.ts";

/** Entries that may lie anywhere in a searched folder. */
export interface HiddenNames {
  /** The text of all entries and tables: equal texts hide the same names. */
  readonly key: string;
  readonly exact: ReadonlySet<string>;
  readonly wild: readonly string[];
  /** With their dot. */
  readonly extensions: readonly string[];
  /** Components in a row, such as `config/secrets.yml`, as a list. */
  readonly rows: readonly (readonly string[])[];
}

/** Compiles the entries that have no fixed place. */
export function hiddenNames(
  entries: readonly string[],
  extensions: readonly string[],
): HiddenNames {
  const loose = entries.filter((entry) => !isAnchored(entry))
    .map((entry) => componentsOf(entry)).filter((parts) => parts.length > 0);
  const single = loose.flatMap((parts) => parts.length === 1 ? parts : []);
  const dotted = extensions.map((text) => text.trim().toLowerCase())
    .filter((text) => text.replaceAll(".", "") !== "")
    .map((text) => text.startsWith(".") ? text : `.${text}`);
  return {
    key: JSON.stringify([
      [loose, dotted],
      // An older airg may have kept what it saw with other tables.
      [[...FORM_ENDINGS], [...CERTIFICATE_LISTS], UNSEARCHED_KEY],
    ]),
    exact: new Set(single.filter((name) => !isWild(name))),
    wild: single.filter(isWild),
    extensions: dotted,
    rows: loose.filter((parts) => parts.length > 1),
  };
}

/** Whether an entry of a policy names one place: absolute, or in the home. */
export function isAnchored(entry: string): boolean {
  return entry.startsWith("/") || entry === "~" || entry.startsWith("~/");
}

/**
 * Whether `name` in `folder` is hidden.
 *
 * @param folder Absolute; needed for entries of several components alone.
 */
export function isHiddenName(
  names: HiddenNames,
  folder: string,
  name: string,
  kind: "file" | "folder" | "link" | "other",
): boolean {
  const own = name.toLowerCase();
  if (names.exact.has(own)) return true;
  if (names.rows.some((row) => endsInRow(row, folder, own))) return true;
  // The usual name ends here: most files have other endings, many have none.
  const dotted = own.includes(".");
  if (!dotted && names.wild.length === 0 || isForm(own)) return false;
  if (names.wild.some((pattern) => matchesName(pattern, own))) return true;
  if (kind === "folder") return false;
  if (isEnvironmentFile(own)) return true;
  return names.extensions.some((end) =>
    own.length > end.length && own.endsWith(end)
  ) && !CERTIFICATE_LISTS.has(own);
}

/** `.env`, `.env.local`: values that a program reads at its start (dotenv). */
function isEnvironmentFile(name: string): boolean {
  return name === ".env" || name.startsWith(".env.");
}

/** A file that shows which values there are, without them; in lower case. */
export function isForm(name: string): boolean {
  const at = name.lastIndexOf(".");
  return at > 0 && FORM_ENDINGS.has(name.slice(at));
}

const FORM_ENDINGS = new Set([".example", ".sample", ".template", ".dist"]);

/** Bundles of public certificates, by the names that tools look for (curl, OpenSSL, certifi, gRPC). */
const CERTIFICATE_LISTS = new Set([
  "cacert.pem",
  "cacerts.pem",
  "ca-bundle.pem",
  "ca-certificates.pem",
  "tls-ca-bundle.pem",
  "roots.pem",
]);

function endsInRow(
  row: readonly string[],
  folder: string,
  name: string,
): boolean {
  if (!fits(row.at(-1) ?? "", name)) return false;
  const above = componentsOf(folder);
  const rest = row.slice(0, -1);
  const start = above.length - rest.length;
  return start >= 0 &&
    rest.every((pattern, i) => fits(pattern, above[start + i] ?? ""));
}

function fits(pattern: string, name: string): boolean {
  return isWild(pattern) ? matchesName(pattern, name) : pattern === name;
}

function componentsOf(path: string): string[] {
  return path.toLowerCase().split("/").filter((part) =>
    part !== "" && part !== "."
  );
}
