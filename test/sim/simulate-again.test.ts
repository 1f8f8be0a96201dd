import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Router } from '../../harness/contract/index.ts';
import { InvariantError } from '../../harness/sim/invariant-error.ts';
import { PolicyError } from '../../harness/sim/policy-error.ts';
import type { PlacementLog } from '../../harness/sim/recorded-router.ts';
import { simulate, simulateAgain } from '../../harness/sim/simulate.ts';
import type { SimulationResult } from '../../harness/sim/simulation-result.ts';
import { type SmallRequest, smallColumns, smallSpec } from './small-workload.ts';

/** Holds back what would make a worker's queue long, the shortest prompts first out. */
const HOLDING: Router = {
  cost: (req, worker) => worker.prefillTokens - worker.overlapBlocks * req.blockSize,
  admit: (_req, worker) => worker.inFlight < 2,
  order: (req) => req.isl,
};

const workload = fc.array(
  fc.record({
    at: fc.nat(300),
    prompt: fc.integer({ min: 1, max: 400 }),
    output: fc.integer({ min: 1, max: 40 }),
    content: fc.constantFrom([], [1, 2], [1, 2, 3]),
  }),
  { minLength: 1, maxLength: 25 },
);

function simulated(requests: readonly SmallRequest[], router: Router = HOLDING) {
  const columns = smallColumns([...requests], 16);
  const spec = smallSpec({
    workers: 2,
    engine: { blockSize: 16 },
    router: { kind: 'policy', policy: { router } },
  });
  return { columns, spec, result: simulate(columns, spec) };
}

function logOf({ placementOrder, placementCalls, outcomes }: SimulationResult): PlacementLog {
  return { placementOrder, placementCalls, worker: outcomes.worker };
}

const FOUR: readonly SmallRequest[] = [0, 1, 2, 3].map((at) => ({ at, prompt: 100, output: 4 }));

describe('a simulation from the decisions of another', () => {
  it('ends as that did, to the bit, without asking the policy', () => {
    fc.assert(
      fc.property(workload, (requests) => {
        const { columns, spec, result } = simulated(requests);
        const again = simulateAgain(columns, spec, logOf(result));
        expect(again.outcomes).toEqual(result.outcomes);
        expect(again.placementOrder).toEqual(result.placementOrder);
        expect(again.placementCalls).toEqual(result.placementCalls);
        expect(again.passes).toBe(result.passes);
        expect(again.policyCalls).toBe(0);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('places a held request when it was placed, not when it arrived', () => {
    const { result } = simulated(FOUR.concat({ at: 4, prompt: 100, output: 4 }));
    expect(result.outcomes.admitMs[4]).toBeGreaterThan(30);
    expect([...result.placementCalls].slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(result.placementCalls[4]).toBeGreaterThan(5);
  });

  it.each<[string, (log: PlacementLog) => void]>([
    ['a worker that is not there', ({ worker }) => worker.fill(2, 1, 2)],
    ['a request placed twice', ({ placementOrder }) => placementOrder.copyWithin(1, 0, 1)],
    ['a request placed before it arrives', ({ placementCalls }) => placementCalls.fill(1, 0, 2)],
    ['a request that is not there', ({ placementOrder }) => placementOrder.fill(9, 1, 2)],
    ['placements in no order of time', ({ placementCalls }) => placementCalls.reverse()],
    ['a placement at no call', ({ placementCalls }) => placementCalls.fill(0, 3)],
    ['a placement after the last call', ({ placementCalls }) => placementCalls.fill(1000, 3)],
  ])('refuses a log with %s', (_title, damage) => {
    const { columns, spec, result } = simulated(FOUR);
    const log = structuredClone(logOf(result));
    damage(log);
    expect(() => simulateAgain(columns, spec, log)).toThrow(InvariantError);
  });

  it('refuses a log that ends too early', () => {
    const { columns, spec, result } = simulated(FOUR);
    const log = logOf(result);
    const short = {
      ...log,
      placementOrder: log.placementOrder.subarray(0, 3),
      placementCalls: log.placementCalls.subarray(0, 3),
    };
    expect(() => simulateAgain(columns, spec, short)).toThrow(InvariantError);
  });
});

describe('a policy that goes on for too long', () => {
  const held = (limits: { hookCalls: number; rounds: number }, router: Router = HOLDING) => {
    const { columns, spec } = simulated(FOUR);
    return simulate(columns, { ...spec, router: { kind: 'policy', policy: { router } }, limits });
  };
  const enough = { hookCalls: 10_000, rounds: 10_000 };

  it('ends at the limit of its calls, always at the same one', () => {
    let calls = 0;
    const counting: Router = { ...HOLDING, admit: (_req, worker) => ++calls > 0 && worker.inFlight === 0 };
    const ending = () => {
      calls = 0;
      expect(() => held({ ...enough, hookCalls: 12 }, counting)).toThrow(
        new PolicyError('its hooks were called more than 12 times: hold fewer requests'),
      );
      return calls;
    };
    expect(ending()).toBe(ending());
    expect(held(enough, counting).placements).toBe(4);
  });

  it('ends at the limit of rounds', () => {
    expect(() => held({ ...enough, rounds: 5 })).toThrow(
      new PolicyError('its placements take more than 5 rounds of events: spread the requests'),
    );
  });
});
