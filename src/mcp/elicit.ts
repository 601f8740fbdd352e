// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Asks the client, beside the operator's own ways of answering, where the
 * policy says so (`approvals.elicitation`). No person is proved by what a
 * client replies; what a reply is good for is
 * said in `src/cli/approvals/question.ts`.
 *
 * @module
 */

import type {
  ElicitRequestFormParams,
  ElicitRequestURLParams,
} from "@modelcontextprotocol/sdk/types";
import { z } from "zod";
import type { Question, QuestionMode } from "../approval/question.ts";

/** What a dialog shows. */
export type DialogParams = ElicitRequestFormParams | ElicitRequestURLParams;

/** The client as somebody to ask. */
export interface Dialogs {
  /** What it said it can do. */
  readonly modes: ReadonlySet<QuestionMode>;
  /** Of the whole connection. */
  readonly asked: Asked;
  /** Sends `elicitation/create`. @returns What it replies, unchecked. */
  readonly create: (
    params: DialogParams,
    how: { readonly signal: AbortSignal; readonly timeout: number },
  ) => Promise<unknown>;
  /** Sends `notifications/elicitation/complete`. */
  readonly complete: (elicitationId: string) => Promise<void>;
}

/** Which requests a client has been asked about. */
export interface Asked {
  /** Whether it may be asked about this one now. */
  readonly begin: (request: string) => boolean;
  /** @param isDone It had its say and is not asked about it again. */
  readonly end: (request: string, isDone: boolean) => void;
}

/** Dialogs that one client has open. */
const MAX_OPEN = 8;
/** Who waits closes the dialog; this is for when it does not. */
const SPARE_MS = 10_000;
/** Requests that one client is done with; after that it is asked no more. */
const MAX_DONE = 1_000;

/** Of a new connection. */
export function askedOfNothing(): Asked {
  const open = new Set<string>();
  const done = new Set<string>();
  return {
    begin(request) {
      const may = !open.has(request) && !done.has(request) &&
        open.size < MAX_OPEN && done.size < MAX_DONE;
      if (may) open.add(request);
      return may;
    },
    end(request, isDone) {
      open.delete(request);
      if (isDone) done.add(request);
    },
  };
}

/** What came of a dialog. */
export type DialogEnd =
  /** The reply was taken for the person's answer; the store has it. */
  | "answered"
  /** The page is open; the answer comes through the store, if one comes. */
  | "opened"
  /** No answer will come from it. */
  | "nothing";

/** A dialog in the client. */
export interface Dialog {
  /** Never fails. */
  readonly over: Promise<DialogEnd>;
  /**
   * Takes the dialog away, and waits until nothing comes of it any more.
   *
   * @param isAnswered The request is no longer pending.
   */
  readonly close: (isAnswered: boolean) => Promise<DialogEnd>;
}

/** What opening one takes. */
export interface DialogOptions {
  /** Of the request. */
  readonly id: string;
  /** Unique on this connection. */
  readonly elicitationId: string;
  readonly timeoutMs: number;
  /** Of the call that waits. */
  readonly signal: AbortSignal;
}

/** Opens a dialog; {@linkcode Asked.begin} has said yes. */
export function openDialog(
  question: Extract<Question, { readonly kind: QuestionMode }>,
  { asked, complete, create }: Pick<Dialogs, "asked" | "complete" | "create">,
  { elicitationId, id, signal, timeoutMs }: DialogOptions,
): Dialog {
  // A signal of its own: the SDK sends a cancellation also for what is over.
  const stop = new AbortController();
  let isReplied = false;
  const cancel = () => {
    if (!isReplied) stop.abort("It is no longer asked");
  };
  signal.addEventListener("abort", cancel, { once: true });
  const ask = async (): Promise<DialogEnd> => {
    try {
      const params = paramsOf(question, elicitationId);
      const how = { signal: stop.signal, timeout: timeoutMs + SPARE_MS };
      const reply = await create(params, how);
      isReplied = true;
      return signal.aborted ? "nothing" : await taken(question, reply);
    } catch {
      // Refused by the client, cancelled, or not to be kept: not answered.
      return "nothing";
    } finally {
      isReplied = true;
      signal.removeEventListener("abort", cancel);
      asked.end(id, !stop.signal.aborted);
    }
  };
  const over = signal.aborted ? unasked() : ask();
  return {
    over,
    async close(isAnswered) {
      cancel();
      const end = await over;
      if (end === "opened" && isAnswered) await quietly(complete);
      return end;
    },
  };

  function unasked(): Promise<DialogEnd> {
    asked.end(id, false);
    return Promise.resolve("nothing");
  }

  async function quietly(tell: Dialogs["complete"]): Promise<void> {
    try {
      await tell(elicitationId);
    } catch (error) {
      // The connection is gone, and with it the dialog.
      if (!(error instanceof Error)) throw error;
    }
  }
}

function paramsOf(
  question: Extract<Question, { readonly kind: QuestionMode }>,
  elicitationId: string,
): DialogParams {
  const { message } = question;
  return question.kind === "url"
    ? { mode: "url", message, url: question.url, elicitationId }
    : { mode: "form", message, requestedSchema: FORM };
}

/** Characters of a note to the agent. */
const MAX_NOTE = 500;

/** No default, and the harmless word first, for a client that has one chosen. */
const FORM: ElicitRequestFormParams["requestedSchema"] = {
  type: "object",
  properties: {
    answer: {
      type: "string",
      title: "Answer",
      description: "approve: exactly this, once",
      enum: ["deny", "approve"],
    },
    note: {
      type: "string",
      title: "Note to the agent",
      maxLength: MAX_NOTE,
    },
  },
  required: ["answer"],
};

const meta = z.unknown().optional();

/** What a form's reply is; anything else answers nothing. */
const FormReply = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("accept"),
    content: z.strictObject({
      answer: z.enum(["deny", "approve"]),
      note: z.string().max(MAX_NOTE).nullish(),
    }),
    _meta: meta,
  }),
  z.strictObject({
    action: z.enum(["decline", "cancel"]),
    content: z.unknown().optional(),
    _meta: meta,
  }),
]);

const PageReply = z.looseObject({
  action: z.enum(["accept", "decline", "cancel"]),
});

/** What a reply means; only a form's answers. */
async function taken(
  question: Extract<Question, { readonly kind: QuestionMode }>,
  reply: unknown,
): Promise<DialogEnd> {
  if (question.kind === "url") {
    return PageReply.parse(reply).action === "accept" ? "opened" : "nothing";
  }
  const said = FormReply.parse(reply);
  switch (said.action) {
    case "cancel":
      return "nothing";
    case "decline":
      return ended(await question.answer({ act: "deny" }));
    case "accept": {
      const { answer, note } = said.content;
      return ended(
        await question.answer({ act: answer, ...(note && { note }) }),
      );
    }
  }
}

function ended(isTaken: boolean): DialogEnd {
  return isTaken ? "answered" : "nothing";
}
