// Copyright 2026 the airg authors. Apache-2.0 license.

/**
 * Settings for approvals in tests: those of no policy, and every scope allowed.
 *
 * @module
 */

import type { ApprovalSettings } from "../../src/approval/request.ts";

/** Ten minutes for an answer, five after a denial. */
export const APPROVAL_SETTINGS: ApprovalSettings = {
  ttlMs: 600_000,
  deniedMs: 300_000,
  waitMs: 0,
  maxWrongIds: 5,
  wrongIdWindowMs: 600_000,
  wider: true,
};
