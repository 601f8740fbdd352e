// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Where backups go: AIRG_BACKUP_ROOT, else the policy's `audit.backup_root`,
 * else airg's state.
 *
 * @module
 */

import type { PolicySettings } from "../../policy/settings.ts";
import type { Dirs, Environment } from "../../platform/dirs.ts";

/** airg's folders, with that of the backups as the policy wants it. */
export function withBackups(
  dirs: Dirs,
  env: Environment,
  { backups: { root } }: Pick<PolicySettings, "backups">,
): Dirs {
  if (root === undefined || env["AIRG_BACKUP_ROOT"]) return dirs;
  const home = env["HOME"];
  if (!root.startsWith("~/")) return { ...dirs, backups: trimmed(root) };
  if (!home?.startsWith("/")) return dirs;
  return { ...dirs, backups: trimmed(`${home}${root.slice(1)}`) };
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "") || "/";
}
