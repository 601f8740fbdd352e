// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { VERSION } from "./build_info.ts";

Deno.test("VERSION is the version in deno.json", () => {
  assert.equal(VERSION, config.version);
});
