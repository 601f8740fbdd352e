// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Folders that a build makes again, which are not worth a copy (pure).
 *
 * The same that the policy lets an agent delete whole: folders of
 * `fs.recursive-delete-inside` in policies/packs/filesystem.json.
 *
 * @module
 */

const NAMES = new Set(
  ("node_modules dist build out target coverage .next .nuxt .turbo .cache " +
    ".parcel-cache __pycache__ .pytest_cache .mypy_cache .ruff_cache .venv " +
    "venv .tox .gradle tmp .svelte-kit .vite .output .nyc_output .expo " +
    ".angular .astro .docusaurus .dart_tool .build .eggs .hypothesis " +
    ".terraform .tmp .temp temp _build obj htmlcov elm-stuff " +
    "storybook-static playwright-report test-results").split(" "),
);
const PREFIXES = ["cmake-build-", "bazel-", "dist-", "build-"];
const SUFFIX = ".egg-info";

/** Whether a folder of this name holds what a build makes again. */
export function isMadeAgain(name: string): boolean {
  return NAMES.has(name) || name.endsWith(SUFFIX) ||
    PREFIXES.some((prefix) => name.startsWith(prefix));
}
