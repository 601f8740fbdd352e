import { Client } from "@modelcontextprotocol/sdk/client";
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { airgWords, IDENTITIES, type Identity, Site } from "../support/contained_site.ts";
export { IDENTITIES, Site };
export async function server(site: Site, id: Identity, extra: string[] = []) {
  const words = airgWords(id.runsAs);
  const cmd = id.runsAs === 0 ? words : ["setpriv", `--reuid=${id.runsAs}`, `--regid=${id.runsAs}`, "--clear-groups", ...words];
  const transport = new StdioClientTransport({ command: cmd[0]!, args: [...cmd.slice(1), "server", "--workspace", site.project, ...extra], env: site.env, cwd: site.project, stderr: "pipe" });
  let err = ""; transport.stderr?.on("data", (c) => err += String(c));
  const client = new Client({ name: "attacker", version: "1" }, { capabilities: {} });
  try { await client.connect(transport); } catch (e) { console.log("ERR", err); throw e; }
  const call = async (name: string, args: Record<string, unknown>, ms = 120000): Promise<any> => {
    try { return await client.callTool({ name, arguments: args }, undefined, { timeout: ms }); } catch (e) { return { isError: true, content: [{ type: "text", text: "CLIENT: " + String(e).slice(0, 150) }] }; }
  };
  return { client, call, stderr: () => err, pid: transport.pid!, [Symbol.asyncDispose]: () => client.close() };
}
export const text = (r: any) => r.content.map((p: any) => p.type === "text" ? p.text : `<${p.type} ${p.mimeType}>`).join("|").slice(0, 260).replaceAll("\n", "\\n");
export async function sh(s: string, cwd?: string) { const r = await new Deno.Command("sh", { args: ["-c", s], cwd }).output(); return new TextDecoder().decode(r.stdout) + new TextDecoder().decode(r.stderr); }
