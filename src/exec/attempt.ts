// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * One try to start a contained command: hands the launcher its instruction,
 * listens to what it reports, collects output, ends the tree when told to.
 *
 * @module
 */

import { type BoundedText, readBounded } from "../platform/bounded.ts";
import type {
  EventLine,
  SkippedPath,
  StatusLine,
} from "../../sandbox/status.ts";
import { openStatusChannel, type StatusChannel } from "./status_channel.ts";

/** What one try needs. */
export interface AttemptRequest {
  /** Absolute path of the launcher. */
  readonly launcher: string;
  /** Private folder for the socket and the instruction. */
  readonly runFolder: string;
  /** Makes the instruction, given where to report and the word to say back. */
  readonly instruct: (
    statusSocket: string,
    token: string,
  ) => { readonly bytes: Uint8Array<ArrayBuffer> } | {
    readonly refused: string;
  };
  readonly streams: "capture" | "inherit";
  readonly maxOutputChars: number;
  /** Ends the whole tree when it fires. */
  readonly stop: AbortSignal;
  /** Ends the whole tree without the launcher, where something can. */
  readonly killAll?: () => void;
  readonly onOutput?: (stream: "stdout" | "stderr", text: string) => void;
  /** Called when the command begins, with its id on the host. */
  readonly onBegin?: (pid: number) => void;
}

/** What became of one try. */
export type Attempt =
  /** The command ran inside what `applied` and `ready` say. */
  | {
    readonly kind: "ran";
    readonly code: number;
    readonly ready: EventLine<"ready">;
    /** Paths of the instruction that were not there, or not reachable. */
    readonly skipped: readonly SkippedPath[];
    readonly applied: EventLine<"applied">;
    /** The mask or pin that came off, if one did. */
    readonly lost?: EventLine<"mask-lost">;
    readonly stdout: BoundedText;
    readonly stderr: BoundedText;
  }
  /** Nothing ran, and a weaker rung may still hold. */
  | { readonly kind: "unavailable"; readonly message: string }
  /** Nothing ran, and trying otherwise would not help or must not be done. */
  | {
    readonly kind: "failed";
    readonly step: string;
    readonly errno: number;
    readonly message: string;
  };

/** Steps of the launcher that fail where the machine lacks a layer. */
const LAYER_STEPS = new Set(["userns", "mountns", "overlay", "bwrap"]);

/** Details of steps that fail where the kernel lacks Landlock or the filter. */
const LAYER_DETAILS = new Set([
  "landlock version",
  "landlock create",
  "seccomp ",
]);

/** Milliseconds the launcher has to end the tree before it is killed itself. */
const STOP_GRACE_MS = 5_000;

const NOTHING: BoundedText = { text: "", truncated: false };

/** Starts one contained command and waits for its end. */
export async function attempt(request: AttemptRequest): Promise<Attempt> {
  const name = randomHex(8);
  const instructionPath = `${request.runFolder}/${name}.launch`;
  const socketPath = `${request.runFolder}/${name}.sock`;
  const token = randomHex(16);
  const instruction = request.instruct(socketPath, token);
  if ("refused" in instruction) {
    return { kind: "unavailable", message: instruction.refused };
  }
  const channel = openStatusChannel(socketPath, token, (line) => {
    if ("event" in line && line.event === "applied") {
      request.onBegin?.(line.pid);
    }
  });
  try {
    await Deno.writeFile(instructionPath, instruction.bytes, {
      mode: 0o600,
      createNew: true,
    });
    return await launch(request, instructionPath, channel);
  } finally {
    channel.close();
    removeIfThere(instructionPath); // Left when the launcher never read it.
    removeIfThere(socketPath);
  }
}

