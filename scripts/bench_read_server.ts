// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What reading a file over MCP costs at least: a server of the SDK with one tool,
 * which reads a file and gives its text.
 *
 * @module
 */

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "plain", version: "1" });
server.registerTool(
  "read_file",
  { inputSchema: { path: z.string() } },
  async ({ path }: { readonly path: string }) => ({
    content: [{ type: "text" as const, text: await Deno.readTextFile(path) }],
  }),
);
await server.connect(new StdioServerTransport());
