// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What `airg server` loads when it serves.
 *
 * In the single file this module is a bundle of its own: the MCP SDK brings
 * full zod, and bundled together the two would make every `airg run` load it
 * (measured: 25 ms).
 *
 * @module
 */

export { serve } from "./server.ts";
export { lineTransport, MAX_MESSAGE_BYTES } from "./transport.ts";
