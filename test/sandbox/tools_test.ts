// Copyright 2026 the airg authors. Apache-2.0 license.

// Real tools do real work inside, offline: each installs, builds or runs
// something small, and what it made is looked at from outside.
import assert from "node:assert/strict";
import { airgWords, BASE } from "../support/contained_site.ts";

interface Tool {
  readonly name: string;
  /** Programs that must be on the machine. */
  readonly needs: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** A POSIX shell's text; every step must succeed. */
  readonly script: string;
  readonly says: RegExp;
  readonly profile?: string;
  /** A file the tool leaves in the workspace, and what it starts with. */
  readonly makes?: readonly [path: string, start: string];
}

const PACKAGE = JSON.stringify({ name: "p", version: "1.0.0" });
const DEPENDENCY: Tool["files"] = {
  "package.json": PACKAGE,
  "dep/package.json": JSON.stringify({
    name: "dep",
    version: "2.0.0",
    main: "i.js",
    scripts: {
      postinstall: "node -e \"require('fs').writeFileSync('ran', 'x')\"",
    },
  }),
  "dep/i.js": "module.exports = 40 + 2;\n",
  "use.js": "console.log('dep says', require('dep'));\n",
};

const TOOLS: readonly Tool[] = [
  {
    name: "npm installs a local tarball and runs its script",
    needs: ["node", "npm"],
    files: DEPENDENCY,
    script:
      "npm pack ./dep --silent && npm install --offline --no-audit --no-fund ./dep-2.0.0.tgz && test -f node_modules/dep/ran && node use.js",
    says: /dep says 42/,
    makes: ["package-lock.json", "{"],
  },
  {
    name: "pnpm installs a local tarball",
    needs: ["node", "npm", "pnpm"],
    files: DEPENDENCY,
    script:
      "npm pack ./dep --silent && pnpm install --offline ./dep-2.0.0.tgz && node use.js",
    says: /dep says 42/,
    makes: ["pnpm-lock.yaml", "lockfileVersion"],
  },
  {
    name: "node starts workers, child processes and a server on loopback",
    needs: ["node"],
    files: {
      "t.js": `
const { Worker, isMainThread, parentPort } = require("worker_threads");
if (!isMainThread) { parentPort.postMessage("worker"); return; }
console.log(require("os").userInfo().uid, require("os").cpus().length > 0);
console.log(require("child_process").execFileSync("echo", ["child"]).toString().trim());
new Worker(__filename).on("message", (text) => {
  console.log(text);
  const server = require("http").createServer((_, r) => r.end("served")).listen(0, "127.0.0.1", () => {
    fetch("http://127.0.0.1:" + server.address().port).then((r) => r.text()).then((text) => {
      console.log(text);
      server.close();
    });
  });
});
`,
    },
    script: "node t.js",
    says: /child\nworker\nserved/,
  },
  {
    name: "python makes a venv and installs a package into it",
    needs: ["python3"],
    files: {
      "pkg/setup.py": "",
      "pkg/hello.py": "print('hello from', __name__)\n",
    },
    script:
      `python3 -m venv env && cp pkg/hello.py env/lib/python3*/site-packages/ && env/bin/python -m hello && env/bin/python -c 'import ssl, sqlite3, multiprocessing; print(multiprocessing.Pool(2).map(abs, [-1, -2]))' && env/bin/pip --version`,
    says: /hello from __main__\n\[1, 2\]\npip /,
    makes: ["env/pyvenv.cfg", "home"],
  },
  {
    name: "cargo builds, tests and runs",
    needs: ["cargo", "cc"],
    files: {
      "Cargo.toml":
        '[package]\nname = "p"\nversion = "1.0.0"\nedition = "2021"\n',
      "src/main.rs":
        'fn main() { println!("built by cargo"); }\n#[test]\nfn holds() { assert_eq!(1 + 1, 2); }\n',
    },
    script:
      "cargo build --offline && cargo test --offline && cargo run --offline -q",
    says: /1 passed[^]*built by cargo/,
    makes: ["target/debug/p", "\x7fELF"],
  },
  {
    name: "make and gcc build, in parallel",
    needs: ["make", "gcc"],
    files: {
      Makefile: "p: a.o b.o\n\tgcc -o p a.o b.o\n%.o: %.c\n\tgcc -c $<\n",
      "a.c":
        '#include <stdio.h>\nint b(void);\nint main(void) { printf("b is %d\\n", b()); }\n',
      "b.c": "int b(void) { return 7; }\n",
    },
    script: "make -j2 && ./p",
    says: /b is 7/,
    makes: ["p", "\x7fELF"],
  },
  {
    name: "the leak sanitizer, which traces, works",
    needs: ["gcc"],
    files: {
      "l.c":
        "#include <stdlib.h>\nint main(void) { volatile char *p = malloc(7); p = 0; (void)p; return 0; }\n",
    },
    script:
      "gcc -fsanitize=address -o l l.c && (./l 2>&1; true) | grep 'SUMMARY'",
    says: /7 byte\(s\) leaked/,
  },
  {
    name: "go builds",
    needs: ["go"],
    files: {
      "go.mod": "module p\n\ngo 1.18\n",
      "main.go":
        'package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString("built by go\\n") }\n',
    },
    script:
      "export GOFLAGS=-mod=mod GOTOOLCHAIN=local GOPROXY=off; go build -o p && ./p",
    says: /built by go/,
    makes: ["p", "\x7fELF"],
  },
  {
    name: "sqlite writes ahead and locks",
    needs: ["sqlite3"],
    files: {},
    script:
      "sqlite3 d.db 'pragma journal_mode = wal; create table t (a); insert into t values (1), (2);' && (sqlite3 -cmd '.timeout 5000' d.db 'insert into t values (3)' & sqlite3 -cmd '.timeout 5000' d.db 'insert into t values (4)'; wait) && sqlite3 d.db 'select sum(a) from t; pragma integrity_check'",
    says: /10\nok/,
    makes: ["d.db", "SQLite format 3"],
  },
  {
    name: "git makes, branches, clones and adds a worktree",
    needs: ["git"],
    files: { "f.txt": "one\n" },
    script:
      "git init -q r && cp f.txt r && cd r && git config user.name A && git config user.email a@b && git add . && git commit -qm one && git checkout -q -b two && git worktree add -q ../w && git clone -q . ../c && git -C ../c log --format=%s && git remote add o ../c && git fetch -q o && git branch -u o/two && git status -sb",
    says: /one\n[^]*## two\.\.\.o\/two/,
  },
  {
    name: "chromium renders a page and makes a picture",
    needs: ["chromium"],
    profile: "browser",
    files: {
      "p.html":
        "<title>t</title><h1 id=h>no</h1><script>h.textContent = 'rendered ' + 6 * 7</script>",
    },
    script:
      'chromium --no-sandbox --headless --disable-gpu --dump-dom "file://$PWD/p.html" 2>/dev/null && chromium --no-sandbox --headless --screenshot="$PWD/s.png" "file://$PWD/p.html" 2>/dev/null; true',
    says: /rendered 42/,
    makes: ["s.png", "\x89PNG"],
  },
];

