// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Writes `policies/schema.json`, the JSON Schema of a policy file, for editors.
 *
 * @module
 */

import * as z from "zod/mini";
import { VersionedSchema } from "../src/policy/schema.ts";

/** The JSON Schema as text, the way it is checked in. */
export function schemaText(): string {
  const schema = z.toJSONSchema(VersionedSchema, {
    target: "draft-2020-12",
    io: "input",
  });
  return JSON.stringify({ ...schema, title: "airg policy" }, null, 2) + "\n";
}

if (import.meta.main) {
  const path = new URL("../policies/schema.json", import.meta.url);
  await Deno.writeTextFile(path, schemaText());
}
