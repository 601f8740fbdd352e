// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { canonicalHost } from "./host_name.ts";

Deno.test.each([
  { host: "Example.COM.", canonical: "example.com" },
  { host: "203.0.113.7", canonical: "203.0.113.7" },
  { host: "0313.0.0161.07", canonical: "203.0.113.7" },
  { host: "203.0.28935", canonical: "203.0.113.7" },
  { host: "3405803783", canonical: "203.0.113.7" },
  { host: "0xcb007107", canonical: "203.0.113.7" },
  { host: "[2001:0DB8:0:0::0007]", canonical: "2001:db8::7" },
  { host: "fe80::1%eth0", canonical: "fe80::1" },
  { host: "::ffff:cb00:7107", canonical: "203.0.113.7" },
  { host: "[::ffff:203.0.113.7]", canonical: "203.0.113.7" },
  { host: "999.1.1.1", canonical: "999.1.1.1" },
  { host: "1.2.3.4.5", canonical: "1.2.3.4.5" },
  { host: "not:an:address", canonical: "not:an:address" },
  { host: "a\0$.com", canonical: "a\0$.com" },
])("canonicalHost($host) is $canonical", ({ host, canonical }) => {
  assert.equal(canonicalHost(host), canonical);
});
