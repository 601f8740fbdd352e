// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Prints one command: simple, or one that holds others.
 *
 * @module
 */

import { isPlain } from "./characters.ts";
import { printRedirection } from "./print_redirection.ts";
import { printAssignment } from "./print_assignment.ts";
import { printExpression, printLiteral, printWord } from "./print_word.ts";
import {
  deeper,
  endCommand,
  printEnclosed,
  type Printer,
  printUntil,
} from "./printer.ts";
import { isReserved } from "./reserved.ts";
import type {
  Assignment,
  Command,
  CompoundCommand,
  Script,
  SimpleCommand,
  Word,
} from "./syntax.ts";

/** Prints a command with its redirections. */
export function printCommand(p: Printer, command: Command): string {
  if (command.kind === "simple") return printSimple(p, command);
  const texts = [printCompound(p, command)];
  for (const each of command.redirections) {
    texts.push(printRedirection(p, each));
  }
  return texts.join(" ");
}

function printSimple(
  p: Printer,
  { assignments, words, redirections }: SimpleCommand,
  inCoprocess: boolean = false,
): string {
  const texts = assignments.map((each) => printAssignment(p, each));
  // Documents wait in the order in which their redirections stand.
  const redirect = (): void => {
    for (const each of redirections) texts.push(printRedirection(p, each));
  };
  const first = assignments.length === 0 &&
      (inCoprocess || isSpecialFirst(words[0])) ||
    words.some(isOpenSubscript);
  if (first) redirect();
  for (const word of words) {
    texts.push("name" in word ? printAssignment(p, word) : printWord(p, word));
  }
  if (!first) redirect();
  return texts.join(" ");
}

/** Whether the word is a mere word only because a redirection stands before it. */
function isSpecialFirst(word: Word | Assignment | undefined): boolean {
  if (word === undefined || "name" in word || !word.bare) return false;
  const [part] = word.parts;
  if (part?.kind !== "text") return false;
  return isReserved(part.text) || part.text === "-p" || part.text === "--";
}

/** Whether a `]` in what comes after could make it an assignment. */
function isOpenSubscript(word: Word | Assignment): boolean {
  if ("name" in word) return false;
  const [part] = word.parts;
  return part?.kind === "text" && !part.quoted &&
    /^[A-Za-z_]\w*\[[^\]]*$/.test(part.text);
}

function printCompound(p: Printer, command: CompoundCommand): string {
  switch (command.kind) {
    case "subshell":
      return printEnclosed(p, "(", command.body, ")");
    case "group":
      return `{ ${printUntil(p, command.body, "}")}`;
    case "if":
      return printIf(p, command);
    case "while":
    case "until": {
      const head = printUntil(p, command.condition, "do");
      return `${command.kind} ${head} ${printUntil(p, command.body, "done")}`;
    }
    case "for":
    case "select":
      return printFor(p, command);
    case "arithmetic-for": {
      const parts = command.parts.map((part) =>
        printExpression({ ...p, lines: "all" }, part)
      );
      return `for ((${parts.join(";")})); ${printLoop(p, command.body)}`;
    }
    case "case":
      return printCase(p, command);
    case "arithmetic":
      return `((${printExpression(p, command.expression)}))`;
    case "test": {
      const words = command.words.map((word) =>
        typeof word === "string" ? word : printWord(p, word)
      );
      return `[[ ${words.join(" ")} ]]`;
    }
    case "function":
      return `${functionHead(p, command.name)} ${
        printCommand(p, command.body)
      }`;
    case "coproc": {
      const { name, body } = command;
      // `coproc <a b {` has no name.
      const text = body.kind === "simple"
        ? printSimple(p, body, true)
        : printCommand(p, body);
      return `coproc ${name === undefined ? "" : `${name} `}${text}`;
    }
  }
}

type Compound<Kind> = Extract<CompoundCommand, { readonly kind: Kind }>;

function printIf(p: Printer, { branches, otherwise }: Compound<"if">): string {
  let text = "";
  for (const [i, { condition, body }] of branches.entries()) {
    const next = i < branches.length - 1
      ? "elif "
      : otherwise === undefined
      ? "fi"
      : "else ";
    text += `${printUntil(p, condition, "then")} ${printUntil(p, body, next)}`;
  }
  if (otherwise !== undefined) text += printUntil(p, otherwise, "fi");
  return `if ${text}`;
}

function printFor(
  p: Printer,
  { kind, name, words, body }: Compound<"for" | "select">,
): string {
  const texts = [kind, name];
  if (words !== undefined) texts.push("in");
  for (const word of words ?? []) texts.push(printWord(p, word));
  const head = texts.join(" ") + endCommand(deeper(p));
  return head + printLoop(p, body);
}

function printLoop(p: Printer, body: Script): string {
  return `do ${printUntil(p, body, "done")}`;
}

function printCase(p: Printer, { subject, items }: Compound<"case">): string {
  let text = `case ${printWord(p, subject)} in`;
  for (const { patterns, body, end } of items) {
    // Both parentheses: a reader that only counts them finds them even.
    const head = patterns.map((pattern) => printWord(p, pattern)).join("|");
    text += ` (${head}) ${p.printScript(deeper(p), body)} ${end}`;
  }
  return `${text} esac`;
}

/** The keyword lets a name be any word. */
function functionHead(p: Printer, name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReserved(name)) {
    return `${name}()`;
  }
  const plain = [...name].every((char) => isPlain(char.charCodeAt(0)));
  return `function ${
    plain && name[0] !== "#" ? name : printLiteral(p, name)
  } ()`;
}
