import { describe, expect, it } from 'vitest';
import type { Policy, RequestView, WorkerView } from '../../harness/contract/index.ts';
import { PolicyError } from '../../harness/sim/policy-error.ts';
import { rounded, runSmall, type SmallCluster, type SmallRequest } from './small-workload.ts';

const route = (policy: Policy, requests: readonly SmallRequest[], cluster: SmallCluster = {}) =>
  runSmall(requests, { workers: 2, ...cluster, router: { kind: 'policy', policy } });

/** Records what `read` sees of worker 0 (or of the request) at each routing decision; everything goes to worker 0. */
function observed<T>(
  requests: readonly SmallRequest[],
  read: (worker: WorkerView, req: RequestView) => T,
  cluster?: SmallCluster,
): T[] {
  const seen: T[] = [];
  const cost = (req: RequestView, worker: WorkerView) => {
    if (worker.id === 0) seen.push(read(worker, req));
    return worker.id;
  };
  route({ router: { cost } }, requests, cluster);
  return seen;
}

describe('a decision', () => {
  it('goes to the lowest cost, ties to the lowest id', () => {
    const costs = [5, 3, 3];
    const policy: Policy = { router: { cost: (_req, worker) => costs[worker.id] as number } };
    expect([...route(policy, [{ prompt: 64, output: 1 }], { workers: 3 }).outcomes.worker]).toEqual([1]);
  });

  it('may cost plus or minus infinity', () => {
    const policy: Policy = { router: { cost: (_req, worker) => (worker.id === 0 ? Infinity : -Infinity) } };
    expect([...route(policy, [{ prompt: 64, output: 1 }]).outcomes.worker]).toEqual([1]);
  });

  it.each([
    ['NaN', Number.NaN],
    ['a string', '3'],
    ['undefined', undefined],
    ['an object with valueOf', { valueOf: (): number => 1 }],
    ['a bigint', 1n],
  ])('that costs %s is a policy error', (_what, value) => {
    const policy = { router: { cost: () => value } } as unknown as Policy;
    expect(() => route(policy, [{ prompt: 64, output: 1 }])).toThrow(PolicyError);
  });

  it('by a policy without a router, or with a hook that is no function, is a policy error', () => {
    expect(() => route({}, [{ prompt: 64, output: 1 }])).toThrow('`router`');
    const policy = { router: { cost: () => 0, onRouted: 7 } } as unknown as Policy;
    expect(() => route(policy, [{ prompt: 64, output: 1 }])).toThrow('router.onRouted');
  });

  it('by a policy that observes something unknown is a policy error', () => {
    const policy = { router: { cost: () => 0 }, observes: 'tokens' } as unknown as Policy;
    expect(() => route(policy, [{ prompt: 64, output: 1 }])).toThrow('`observes`');
  });
});

describe('hooks', () => {
  it('are told of the placement, the first token and the end, in this order and at these times', () => {
    const log: string[] = [];
    const note = (what: string) => (req: RequestView, worker: WorkerView) => {
      log.push(`${what} ${worker.id} ${req.now.toFixed(6)} in flight ${worker.inFlight}`);
    };
    const policy: Policy = {
      router: {
        cost: () => 0,
        onRouted: note('routed'),
        onFirstToken: note('first'),
        onCompleted: note('done'),
      },
    };
    const { policyCalls } = route(policy, [{ prompt: 1000, output: 4 }]);
    expect(log).toEqual([
      'routed 0 0.000000 in flight 1',
      'first 0 37.898579 in flight 1',
      'done 0 55.276739 in flight 0',
    ]);
    expect(policyCalls).toBe(5);
  });

  it('see no first token of a request that has only one: its end says it', () => {
    const log: string[] = [];
    const policy: Policy = {
      router: { cost: () => 0, onFirstToken: () => log.push('first'), onCompleted: () => log.push('done') },
    };
    route(policy, [{ prompt: 64, output: 1 }]);
    expect(log).toEqual(['done']);
  });
});

