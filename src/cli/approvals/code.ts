// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One-time codes for who answers from below an agent's client.
 *
 * Who wants to answer leaves a question in the state folder; a running watch
 * shows the person a code for it and leaves only a slow hash of the code. So
 * that a person has to carry it from one terminal to the other.
 *
 * @module
 */

import { ensurePrivate } from "../../platform/dirs.ts";
import { writeAtomic } from "../../platform/atomic_file.ts";
import { type Hashed, hashed, isHashed } from "../../platform/passphrase.ts";
import type { ShownCode } from "./frame.ts";

/** How long a code may be used. */
const CODE_MS = 2 * 60_000;
/** Wrong codes before the answer is refused. */
export const CODE_TRIES = 3;
/** How long a watch has to show a code. */
const PATIENCE_MS = 3_000;
const POLL_MS = 50;
/** Codes that one watch shows in {@linkcode WINDOW_MS}. */
const MAX_CODES = 5;
const WINDOW_MS = 10 * 60_000;

/** What a code is asked for. */
export interface CodeQuestion {
  /** `approve`, `deny` and so on. */
  readonly act: string;
  readonly request: string;
  /** Of the request as it was shown to who asks. */
  readonly digest: string;
  /** Why the caller is below an agent. */
  readonly agent: string;
}

/** The folder of questions and answers. */
export function codeFolder(run: string): string {
  return `${run}/approval-codes`;
}

/** What became of asking for a code. */
export type CodeOutcome = "right" | "wrong" | "no-watch" | "given-up";

/** Asks for a code, and has the person type it. */
export async function askForCode(
  folder: string,
  question: CodeQuestion,
  typed: (attempt: number) => Promise<string | undefined>,
): Promise<CodeOutcome> {
  const made = ensurePrivate(folder);
  if (!made.ok) throw new Error(made.error.message);
  const nonce = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const [ask, answer] = [`${folder}/${nonce}.ask`, `${folder}/${nonce}.code`];
  await writeAtomic(ask, JSON.stringify(question), { mode: 0o600 });
  try {
    const given = await answered(answer);
    if (given === undefined) return "no-watch";
    for (let attempt = 1; attempt <= CODE_TRIES; attempt++) {
      const word = await typed(attempt);
      if (word === undefined) return "given-up";
      // Looked at again: the watch takes back what has grown old.
      if (readAnswer(answer) === undefined) return "wrong";
      if (isHashed(word.replace(/\s/g, ""), given)) return "right";
    }
    return "wrong";
  } finally {
    for (const path of [ask, answer]) remove(path);
  }
}

async function answered(path: string): Promise<Hashed | undefined> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const found = readAnswer(path);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
}

/** The watch's side: the codes to show now. */
export interface CodeDesk {
  /** Looks for questions; makes and takes back codes. */
  readonly look: (now: number) => Promise<readonly ShownCode[]>;
  /** Takes all back. */
  readonly close: () => void;
}

interface Live extends ShownCode {
  readonly nonce: string;
  readonly madeAt: number;
}

/** Opens the watch's side. @param isOpen Whether a question is about a request that waits. */
export function openCodeDesk(
  folder: string,
  isOpen: (question: CodeQuestion) => boolean,
): CodeDesk {
  let live: readonly Live[] = [];
  const seen = new Map<string, number>();
  const file = (nonce: string) => `${folder}/${nonce}.code`;
  return {
    async look(now) {
      const asked = new Set(questionsIn(folder));
      const old = live.filter(({ nonce, madeAt }) =>
        !asked.has(nonce) || now - madeAt >= CODE_MS || now < madeAt
      );
      old.forEach(({ nonce }) => remove(file(nonce)));
      live = live.filter((one) => !old.includes(one));
      for (const nonce of asked) {
        const recent = [...seen.values()].filter((at) => now - at < WINDOW_MS);
        if (seen.has(nonce) || recent.length >= MAX_CODES) continue;
        const question = readQuestion(`${folder}/${nonce}.ask`);
        if (question === undefined || !isOpen(question)) continue;
        seen.set(nonce, now);
        const code = sixDigits();
        await writeAtomic(file(nonce), JSON.stringify(hashed(code)), {
          mode: 0o600,
        });
        live = [...live, { ...question, code, nonce, madeAt: now }];
      }
      return live;
    },
    close: () => live.forEach(({ nonce }) => remove(file(nonce))),
  };
}

/** Six digits, each as likely: what would favour some is drawn again. */
function sixDigits(): string {
  const limit = 4_294_000_000;
  while (true) {
    const [word = limit] = crypto.getRandomValues(new Uint32Array(1));
    if (word < limit) return String(word % 1_000_000).padStart(6, "0");
  }
}

function questionsIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isFile }) => {
      const nonce = /^([0-9a-f]{32})\.ask$/.exec(name)?.[1];
      return nonce === undefined || !isFile ? [] : [nonce];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** What a code is given for; another word would be a stranger's text beside a code. */
const ACTS: ReadonlySet<string> = new Set(["approve", "deny", "revoke"]);

function readQuestion(path: string): CodeQuestion | undefined {
  const { act, request, digest, agent } = readObject(path) ?? {};
  return typeof act === "string" && ACTS.has(act) &&
      typeof request === "string" &&
      typeof digest === "string" && typeof agent === "string"
    ? { act, request, digest, agent }
    : undefined;
}

function readAnswer(path: string): Hashed | undefined {
  const { salt, hash } = readObject(path) ?? {};
  return typeof salt === "string" && typeof hash === "string"
    ? { salt, hash }
    : undefined;
}

/** A small JSON object; files are written whole, so half of one is none of ours. */
function readObject(
  path: string,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const info = Deno.lstatSync(path);
    if (!info.isFile || info.size > 64 * 1024) return undefined;
    const value: unknown = JSON.parse(Deno.readTextFileSync(path));
    return typeof value === "object" && value !== null
      ? { ...value }
      : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
