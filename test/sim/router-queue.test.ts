import { describe, expect, it } from 'vitest';
import { DEFAULT_KV_ROUTER } from '../../harness/sim/config.ts';
import { runSmall } from './small-workload.ts';

/** Admissions in ms of five long prompts on two workers that take one request at a time, latest first. */
function admissions(queueThreshold: number, maxNumBatchedTokens: number): number[] {
  const requests = Array.from({ length: 5 }, (_, index) => ({
    at: index * 3.1,
    prompt: 5000 + 137 * index,
    output: 3,
  }));
  const { outcomes } = runSmall(requests, {
    workers: 2,
    engine: { maxNumSeqs: 1, maxNumBatchedTokens },
    router: {
      kind: 'kv',
      config: { ...DEFAULT_KV_ROUTER, queueThreshold, queuePolicy: 'lcfs' },
      tieBreak: { kind: 'lowest-id' },
    },
  });
  return Array.from(outcomes.admitMs, (time) => Math.round(time * 100) / 100);
}

// Figures of DynoSim 1.4.2.
describe('the router queue', () => {
  it('opens when every worker has booked more than the threshold times the budget, not as much', () => {
    expect(admissions(0.5, 10_000)).toEqual([0, 3.1, 120.94, 247.27, 126.73]);
    expect(admissions(0.4999, 10_000)).toEqual([0, 3.1, 252.72, 126.73, 120.94]);
  });

  it('reckons with a budget of ten million tokens when passes have none', () => {
    expect(admissions(0.0005, Number.POSITIVE_INFINITY)).toEqual(admissions(0.5, 10_000));
    expect(admissions(0.000_499_9, Number.POSITIVE_INFINITY)).toEqual(admissions(0.4999, 10_000));
  });
});