describe('what the router knows of its own placements', () => {
  const shared = [1, 2, 3];

  it('counts distinct prompt blocks, requests, and prompt tokens until the first token', () => {
    const seen = observed(
      [
        { prompt: 192, output: 9, content: shared },
        { at: 1, prompt: 192, output: 9, content: shared },
        { at: 60, prompt: 200, output: 1 },
      ],
      (worker) => [worker.activeBlocks, worker.activeOverlapBlocks, worker.inFlight, worker.prefillTokens],
    );
    // The second prompt is announced at the start of the first pass, so nothing of it is left to book.
    expect(seen).toEqual([
      [0, 0, 0, 0],
      [3, 3, 1, 192],
      [3, 0, 2, 0],
    ]);
  });

  it('shows the overlap with the worker’s cache from the start of the pass that computes it', () => {
    const seen = observed(
      [
        { prompt: 192, output: 1, content: shared },
        { at: 1, prompt: 192, output: 1, content: shared },
        { at: 1, prompt: 128, output: 1, content: [1, 9] },
      ],
      (worker, req) => [worker.overlapBlocks, req.minPrefillTokens],
    );
    expect(seen).toEqual([
      [0, 192],
      [3, 0],
      [1, 64],
    ]);
  });
});

describe('what the engine reports', () => {
  it('prompt progress at pass ends, blocks at pass starts', () => {
    const seen = observed(
      [
        { prompt: 10000, output: 2 },
        // During the first pass (0 to 169 ms): 128 blocks are held, no progress is reported yet.
        { at: 100, prompt: 640, output: 2 },
        // During the second: the first chunk of 8,192 tokens is done; the new prompt was admitted with it.
        { at: 200, prompt: 64, output: 2 },
        // Everything has its first token.
        { at: 1000, prompt: 64, output: 2 },
      ],
      (worker) => [
        worker.queued,
        worker.queuedTokens,
        worker.decodeRequests,
        worker.contextTokens,
        worker.usedBlocks,
      ],
    );
    expect(seen).toEqual([
      [0, 0, 0, 0, 0],
      [0, 10000, 0, 0, 128],
      [0, 1808 + 640, 0, 0, 157 + 10],
      [0, 0, 0, 0, 0],
    ]);
  });

  it('requests that wait count with what was not cached for them', () => {
    const seen = observed(
      [
        { prompt: 192, output: 40, content: [1, 2, 3] },
        { at: 30, prompt: 256, output: 2, content: [1, 2, 3, 4] },
        { at: 31, prompt: 64, output: 1 },
      ],
      (worker) => [worker.queued, worker.queuedTokens, worker.decodeRequests, worker.contextTokens],
      { engine: { maxNumSeqs: 1 } },
    );
    expect(seen.at(-1)).toEqual([1, 64, 1, 194]);
  });

  it('when the running pass ends', () => {
    const seen = observed(
      [
        { prompt: 1000, output: 1 },
        { at: 30, prompt: 64, output: 1 },
      ],
      (worker) => worker.passEndsInMs.toFixed(6),
    );
    expect(seen).toEqual(['0.000000', '7.898579']);
  });
});

describe('sessions of a request', () => {
  it('show the turn and the worker that served the session last', () => {
    const seen: unknown[] = [];
    const policy: Policy = {
      router: {
        cost(req, worker) {
          if (worker.id === 0) seen.push([req.turn, req.lastWorker]);
          return worker.id === 1 ? 0 : 1;
        },
      },
    };
    route(policy, [
      { prompt: 64, output: 1, session: 1 },
      { prompt: 128, output: 1, session: 1, delay: 5 },
    ]);
    expect(seen).toEqual([
      [0, -1],
      [1, 1],
    ]);
  });
});

describe('views', () => {
  it('can’t be changed, extended or used to make others', () => {
    const policy: Policy = {
      router: {
        cost(req, worker) {
          const open = worker as unknown as Record<string, unknown>;
          expect(() => {
            open['inFlight'] = 0;
          }).toThrow(TypeError);
          expect(() => {
            open['mine'] = 1;
          }).toThrow(TypeError);
          expect(() =>
            Object.defineProperty(Object.getPrototypeOf(worker), 'inFlight', { value: 0 }),
          ).toThrow(TypeError);
          expect(worker.constructor).toBeUndefined();
          expect(Object.keys(req)).toEqual([]);
          return worker.id;
        },
      },
    };
    const { outcomes } = route(policy, [{ prompt: 1000, output: 4 }]);
    expect(rounded(outcomes.lastTokenMs)).toEqual([55.276739]);
  });
});
