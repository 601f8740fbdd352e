// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What a key of the live view asks for.
 *
 * @module
 */

import type { View } from "./view.ts";

/** What a key asks for. */
export type Wish =
  | {
    readonly kind: "approve";
    readonly id: string;
    /** Of the request as it was shown. */
    readonly digest: string;
    readonly scope: "once" | "session";
  }
  /** To make a rule of it, and show that. */
  | { readonly kind: "propose"; readonly id: string; readonly digest: string }
  /** The rule was read, and its id typed. */
  | { readonly kind: "write-rule"; readonly id: string }
  | { readonly kind: "deny"; readonly id: string; readonly message?: string }
  | { readonly kind: "redraw" }
  | { readonly kind: "suspend" }
  | { readonly kind: "quit" };

/** The view, and what is to be done. */
export interface Pressed {
  readonly view: View;
  readonly wish?: Wish;
}
