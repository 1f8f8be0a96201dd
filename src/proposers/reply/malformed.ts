import type { Change } from '../proposer.ts';

/** A reply without a usable change; `problem` is one sentence. */
export function malformed(problem: string): Change {
  return { kind: 'malformed', problem };
}
