// Copyright 2026 the airg authors. Apache-2.0 license.
import assert from "node:assert/strict";
import { linesOf } from "../cli/lines.ts";
import { lineTransport } from "./transport.ts";

const ping = { jsonrpc: "2.0", id: 1, method: "ping" } as const;

Deno.test.each(
  [
    {
      name: "text that is not JSON",
      line: "{oops",
      want: { code: -32700, message: "Parse error: the line is not JSON" },
      id: null,
    },
    {
      name: "JSON that is no message",
      line: '{"id":7,"method":5}',
      want: {
        code: -32600,
        message: "Invalid request: the line is no JSON-RPC 2.0 message",
      },
      id: 7,
    },
    {
      name: "a batch",
      line: JSON.stringify([ping]),
      want: {
        code: -32600,
        message: "Invalid request: the line is no JSON-RPC 2.0 message",
      },
      id: null,
    },
    {
      name: "bytes that are no UTF-8",
      line: new Uint8Array([0xff, 0xfe]),
      want: { code: -32700, message: "Parse error: the line is not UTF-8" },
      id: null,
    },
  ],
)("lineTransport() answers $name and lives on", async ({ line, want, id }) => {
  const wire = fakeWire();
  const got: unknown[] = [];
  const transport = lineTransport(wire);
  transport.onmessage = (message) => got.push(message);
  const closed = new Promise<void>((resolve) => transport.onclose = resolve);
  await transport.start();
  wire.put(line);
  wire.put("\n \r\n" + JSON.stringify(ping) + "\n");
  wire.end();
  await closed;
  await transport.drained();
  assert.deepEqual(got, [ping]);
  assert.deepEqual(wire.lines(), [{ jsonrpc: "2.0", id, error: want }]);
});

Deno.test("lineTransport() writes whole messages, one after the other", async () => {
  const wire = fakeWire();
  const transport = lineTransport(wire);
  await Promise.all([1, 2, 3].map((id) => transport.send({ ...ping, id })));
  assert.deepEqual(wire.lines(), [1, 2, 3].map((id) => ({ ...ping, id })));
});

Deno.test("lineTransport() closes when nobody reads any more", async () => {
  const wire = fakeWire({ broken: true });
  const transport = lineTransport(wire);
  let closed = 0;
  transport.onclose = () => closed++;
  await transport.send(ping);
  await transport.send(ping);
  await transport.close();
  assert.equal(closed, 1);
});

Deno.test("lineTransport() outlives a handler that throws", async () => {
  const wire = fakeWire();
  const transport = lineTransport(wire);
  const errors: string[] = [];
  transport.onmessage = () => {
    throw new Error("no handler");
  };
  transport.onerror = (error) => errors.push(error.message);
  const closed = new Promise<void>((resolve) => transport.onclose = resolve);
  await transport.start();
  wire.put(`${JSON.stringify(ping)}\n`.repeat(2));
  wire.end();
  await closed;
  assert.deepEqual(errors, ["no handler", "no handler"]);
});

function fakeWire(options: { readonly broken?: boolean } = {}) {
  const { readable, writable } = new TransformStream<
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>
  >(undefined, { highWaterMark: 100 });
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  let written = "";
  return {
    input: linesOf(readable, 1_000),
    output: {
      // Three bytes at a time, as a full pipe would.
      write(bytes: Uint8Array): Promise<number> {
        if (options.broken) {
          return Promise.reject(new Deno.errors.BrokenPipe("gone"));
        }
        written += new TextDecoder().decode(bytes.slice(0, 3));
        return Promise.resolve(Math.min(3, bytes.length));
      },
    },
    put(line: string | Uint8Array<ArrayBuffer>) {
      writer.write(typeof line === "string" ? encoder.encode(line) : line);
    },
    end: () => void writer.close(),
    lines: (): unknown[] =>
      written.split("\n").slice(0, -1).map((line) => JSON.parse(line)),
  };
}