for (const tool of TOOLS) {
  const missing = tool.needs.filter((name) => onPath(name) === undefined);
  if (missing.length > 0) {
    // deno-lint-ignore no-console -- a skip must be seen
    console.error(`SKIPPED: ${tool.name}: no ${missing.join(", no ")} on PATH`);
  }
  Deno.test({
    name: `tools: ${tool.name}`,
    ignore: missing.length > 0,
    async fn() {
      const folder = await makeProject(tool);
      try {
        const { stdout, stderr, code } = await contained(folder, tool);
        assert.match(stdout, tool.says, `${code} ${stdout}\n${stderr}`);
        assert.equal(code, 0, `${stdout}\n${stderr}`);
        if (tool.makes === undefined) return;
        const [path, start] = tool.makes;
        const made = await Deno.readFile(`${folder}/project/${path}`);
        const head = String.fromCharCode(...made.subarray(0, start.length));
        assert.equal(head, start);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

async function makeProject({ files, script }: Tool): Promise<string> {
  await Deno.mkdir(BASE, { recursive: true, mode: 0o755 });
  const folder = await Deno.makeTempDir({ dir: BASE });
  for (const [path, text] of Object.entries({ ...files, "run.sh": script })) {
    const whole = `${folder}/project/${path}`;
    await Deno.mkdir(whole.slice(0, whole.lastIndexOf("/")), {
      recursive: true,
    });
    await Deno.writeTextFile(
      whole,
      path === "run.sh" ? `set -e\n${text}` : text,
    );
  }
  return folder;
}

/** As the current user with the real home, where toolchains live, but airg's own folders in the scratch one. */
async function contained(
  folder: string,
  { profile = "workspace" }: Tool,
): Promise<{ readonly code: number; stdout: string; stderr: string }> {
  const [program = "", ...args] = airgWords(Deno.uid() ?? 0);
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [
      ...args,
      ...["run", "--workspace", `${folder}/project`, "--profile", profile],
      ...["--policy", await policyIn(folder)],
      ...["--", "/bin/sh", "run.sh"],
    ],
    cwd: `${folder}/project`,
    env: {
      AIRG_STATE_DIR: `${folder}/state`,
      AIRG_CONFIG_DIR: `${folder}/config`,
      XDG_CACHE_HOME: `${folder}/cache`,
      DENO_NO_UPDATE_CHECK: "1",
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** The built-in policy with time for a build on a busy machine. */
async function policyIn(folder: string): Promise<string> {
  const path = `${folder}/policy.json`;
  const execution = { max_command_timeout_seconds: 600 };
  const document = { version: 1, extends: ["default"], execution };
  await Deno.writeTextFile(path, JSON.stringify(document));
  return path;
}

function onPath(name: string): string | undefined {
  return (Deno.env.get("PATH") ?? "").split(":").filter((f) =>
    f.startsWith("/")
  )
    .map((folder) => `${folder}/${name}`).find((path) => {
      try {
        return ((Deno.statSync(path).mode ?? 0) & 0o111) !== 0;
      } catch {
        return false;
      }
    });
}
