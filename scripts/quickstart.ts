// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Shows the main job: a real MCP client asks `dist/airg server` for good and
 * bad things, and a table says what was asked, decided and what the kernel did.
 *
 * Everything an attack reaches for is a scratch thing made here. Each attack is
 * first shown to work uncontained: a target that is not there proves nothing.
 *
 * @module
 */

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

interface Row {
  readonly asked: string;
  readonly decided: string;
  readonly happened: string;
  readonly good: boolean;
}

interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly verdict: string;
  readonly reason: string;
  readonly stdout: string;
  readonly exitCode: number | undefined;
}

const root = decodeURIComponent(new URL("../", import.meta.url).pathname);
// Not in /tmp, which every command gets fresh: targets there would be missed
// for another reason than the one that is shown.
const scratch = await Deno.makeTempDir({
  dir: scratchParent(),
  prefix: "airg-quickstart-",
});
const home = `${scratch}/home`;
const workspace = `${scratch}/workspace`;
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const rows: Row[] = [];

try {
  await prepare();
  const control = await uncontained();
  const client = await connect();
  try {
    await demonstrate(client, control);
  } finally {
    await client.close();
  }
} finally {
  listener.close();
  await Deno.remove(scratch, { recursive: true });
}
const good = rows.every((row) => row.good);
printTable();
console.log(
  good
    ? "\nEverything bad was stopped; everything good worked."
    : "\nSOMETHING IS WRONG: see the rows marked with !",
);
Deno.exit(good ? 0 : 1);

/** Things an attack reaches for, and the script that reaches for them. */
async function prepare(): Promise<void> {
  await Deno.mkdir(`${home}/.ssh`, { recursive: true });
  await Deno.mkdir(workspace);
  await Deno.writeTextFile(`${home}/.ssh/id_planted`, "PLANTED-SECRET\n");
  await Deno.writeTextFile(
    `${workspace}/hello.txt`,
    "hello from the workspace\n",
  );
}

function probe(): string {
  const { port } = listener.addr;
  return `# Each line tries one thing and says whether it got through.
if echo x 2>/dev/null >'${scratch}/outside.txt'; then echo outside-write: GOT-THROUGH; else echo outside-write: refused; fi
if grep -qs PLANTED '${home}/.ssh/id_planted'; then echo secret: GOT-THROUGH; else echo secret: refused; fi
if (: <>/dev/tcp/127.0.0.1/${port}) 2>/dev/null; then echo listener: GOT-THROUGH; else echo listener: refused; fi
echo done
`;
}

/** The same script with nothing around it; which of its tries work here. */
async function uncontained(): Promise<string> {
  const path = `${scratch}/control.sh`;
  await Deno.writeTextFile(path, probe());
  const { stdout } = await new Deno.Command("/bin/bash", { args: [path] })
    .output();
  await Deno.remove(`${scratch}/outside.txt`);
  return new TextDecoder().decode(stdout);
}

async function connect(): Promise<Client> {
  const client = new Client({ name: "quickstart", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: `${root}dist/airg`,
      args: ["server"],
      cwd: workspace,
      env: {
        HOME: home,
        PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
        // The single file unpacks once, not into each scratch home.
        XDG_CACHE_HOME: Deno.env.get("XDG_CACHE_HOME") ??
          `${Deno.env.get("HOME")}/.cache`,
        AIRG_WORKSPACE: workspace,
        AIRG_AGENT_ID: "quickstart",
      },
      stderr: "ignore",
    }),
  );
  return client;
}

async function demonstrate(client: Client, control: string): Promise<void> {
  const allowed = await ask(client, "execute_command", {
    command: "cat hello.txt",
  });
  row("cat hello.txt", allowed, {
    good: allowed.exitCode === 0 && allowed.stdout.includes("hello from"),
    happened: `ran contained, exit ${allowed.exitCode}`,
  });

  // Harmless even if it ran: the folder is empty and does not exist.
  const dangerous = await ask(client, "execute_command", {
    command: `rm -rf ${scratch}/nothing-here /nonexistent`,
  });
  row("rm -rf .../nothing-here", dangerous, {
    good: dangerous.isError && dangerous.verdict === "block",
    happened: "did not run",
  });

  const unread = await ask(client, "execute_command", {
    command: 'eval "$(echo cm0gLXJmIC8K | base64 -d)"',
  });
  row("eval of decoded text", unread, {
    good: unread.isError && unread.verdict !== "allow",
    happened: "did not run",
  });

  const written = await ask(client, "write_file", {
    path: "probe.sh",
    content: probe(),
  });
  row("write_file probe.sh", written, {
    good: !written.isError,
    happened: "written in the workspace",
  });
  const read = await ask(client, "read_file", { path: "probe.sh" });
  row("read_file probe.sh", read, {
    good: !read.isError && read.text.includes("outside-write"),
    happened: "read back, the same",
  });

  // Allowed by name, as any project script is: now the kernel must hold.
  const ran = await ask(client, "execute_command", {
    command: "bash probe.sh",
  });
  const finished = ran.stdout.includes("done");
  for (
    const [id, asked] of [
      ["outside-write", "probe.sh: write outside"],
      ["secret", "probe.sh: read ~/.ssh/id_planted"],
      ["listener", "probe.sh: reach 127.0.0.1"],
    ] as const
  ) {
    const works = control.includes(`${id}: GOT-THROUGH`);
    const refused = finished && ran.stdout.includes(`${id}: refused`);
    row(asked, ran, {
      good: works && refused,
      happened: !works
        ? "the control failed: it does not work uncontained either"
        : refused
        ? "refused by the kernel (works uncontained)"
        : "GOT THROUGH",
    });
  }

  const secret = await ask(client, "read_file", {
    path: `${home}/.ssh/id_planted`,
  });
  row("read_file ~/.ssh/id_planted", secret, {
    good: secret.isError && !secret.text.includes("PLANTED"),
    happened: "not read",
  });
}

async function ask(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<Answer> {
  const result = await client.callTool({ name, arguments: args });
  const [first] = result.content as { readonly text?: string }[];
  const data = (result.structuredContent ?? {}) as {
    readonly decision?: {
      readonly verdict?: string;
      readonly reasons?: readonly { readonly message?: string }[];
    };
    readonly stdout?: string;
    readonly exitCode?: number;
  };
  return {
    isError: result.isError === true,
    text: first?.text ?? "",
    verdict: data.decision?.verdict ?? "none",
    reason: data.decision?.reasons?.[0]?.message ?? "",
    stdout: data.stdout ?? "",
    exitCode: data.exitCode,
  };
}

function row(
  asked: string,
  { verdict, reason }: Answer,
  { happened, good }: { readonly happened: string; readonly good: boolean },
): void {
  const why = verdict === "allow" ? "" : `: ${reason}`;
  rows.push({ asked, decided: `${verdict}${why}`, happened, good });
}

function printTable(): void {
  const cut = (text: string, width: number) =>
    (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
  console.log(`\n  ${cut("asked", 32)} ${cut("decided", 62)} what happened`);
  console.log(`  ${"-".repeat(32)} ${"-".repeat(62)} ${"-".repeat(41)}`);
  for (const { asked, decided, happened, good } of rows) {
    console.log(
      `${good ? " " : "!"} ${cut(asked, 32)} ${cut(decided, 62)} ${happened}`,
    );
  }
}

function scratchParent(): string {
  // /var/lib for root; else the user's own cache folder.
  if (Deno.uid() === 0) return "/var/lib";
  const folder = `${Deno.env.get("HOME")}/.cache`;
  Deno.mkdirSync(folder, { recursive: true });
  return folder;
}
