// Copyright 2026 the airg authors. Apache-2.0 license.
// Another process flips names between files, folders and links that lead out,
// at least 10,000 times for each tool.
import assert from "node:assert/strict";
import { type Asked, type FilePlace, makeFilePlace } from "../support/files.ts";

/** Says a line for each 10,000 flips; ends with its standard input. */
const FLIPPER = `
import ctypes, os, sys, threading
os.chdir(sys.argv[1])
outside = sys.argv[2]
libc = ctypes.CDLL(None)
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()

def again(make):
    try: make()
    except OSError: pass

def folder():
    # Not by way of d, which may lead out by then.
    os.makedirs("made/sub", exist_ok=True)
    for name in ("made/f", "made/sub/g"):
        with open(name, "w") as file: file.write("ours\\n")
    os.rename("made", "d")

def plain(name):
    with open(name, "x") as file: file.write("ours\\n")

pairs = [(b"d", b"l"), (b"f", b"fl"), (b"h", b"hl")]
n = 0
while not over.is_set():
    for a, b in pairs:
        n += 1
        if libc.renameat2(-100, a, -100, b, 2) == 0: continue
        again(lambda: os.symlink(outside, "l"))
        again(lambda: os.symlink(outside + "/f", "fl"))
        again(lambda: os.symlink(".env", "hl"))
        again(folder)
        again(lambda: plain("f"))
        again(lambda: plain("h"))
    if n // 9999 != (n - 3) // 9999: print(n, flush=True)
`;

interface Storm extends AsyncDisposable {
  /** Runs until the names were flipped 10,000 times more. */
  readonly through: (use: () => Promise<void>, least: number) => Promise<void>;
}

function startStorm({ project, root }: FilePlace): Storm {
  const child = new Deno.Command("/usr/bin/python3", {
    args: ["-c", FLIPPER, project, `${root}/outside`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  let flips = 0;
  const reading = (async () => {
    for await (const chunk of child.stdout) {
      const lines = new TextDecoder().decode(chunk).trim().split("\n");
      flips = Number(lines.at(-1));
    }
  })();
  return {
    async through(use, least) {
      const from = flips;
      for (let n = 0; n < least || flips - from < 10_000; n++) {
        await use();
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
      await reading;
    },
  };
}

async function inStorm(
  use: (place: FilePlace, storm: Storm) => Promise<void>,
): Promise<void> {
  await using place = await makeFilePlace();
  place.put({ "d/f": "ours\n", "d/sub/g": "ours\n", f: "ours\n", h: "ours\n" });
  await Deno.symlink(`${place.root}/outside`, `${place.project}/l`);
  await Deno.symlink(`${place.root}/outside/f`, `${place.project}/fl`);
  await Deno.symlink(".env", `${place.project}/hl`);
  await using storm = startStorm(place);
  await use(place, storm);
  assert.equal(place.text(".env"), "SECRET");
  const left = await Array.fromAsync(Deno.readDir(`${place.root}/outside`));
  assert.deepEqual(left.map(({ name }) => name).sort(), ["f", "host-only"]);
  for (const { name } of left) {
    const path = `${place.root}/outside/${name}`;
    assert.equal(await Deno.readTextFile(path), "OUTSIDE\n");
  }
}

/** What each tool is asked, again and again; `least` times at least. */
const TOOLS: readonly {
  readonly tool: string;
  readonly asks: readonly Asked[];
  /** Outcomes of which some must be seen: else nothing was tried. */
  readonly sees: readonly string[];
}[] = [
  {
    tool: "read",
    asks: ["d/f", "d/sub/g", "f", "h", "fl"].map((path) => ({
      kind: "read",
      path,
    })),
    sees: ["read", "file-failed"],
  },
  {
    tool: "write",
    asks: ["d/f", "d/new/x", "f", "h"].map((path) => ({
      kind: "write",
      path,
      content: "ours\n",
    })),
    sees: ["written", "file-failed"],
  },
  {
    tool: "edit",
    asks: ["d/f", "f", "h"].flatMap((path): Asked[] => [
      { kind: "edit", path, edits: [{ oldText: "ours", newText: "our" }] },
      { kind: "edit", path, edits: [{ oldText: "our\n", newText: "ours\n" }] },
    ]),
    sees: ["edited", "file-failed"],
  },
  {
    tool: "delete",
    asks: [
      { kind: "delete", path: "d/f" },
      { kind: "delete", path: "f" },
      { kind: "delete", path: "h" },
      { kind: "delete", path: "d", recursive: true },
    ],
    sees: ["deleted", "file-failed"],
  },
  {
    tool: "list",
    asks: [{ kind: "list", path: "d", depth: 3 }, {
      kind: "list",
      path: ".",
      depth: 4,
    }],
    sees: ["listed"],
  },
  {
    tool: "search",
    asks: [
      { kind: "search", path: ".", pattern: "." },
      { kind: "search", path: "d", pattern: "[A-Z]{3,}" },
      { kind: "search", path: "d", glob: "*" },
      { kind: "search", path: "f", pattern: "." },
    ],
    sees: ["found"],
  },
];

Deno.test.each(TOOLS)("$tool leaks and loses nothing in a storm", async (
  { asks, sees },
) => {
  const seen = new Set<string>();
  await inStorm(async ({ ask }, storm) => {
    await storm.through(async () => {
      for (const asked of asks) {
        const outcome = await ask(asked);
        seen.add(outcome.kind);
        const said = JSON.stringify(outcome);
        assert(!/OUTSIDE|SECRET|host-only/.test(said), said);
      }
    }, 300);
  });
  for (const kind of sees) assert(seen.has(kind), `${kind} was never seen`);
});

Deno.test("control: what looks and then reads by name leaks in the same storm", async () => {
  await inStorm(async ({ project, root }, storm) => {
    let leaked = 0;
    await storm.through(async () => {
      for (let n = 0; n < 200; n++) {
        try {
          const real = await Deno.realPath(`${project}/d/f`);
          if (!real.startsWith(`${project}/`)) continue;
          const text = await Deno.readTextFile(`${project}/d/f`);
          if (text.includes("OUTSIDE")) leaked++;
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
      }
      await Promise.resolve();
    }, 300);
    assert(leaked > 0, `${root}: nothing leaked, so the storm is no test`);
  });
});
