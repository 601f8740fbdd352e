// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * JSON-RPC messages as lines on standard input and output.
 *
 * Own code instead of the SDK's `StdioServerTransport`, which answers nothing to
 * a line that is no message, does not notice that standard input has ended or
 * that standard output is gone, and so would leave commands running for nobody.
 *
 * @module
 */

import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
// The package points at no declarations for the name that runs.
// @ts-types="@modelcontextprotocol/sdk/types"
import {
  ErrorCode,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Line } from "../cli/lines.ts";

/** Bytes of one message; a file of this size is still written. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** The two ends of the connection. */
export interface Wire {
  /** Ends when the client does. */
  readonly input: AsyncIterable<Line>;
  readonly output: { write(bytes: Uint8Array): Promise<number> };
}

/** A transport that closes when either end is gone. */
export interface LineTransport extends Transport {
  /** Settles once what was sent is written, or cannot be. */
  readonly drained: () => Promise<void>;
}

/** Makes a transport on `wire`; {@linkcode Transport.start} begins to read. */
export function lineTransport({ input, output }: Wire): LineTransport {
  const encoder = new TextEncoder();
  let closed = false;
  let broken = false;
  let queue: Promise<void> = Promise.resolve();

  const transport: LineTransport = {
    drained: () => queue,
    start() {
      listen();
      return Promise.resolve();
    },
    send: (message) => write(message),
    close() {
      if (!closed) {
        closed = true;
        transport.onclose?.();
      }
      return Promise.resolve();
    },
  };

  function write(message: unknown): Promise<void> {
    if (closed) return queue;
    const bytes = encoder.encode(`${JSON.stringify(message)}\n`);
    queue = queue.then(async () => {
      if (broken) return;
      try {
        for (let sent = 0; sent < bytes.length;) {
          sent += await output.write(bytes.subarray(sent));
        }
      } catch (error) {
        // The client is gone: nothing that it asked for is wanted any more.
        broken = true;
        transport.onerror?.(asError(error));
        await transport.close();
      }
    });
    return queue;
  }

  async function listen(): Promise<void> {
    try {
      for await (const line of input) {
        if (closed) return;
        receive(line);
      }
    } catch (error) {
      transport.onerror?.(asError(error));
    }
    await transport.close();
  }

  function receive(line: Line): void {
    if (line.ok && line.text.trim() === "") return;
    const message = readMessage(line);
    if ("refusal" in message) {
      write(message.refusal);
      return;
    }
    try {
      transport.onmessage?.(message.value);
    } catch (error) {
      transport.onerror?.(asError(error));
    }
  }

  return transport;
}

/** A JSON-RPC error, as an answer to a line that is no message. */
interface Refusal {
  readonly jsonrpc: "2.0";
  readonly id: string | number | null;
  readonly error: { readonly code: number; readonly message: string };
}

function readMessage(
  line: Line,
): { readonly value: JSONRPCMessage } | { readonly refusal: Refusal } {
  if (!line.ok) {
    return refuse(ErrorCode.ParseError, `Parse error: the line is ${line.why}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(line.text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(ErrorCode.ParseError, "Parse error: the line is not JSON");
  }
  const parsed = JSONRPCMessageSchema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  return refuse(
    ErrorCode.InvalidRequest,
    "Invalid request: the line is no JSON-RPC 2.0 message",
    idOf(json),
  );
}

function refuse(
  code: number,
  message: string,
  id: string | number | null = null,
): { readonly refusal: Refusal } {
  return { refusal: { jsonrpc: "2.0", id, error: { code, message } } };
}

function idOf(json: unknown): string | number | null {
  if (typeof json !== "object" || json === null || !("id" in json)) return null;
  const { id } = json;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
