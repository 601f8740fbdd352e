// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a tool is: its schemas, checked before anything is asked of the guard.
 *
 * @module
 */

import type {
  CallToolResult,
  ToolAnnotations,
} from "@modelcontextprotocol/sdk/types";
import type { z } from "zod";
import type { Assembled } from "../cli/assembled.ts";
import type { Result } from "../base/result.ts";
import { failure } from "./answers.ts";
import type { Dialogs } from "./elicit.ts";
import type { News } from "./progress.ts";

/** What the program around the server gives it. */
export interface Host {
  readonly parts: Assembled;
  readonly version: string;
  readonly build: string;
  /** Real path of a folder in the workspace, or what is wrong with it. */
  readonly folderWithin: (
    folder: string,
    workspace: string,
  ) => Promise<Result<string, string>>;
}

/** What one call may use. */
export interface Call {
  readonly host: Host;
  /** Name the client gave of itself; untrusted text. */
  readonly client?: string;
  /** Fires when the client cancels or is gone. */
  readonly signal: AbortSignal;
  /** Fires when the server ends. */
  readonly ending?: AbortSignal;
  /** The client as somebody to ask, where it says that it can. */
  readonly dialogs?: Dialogs;
  /** Present when the client wants to hear how it goes. */
  readonly tell?: (news: News) => Promise<void>;
}

/** One tool. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: z.ZodObject;
  /** Absent: not every result has data, which a schema would promise. */
  readonly output?: z.ZodObject;
  /** Checks `raw` against `input`, then does it. */
  readonly call: (raw: unknown, call: Call) => Promise<CallToolResult>;
}

/** A tool whose call takes what its input schema gives. */
export interface ToolSpec<Input extends z.ZodObject>
  extends Omit<Tool, "call"> {
  readonly input: Input;
  readonly call: (
    args: z.output<Input>,
    call: Call,
  ) => Promise<CallToolResult>;
}

/** Makes a tool that checks what it is given. */
export function tool<Input extends z.ZodObject>(spec: ToolSpec<Input>): Tool {
  return {
    ...spec,
    async call(raw, call) {
      const args = spec.input.safeParse(withoutContext(raw ?? {}));
      if (args.success) return await spec.call(args.data, call);
      const problems = args.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.join(".")}: ${message}`
      );
      const { structuredContent, ...refused } = failure(
        `Invalid arguments for ${spec.name}: ${problems.join("; ")}`,
      );
      // Clients check the data of an error by the schema, too.
      const fits = spec.output?.safeParse(structuredContent).success !== false;
      return { ...refused, ...(fits && { structuredContent }) };
    },
  };
}

/**
 * Runtime Guard published a parameter `ctx` (anything, or null) on every tool and
 * used it for nothing; agents and prompts made for it still send it. It is not
 * published here, and ignored.
 */
function withoutContext(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || !("ctx" in raw)) return raw;
  const { ctx: _, ...args } = raw;
  return args;
}