async function launch(
  request: AttemptRequest,
  instructionPath: string,
  channel: StatusChannel,
): Promise<Attempt> {
  const capture = request.streams === "capture";
  const child = start(request, instructionPath);
  if (child instanceof Error) {
    return failure(
      "spawn",
      `Cannot start ${request.launcher}: ${child.message}`,
    );
  }
  const status = child.status.then(async (ended) => {
    await channel.ended();
    return ended;
  });
  const release = passSignals(capture, child);
  let killer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    channel.hangUp();
    killer = setTimeout(() => {
      request.killAll?.();
      child.kill("SIGKILL");
    }, STOP_GRACE_MS);
  };
  if (request.stop.aborted) end();
  else request.stop.addEventListener("abort", end, { once: true });
  try {
    const [ended, report, stdout, stderr] = await Promise.all([
      status,
      channel.report,
      capture ? read(child.stdout, "stdout", request) : NOTHING,
      capture ? read(child.stderr, "stderr", request) : NOTHING,
    ]);
    return conclude(ended.code, report, stdout, stderr);
  } finally {
    // Even looking at clearTimeout loads Node\'s timers (6 ms of a cold start).
    if (killer !== undefined) clearTimeout(killer);
    request.stop.removeEventListener("abort", end);
    release();
  }
}

function start(
  { launcher, streams }: AttemptRequest,
  instructionPath: string,
): Deno.ChildProcess | Error {
  const capture = streams === "capture";
  try {
    return new Deno.Command(launcher, {
      args: ["outer", instructionPath],
      // Whatever is in an environment can be read from /proc by some process.
      clearEnv: true,
      cwd: "/",
      stdin: capture ? "null" : "inherit",
      stdout: capture ? "piped" : "inherit",
      stderr: capture ? "piped" : "inherit",
    }).spawn();
  } catch (error) {
    // The machine says no (no such file, no memory); nothing ran.
    if (error instanceof Error) return error;
    throw error;
  }
}

function read(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  name: "stdout" | "stderr",
  { maxOutputChars, onOutput }: AttemptRequest,
): Promise<BoundedText> {
  return readBounded(stream, {
    maxChars: maxOutputChars,
    onText: (text) => onOutput?.(name, text),
  });
}

/** Passes signals meant for airg on to the command, while it has the terminal. */
function passSignals(capture: boolean, child: Deno.ChildProcess): () => void {
  if (capture) return () => {};
  const passed = (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const).map(
    (signal) => {
      const pass = () => {
        try {
          child.kill(signal);
        } catch (error) {
          // It has ended meanwhile: nobody is left to tell.
          if (!(error instanceof TypeError)) throw error;
        }
      };
      Deno.addSignalListener(signal, pass);
      return () => Deno.removeSignalListener(signal, pass);
    },
  );
  return () => passed.forEach((remove) => remove());
}

function conclude(
  code: number,
  report: readonly StatusLine[],
  stdout: BoundedText,
  stderr: BoundedText,
): Attempt {
  const failed = find(report, "failed");
  if (failed !== undefined) {
    const { step, detail, errno, message } = failed;
    const said = find(report, "exited")?.bwrapError.trim() ?? "";
    const text = step === "bwrap" && said !== ""
      ? said
      : `${step}${detail && ` (${detail})`}: ${message}`;
    return LAYER_STEPS.has(step) || LAYER_DETAILS.has(`${step} ${detail}`)
      ? { kind: "unavailable", message: text }
      : { kind: "failed", step, errno, message: text };
  }
  const ready = find(report, "ready");
  const applied = find(report, "applied");
  if (ready !== undefined && applied !== undefined) {
    // Without a domain and the bit that keeps set-id programs harmless, the
    // command ran in less than was promised; the launcher never lets it, and
    // if it did, nobody may believe the run was contained.
    if (!applied.noNewPrivs || applied.landlockAbi < 1) {
      return failure("status", "The launcher reported a missing layer");
    }
    const skipped = report.flatMap((line) =>
      "skipped" in line ? line.skipped : []
    );
    const lost = find(report, "mask-lost");
    return {
      kind: "ran",
      code,
      ready,
      skipped,
      applied,
      stdout,
      stderr,
      ...(lost && { lost }),
    };
  }
  const bwrap = find(report, "exited")?.bwrapError ?? "";
  if (bwrap !== "") return { kind: "unavailable", message: bwrap.trim() };
  return failure(
    "status",
    `The launcher ended with status ${code} and no report: ${stderr.text.trim()}`,
  );
}

function failure(step: string, message: string): Attempt {
  return { kind: "failed", step, errno: 0, message };
}

function find<
  Event extends "ready" | "applied" | "failed" | "mask-lost" | "exited",
>(
  report: readonly StatusLine[],
  event: Event,
): EventLine<Event> | undefined {
  return report.find((line): line is EventLine<Event> =>
    "event" in line && line.event === event
  );
}

function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
