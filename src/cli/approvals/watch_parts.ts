// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * What the live view works with.
 *
 * @module
 */

import type { ApprovalRequest, Operator } from "../../approval/request.ts";
import type { Result } from "../../base/result.ts";
import type { Environment } from "../../platform/dirs.ts";
import type { CodeDesk, CodeQuestion } from "./code.ts";
import type { Screen } from "./screen.ts";
import type { ApprovalsSite } from "./site.ts";
import type { ShownRule } from "./view.ts";

/** What the loop works with. */
export interface WatchParts {
  readonly site: ApprovalsSite;
  readonly who: Operator;
  readonly screen: Screen;
  /** Variables of the person's terminal. */
  readonly own?: Environment;
  readonly desk: (isOpen: (question: CodeQuestion) => boolean) => CodeDesk;
  /** Makes a rule of a request, for the person to read. */
  readonly rules: WatchRules;
  /** So many requests came. */
  readonly notify: (count: number) => void;
  /** Aborted when airg is told to end. */
  readonly signal: AbortSignal;
}

/** Making rules of requests. */
export interface WatchRules {
  /** A rule, or why there can be none. */
  readonly propose: (
    request: ApprovalRequest,
  ) => Promise<Result<ProposedRule, string>>;
}

/** A rule that was made, not yet written. */
export interface ProposedRule extends ShownRule {
  /** Writes it, and says what became of it. */
  readonly write: (who: Operator) => Promise<string>;
}

/** A running view. */
export interface Watch {
  /** Draws again, as after a change of the window's size. */
  readonly redraw: () => void;
  /** Until the person quits. @throws What made going on impossible. */
  readonly ended: Promise<void>;
}
