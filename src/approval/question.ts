// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * A request as it is put to the agent's client, where the policy says so.
 *
 * What a client replies proves no person. So a form gives one use of exactly
 * what it shows, and a page is only opened; see docs/decisions/0008.
 *
 * @module
 */

/** How a client can be asked; MCP's names. */
export type QuestionMode = "form" | "url";

/** What a client says that a person said. */
export interface ClientAnswer {
  readonly act: "approve" | "deny";
  /** For the agent. */
  readonly note?: string;
}

/** What a client is asked. */
export type Question =
  | {
    readonly kind: "form";
    /** All that an approval would bind, in rows; printable. */
    readonly message: string;
    /**
     * Takes one answer, to what the message shows and to nothing else.
     *
     * @returns Whether it was taken; a second one never is.
     * @throws What the log or the store throws.
     */
    readonly answer: (said: ClientAnswer) => Promise<boolean>;
  }
  | {
    readonly kind: "url";
    readonly message: string;
    /** The operator's page. Who answers there answers the store. */
    readonly url: string;
  }
  /** A person has to be asked in another way. */
  | { readonly kind: "elsewhere"; readonly why: string };
