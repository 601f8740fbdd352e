// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Folders that are not searched for hidden names, and why nothing is missed.
 *
 * Only by the name of the folder itself, never by what lies beside it: an agent
 * could put such a sign next to somebody's keys. A folder that holds a hidden
 * file cannot be renamed inside (its way is anchored), so a secret is not moved
 * into one of these either.
 *
 * @module
 */

/** One kind of folder. */
interface Unsearched {
  /** Components in a row. */
  readonly path: string;
  readonly why: string;
}

/** In any searched folder. */
const ANYWHERE: readonly Unsearched[] = [
  { path: "node_modules", why: "installed packages, from a public registry" },
  { path: "site-packages", why: "installed packages, from a public registry" },
  { path: "dist-packages", why: "installed packages, from a public registry" },
  { path: ".git/objects", why: "files named by their hash, compressed" },
  { path: ".git/lfs/objects", why: "files named by their hash" },
  { path: ".svn/pristine", why: "files named by their hash" },
  { path: ".hg/store", why: "revisions, compressed" },
];

/** Beneath a home folder alone; what of these holds a secret is on the list. */
const IN_HOME: readonly Unsearched[] = [
  ".cache",
  ".npm/_cacache",
  ".npm/_npx",
  ".nvm/versions",
  ".fnm",
  ".volta/tools",
  ".deno",
  ".bun/install",
  ".yarn/berry",
  ".local/share/pnpm",
  ".local/share/uv",
  ".local/share/virtualenv",
  ".local/share/mise/installs",
  ".local/share/flatpak",
  ".asdf/installs",
  ".pyenv/versions",
  ".rbenv/versions",
  ".rustup/toolchains",
  ".cargo/registry",
  ".cargo/git",
  "go/pkg/mod",
  ".sdkman/candidates",
  ".gradle/caches",
  ".gradle/wrapper",
  ".m2/repository",
  ".nuget/packages",
  ".ivy2/cache",
  ".opam",
  ".ghcup",
  ".stack",
  ".conda/pkgs",
  "miniconda3",
  "anaconda3",
  "miniforge3",
  ".vscode/extensions",
  ".vscode-server",
  ".cursor-server",
  ".linuxbrew",
].map((path) => ({
  path,
  why: "caches, tools and packages, downloaded for everybody alike",
}));

const BY_LAST = new Map<string, string[][]>();
for (const { path } of ANYWHERE) {
  const row = path.split("/");
  const last = row.at(-1) ?? "";
  BY_LAST.set(last, [...BY_LAST.get(last) ?? [], row.slice(0, -1)]);
}

const HOME_PATHS = IN_HOME.map(({ path }) => path);

/** All of them as text: what a search saw under another list says nothing. */
export const UNSEARCHED_KEY = [...BY_LAST.keys(), ...HOME_PATHS].join();

/** Whether the folder `name` in `folder` is passed over, wherever it lies. */
export function isUnsearched(folder: string, name: string): boolean {
  const rows = BY_LAST.get(name);
  if (rows === undefined) return false;
  return rows.some((above) => {
    if (above.length === 0) return true;
    const parts = folder.split("/");
    // Submodules keep theirs in .git/modules/NAME/objects.
    return parts.includes(above[0] ?? "");
  });
}

/** Folders of a home that are passed over. */
export function unsearchedIn(home: string): string[] {
  return HOME_PATHS.map((path) => `${home}/${path}`);
}
