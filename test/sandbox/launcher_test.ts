// Copyright 2026 the airg authors. Apache-2.0 license.

// The launcher on the real kernel: every refusal of its instruction form, what
// it shuts and shows, and that nothing is left when it ends, however it ends.
// Denials have controls: the same probe must succeed without the record that
// denies it.
import assert from "node:assert/strict";
import {
  descendants,
  encode,
  type Field,
  identities,
  join,
  launcher,
  oddSleep,
  processesWith,
  Run,
  Site,
  SOURCE,
  until,
} from "./launcher/harness.ts";

const RUNGS = ["full", "bwrap", "bare"] as const;
const sh = (script: string) => ["/bin/sh", "-c", script];

async function check(bytes: Uint8Array, program: string[] = [launcher]) {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, bytes);
    const { code, stderr } = await new Deno.Command(program[0]!, {
      args: [...program.slice(1), "--check", file],
    }).output();
    return { code, said: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(file);
  }
}

// A whole instruction that is accepted; each case changes one thing in it.
const good: readonly Field[] = [
  ["rung", "full"],
  ["status", "/tmp/s"],
  ["token", "00112233445566778899aabbccddeeff"],
  ["owner", "1000 1000"],
  ["own-dir", "/tmp/own"],
  ["bwrap", "/usr/bin/bwrap"],
  ["barg", "--ro-bind"],
  ["attach", "/tmp/a"],
  ["hide-file", "/h"],
  ["hide-dir", "/d"],
  ["pin", "/p"],
  ["anchor", "/a"],
  ["copy", "/c"],
  ["copy-from", "/f"],
  ["replace", "/r"],
  ["content", ""],
  ["overlay", "/o"],
  ["layers", "/l"],
  ["pty", "none"],
  ["cwd", "/"],
  ["exec", "/bin/true"],
  ["arg", "true"],
  ["arg", ""],
  ["env", "A="],
  ["umask", "077"],
  ["rlimit", "NOFILE 64 unlimited"],
  ["ll-abi-min", "1"],
  ["ll-fs", "0xffff"],
  ["ll-net", "0x0"],
  ["ll-scope", "0x3"],
  ["ll-path", "0x1 /usr and more"],
  ["ll-port", "0x1 443"],
  ["seccomp", new Uint8Array(16)],
];
const set = (key: string, value: string | Uint8Array): Field[] =>
  good.map((field) => field[0] === key ? [key, value] : field);
const without = (...keys: string[]) =>
  good.filter(([key]) => !keys.includes(key));
const text = (bytes: string) => new TextEncoder().encode(bytes);
const times = (n: number, key: string, value: string): Field[] =>
  Array.from({ length: n }, () => [key, value] as const);
const bare = without(
  "overlay",
  "layers",
  "bwrap",
  "barg",
  "attach",
  "hide-file",
  "hide-dir",
  "pin",
  "anchor",
  "copy",
  "copy-from",
  "replace",
  "content",
).map((field): Field => field[0] === "rung" ? ["rung", "bare"] : field);

