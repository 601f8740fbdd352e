// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * The tree of a shell text: POSIX sh and the bash that people and agents write.
 *
 * Spans are offsets `[start, end)` in UTF-16 code units of the whole text that
 * was given, also inside substitutions; inside texts that are read a second
 * time (backquotes, `eval`, `sh -c`) the span of the word that held them.
 *
 * Quotes are gone from the tree: each part of a word says whether it was
 * quoted, which is all that expansion needs to know.
 *
 * @module
 */

/** Offsets `[start, end)` in the text. */
export type Span = readonly [start: number, end: number];

/** One piece of a word. */
export type WordPart =
  | TextPart
  | ParameterPart
  | CommandPart
  | ArithmeticPart
  | ProcessPart;

/** `abc`, `'abc'`, `\a`, `$'a\n'`. */
export interface TextPart {
  readonly kind: "text";
  readonly text: string;
  readonly quoted: boolean;
}

/** `${x:-a b}` and its relatives. */
export interface ParameterOperator {
  readonly symbol:
    | "-"
    | ":-"
    | "="
    | ":="
    | "?"
    | ":?"
    | "+"
    | ":+"
    | "#"
    | "##"
    | "%"
    | "%%"
    | "/"
    | "//"
    | "/#"
    | "/%"
    | ":"
    | "^"
    | "^^"
    | ","
    | ",,"
    | "@";
  /** Default, pattern, offset or letter. */
  readonly word: Word;
  /** Replacement, or length. */
  readonly second?: Word;
}

/** `$x`, `${x}`, `${#x}`, `${!x}`, `${x[1]}`, `${x%.c}`, `$@`. */
export interface ParameterPart {
  readonly kind: "parameter";
  /** A name, a number, or one of `@ * # ? - $ ! 0`. */
  readonly name: string;
  /** `${x[i]}`; `@` and `*` are words of that text. */
  readonly index?: Word;
  /** `${!x}`; with `names`, `${!x*}`. */
  readonly indirect: boolean;
  /** `${!x*}` or `${!x@}`: names that start so. */
  readonly names: boolean;
  /** `${#x}`. */
  readonly length: boolean;
  readonly operator?: ParameterOperator;
  /** Written `$x`: a brace expansion after it may lengthen the name. */
  readonly bare?: true;
  readonly quoted: boolean;
  readonly span: Span;
}

/** `$(cmd)` and the backquoted form. */
export interface CommandPart {
  readonly kind: "command";
  /** `${ cmd; }`, or `${|cmd; }`, whose value is that of `REPLY`. */
  readonly here?: "output" | "reply";
  readonly body: Script;
  readonly quoted: boolean;
  readonly span: Span;
}

/** `$((1 + x))`. */
export interface ArithmeticPart {
  readonly kind: "arithmetic";
  readonly expression: Word;
  readonly quoted: boolean;
  readonly span: Span;
}

/** `<(cmd)`, `>(cmd)`. */
export interface ProcessPart {
  readonly kind: "process";
  readonly direction: "<" | ">";
  readonly body: Script;
  readonly span: Span;
}

/** One word as written, before any expansion. */
export interface Word {
  readonly parts: readonly WordPart[];
  readonly span: Span;
  /** The value, where nothing in the word is expanded. */
  readonly literal?: string;
  /** Written without any quote or backslash: may be a reserved word or an alias. */
  readonly bare: boolean;
}

/** `NAME=value`, `NAME+=value`, `NAME[i]=value`, `NAME=(a b)`. */
export interface Assignment {
  readonly name: string;
  readonly index?: Word;
  readonly append: boolean;
  readonly value: Word | ArrayLiteral;
  readonly span: Span;
}

/** `(a [3]=b c)`. */
export interface ArrayLiteral {
  readonly elements: readonly {
    readonly index?: Word;
    /** `[i]+=value`. */
    readonly append?: true;
    readonly value: Word;
  }[];
}

/** How a redirection opens its target. */
export type RedirectionOperator =
  | "<"
  | ">"
  | ">|"
  | ">>"
  | "<>"
  | "&>"
  | "&>>"
  | "<&"
  | ">&"
  | "<<"
  | "<<-"
  | "<<<";

/** `2>file`, `<<EOF`, `{fd}>&1`. */
export interface Redirection {
  readonly operator: RedirectionOperator;
  /** Digits, or a name for `{name}>`; absent for the usual descriptor. */
  readonly descriptor?: string;
  /** File, descriptor, here-string, or the delimiter of a here-document. */
  readonly target: Word;
  /** Text of a here-document. */
  readonly body?: Word;
  readonly span: Span;
}

/** A program start, or assignments alone. */
export interface SimpleCommand {
  readonly kind: "simple";
  readonly assignments: readonly Assignment[];
  readonly words: readonly (Word | Assignment)[];
  readonly redirections: readonly Redirection[];
  readonly span: Span;
}

/** Commands that hold others. */
export type CompoundCommand =
  & {
    readonly redirections: readonly Redirection[];
    readonly span: Span;
  }
  & (
    | { readonly kind: "subshell" | "group"; readonly body: Script }
    | {
      readonly kind: "if";
      readonly branches: readonly {
        readonly condition: Script;
        readonly body: Script;
      }[];
      readonly otherwise?: Script;
    }
    | {
      readonly kind: "while" | "until";
      readonly condition: Script;
      readonly body: Script;
    }
    | {
      /** Without `words`: over the positional parameters. */
      readonly kind: "for" | "select";
      readonly name: string;
      readonly words?: readonly Word[];
      readonly body: Script;
    }
    | {
      readonly kind: "arithmetic-for";
      readonly parts: readonly Word[];
      readonly body: Script;
    }
    | {
      readonly kind: "case";
      readonly subject: Word;
      readonly items: readonly {
        readonly patterns: readonly Word[];
        readonly body: Script;
        readonly end: ";;" | ";&" | ";;&";
      }[];
    }
    | { readonly kind: "arithmetic"; readonly expression: Word }
    | { readonly kind: "test"; readonly words: readonly TestWord[] }
    | {
      readonly kind: "function";
      readonly name: string;
      readonly body: Command;
    }
    | {
      readonly kind: "coproc";
      readonly name?: string;
      readonly body: Command;
    }
  );

/** A word or operator between `[[` and `]]`. */
export type TestWord =
  | Word
  | "("
  | ")"
  | "&&"
  | "||"
  | "!"
  | "<"
  | ">";

/** One command. */
export type Command = SimpleCommand | CompoundCommand;

/** Commands joined by `|`. */
export interface Pipeline {
  readonly negated: boolean;
  readonly timed: boolean;
  readonly commands: readonly Command[];
  /** The operator before each command but the first. */
  readonly joins: readonly ("|" | "|&")[];
}

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly {
    readonly operator: "&&" | "||";
    readonly pipeline: Pipeline;
  }[];
  readonly background: boolean;
}

/** A list of commands. */
export interface Script {
  readonly items: readonly AndOr[];
}

/** Something in a text that is not understood. */
export interface ShellUnknown {
  /** Stable and dotted; documented in docs/reason-codes.md. */
  readonly code: string;
  readonly message: string;
  readonly span: Span;
}

/** The commands up to the first thing that is not understood, and that thing. */
export interface ShellText {
  readonly script: Script;
  readonly unknowns: readonly ShellUnknown[];
}
