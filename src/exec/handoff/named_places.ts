// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Places that git's settings of a workspace name: hook folders, further
 * settings, attributes. git obeys them whatever they are called, and also when
 * they come into being later.
 *
 * @module
 */

import { normalizePath } from "../../action/words.ts";
import { isWithin } from "../../../sandbox/within.ts";
import { attributeFiles, hookFolders, includedFiles } from "../git_settings.ts";
import {
  attributesAt,
  hooksIn,
  type Place,
  type Places,
  settingsAt,
} from "./place.ts";

/** What is named, relative to the workspace, whether it exists or not. */
export interface Named {
  readonly hooks: readonly string[];
  readonly settings: readonly string[];
  readonly attributes: readonly string[];
}

/** Nothing is. */
export const NOTHING_NAMED: Named = { hooks: [], settings: [], attributes: [] };

/** Files that include others that include others. */
const MOST_ROUNDS = 10;
/** Files that are read for that. */
const MOST_FILES = 256;

/** Reads a settings file, relative to the workspace. */
type Read = (path: string) => Uint8Array | undefined;

/** What the settings of all git folders name. */
export function namedIn(
  workspace: string,
  gitFolders: readonly string[],
  read: Read,
): Named {
  const hooks = new Set<string>();
  const settings = new Set<string>();
  const attributes = new Set<string>();
  const within = (folder: string, value: string): string[] => {
    const whole = normalizePath(
      value.startsWith("/")
        ? value
        : `${folder === "" ? workspace : `${workspace}/${folder}`}/${value}`,
    );
    return isWithin(whole, workspace) && whole !== workspace
      ? [whole.slice(workspace.length + 1)]
      : [];
  };
  for (const folder of gitFolders) {
    const tree = folder === ".git" || folder.endsWith("/.git")
      ? folder.slice(0, -".git".length).replace(/\/$/, "")
      : folder;
    let open = ["config", "config.worktree"].map((name) =>
      folder === "" ? name : `${folder}/${name}`
    );
    for (let round = 0; open.length > 0 && round < MOST_ROUNDS; round++) {
      const next: string[] = [];
      for (const path of open) {
        const bytes = read(path);
        if (bytes === undefined) continue;
        const text = new TextDecoder().decode(bytes);
        const add = (to: Set<string>, from: string, values: string[]) =>
          values.flatMap((value) => within(from, value))
            .forEach((one) => to.add(one));
        add(hooks, tree, hookFolders(text));
        add(attributes, tree, attributeFiles(text));
        for (const value of includedFiles(text)) {
          for (const one of within(folderOf(path), value)) {
            if (settings.has(one) || settings.size >= MOST_FILES) continue;
            settings.add(one);
            next.push(one);
          }
        }
      }
      open = next;
    }
  }
  return {
    hooks: [...hooks],
    settings: [...settings],
    attributes: [...attributes],
  };
}

/** The places with those that are named and exist. */
export function withNamed(
  workspace: string,
  places: Places,
  { hooks, settings, attributes }: Named,
): Places {
  const named: Place[] = [
    ...hooks.flatMap((path) => hooksIn(workspace, path)),
    ...settings.flatMap((path) => settingsAt(workspace, path)),
    ...attributes.flatMap((path) => attributesAt(workspace, path)),
  ];
  if (named.length === 0) return places;
  const byPath = new Map(places.byPath);
  for (const place of named) {
    // One that counts whoever made it counts more than a listed name.
    byPath.set(place.path, place);
  }
  return { ...places, byPath };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
