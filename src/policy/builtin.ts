// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The policies that ship, in the module graph, so that the single file has them
 * without reading a disk.
 *
 * The parsed forms lie beside the texts (`deno task gen` writes them, a test
 * keeps the two the same): checking the texts costs 40 ms of every start. The
 * default policy is there with its packs already in it; the others are only
 * read by those who name them in `extends`.
 *
 * @module
 */

import text from "../../policies/default.json" with { type: "text" };
import parsed from "../../policies/default.parsed.json" with { type: "text" };
import shipped from "../../policies/shipped.parsed.json" with { type: "text" };
import { resolveExtends } from "./extend.ts";
import type { PolicyDocument, ShippedName } from "./schema.ts";

/** Text of `policies/default.json`. */
export const DEFAULT_POLICY_TEXT: string = text;

interface Generated {
  /** `sha256:...` over the text: hashing it costs 5 ms of a cold start. */
  readonly hash: string;
  readonly document: PolicyDocument;
}

let generated: Generated | undefined;
let others: Readonly<Record<ShippedName, PolicyDocument>> | undefined;

/** The default policy's document with all its packs, which has no warnings, and its hash. */
export function builtinPolicy(): Generated {
  generated ??= JSON.parse(parsed) as Generated;
  return generated;
}

/** The default policy's document, with all its packs. */
export function defaultDocument(): PolicyDocument {
  return builtinPolicy().document;
}

/** A shipped document as it is written, its `extends` not followed. */
export function shippedDocument(name: ShippedName): PolicyDocument {
  others ??= JSON.parse(shipped) as Record<ShippedName, PolicyDocument>;
  return others[name];
}

/**
 * A document with everything it extends in it.
 *
 * @param name Where the document's own rules come from; the first half of a rule's name.
 */
export function withExtended(
  document: PolicyDocument,
  name: string,
): PolicyDocument {
  if (document === generated?.document) return document;
  return resolveExtends(
    document,
    name,
    (base) => base === "default" ? defaultDocument() : shippedDocument(base),
  );
}
