import type { PastAttempt } from '../proposer.ts';
import type { Operator } from './move.ts';

/** What a kept attempt is worth to its operator at least, and what a better but discarded one is. */
const KEPT = 0.3;
const NEAR_MISS = 0.2;
/** A kept attempt that lowers the score by this much is worth 1. */
const LARGE_GAIN = 0.05;
/** The belief before the first attempt: one success in ten, worth ten attempts. */
const PRIOR_SUCCESSES = 1;
const PRIOR_ATTEMPTS = 10;
/** No operator falls below this share of its prior. */
const FLOOR = 0.35;
/** Exploratory operators start with this many times their prior, and lose the surplus over so many attempts. */
const EARLY_BOOST = 2.5;
const EARLY_ATTEMPTS = 60;

/** How often to choose each operator, from how it did so far. */
export function operatorWeights(
  operators: readonly Operator[],
  history: readonly PastAttempt[],
): ReadonlyMap<Operator, number> {
  const records = recordsByOperator(history);
  const youth = Math.max(0, 1 - history.length / EARLY_ATTEMPTS);
  return new Map(
    operators.map((operator) => {
      const { reward, attempts } = records.get(operator.name) ?? { reward: 0, attempts: 0 };
      const rate = (reward + PRIOR_SUCCESSES) / (attempts + PRIOR_ATTEMPTS);
      const boost = operator.isExploratory === true ? 1 + (EARLY_BOOST - 1) * youth : 1;
      return [operator, boost * operator.prior * Math.max(FLOOR, (rate * PRIOR_ATTEMPTS) / PRIOR_SUCCESSES)];
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
    record.reward += rewardOf(verdict, score, best);
    record.attempts += 1;
    records.set(operator, record);
    if (verdict === 'kept') best = score;
  }
  return records;
}

/** `best` is the score of the last kept attempt; undefined before the first. */
function rewardOf(
  verdict: PastAttempt['verdict'],
  score: number | undefined,
  best: number | undefined,
): number {
  const gain = score === undefined || best === undefined ? undefined : best - score;
  if (verdict === 'kept')
    return gain === undefined ? 1 : KEPT + (1 - KEPT) * Math.min(1, Math.max(0, gain) / LARGE_GAIN);
  return gain !== undefined && gain > 0 ? NEAR_MISS : 0;
}
