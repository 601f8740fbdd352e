import type { Input, Run } from "./run.ts";
export function runsOf(
  _n: string,
  _a: readonly string[],
  _i?: Input,
): readonly Run[] {
  return [];
}
