// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Puts a rule into the text of a policy, and takes one out: every other byte
 * stays, comments and the person's own way of laying it out included.
 *
 * (`modify()` of jsonc-parser lays the neighbours out anew and drops comments.)
 *
 * @module
 */

import {
  createScanner,
  findNodeAtLocation,
  type Node,
  parseTree,
} from "jsonc-parser";
import type { PolicyRule } from "../../policy/schema.ts";

/** The text with the rule at the end of its `rules`; the text must be a policy. */
export function withRule(text: string, rule: PolicyRule): string {
  const style = styleOf(text);
  const root = rootOf(text);
  const rules = findNodeAtLocation(root, ["rules"]);
  if (rules !== undefined) return appended(text, rules, rule, style);
  const list = `"rules": ${laidOut([rule], style, style.unit)}`;
  return inserted(text, root, list, style.unit, style);
}

/** The text without the rule; `undefined` where it has none of that id. */
export function withoutRule(text: string, id: string): string | undefined {
  const rules = findNodeAtLocation(rootOf(text), ["rules"])?.children ?? [];
  const at = rules.findIndex((rule) =>
    findNodeAtLocation(rule, ["id"])?.value === id
  );
  const rule = rules[at];
  if (rule === undefined) return undefined;
  const after = commaAfter(text, endOf(rule));
  const before = rules[at - 1];
  const cuts = [withLine(text, rule.offset, after ?? endOf(rule))];
  // The last one of a list that ends without a comma.
  if (after === undefined && before !== undefined) {
    const comma = commaAfter(text, endOf(before));
    if (comma !== undefined) cuts.push([comma - 1, comma]);
  }
  return cuts.reduce(
    (left, [from, to]) => left.slice(0, from) + left.slice(to),
    text,
  );
}

/** How a file is laid out. */
interface Style {
  readonly unit: string;
  readonly eol: string;
}

function styleOf(text: string): Style {
  return {
    unit: /^([ ]{1,8}|\t)["/{]/m.exec(text)?.[1] ?? "  ",
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

/** A place is an offset into the text: a byte order mark counts. */
function rootOf(text: string): Node {
  const mark = text.startsWith("\uFEFF");
  const root = parseTree(mark ? ` ${text.slice(1)}` : text, [], {
    allowTrailingComma: true,
  });
  if (root?.type !== "object") throw new TypeError("The policy is no object");
  return root;
}

function appended(
  text: string,
  rules: Node,
  rule: PolicyRule,
  style: Style,
): string {
  const indent = indentAt(text, rules.offset) + style.unit;
  return inserted(text, rules, laidOut(rule, style, indent), indent, style);
}

/** Puts a value before the bracket that ends `node`, after a comma. */
function inserted(
  text: string,
  node: Node,
  value: string,
  indent: string,
  { eol }: Style,
): string {
  const last = node.children?.at(-1);
  const end = endOf(node) - 1;
  const comma = last === undefined ? undefined : commaAfter(text, endOf(last));
  const needsComma = last !== undefined && comma === undefined;
  // Also the new last one ends with a comma, where the file has it so.
  const own = `${indent}${value}${comma === undefined ? "" : ","}${eol}`;
  const lineStart = text.lastIndexOf("\n", end - 1) + 1;
  const alone = lineStart > 0 && text.slice(lineStart, end).trim() === "";
  const place = alone ? lineStart : end;
  const from = last === undefined ? place : endOf(last);
  const between = text.slice(from, place);
  return text.slice(0, from) + (needsComma ? "," : "") +
    (alone ? between : between.trimEnd() + eol) + own +
    (alone ? "" : indentAt(text, end)) + text.slice(place);
}

function laidOut(value: unknown, { eol, unit }: Style, indent: string): string {
  return JSON.stringify(value, null, unit)
    .replaceAll("\n", `${eol}${indent}`);
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** Where the comma ends that comes next after `offset`, comments left out. */
function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  return text[scanner.getTokenOffset()] === ","
    ? scanner.getTokenOffset() + 1
    : undefined;
}

/** The place with its lines, where nothing else stands on them. */
function withLine(
  text: string,
  from: number,
  to: number,
): readonly [from: number, to: number] {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const feed = text.indexOf("\n", to);
  const end = feed < 0 ? text.length : feed + 1;
  const alone = text.slice(start, from).trim() === "" &&
    text.slice(to, end).trim() === "";
  return alone ? [start, end] : [from, to];
}
