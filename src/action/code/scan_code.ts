import type { Access, Span } from "../facts.ts";
export interface CodeFacts {
  readonly programs: readonly {
    readonly argv: readonly string[];
    readonly span: Span;
  }[];
  readonly shells: readonly { readonly text: string; readonly span: Span }[];
  readonly paths: readonly {
    readonly path: string;
    readonly access: Access;
    readonly recursive: boolean;
    readonly span: Span;
  }[];
  readonly addresses: readonly { readonly text: string; readonly span: Span }[];
  readonly variables?: readonly {
    readonly name: string;
    readonly span: Span;
  }[];
  readonly unread: readonly { readonly why: string; readonly span: Span }[];
}
export type Language = string;
export function scanCode(_l: Language, _t: string): CodeFacts {
  return { programs: [], shells: [], paths: [], addresses: [], unread: [] };
}
