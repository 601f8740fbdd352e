// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Domains as policy files write them: a domain means itself and everything
 * below it.
 *
 * @module
 */

/** Lower case, without a leading `*.` or `.` and without a trailing dot. */
export function normalizeDomain(domain: string): string {
  return domain.trim().toLowerCase().replace(/^\*?\./, "").replace(/\.+$/, "");
}

/** Whether `host` is `domain` or lies below it; both normalized. */
export function matchesDomain(domain: string, host: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