const refused: readonly (readonly [string, Uint8Array, string])[] = [
  ["an empty file", text(""), "not an instruction of version 1"],
  ["another version", text("airg-launch 2 0\n"), "not an instruction"],
  ["no body", text("airg-launch 1 0\n"), "missing end"],
  ["a leading zero", text("airg-launch 1 07\nend 0:\n"), "wrong body length"],
  ["a short body", text("airg-launch 1 8\nend 0:\n"), "wrong body length"],
  ["a long body", text("airg-launch 1 6\nend 0:\n"), "wrong body length"],
  ["no end", encode(good, false), "missing end"],
  ["bytes after end", encode([...good, ["end", ""]]), "bytes after the end"],
  ["an end with a value", encode([...good, ["end", "x"]]), "bad value"],
  ["an unknown key", encode([["x", "y"], ...good]), "unknown key"],
  ["a key in capitals", encode([["PIN", "/p"], ...good]), "unknown key"],
  [
    "a value's length beyond the file",
    text("airg-launch 1 9\npin 9:/a\n"),
    "value runs past the end",
  ],
  [
    "a signed length",
    text("airg-launch 1 10\npin +2:/a\n"),
    "bad length",
  ],
  [
    "a length with a leading zero",
    text("airg-launch 1 10\npin 02:/a\n"),
    "bad length",
  ],
  [
    "a value longer than said",
    text("airg-launch 1 10\npin 2:/abc"),
    "no newline after the value",
  ],
  ["more than 4 MiB", new Uint8Array(4194305), "longer than 4 MiB"],
  ...["rung", "status", "token", "bwrap", "pty", "cwd", "exec", "arg"]
    .concat(["ll-abi-min", "ll-fs", "ll-net", "ll-scope", "attach"])
    .map((key) =>
      [`no ${key}`, encode(without(key)), "missing required key"] as const
    ),
  ...["rung", "status", "token", "owner", "bwrap", "attach", "pty", "cwd"]
    .concat(["exec", "umask", "ll-abi-min", "ll-fs", "ll-net", "ll-scope"])
    .concat(["seccomp"])
    .map((key) =>
      [
        `${key} twice`,
        encode([...good, ...good.filter(([name]) => name === key)]),
        "second value for a single key",
      ] as const
    ),
  ...([
    ["own-dir", 17, "/o"],
    ["barg", 4097, "x"],
    ["arg", 65537, ""],
    ["env", 4097, "A=b"],
    ["rlimit", 17, "CPU 1 1"],
    ["ll-path", 4097, "0x1 /"],
    ["ll-port", 257, "0x1 1"],
  ] as const).map(([key, n, value]) =>
    [
      `${n} times ${key}`,
      encode([...times(n, key, value), ...without(key)]),
      "too many values",
    ] as const
  ),
  ...([
    ["rung", ["", "Full", "none"]],
    ["status", ["", "s", `/${"x".repeat(107)}`]],
    ["token", [
      "",
      "0".repeat(31),
      "0".repeat(33),
      "G".repeat(32),
      "A".repeat(32),
    ]],
    ["owner", ["", "1", "1 ", "01 1", "-1 1", "1 4294967295", "1 1 1", "a b"]],
    ["own-dir", ["", "o"]],
    ["bwrap", ["", "bwrap"]],
    ["barg", ["--"]],
    ["attach", ["", "./a"]],
    ["hide-file", ["", "h"]],
    ["hide-dir", ["", "d"]],
    ["pin", ["", "p"]],
    ["anchor", ["", "a"]],
    ["copy", ["", "c"]],
    ["copy-from", ["", "f"]],
    ["replace", ["", "r"]],
    ["pty", ["", "yes"]],
    ["cwd", ["", "."]],
    ["exec", ["", "true"]],
    ["env", ["", "A", "=b"]],
    ["umask", ["", "8", "1000", "00077"]],
    ["rlimit", [
      "",
      "NOFILE",
      "NOFILE 1",
      "nofile 1 1",
      "RSS 1 1",
      "NOFILE 2 1",
      "NOFILE unlimited 1",
      "NOFILE 01 1",
      "NOFILE 1 1 ",
      "NOFILE 9223372036854775808 unlimited",
    ]],
    ["ll-abi-min", ["", "0", "100", "1.0"]],
    ["ll-fs", ["", "1", "0x", "0X1", "0xA", "0x01", "0x11111111111111111"]],
    ["ll-net", ["0xg"]],
    ["ll-scope", ["0x 1"]],
    ["ll-path", ["", "0x1", "0x1 ", "0x1 usr", "1 /usr"]],
    ["ll-port", ["", "0x1", "0x1 65536", "0x1 -1", "0x1 1 1"]],
  ] as const).flatMap(([key, values]) =>
    values.map((value) =>
      [
        `${key} ${JSON.stringify(value).slice(0, 40)}`,
        encode(set(key, value)),
        "bad value",
      ] as const
    )
  ),
  ...[0, 7, 12, 4096 * 8 + 8].map((n) =>
    [
      `seccomp of ${n} bytes`,
      encode(set("seccomp", new Uint8Array(n))),
      "bad value",
    ] as const
  ),
  ["a NUL in a path", encode(set("pin", "/a\0b")), "NUL in a value"],
  ["a NUL in an argument", encode(set("arg", "\0")), "NUL in a value"],
  [
    "one limit twice",
    encode([...good, ["rlimit", "NOFILE 1 1"]]),
    "second value for one limit",
  ],
  ...["replace", "content"].map((key) =>
    [
      `a ${key} too few`,
      encode(without(key)),
      "replace and content come in pairs",
    ] as const
  ),
  ...["copy", "copy-from"].map((key) =>
    [
      `a ${key} too few`,
      encode(without(key)),
      "copy and copy-from come in pairs",
    ] as const
  ),
  [
    "257 copies",
    encode([
      ...good,
      ...times(256, "copy", "/c"),
      ...times(256, "copy-from", "/f"),
    ]),
    "too many values",
  ],
  [
    "nine files replaced",
    encode([...good, ...times(8, "replace", "/r"), ...times(8, "content", "")]),
    "too many values",
  ],
  [
    "a file replaced in the bare rung",
    encode([...bare, ["replace", "/r"], ["content", ""]]),
    "replacing is not for the bare rung",
  ],
  ...([["bwrap", "/b"], ["barg", "b"]] as const).map((field) =>
    [
      `${field[0]} in the bare rung`,
      encode([...bare, field]),
      "bubblewrap is not for the bare rung",
    ] as const
  ),
  [
    "an overlay without layers",
    encode(without("layers")),
    "overlays and layers differ in number",
  ],
  [
    "layers without an overlay",
    encode(without("overlay")),
    "overlays and layers differ in number",
  ],
  [
    "five overlays",
    encode([...good, ...times(4, "overlay", "/o")]),
    "too many values",
  ],
  ...[
    ...["attach", "hide-file", "hide-dir", "pin", "anchor", "copy", "overlay"],
  ].flatMap((key) =>
    ["bwrap", "bare"].map((rung) =>
      [
        `${key} in the ${rung} rung`,
        encode([
          ...bare.map((f): Field => f[0] === "rung" ? ["rung", rung] : f),
          ...(rung === "bwrap" ? [["bwrap", "/b"] as const] : []),
          [key, "/x"],
        ]),
        "mounts are for the full rung only",
      ] as const
    )
  ),
];

Deno.test("--check accepts the instruction that every refusal is a change of", async () => {
  assert.deepEqual(await check(encode(good)), { code: 0, said: "" });
  assert.deepEqual(await check(encode([...good].reverse())), {
    code: 0,
    said: "",
  });
  assert.deepEqual(await check(encode(bare)), { code: 0, said: "" });
});

for (const [name, bytes, reason] of refused) {
  Deno.test(`--check refuses ${name}`, async () => {
    const { code, said } = await check(bytes);
    assert.equal(code, 70);
    assert.match(said, /^airg-launcher: instruction at byte \d+: .*\n$|4 MiB/);
    assert(said.includes(reason), said);
  });
}

