import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_KV_ROUTER, type RouterSpec } from '../../harness/sim/config.ts';
import { DeadEndError } from '../../harness/sim/dead-end-error.ts';
import { createInit } from '../../harness/sim/policy-init.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import { type SimulationResult, STATUS } from '../../harness/sim/simulation-result.ts';
import kvPolicy from '../../policies/router/policy.ts';
import { type SmallCluster, type SmallRequest, smallColumns, smallSpec } from './small-workload.ts';

const request: fc.Arbitrary<SmallRequest> = fc.record({
  at: fc.integer({ min: 0, max: 400 }),
  prompt: fc.integer({ min: 1, max: 60 }),
  output: fc.integer({ min: 0, max: 12 }),
  content: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 15, maxLength: 15 }),
});

const cluster = fc.record({
  workers: fc.integer({ min: 1, max: 3 }),
  numGpuBlocks: fc.integer({ min: 18, max: 60 }),
  maxNumSeqs: fc.integer({ min: 1, max: 6 }),
  maxNumBatchedTokens: fc.integer({ min: 4, max: 64 }),
  enablePrefixCaching: fc.boolean(),
  preemptionMode: fc.constantFrom('lifo' as const, 'fifo' as const),
  kv: fc.boolean(),
  concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
});

const BLOCK_SIZE = 4;
const KV: RouterSpec = { kind: 'kv', config: DEFAULT_KV_ROUTER, tieBreak: { kind: 'lowest-id' } };

function toCluster(values: ReturnType<typeof valuesOf>): SmallCluster {
  const { workers, kv, concurrency, ...engine } = values;
  return {
    workers,
    engine: { ...engine, blockSize: BLOCK_SIZE },
    router: kv ? KV : { kind: 'round-robin' },
    load: concurrency === undefined ? { kind: 'open', speedup: 1 } : { kind: 'closed', concurrency },
  };
}

const valuesOf = (values: typeof cluster extends fc.Arbitrary<infer T> ? T : never) => values;

/** The result, or undefined for a configuration that cannot serve its requests. */
function attempt(requests: readonly SmallRequest[], small: SmallCluster): SimulationResult | undefined {
  try {
    return simulate(smallColumns(requests, BLOCK_SIZE), smallSpec(small));
  } catch (error) {
    if (error instanceof DeadEndError) return undefined;
    throw error;
  }
}

const workload = fc.array(request, { minLength: 1, maxLength: 14 });

describe('laws of the simulator', () => {
  it('every request completes with all its tokens or is rejected, and causes come before effects', () => {
    fc.assert(
      fc.property(workload, cluster, (requests, values) => {
        const result = attempt(requests, toCluster(values));
        if (result === undefined) return;
        const { status, outputTokens, arrivalMs, admitMs, firstTokenMs, lastTokenMs, endMs } =
          result.outcomes;
        requests.forEach((wanted, index) => {
          if (status[index] === STATUS.rejected) return;
          expect(status[index]).toBe(STATUS.completed);
          expect(outputTokens[index]).toBe(wanted.output);
          expect(admitMs[index]).toBeGreaterThanOrEqual(arrivalMs[index] as number);
          expect(endMs[index]).toBeGreaterThan(admitMs[index] as number);
          if (wanted.output === 0) return;
          expect(firstTokenMs[index]).toBeGreaterThan(admitMs[index] as number);
          expect(lastTokenMs[index]).toBeGreaterThanOrEqual(firstTokenMs[index] as number);
        });
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('equal arguments give equal results', () => {
    fc.assert(
      fc.property(workload, cluster, (requests, values) => {
        const small = toCluster(values);
        expect(attempt(requests, small)?.outcomes).toEqual(attempt(requests, small)?.outcomes);
      }),
      { numRuns: 50, seed: 2 },
    );
  });

  it('renaming the blocks changes nothing', () => {
    fc.assert(
      fc.property(workload, cluster, (requests, values) => {
        const small = toCluster(values);
        const renamed = requests.map((r) => ({ ...r, content: r.content?.map((id) => 977 - 13 * id) ?? [] }));
        expect(attempt(renamed, small)?.outcomes).toEqual(attempt(requests, small)?.outcomes);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('tokens taken from the cache never exceed whole blocks of the prompt, and are none without caching', () => {
    fc.assert(
      fc.property(workload, cluster, (requests, values) => {
        const result = attempt(requests, toCluster(values));
        result?.outcomes.firstReusedTokens.forEach((reused, index) => {
          expect(reused % BLOCK_SIZE).toBe(0);
          expect(reused).toBeLessThanOrEqual((requests[index] as SmallRequest).prompt);
          if (!values.enablePrefixCaching) expect(reused).toBe(0);
        });
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('the KV cost written as a policy makes the decisions of the built-in KV router', () => {
    fc.assert(
      fc.property(workload, cluster, (requests, values) => {
        const small: SmallCluster = { ...toCluster(values), workers: 3 };
        const spec = smallSpec(small);
        const policy = kvPolicy(
          createInit({
            workers: 3,
            blockSize: BLOCK_SIZE,
            numGpuBlocks: values.numGpuBlocks,
            seed: 1,
            params: {},
            timing: spec.timing,
          }),
        );
        const builtIn = attempt(requests, { ...small, router: KV });
        const written = attempt(requests, { ...small, router: { kind: 'policy', policy } });
        expect(written?.outcomes).toEqual(builtIn?.outcomes);
        expect(written?.placementOrder).toEqual(builtIn?.placementOrder);
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  it('a later arrival of everything shifts all times and changes nothing else', () => {
    fc.assert(
      fc.property(workload, (requests) => {
        const small: SmallCluster = { workers: 2, engine: { blockSize: BLOCK_SIZE, numGpuBlocks: 40 } };
        const shifted = requests.map((r) => ({ ...r, at: (r.at ?? 0) + 1024 }));
        const here = attempt(requests, small);
        const there = attempt(shifted, small);
        expect(there?.outcomes.worker).toEqual(here?.outcomes.worker);
        here?.outcomes.endMs.forEach((end, index) => {
          expect(there?.outcomes.endMs[index]).toBeCloseTo(end + 1024, 6);
        });
      }),
      { numRuns: 50, seed: 6 },
    );
  });
});
