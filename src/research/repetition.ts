import { isDeepStrictEqual } from 'node:util';
import type { EvaluationRecord } from '../store/records.ts';

/** A busy machine can bring these about with a policy that always decides the same. */
const MAY_BE_THE_MACHINE: ReadonlySet<string> = new Set(['timed-out', 'out-of-memory', 'crashed']);

type Measured = Pick<EvaluationRecord, 'split' | 'outcome' | 'reason' | 'decisionHash' | 'scenarios'>;

/** Why a measurement and its repetition in another process rule out a keep; undefined when they came to the same. */
export function judgeRepetition(
  first: Measured,
  repeated: Measured,
): { readonly cause: string; readonly reason: string } | undefined {
  if (MAY_BE_THE_MACHINE.has(repeated.outcome)) {
    const reason = `when it was measured again on ${repeated.split}: ${repeated.reason ?? repeated.outcome}`;
    return { cause: repeated.outcome, reason };
  }
  const difference = differenceOf(first, repeated);
  if (difference === undefined) return undefined;
  return {
    cause: 'nondeterministic',
    reason: `the same policy ${difference} when it was measured again on ${repeated.split}`,
  };
}

function differenceOf(first: Measured, repeated: Measured): string | undefined {
  if (repeated.outcome !== 'scored') {
    return `was ${repeated.outcome}${repeated.reason === undefined ? '' : ` (${repeated.reason})`}`;
  }
  if (repeated.decisionHash === undefined || repeated.decisionHash !== first.decisionHash)
    return 'decided differently';
  return isDeepStrictEqual(repeated.scenarios, first.scenarios)
    ? undefined
    : 'decided alike and came to other figures';
}
