// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Makes a question for the agent's client of a request, and takes the answer.
 *
 * All that keeps an answer to what was asked is here: nothing of what a client
 * sends names a request, a digest or a scope.
 *
 * @module
 */

import type {
  ClientAnswer,
  Question,
  QuestionMode,
} from "../../approval/question.ts";
import type {
  ApprovalRequest,
  ApprovalStore,
  Asker,
  Operator,
} from "../../approval/request.ts";
import { shortId } from "../../approval/short_id.ts";
import type { Clock } from "../../base/clock.ts";
import type { PolicySettings } from "../../policy/settings.ts";
import { type Answer, giveAnswer } from "./answer.ts";
import { type AskerSite, recordOf } from "./site.ts";
import { boundRows } from "./text.ts";

/** What a question is made of. */
export interface QuestionSite {
  readonly store: ApprovalStore;
  /** Of the policy as its file is now. */
  readonly settings: () => Promise<PolicySettings["approvals"]>;
  /** @throws Where the passphrase's file cannot be trusted. */
  readonly hasPassphrase: () => boolean;
  /** Whose process this is. */
  readonly user: Pick<Operator, "uid" | "user">;
  readonly record: AskerSite["record"];
  readonly clock: Clock;
}

/** Columns of a row in the client's window. */
const COLUMNS = 76;
/** Rows that such a window can be trusted to show whole. */
const MAX_ROWS = 40;
/** Characters of a note to the agent. */
const MAX_NOTE = 500;

/** The question for one request, if there is one. */
export async function questionOf(
  site: QuestionSite,
  id: string,
  asker: Asker,
  modes: ReadonlySet<QuestionMode>,
): Promise<Question | undefined> {
  const { elicitation } = await site.settings();
  if (elicitation === undefined || !modes.has(elicitation.mode)) {
    return undefined;
  }
  const request = pendingOf(site, id, asker);
  if (request === undefined) return undefined;
  return elicitation.mode === "url"
    ? pageOf(request, elicitation.url)
    : await formOf(site, request, asker);
}

function pendingOf(
  { store, clock }: QuestionSite,
  id: string,
  asker: Asker,
): ApprovalRequest | undefined {
  const request = store.state(id, asker, clock());
  return request?.state === "pending" ? request : undefined;
}

/** The address says which request it is, and nothing else of it. */
function pageOf({ id }: ApprovalRequest, url: string): Question {
  return {
    kind: "url",
    message:
      `airg: an agent's request needs a person's approval. The page shows it; it is also in \`airg approvals\`, as ${
        shortId(id)
      }`,
    url: url.replaceAll("{id}", encodeURIComponent(id)),
  };
}

async function formOf(
  site: QuestionSite,
  request: ApprovalRequest,
  asker: Asker,
): Promise<Question> {
  if (site.hasPassphrase()) {
    return elsewhere("a passphrase is set, which a client does not ask for");
  }
  const message = formText(request);
  if (message === undefined) {
    return elsewhere("it is too long to be shown whole in a client's window");
  }
  const who = voucher(site, asker);
  await site.record(recordOf("shown", request, who));
  site.store.shown(request.id, who, site.clock());
  let isSpent = false;
  return {
    kind: "form",
    message,
    async answer(said) {
      if (isSpent) return false;
      isSpent = true;
      return await take(site, request, asker, said);
    },
  };
}

function elsewhere(why: string): Question {
  return { kind: "elsewhere", why };
}

/** The client that vouches for a person, in the account of this process. */
function voucher({ user }: QuestionSite, { client }: Asker): Operator {
  return {
    ...user,
    how: "elicitation",
    ...(client !== undefined && { client }),
  };
}

/**
 * All that an operator's view shows and an approval binds; nothing where that
 * does not fit.
 */
function formText(request: ApprovalRequest): string | undefined {
  const rows = boundRows(request, { columns: COLUMNS });
  if (rows.length > MAX_ROWS) return undefined;
  // A window that reads Markdown must not hide or dress up any of it. No row
  // begins with a backtick, so none ends the block.
  return [
    "airg: an agent wants to do this, and the policy asks a person. What is",
    "approved is exactly this, once.",
    "```",
    ...rows,
    `digest:    ${request.digest}`,
    "```",
  ].join("\n");
}

async function take(
  site: QuestionSite,
  shown: ApprovalRequest,
  asker: Asker,
  { act, note }: ClientAnswer,
): Promise<boolean> {
  const settings = await site.settings();
  if (settings.elicitation?.mode !== "form") return false;
  if (act === "approve" && site.hasPassphrase()) return false;
  const request = pendingOf(site, shown.id, asker);
  if (request?.digest !== shown.digest) return false;
  const message = note?.trim().slice(0, MAX_NOTE);
  const said = message ? { message } : {};
  const answer: Answer = act === "approve"
    ? { act, scope: { kind: "once" }, ...said }
    : { act, ...said };
  const { store, clock, record } = site;
  const answered = await giveAnswer(
    { store, clock, of: () => Promise.resolve({ settings, record }) },
    shown,
    answer,
    voucher(site, asker),
  );
  return answered.ok;
}
