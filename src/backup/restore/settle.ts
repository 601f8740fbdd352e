// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Ends restores that an airg which died had begun, in the direction they had.
 *
 * @module
 */

import { counted } from "../../base/counted.ts";
import type { BackupStore } from "../store.ts";
import { carryOut, type RestoreRoom } from "./apply.ts";
import { type Journal, openJournals, removeJournal } from "./journal.ts";

/** What became of restores that an airg which died had begun. */
export interface Settled {
  /** A sentence for each that is finished or taken back. */
  readonly ended: readonly string[];
  /** A sentence for each that could not be brought to an end. */
  readonly stuck: readonly string[];
}

/** Ends what an airg that died had begun; the caller holds the lock. */
export async function settleRestores(room: RestoreRoom): Promise<Settled> {
  const { open, strange } = openJournals(room.folder, room.store.keys);
  const ended: string[] = [];
  const stuck = strange.map((path) =>
    `${path} is no journal of airg's, or was changed; look at it and move it away`
  );
  for (const journal of open) {
    if (await isOver(journal, room.store)) {
      removeJournal(room.folder, journal.id);
      continue;
    }
    const failure = await carryOut(journal, room);
    if (failure?.why === "incomplete") {
      stuck.push(
        `a restore that was interrupted is not taken back whole: ${failure.message}`,
      );
    } else ended.push(endOf(journal, failure?.message));
  }
  return { ended, stuck };
}

function endOf({ id, moves }: Journal, why: string | undefined): string {
  const paths = counted(moves.length, "path");
  return why === undefined
    ? `a restore that was interrupted is finished: ${paths} put back; what they replaced is backup ${id}`
    : `a restore that was interrupted is taken back: ${paths} as before it (${why}); ask for it again`;
}

/** What a restore left is noted last of all: this journal came back from somewhere. */
async function isOver(
  { id }: Journal,
  store: BackupStore,
): Promise<boolean> {
  const found = await store.find(id);
  return found.ok && !found.value.damaged &&
    found.value.event.entries.length > 0 &&
    found.value.event.entries.every(({ after }) => after !== undefined);
}
