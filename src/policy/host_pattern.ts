// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Domains as policy files write them: a domain means itself and everything
 * below it.
 *
 * @module
 */

import { canonicalHost } from "../base/host_name.ts";

/** In one spelling, without a leading `*.` or `.`. */
export function normalizeDomain(domain: string): string {
  return canonicalHost(domain.trim().replace(/^\*?\./, ""));
}

/** A host and every domain above it: `a.b.c`, `b.c`, `c`. */
export function suffixesOf(host: string): string[] {
  const found = [host];
  for (
    let dot = host.indexOf(".");
    dot >= 0;
    dot = host.indexOf(".", dot + 1)
  ) {
    found.push(host.slice(dot + 1));
  }
  return found;
}

/** Whether some domain in the set is `host` or above it. */
export function isListed(domains: ReadonlySet<string>, host: string): boolean {
  return domains.size > 0 &&
    suffixesOf(host).some((domain) => domains.has(domain));
}

/** Whether `host` is `domain` or lies below it; both normalized. */
export function matchesDomain(domain: string, host: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
