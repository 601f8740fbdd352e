// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Whether an operator's watch is running: each holds a shared lock on one
 * file, and the lock ends with the process, however that ends.
 *
 * @module
 */

/** Says that a watch runs, until it is released. */
export function markWatched(path: string): () => void {
  const file = Deno.openSync(path, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  // A look of isWatched() may hold it for a moment, so this waits.
  file.lockSync(false);
  return () => file.close();
}

/** Whether a watch runs. */
export function isWatched(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    return !file.tryLockSync(true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
