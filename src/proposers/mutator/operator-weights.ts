import type { PastAttempt } from '../proposer.ts';
import type { Operator } from './move.ts';

/** What a kept attempt, and a better but discarded one, are worth to their operator. */
const KEPT = 1;
const NEAR_MISS = 0.4;
/** The belief before the first attempt: one success in ten, worth ten attempts. */
const PRIOR_SUCCESSES = 1;
const PRIOR_ATTEMPTS = 10;
/** No operator falls below this share of its prior. */
const FLOOR = 0.35;

/** How often to choose each operator, from how it did so far. */
export function operatorWeights(
  operators: readonly Operator[],
  history: readonly PastAttempt[],
): ReadonlyMap<Operator, number> {
  const records = recordsByOperator(history);
  return new Map(
    operators.map((operator) => {
      const { reward, attempts } = records.get(operator.name) ?? { reward: 0, attempts: 0 };
      const rate = (reward + PRIOR_SUCCESSES) / (attempts + PRIOR_ATTEMPTS);
      return [operator, operator.prior * Math.max(FLOOR, (rate * PRIOR_ATTEMPTS) / PRIOR_SUCCESSES)];
    }),
  );
}

function recordsByOperator(
  history: readonly PastAttempt[],
): Map<string, { reward: number; attempts: number }> {
  const records = new Map<string, { reward: number; attempts: number }>();
  let best: number | undefined;
  for (const { operator, verdict, score } of history) {
    const record = records.get(operator) ?? { reward: 0, attempts: 0 };
    const isNearMiss = verdict === 'discarded' && score !== undefined && best !== undefined && score < best;
    record.reward += verdict === 'kept' ? KEPT : isNearMiss ? NEAR_MISS : 0;
    record.attempts += 1;
    records.set(operator, record);
    if (verdict === 'kept') best = score;
  }
  return records;
}