Deno.test("--version says the form's version", async () => {
  const { code, stdout } = await new Deno.Command(launcher, {
    args: ["--version"],
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [
    0,
    "airg-launcher 1\n",
  ]);
});

for (const identity of identities) {
  for (const rung of RUNGS) {
    const who = `${rung} as ${identity}`;

    Deno.test(`${who}: says what it did, and ends with the command's status`, async () => {
      await using site = new Site(identity);
      const run = await site.run({ rung, argv: sh("echo hi; exit 3") });
      assert.deepEqual(
        [run.code, run.out, run.err],
        [3, "hi\n", ""],
        JSON.stringify(run.lines),
      );
      const uid = identity === "root" ? 0 : site.identity === "user" &&
          Deno.uid() !== 0
        ? Deno.uid()
        : 65534;
      const token = "00112233445566778899aabbccddeeff";
      const one = (role: string) =>
        run.lines.filter((line) => line["role"] === role);
      assert.deepEqual(one("outer"), [{ role: "outer", token }]);
      assert.deepEqual(one("inner"), [{ role: "inner", token }]);
      assert.deepEqual(run.event("ready"), {
        event: "ready",
        uid,
        gid: uid,
        rung,
        userns: rung === "full",
        mountns: rung === "full",
        hidden: 0,
        pinned: 0,
        anchored: 0,
        overlaid: 0,
        skipped: [],
        pty: false,
      });
      const { pid, landlockAbi, ...applied } = run.event("applied")!;
      assert(pid > 1 && landlockAbi >= 1);
      const rootBare = identity === "root" && rung === "bare";
      const bounding = rung !== "bare" || rootBare
        ? "empty"
        : "held-by-no-new-privs";
      assert.deepEqual(applied, {
        event: "applied",
        landlockFs: "0x1fff",
        landlockNet: "0x0",
        landlockScope: "0x0",
        landlockRules: 1,
        landlockSkipped: 0,
        seccompInstructions: 0,
        noNewPrivs: true,
        boundingSet: bounding,
        securebits: rootBare ? "0xef" : "0x0",
        rlimits: 0,
        fdsClosed: true,
      });
      const { userMs, systemMs, maxRssKib, ...exited } = run.event("exited")!;
      assert(userMs >= 0 && systemMs >= 0 && maxRssKib > 0);
      assert.deepEqual(exited, {
        event: "exited",
        code: 3,
        signal: 0,
        bwrapError: "",
      });
      // The two roles speak on two connections, whose order is not ours.
      assert.deepEqual(
        run.lines.filter((line) => line["event"] !== "applied").at(-1),
        run.event("exited"),
      );
      assert.equal(run.event("failed"), undefined);
    });

    Deno.test(`${who}: a signal that ends the command is 128 and its number`, async () => {
      await using site = new Site(identity);
      const run = await site.run({ rung, argv: sh("kill -SEGV $$") });
      assert.equal(run.code, 139);
      assert.equal(run.event("exited")!["code"], 139);
      assert.equal(run.event("exited")!["signal"], rung === "bare" ? 11 : 0);
    });

    Deno.test(`${who}: the command gets its arguments, environment, folder, umask and limits`, async () => {
      await using site = new Site(identity);
      const run = await site.run({
        rung,
        argv: [
          "/bin/sh",
          "-c",
          'printf "%s|" "$0" "$@" "$X" "$(pwd)" "$(umask)" "$(ulimit -n)" "$(ulimit -Hn)" "$(ulimit -c)"; env | grep -c .',
          "zero",
          "",
          "a\nb",
          "ü",
        ],
        fields: [
          ["env", "X=\nend 0:\n"],
          ["umask", "027"],
          ["rlimit", "NOFILE 32 64"],
          ["rlimit", "CORE 0 unlimited"],
        ],
      });
      assert.equal(
        run.out.split("|").slice(0, -1).join("|"),
        [
          "zero",
          "",
          "a\nb",
          "ü",
          "\nend 0:\n",
          site.workspace,
          "0027",
          "32",
          "64",
          "0",
        ].join("|"),
        run.out + run.err,
      );
      assert.equal(run.event("applied")!["rlimits"], 2);
    });

    Deno.test(`${who}: the command has no capability and cannot get one`, async () => {
      await using site = new Site(identity);
      const run = await site.run({
        rung,
        argv: sh(
          "grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Sig(Blk|Ign)):' /proc/self/status",
        ),
      });
      assert.equal(
        run.out.replaceAll("\t", " "),
        "SigBlk: 0000000000000000\nSigIgn: 0000000000000000\n" +
          "CapInh: 0000000000000000\nCapPrm: 0000000000000000\n" +
          "CapEff: 0000000000000000\nCapAmb: 0000000000000000\nNoNewPrivs: 1\n",
      );
    });

    Deno.test(`${who}: descriptors of the caller do not arrive`, async () => {
      await using site = new Site(identity);
      const list = "ls /proc/self/fd; ls /proc/self/fd/7/ && echo GOT";
      const open = ["/bin/bash", "-c", 'exec 7</ 200</etc; exec "$@"', "-"];
      const control = await new Deno.Command(open[0]!, {
        args: [...open.slice(1), ...sh(list)],
      }).output();
      assert.match(new TextDecoder().decode(control.stdout), /GOT/);
      const run = await site.run({ rung, argv: sh(list), wrap: open });
      assert.equal(run.out, "0\n1\n2\n3\n"); // 3 is ls's own
    });

    Deno.test(`${who}: nothing of the launcher holds the command's status connection`, async () => {
      await using site = new Site(identity);
      const seconds = oddSleep();
      const run = site.start({ rung, argv: ["/bin/sleep", seconds] });
      await until(
        "the inner connection to close",
        () => run.closed.includes("inner"),
      );
      assert.equal(processesWith(seconds).length >= 1, true);
      run.kill("SIGTERM");
      await run.done;
      assert.equal(run.code, 143);
    });

    for (
      const [signal, code] of [["SIGTERM", 15], ["SIGINT", 2], ["SIGHUP", 1], [
        "SIGQUIT",
        3,
      ]] as const
    ) {
      Deno.test(`${who}: ${signal} reaches the command's group`, async () => {
        await using site = new Site(identity);
        const seconds = oddSleep();
        const trap = `trap 'echo got; exit ${40 + code}' ${code}; ` +
          `sleep ${seconds} & echo up; wait`;
        const run = site.start({ rung, argv: sh(trap) });
        await run.said("up");
        run.kill(signal);
        await run.done;
        assert.deepEqual([run.out, run.code], ["up\ngot\n", 40 + code]);
        assert.deepEqual(processesWith(seconds), []);
      });
    }

    Deno.test(`${who}: a second SIGTERM ends the tree`, async () => {
      await using site = new Site(identity);
      const seconds = oddSleep();
      const run = site.start({
        rung,
        // Short turns: a signal just before a fork is seen only at its end.
        argv: sh(
          `trap '' TERM; sleep ${seconds} & trap 'echo one' TERM; echo up; ` +
            "while :; do sleep 0.05; done",
        ),
      });
      await run.said("up");
      run.kill("SIGTERM");
      await run.said("one");
      run.kill("SIGTERM");
      await run.done;
      assert.equal(run.code, 137);
      assert.deepEqual(processesWith(seconds), []);
    });

    // The daemon has left the session and the command waits; each way to end
    // the launcher must end both.
    const ways: Record<string, (run: Run) => void> = {
      "its end by exit": () => {},
      "the end of the status connection": (run) => run.endStatus(),
      "SIGKILL of the launcher": (run) => run.kill("SIGKILL"),
      "SIGKILL of its child": (run) =>
        Deno.kill(descendants(run.pid)[0]!, "SIGKILL"),
    };
    for (const [way, end] of Object.entries(ways)) {
      Deno.test(`${who}: ${way} leaves nothing`, async () => {
        await using site = new Site(identity);
        const seconds = oddSleep();
        const wait = way === "its end by exit"
          ? "until [ -e go ]; do sleep 0.01; done"
          : `sleep ${seconds}`;
        const run = site.start({
          rung,
          argv: sh(
            `for i in 1 2 3; do setsid sleep ${seconds} </dev/null >/dev/null 2>&1 & done; ` +
              `(setsid setsid setsid sleep ${seconds} &); echo up; ${wait}`,
          ),
        });
        await run.said("up");
        await until("the daemons", () => processesWith(seconds).length >= 4);
        site.makeFile("work/go", "");
        end(run);
        await run.done;
        if (way !== "SIGKILL of the launcher") {
          assert.deepEqual(processesWith(seconds), []);
        }
        await until(
          "the daemons' end",
          () => processesWith(seconds).length === 0,
        );
      });
    }

    Deno.test(`${who}: the death of airg leaves nothing`, async () => {
      await using site = new Site(identity);
      const seconds = oddSleep();
      // The shell stands for airg: it does not exec, and is killed.
      const run = site.start({
        rung,
        argv: sh(`setsid sleep ${seconds} & echo up; sleep ${seconds}`),
        wrap: ["/bin/sh", "-c", '"$@"; :', "-"],
      });
      await run.said("up");
      run.kill("SIGKILL");
      await until("the end of all", () => processesWith(seconds).length === 0);
      await run.done;
    });

    Deno.test(`${who}: closed standard descriptors do no harm`, async () => {
      await using site = new Site(identity);
      const run = await site.run({
        rung,
        argv: sh("echo x; readlink /proc/self/fd/0 >here; echo y >&2"),
        wrap: ["/bin/sh", "-c", 'exec 0<&- 1>&- 2>&-; exec "$@"', "-"],
      });
      assert.equal(run.event("failed"), undefined);
      assert.equal(run.code, 0);
      assert.equal(
        await Deno.readTextFile(`${site.workspace}/here`),
        "/dev/null\n",
      );
    });

    Deno.test(`${who}: a program that cannot be executed is a failed step`, async () => {
      await using site = new Site(identity);
      site.makeFile("work/script", "echo no interpreter line\n");
      await Deno.chmod(`${site.workspace}/script`, 0o755);
      const missing = await site.run({ rung, argv: ["/nowhere"] });
      const script = await site.run({
        rung,
        argv: [`${site.workspace}/script`],
      });
      assert.deepEqual([missing.code, script.code], [70, 70]);
      assert.deepEqual(missing.event("failed"), {
        event: "failed",
        step: "execve",
        detail: "",
        errno: 2,
        message: "No such file or directory",
      });
      assert.deepEqual(
        [script.event("failed")!["step"], script.event("failed")!["errno"]],
        ["execve", 8],
      );
    });

    Deno.test(`${who}: a filter is the last thing before the command`, async () => {
      await using site = new Site(identity);
      // ld [0]; jeq #uname; ret ERRNO|EPERM; ret ALLOW
      const nr = Deno.build.arch === "x86_64" ? 63 : 160;
      const filter = new Uint32Array([
        0x20,
        0,
        0x15 | 1 << 24,
        nr,
        0x06,
        0x50001,
        0x06,
        0x7fff0000,
      ]);
      const control = await site.run({ rung, argv: ["/bin/uname"] });
      const run = await site.run({
        rung,
        argv: ["/bin/uname"],
        fields: [["seccomp", new Uint8Array(filter.buffer)]],
      });
      assert.deepEqual([control.code, run.code], [0, 1]);
      assert.equal(run.event("applied")!["seccompInstructions"], 4);
    });

    Deno.test(`${who}: Landlock allows what is listed only`, async () => {
      await using site = new Site(identity);
      const argv = sh(
        "echo x >in && cat in && echo y >/dev/null; cat /etc/passwd",
      );
      const rules: Field[] = [
        "0xd /usr",
        "0xd /bin",
        "0xd /lib",
        "0xd /lib64",
        "0x1fff /nowhere",
        "0xfff /dev/null",
        `0x1fff ${site.workspace}`,
      ].map((value) => ["ll-path", value] as const);
      const request = { rung, argv, fields: rules };
      const fields = site.fields(request);
      const run = site.startFile(
        site.write(encode(fields.filter(([, v]) => v !== "0x1fff /"))),
        request,
      );
      await run.done;
      assert.equal(run.out, "x\n");
      assert.match(run.err, /passwd: Permission denied/);
      const { landlockRules, landlockSkipped } = run.event("applied")!;
      assert.deepEqual([landlockRules, landlockSkipped], [6, 1]);
      const control = await site.run({ rung, argv });
      assert.match(control.out, /^x\nroot:/);
    });
  }

  Deno.test(`full as ${identity}: masks hide, pins hold, anchors stay`, async () => {
    await using site = new Site(identity);
    const { workspace } = site;
    site.makeFolder("work/.git");
    site.makeFolder("work/.git/hooks");
    site.makeFolder("work/secrets");
    site.makeFile("work/secrets/key", "KEY");
    site.makeFile("work/.env", "ENV");
    site.makeFile("work/.git/config", "CONFIG");
    const argv = sh(
      "cat secrets/key; cat .env; echo; echo x >>.git/config; echo x >.git/hooks/h; " +
        "mv .git g; mv g .git; mv secrets s; mv s secrets; rm -f .env; echo new >free; cat free",
    );
    const denied = await site.run({
      argv,
      fields: [
        ["hide-file", `${workspace}/.env`],
        ["hide-file", `${workspace}/secrets/key`], // below a mask: hidden already
        ["hide-file", `${workspace}/none/such`],
        ["hide-dir", `${workspace}/secrets`],
        ["hide-dir", `${workspace}/secrets`], // twice
        ["hide-dir", `${workspace}/.env/x`],
        ["pin", `${workspace}/.git/hooks`],
        ["pin", `${workspace}/.git/config`],
        ["anchor", `${workspace}/.git`],
        ["anchor", workspace],
        ["attach", workspace],
      ],
    });
    assert.equal(denied.out, "\nnew\n");
    assert.match(denied.err, /secrets\/key: No such file/);
    assert.match(denied.err, /\.env: Permission denied/);
    assert.match(denied.err, /\.git\/config: Read-only file system/);
    assert.match(denied.err, /\.git\/hooks\/h: Read-only file system/);
    assert.match(denied.err, /cannot move '\.git' to 'g': Device or resource/);
    assert.match(denied.err, /cannot move 'secrets' to 's': Device or res/);
    const { hidden, pinned, anchored, skipped } = denied.event("ready")!;
    assert.deepEqual({ hidden, pinned, anchored, skipped }, {
      hidden: 4,
      pinned: 2,
      anchored: 2,
      skipped: [
        { key: "hide-dir", index: 2, errno: 20 },
        { key: "hide-file", index: 2, errno: 2 },
      ],
    });
    assert.equal(await Deno.readTextFile(`${workspace}/.git/config`), "CONFIG");
    assert.equal(await Deno.readTextFile(`${workspace}/.env`), "ENV");

    const control = await site.run({ argv });
    assert.equal(control.out, "KEYENV\nnew\n");
    assert.equal(control.err, "");
    assert.equal(
      await Deno.readTextFile(`${workspace}/.git/config`),
      "CONFIGx\n",
    );
  });

  Deno.test(`full as ${identity}: a mask has the size and time of what it covers, no content`, async () => {
    await using site = new Site(identity);
    const { workspace } = site;
    const file = `${workspace}/file`;
    site.makeFile("work/file", "x".repeat(100_000));
    const when = 1_600_000_000;
    await Deno.utime(file, when, when);
    const argv = sh("stat -c '%s %Y' file; cat file");
    const denied = await site.run({
      argv,
      fields: [["hide-file", file], ["attach", workspace]],
    });
    assert.equal(denied.out, `100000 ${when}\n`);
    assert.match(denied.err, /file: Permission denied/);
    const control = await site.run({ argv });
    assert.equal(control.out.length, `100000 ${when}\n`.length + 100_000);
  });

  Deno.test(`full as ${identity}: a linked target is refused, in any component`, async () => {
    await using site = new Site(identity);
    const { workspace, folder } = site;
    site.makeFolder("work/real");
    site.makeFile("work/real/file", "x");
    await Deno.symlink("real", `${workspace}/link`);
    await Deno.symlink("real/file", `${workspace}/file`);
    const cases: Field[] = [
      ["hide-dir", `${workspace}/link`],
      ["hide-file", `${workspace}/file`],
      ["hide-file", `${workspace}/link/file`],
      ["pin", `${workspace}/link`],
      ["pin", `${workspace}/link/file`],
      ["anchor", `${workspace}/link`],
    ];
    for (const field of cases) {
      const run = await site.run({
        argv: ["/bin/true"],
        fields: [["attach", `${folder}/attach`], field],
      });
      assert.equal(run.code, 70);
      assert.deepEqual(run.event("failed"), {
        event: "failed",
        step: "mount",
        detail: `${field[0]} 0`,
        errno: 40,
        message: run.event("failed")!["message"],
      });
    }
    const kinds: (readonly [Field, number])[] = [
      [["hide-dir", `${workspace}/real/file`], 20],
      [["hide-file", `${workspace}/real`], 21],
      [["anchor", `${workspace}/real/file`], 20],
    ];
    for (const [field, errno] of kinds) {
      const run = await site.run({
        argv: ["/bin/true"],
        fields: [["attach", `${folder}/attach`], field],
      });
      assert.equal(run.event("failed")!["errno"], errno);
    }
  });

  Deno.test(`full as ${identity}: hundreds of targets, and every skip is named`, async () => {
    await using site = new Site(identity);
    const { workspace, folder } = site;
    const fields: Field[] = [["attach", `${folder}/attach`]];
    for (let i = 0; i < 300; i++) {
      site.makeFile(`work/f${i}`, "x");
      fields.push(["hide-file", `${workspace}/f${i}`]);
      fields.push(["hide-file", `${workspace}/none${i}`]);
    }
    const run = await site.run({
      argv: sh("cat f* 2>/dev/null | wc -c; ulimit -Sn"),
      fields,
      wrap: ["/bin/sh", "-c", 'ulimit -Sn 256; exec "$@"', "-"],
    });
    assert.equal(run.out, "0\n256\n");
    const named = run.lines.flatMap((line) => line["skipped"] ?? []);
    assert.equal(named.length, 300);
    assert.deepEqual(
      named.map(({ index }) => index),
      Array.from({ length: 300 }, (_, i) => 2 * i + 1),
    );
    assert.equal(run.event("ready")!["hidden"], 300);
  });

  Deno.test(`full as ${identity}: a target swapped for a link is never followed`, async () => {
    await using site = new Site(identity);
    const { workspace, folder } = site;
    site.makeFolder("outside");
    site.makeFile("outside/canary", "CANARY");
    site.makeFolder("work/a");
    site.makeFile("work/a/canary", "SECRET");
    const swapper = new Deno.Command("/bin/sh", {
      args: [
        "-c",
        `cd ${workspace}; while [ ! -e stop ]; do mv a b; ln -s ${folder}/outside a; rm a; mv b a; done`,
      ],
      stderr: "null",
    }).spawn();
    const codes = new Set<number>();
    for (let i = 0; i < 25; i++) {
      const run = await site.run({
        argv: sh(`cat ${folder}/outside/canary`),
        fields: [["attach", `${folder}/attach`], [
          "hide-dir",
          `${workspace}/a`,
        ]],
      });
      codes.add(run.code);
      assert(run.code === 0 || run.code === 70, String(run.code));
      // Only what was named may be covered, whatever stood there.
      if (run.code === 0) assert.equal(run.out, "CANARY");
      else assert.equal(run.event("failed")!["step"], "mount");
    }
    site.makeFile("work/stop", "");
    await swapper.status;
  });

  Deno.test(`full as ${identity}: own folders are made, or must be one's own`, async () => {
    await using site = new Site(identity);
    const base = site.makeFolder("base");
    const own = (path: string) =>
      site.run({ argv: ["/bin/true"], fields: [["own-dir", path]] });
    assert.equal((await own(`${base}/new`)).code, 0);
    const { mode, uid } = await Deno.stat(`${base}/new`);
    assert.deepEqual([mode! & 0o7777, uid], [
      0o700,
      (await Deno.stat(base)).uid,
    ]);
    assert.equal((await own(`${base}/new`)).code, 0);
    await Deno.symlink("new", `${base}/link`);
    await Deno.chmod(base, 0o777);
    for (
      const path of ["/link", "", "/none/below"].map((name) => base + name)
    ) {
      const run = await own(path);
      assert.deepEqual([run.code, run.event("failed")!["step"]], [
        70,
        "own-dir",
      ]);
    }
  });

  Deno.test(`full as ${identity}: bubblewrap's own failure is told apart`, async () => {
    await using site = new Site(identity);
    const run = await site.run({
      argv: ["/bin/true"],
      bwrap: ["--no-such-option"],
    });
    assert.equal(run.code, 70);
    assert.equal(run.event("failed")!["step"], "bwrap");
    assert.match(run.event("exited")!["bwrapError"], /no-such-option/);
    const long = await site.run({
      argv: ["/bin/true"],
      bwrap: ['--\x01"\\'.repeat(20000)],
    });
    assert.equal(long.code, 70);
    assert(long.event("exited")!["bwrapError"].length > 300);
  });
}

// The file itself. `spoil` changes it between writing and starting.
const spoiled: Record<string, (file: string, site: Site) => void> = {
  "a wider mode": (file) => Deno.chmodSync(file, 0o640),
  "a narrower mode": (file) => Deno.chmodSync(file, 0o400),
  "a second link": (file) => Deno.linkSync(file, `${file}.2`),
  "a symbolic link": (file) => {
    Deno.renameSync(file, `${file}.2`);
    Deno.symlinkSync(`${file}.2`, file);
  },
  "a folder": (file) => {
    Deno.removeSync(file);
    Deno.mkdirSync(file);
  },
  "a pipe": (file) => {
    Deno.removeSync(file);
    new Deno.Command("mkfifo", { args: ["-m", "600", file] }).outputSync();
  },
  "nothing": (file) => Deno.removeSync(file),
  "another's file": (file) => Deno.chownSync(file, 12345, 12345),
};
for (const [name, spoil] of Object.entries(spoiled)) {
  Deno.test({
    name: `an instruction that is ${name} is refused and left alone`,
    ignore: name === "another's file" && Deno.uid() !== 0,
    async fn() {
      await using site = new Site(identities[0]!);
      let before: unknown;
      const run = site.start({
        argv: sh("echo ran"),
        spoil: (file) => {
          spoil(file, site);
          before = [...Deno.readDirSync(site.folder)].map(({ name }) => name);
        },
      });
      await run.done;
      assert.deepEqual([run.code, run.out, run.lines], [70, "", []]);
      assert.match(run.err, /^airg-launcher: instruction.*\n$/);
      const after = [...Deno.readDirSync(site.folder)].map(({ name }) => name)
        .filter((name) => name !== "status");
      assert.deepEqual(
        after.sort(),
        (before as string[]).filter((n) => n !== "status").sort(),
      );
    },
  });
}

Deno.test("an instruction is used once", async () => {
  await using site = new Site(identities[0]!);
  const file = site.write(encode(site.fields({ argv: ["/bin/true"] })));
  const first = site.startFile(file, {});
  await first.done;
  const second = site.startFile(file, {});
  await second.done;
  assert.deepEqual([first.code, second.code], [0, 70]);
});

Deno.test("a malformed instruction is gone as well, and nothing connects", async () => {
  await using site = new Site(identities[0]!);
  const file = site.write(text("airg-launch 1 0\n"));
  const run = site.startFile(file, {});
  await run.done;
  assert.deepEqual([run.code, run.lines], [70, []]);
  assert.throws(() => Deno.statSync(file), Deno.errors.NotFound);
});

Deno.test("without a listener there is one line on standard error", async () => {
  await using site = new Site(identities[0]!);
  const fields = site.fields({ argv: ["/bin/true"] }).map((field): Field =>
    field[0] === "status" ? ["status", `${site.folder}/none`] : field
  );
  const run = site.startFile(site.write(encode(fields)), {});
  await run.done;
  assert.equal(run.code, 70);
  assert.equal(
    run.err,
    "airg-launcher: status connect: No such file or directory\n",
  );
});

Deno.test({
  name: "only root becomes another user",
  ignore: !identities.includes("user") || Deno.uid() !== 0,
  async fn() {
    await using site = new Site("user");
    const run = await site.run({
      argv: ["/bin/true"],
      fields: [["owner", "1 1"]],
    });
    assert.equal(run.code, 70);
    assert.equal(run.event("failed")!["step"], "owner");
  },
});

Deno.test("a Landlock that is too old is refused", async () => {
  await using site = new Site(identities[0]!);
  const fields = site.fields({ argv: ["/bin/true"] }).map((field): Field =>
    field[0] === "ll-abi-min" ? ["ll-abi-min", "99"] : field
  );
  const run = site.startFile(site.write(encode(fields)), {});
  await run.done;
  assert.deepEqual([run.code, run.event("failed")!["step"]], [70, "landlock"]);
});

Deno.test("the longest instruction runs, and a slow reader gets every byte", async () => {
  await using site = new Site(identities[0]!);
  const run = await site.run({
    argv: sh("echo $#; yes 0123456789abcde | head -c 3000000"),
    fields: Array.from(
      { length: 30000 },
      (_, i): Field => ["arg", `${i}-${"x".repeat(40)}`],
    ),
    wrap: [
      "/bin/bash",
      "-c",
      '"$@" > >(sleep 0.2; exec cat) ; code=$?; wait; exit $code',
      "-",
    ],
  });
  assert.equal(run.code, 0);
  assert.equal(run.out.length, "29999\n".length + 3000000);
});

// A terminal, played by terminal.py.
for (const rung of RUNGS) {
  const terminal = async (
    script: string,
    steps: readonly (readonly unknown[])[],
  ) => {
    await using site = new Site(identities[0]!);
    const run = await site.run({ rung, argv: sh(script), terminal: steps });
    assert.equal(run.code, 0, run.err + run.out);
    return { ...JSON.parse(run.out), run, site };
  };

  Deno.test(`${rung} on a terminal: the command has its own, of the same size`, async () => {
    const { seen, code, run } = await terminal(
      "test -t 0 && test -t 1 && test -t 2 && stty size && : </dev/tty && echo ok; " +
        "stat -Lc %t:%T /proc/self/fd/0; exit 5",
      [["expect", "ok"]],
    );
    assert.equal(code, 5);
    assert.match(seen, /^24 80\r\nok\r\n/);
    assert.equal(run.event("ready")!["pty"], true);
  });

  Deno.test(`${rung} on a terminal: lines, Ctrl-C, Ctrl-D and sizes go through`, async () => {
    const { seen, code } = await terminal(
      "trap 'echo int' INT; trap 'stty size; w=1' WINCH; echo up; read x; echo \"<$x>\"; " +
        "until [ $w ]; do sleep 0.01; done; cat; echo eof",
      [
        ["expect", "up"],
        ["mode", "raw"],
        ["send", "typed\r"],
        ["expect", "<typed>"],
        ["resize", 40, 100],
        ["expect", "40 100"],
        ["send", "back\r"],
        ["expect", "back\r\nback"],
        ["send", "\x04"],
        ["expect", "eof"],
      ],
    );
    assert.equal(code, 0, seen);
  });

  Deno.test(`${rung} on a terminal: Ctrl-C is the command's`, async () => {
    const { code } = await terminal(
      "trap 'echo int; exit 9' INT; echo up; while :; do sleep 0.01; done",
      [["expect", "up"], ["mode", "raw"], ["send", "\x03"], ["expect", "int"]],
    );
    assert.equal(code, 9);
  });

  Deno.test(`${rung} on a terminal: much output arrives whole`, async () => {
    const { seen } = await terminal("seq 1 30000", []);
    const lines = seen.trim().split("\r\n");
    assert.deepEqual([lines.length, lines[29999]], [30000, "30000"]);
  });

  Deno.test(`${rung} on a terminal: its settings come back after SIGKILL`, async () => {
    const seconds = oddSleep();
    const { code } = await terminal(`echo up; sleep ${seconds}`, [
      ["expect", "up"],
      ["mode", "raw"],
      ["kill", 9],
    ]);
    assert.equal(code, -9);
    await until("the end of all", () => processesWith(seconds).length === 0);
  });

  Deno.test(`${rung} on a terminal: suspended and continued by hand`, async () => {
    const { code, seen } = await terminal(
      'echo up; read x; echo "<$x>"',
      [
        ["expect", "up"],
        ["mode", "raw"],
        ["kill", 20],
        ["stopped"],
        ["mode", "cooked"],
        ["kill", 18],
        ["mode", "raw"],
        ["send", "on\r"],
        ["expect", "<on>"],
      ],
    );
    assert.equal(code, 0, seen);
  });

  Deno.test(`${rung} with standard input from a file: output on the terminal, its keys untouched`, async () => {
    // A trap, not a plain `sleep`: dash catches SIGINT and loses one that comes
    // just before it executes its last command.
    const { seen, code } = await terminal(
      "trap 'exit 130' INT; test -t 0 || echo 'no terminal'; test -t 1 && cat; echo; echo up; sleep 777 & wait",
      [
        ["stdin", "/etc/hostname"],
        ["expect", "no terminal\r\n"],
        ["expect", "up\r\n"],
        ["send", "\x03"], // the terminal's own signal, passed on
      ],
    );
    assert.equal(code, 130, seen);
  });

  Deno.test(`${rung} with standard output to a file: keys still reach the command`, async () => {
    const file = await Deno.makeTempFile();
    const { code } = await terminal(
      'test -t 1 || read x; echo "<$x>"; echo done >&2',
      [
        ["stdout", file],
        ["mode", "raw"],
        ["send", "typed\r"],
        ["expect", "done"],
      ],
    );
    assert.equal(code, 0);
    assert.equal(await Deno.readTextFile(file), "<typed>\n");
    await Deno.remove(file);
  });
}

for (const CC of ["musl-gcc", "gcc"]) {
  const there = new Deno.Command("sh", { args: ["-c", `command -v ${CC}`] })
    .outputSync().success;
  Deno.test({
    name: `${CC} builds the same bytes twice, without a warning`,
    ignore: !there,
    async fn() {
      const folder = await Deno.makeTempDir();
      const build = async (out: string) => {
        const { stdout, stderr, code } = await new Deno.Command(
          `${SOURCE}build.sh`,
          { args: [`${folder}/${out}`], env: { CC } },
        ).output();
        assert.deepEqual([code, join([stdout, stderr]).length], [0, 0]);
        return await Deno.readFile(`${folder}/${out}`);
      };
      assert.deepEqual(await build("one"), await build("two"));
      await Deno.remove(folder, { recursive: true });
    },
  });
}

const emulated = ["aarch64-linux-gnu-gcc", "qemu-aarch64-static"].every((
  tool,
) =>
  new Deno.Command("sh", { args: ["-c", `command -v ${tool}`] }).outputSync()
    .success
);
if (!emulated) {
  // deno-lint-ignore no-console -- a skip is loud
  console.log("aarch64 not tested: no cross compiler or no qemu here");
}
Deno.test({
  name: "on aarch64 the launcher reads the same instructions",
  ignore: !emulated,
  async fn() {
    const folder = await Deno.makeTempDir();
    const out = `${folder}/launcher`;
    const built = await new Deno.Command(`${SOURCE}build.sh`, {
      args: ["aarch64", out],
    }).output();
    assert(built.success, new TextDecoder().decode(built.stderr));
    const program = ["qemu-aarch64-static", out];
    const version = await new Deno.Command(program[0]!, {
      args: [out, "--version"],
    }).output();
    assert.equal(
      new TextDecoder().decode(version.stdout),
      "airg-launcher 1\n",
    );
    assert.equal((await check(encode(good), program)).code, 0);
    for (const [name, bytes, reason] of refused.slice(0, 60)) {
      const { code, said } = await check(bytes, program);
      assert.equal(code, 70, name);
      assert(said.includes(reason), said);
    }
    await Deno.remove(folder, { recursive: true });
  },
});
