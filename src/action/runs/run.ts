// stub until merge
import type { Span } from "../facts.ts";
export type Language = string;
export type Elsewhere = "container" | "host" | "chroot";
export type Run =
  | {
    readonly kind: "program";
    readonly argv: readonly string[];
    readonly indexes: readonly number[];
    readonly assignments: readonly string[];
    readonly clearsEnvironment?: boolean;
    readonly folder?: string;
    readonly elsewhere?: Elsewhere;
    readonly items?: boolean;
  }
  | {
    readonly kind: "shell";
    readonly text: string;
    readonly index: number;
    readonly positional?: readonly string[];
    readonly elsewhere?: Elsewhere;
    readonly folder?: string;
    readonly assignments?: readonly string[];
  }
  | {
    readonly kind: "stdin";
    readonly language: Language;
    readonly positional?: readonly string[];
  }
  | {
    readonly kind: "code";
    readonly language: Language;
    readonly text: string;
    readonly index: number;
  }
  | {
    readonly kind: "file";
    readonly language: Language;
    readonly path: string;
    readonly index: number;
    readonly arguments: readonly string[];
    readonly sourced?: boolean;
  }
  | {
    readonly kind: "task";
    readonly tool: string;
    readonly name: string;
    readonly arguments: readonly string[];
    readonly index: number;
    readonly folder?: string;
  }
  | {
    readonly kind: "unread";
    readonly code: "exec.inner_command" | "exec.privilege";
    readonly why: string;
    readonly index: number;
  };
export interface Input {
  readonly text?: string;
  readonly opaque?: boolean;
}
export type X = Span;
