// Copyright 2026 the airg authors. Apache-2.0 license.
// deno-lint-ignore-file no-console -- a script talks to a terminal

/**
 * Runs the checks and tests, all of them whatever fails, and sums up.
 *
 * Each check counts as one test. The last line is `N passed, N failed`, alone.
 *
 * @module
 */

/** One thing to run. */
interface Step {
  readonly group: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Record<string, string>;
  /** A test run with counts of its own; else the step is one check. */
  readonly counts?: boolean;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const root = decodeURIComponent(new URL("../", import.meta.url).pathname);
/** Not in parallel: threads share the current folder (platform/in_folder.ts). */
const MOVING = ["src/changes", "src/exec", "src/platform"];

const deno = Deno.execPath();
const reports = await Deno.makeTempDir({ prefix: "airg-reports-" });
const binary = `${root}dist/airg`;

const steps: readonly Step[] = [
  check("format", [deno, "fmt", "--check", "--quiet"]),
  check("lint", [deno, "lint", "--quiet"]),
  check("types", [deno, "check", "--quiet", "."]),
  ...["layers", "docs", "exports", "hosts", "licenses"].map((name) =>
    check(name, [deno, "run", "-A", `scripts/check_${name}.ts`])
  ),
  check("generated files", [deno, "run", "-A", "scripts/gen.ts", "--check"]),
  check("spelling", [
    "codespell",
    "--skip=.git,.tools,dist,deno.lock,LICENSE,*.snap,fuzz_corpus,policies/*.json,commands.jsonl,heldout.jsonl",
    "--ignore-words-list=ans,fo,ro,te,ot,nd,hist,ba,ue,ontext,atleast,inforce,doas,inh,netwrok,chekc,spawnve,tabe,lication,chage,aks,crate,gost,vie,sav,whe,afterall",
    ".",
  ]),
  tests("unit", "unit tests", [
    "--doc",
    "--parallel",
    `--ignore=${MOVING.join()}`,
    "src",
    "sandbox",
  ]),
  tests("unit", "unit tests that move", ["--doc", ...MOVING]),
  tests("unit", "policy, shell, scripts", [
    "--parallel",
    "test/policy",
    "test/shell",
    "test/real",
    "scripts",
  ]),
  tests("sandbox", "the real kernel", [
    "test/sandbox",
    "test/escape",
    "test/faults",
  ]),
  tests("approvals", "approvals", ["test/approvals"]),
  tests("files", "files and backups", ["test/files", "test/backup"]),
  tests("front", "front ends from source", ["test/cli", "test/mcp"]),
  tests("binary", "front ends from dist/airg", ["test/cli", "test/mcp"], {
    AIRG_BIN: binary,
  }),
  tests("binary", "escapes from dist/airg", [
    "test/escape",
    "test/sandbox/lifetime_test.ts",
  ], { AIRG_BIN: binary }),
  tests("fuzz", "the reader, fuzzed", ["test/fuzz"]),
  {
    group: "fuzz",
    name: "the launcher's parser, fuzzed",
    command: [
      "sh",
      "sandbox/launcher/fuzz.sh",
      Deno.env.get("AIRG_FUZZ_SECONDS") ?? "20",
    ],
  },
];

/** Holds no tests: what they share, and what is measured. */
const NO_TESTS = ["support", "bench"];
for (const { isDirectory, name } of Deno.readDirSync(`${root}test`)) {
  const isRun = steps.some(({ command }) => command.includes(`test/${name}`));
  if (isDirectory && !isRun && !NO_TESTS.includes(name)) {
    throw new Error(`No step of run_tests.ts runs test/${name}`);
  }
}

const only = Deno.args[Deno.args.indexOf("--only") + 1];
const chosen = Deno.args.includes("--only")
  ? steps.filter((step) => step.group === only)
  : steps;
if (chosen.length === 0) {
  console.error(`test: no such group: ${only}`);
  Deno.exit(64);
}

const before = await treeState();
const total = { passed: 0, failed: 0, skipped: 0 };
const bad: string[] = [];
for (const step of chosen) {
  const startedAt = performance.now();
  const count = await run(step);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `== ${step.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped (${seconds} s)`,
  );
  if (count.failed > 0) bad.push(step.name);
}
await Deno.remove(reports, { recursive: true });
const unchanged = before === await treeState();
if (unchanged) total.passed++;
else {
  total.failed++;
  bad.push("the tests leave no file of the repository changed");
}
for (const name of bad) console.log(`failed: ${name}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
if (total.failed > 0 || total.passed === 0) Deno.exit(1);

/** What git sees of the work tree: changes and files it does not know. */
async function treeState(): Promise<string> {
  const states = await Promise.all(
    [["status", "--porcelain"], ["diff", "HEAD"]].map((args) =>
      new Deno.Command("git", { args, cwd: root }).output()
    ),
  );
  return states.map(({ stdout }) => new TextDecoder().decode(stdout)).join();
}

function check(name: string, command: readonly string[]): Step {
  return { group: "lint", name, command };
}

function tests(
  group: string,
  name: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Step {
  return {
    group,
    name,
    command: [deno, "test", "-A", "--no-check", ...words],
    env,
    counts: true,
  };
}

async function run(step: Step): Promise<Count> {
  const report = `${reports}/${crypto.randomUUID()}.xml`;
  const [program, ...args] = step.command;
  const words = step.counts
    ? [...args.slice(0, 1), `--junit-path=${report}`, ...args.slice(1)]
    : args;
  console.log(`-- ${step.name}`);
  const success = await succeeds(program!, words, step.env ?? {});
  const count = step.counts
    ? await readReport(report)
    : { passed: success ? 1 : 0, failed: 0, skipped: 0 };
  // A run that broke before it counted has failed, too.
  if (!success && count.failed === 0) return { ...count, failed: 1 };
  return count;
}

async function succeeds(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args: [...args],
      cwd: root,
      env: { ...env, NO_COLOR: "1" },
      stdin: "null",
    }).spawn().status;
    return success;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`${program} is not installed; run scripts/setup --test-tools`);
    return false;
  }
}

async function readReport(path: string): Promise<Count> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`, "g"))]
      .reduce((n, [, count]) => n + Number(count), 0);
  const failed = sum("failures") + sum("errors");
  const skipped = sum("disabled") + sum("skipped");
  return { passed: sum("tests") - failed - skipped, failed, skipped };
}
