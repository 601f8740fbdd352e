// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Ends a run before what it writes into its copy fills the disk.
 *
 * No quota: several runs and the host fill the same disk, and between two looks
 * a fast writer gets further. What is kept free is so that airg, its log and the
 * person can go on working.
 *
 * @module
 */

/** Milliseconds between two looks; a run that ends before the first one costs nothing. */
const PAUSE_MS = 500;

/** Bytes that stay free, or half of what was free at the start where that is less. */
const RESERVE_BYTES = 1024 ** 3;

/** A watch over one disk. */
export interface DiskWatch extends Disposable {
  /** Fires when the disk is getting full. */
  readonly full: AbortSignal;
}

/** What the watch asks; for tests. */
export interface DiskQuestions {
  readonly freeBytes: () => Promise<number>;
  /** Resolves after a while, or at once when `ended` fires. */
  readonly pause: (ended: AbortSignal) => Promise<void>;
}

/** Watches the disk that a folder lies on, until it is disposed of. */
export function watchDisk(
  folder: string,
  questions: DiskQuestions = asking(folder),
): DiskWatch {
  const full = new AbortController();
  const ended = new AbortController();
  const watching = watch(questions, full, ended.signal);
  // A disk that cannot be asked is not watched; the run goes on.
  watching.catch(() => {});
  return {
    full: full.signal,
    [Symbol.dispose]: () => ended.abort(),
  };
}

async function watch(
  { freeBytes, pause }: DiskQuestions,
  full: AbortController,
  ended: AbortSignal,
): Promise<void> {
  let reserve: number | undefined;
  for (;;) {
    await pause(ended);
    if (ended.aborted) return;
    const free = await freeBytes();
    reserve ??= Math.min(RESERVE_BYTES, free / 2);
    if (free >= reserve) continue;
    full.abort();
    return;
  }
}

function asking(folder: string): DiskQuestions {
  return {
    async freeBytes() {
      // Not before the first look: loading it costs more than a short run.
      const { statfs } = await import("node:fs/promises");
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    pause: (ended) =>
      new Promise((resolve) => {
        const timer = AbortSignal.timeout(PAUSE_MS);
        const done = () => {
          timer.removeEventListener("abort", done);
          ended.removeEventListener("abort", done);
          resolve();
        };
        timer.addEventListener("abort", done);
        ended.addEventListener("abort", done);
      }),
  };
}
