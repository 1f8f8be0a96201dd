import type { EvaluationRecord } from '../store/records.ts';

/** A busy machine can bring these about with a policy that always decides the same. */
const MAY_BE_THE_MACHINE: ReadonlySet<string> = new Set(['timed-out', 'out-of-memory', 'crashed']);

type Measured = Pick<EvaluationRecord, 'split' | 'outcome' | 'reason' | 'decisionHash'>;

/** Why a measurement and its repetition in another process rule out a keep; undefined when they decided alike. */
export function judgeRepetition(
  first: Measured,
  repeated: Measured,
): { readonly cause: string; readonly reason: string } | undefined {
  if (MAY_BE_THE_MACHINE.has(repeated.outcome)) {
    const reason = `when it was measured again on ${repeated.split}: ${repeated.reason ?? repeated.outcome}`;
    return { cause: repeated.outcome, reason };
  }
  if (repeated.decisionHash !== undefined && repeated.decisionHash === first.decisionHash) return undefined;
  const seen = repeated.outcome === 'scored' ? 'decided differently' : `was ${repeated.outcome}`;
  return {
    cause: 'nondeterministic',
    reason: `the same policy ${seen} when it was measured again on ${repeated.split}`,
  };
}
