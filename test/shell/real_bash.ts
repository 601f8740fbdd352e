// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Runs texts in the machine's own bash, in a throw-away sandbox whose programs
 * are recorders, and tells which words each recorder was given.
 *
 * @module
 */

/** Programs that are recorders. */
export const RECORDERS: readonly string[] = [
  "c1",
  "c2",
  "c3",
  "rm",
  "git",
  "touch",
  "ls",
  "curl",
];

/** Programs that are real, because texts take their output or run through them. */
const REAL =
  "base64 xargs find env cat tr rev seq timeout nohup nice basename dirname sleep bash sh xxd head tail mktemp sed stdbuf setsid true"
    .split(" ");

/** One program start that was seen. */
export interface Seen {
  readonly folder: string;
  readonly argv: readonly string[];
}

/** A folder of its own for each text. */
export interface Bench {
  readonly root: string;
  readonly home: string;
  readonly folderOf: (index: number) => string;
  /** What each text started, in order. */
  readonly run: (texts: readonly string[]) => readonly (readonly Seen[])[];
  readonly remove: () => void;
}

/** Files that every text finds in its folder. */
export const TREE: Readonly<Record<string, string>> = {
  "a.txt": "alpha\n",
  "b.txt": "beta\n",
  "two words.txt": "gamma\n",
  ".env": "SECRET=1\n",
  "dir/x.c": "int x;\n",
  "dir/y.c": "int y;\n",
  "dir/sub/z.h": "",
  "lib.sh": 'c1 from-lib "$1"\nLIB=loaded\n',
  "list": "one\ntwo three\n",
};

/** Builds recorders and a place for texts; needs a C compiler and bubblewrap. */
export function openBench(): Bench {
  const root = Deno.makeTempDirSync({ prefix: "airg-shell-" });
  const path = (name: string): string => `${root}/${name}`;
  for (const name of ["bin", "log", "w", "home", "texts"]) {
    Deno.mkdirSync(path(name));
  }
  const source = new URL("./recorder.c", import.meta.url).pathname;
  must("cc", [
    "-O1",
    "-static",
    `-DLOG_PATH="${path("log/now")}"`,
    "-o",
    path("bin/c1"),
    source,
  ]);
  for (const name of RECORDERS.slice(1)) {
    Deno.copyFileSync(path("bin/c1"), path(`bin/${name}`));
  }
  for (const name of REAL) {
    const found = ["/usr/bin", "/bin"].map((folder) => `${folder}/${name}`)
      .find((file) => exists(file));
    if (found !== undefined) Deno.symlinkSync(found, path(`bin/${name}`));
  }
  return {
    root,
    home: path("home"),
    folderOf: (index) => path(`w/${index}`),
    run: (texts) => runAll(root, texts),
    remove: () => Deno.removeSync(root, { recursive: true }),
  };
}

function exists(file: string): boolean {
  try {
    Deno.statSync(file);
    return true;
  } catch {
    return false;
  }
}

function must(program: string, args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  if (!success) {
    throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Makes the folder of one text. */
export function makeTree(folder: string): void {
  for (const [name, text] of Object.entries(TREE)) {
    const cut = name.lastIndexOf("/");
    Deno.mkdirSync(`${folder}/${cut < 0 ? "" : name.slice(0, cut)}`, {
      recursive: true,
    });
    Deno.writeTextFileSync(`${folder}/${name}`, text);
  }
}

function runAll(
  root: string,
  texts: readonly string[],
): readonly (readonly Seen[])[] {
  for (const [i, text] of texts.entries()) {
    Deno.writeTextFileSync(`${root}/texts/${i}`, text);
  }
  // Each text is given as one argument, as `airg` and agents give it.
  const driver = `for ((i = 0; i < ${texts.length}; i++)); do
  cd ${root}/w/$i || exit 1
  text=$(cat ${root}/texts/$i; printf x)
  timeout -k 1 5 bash -c "\${text%x}" >/dev/null 2>&1 </dev/null
  [ -e ${root}/log/now ] && mv ${root}/log/now ${root}/log/$i
done
exit 0`;
  const { success, stderr } = new Deno.Command("/usr/bin/bwrap", {
    args: [
      ..."--unshare-all --die-with-parent --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp"
        .split(" "),
      "--bind",
      root,
      root,
      "--clearenv",
      ...["--setenv", "PATH", `${root}/bin:/usr/bin:/bin`],
      ...["--setenv", "HOME", `${root}/home`],
      ...["--setenv", "USER", "ann"],
      ...["--setenv", "LC_ALL", "C.UTF-8"],
      "/bin/bash",
      "-c",
      driver,
    ],
    stdin: "null",
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return texts.map((_, i) => readLog(`${root}/log/${i}`));
}

function readLog(file: string): readonly Seen[] {
  if (!exists(file)) return [];
  const text = new TextDecoder().decode(Deno.readFileSync(file));
  return text.split("\x01\n").slice(0, -1).map((line) => {
    const [folder = "", program = "", ...words] = line.split("\0").slice(0, -1);
    const name = program.slice(program.lastIndexOf("/") + 1);
    return { folder, argv: [name, ...words] };
  });
}
