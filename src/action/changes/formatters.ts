// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Programs that rewrite the files they are given, or all that they find (pure).
 *
 * Sources: the manuals of gofmt, rustfmt, cargo-fmt, deno fmt, Black, isort,
 * Ruff, autopep8, YAPF, Prettier, ESLint, Stylelint, Biome, clang-format, shfmt,
 * Terraform, dart, StyLua, RuboCop and rename(1).
 *
 * @module
 */

import type { ProgramFact } from "../facts.ts";

/** What has to be among the words; `true`: always. */
const FORMATTERS: Readonly<Record<string, RegExp | true>> = {
  gofmt: /^-w$/,
  goimports: /^-w$/,
  gofumpt: /^-w$/,
  go: /^(?:fmt|fix|generate)$/,
  rustfmt: true,
  cargo: /^(?:fmt|fix|clippy)$/,
  deno: /^(?:fmt|--fix)$/,
  black: true,
  isort: true,
  ruff: /^(?:format|--fix|--fix-only|--unsafe-fixes)$/,
  autopep8: /^(?:-i|--in-place)$/,
  yapf: /^(?:-i|--in-place)$/,
  autoflake: /^(?:-i|--in-place)$/,
  pyupgrade: true,
  prettier: /^(?:-w|--write)$/,
  eslint: /^--fix$/,
  stylelint: /^--fix$/,
  standard: /^--fix$/,
  xo: /^--fix$/,
  biome: /^(?:--write|--fix|--apply|--apply-unsafe)$/,
  "clang-format": /^-i$/,
  shfmt: /^(?:-w|--write)$/,
  terraform: /^fmt$/,
  tofu: /^fmt$/,
  dart: /^(?:format|fix)$/,
  stylua: true,
  swiftformat: true,
  ktlint: /^(?:-F|--format)$/,
  "google-java-format": /^(?:-i|--replace|-r)$/,
  rubocop: /^(?:-[aAx]|--autocorrect|--autocorrect-all|--fix-layout)$/,
  "php-cs-fixer": /^fix$/,
  phpcbf: true,
  mix: /^format$/,
  zig: /^fmt$/,
  nixfmt: true,
  alejandra: true,
  taplo: /^(?:fmt|format)$/,
  dprint: /^fmt$/,
  buf: /^format$/,
  buildifier: true,
  rename: true,
  prename: true,
  "file-rename": true,
  dos2unix: true,
  unix2dos: true,
};

/** Words with which they only look. */
const ONLY_LOOKS =
  /^(?:--check|--diff|-d|--list-different|-l|--dry-run|-n|--version|--help|-h)$/;

/** Whether a program rewrites files. */
export function formats({ name, argv }: ProgramFact): boolean {
  const needs = Object.hasOwn(FORMATTERS, name) ? FORMATTERS[name] : undefined;
  if (needs === undefined) return false;
  const words = argv.slice(1);
  if (needs === true) return !words.some((word) => ONLY_LOOKS.test(word));
  return words.some((word) => needs.test(word)) &&
    !words.some((word) => /^--(?:check|dry-run|version|help)$/.test(word));
}
