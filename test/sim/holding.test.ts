import { describe, expect, it } from 'vitest';
import type { Policy, Router } from '../../harness/contract/index.ts';
import { InvariantError } from '../../harness/sim/invariant-error.ts';
import { PolicyError } from '../../harness/sim/policy-error.ts';
import { simulateByTheBook } from '../reference-engine/simulate-by-the-book.ts';
import { rounded, runSmall, type SmallRequest, smallColumns, smallSpec } from './small-workload.ts';

/** Simulates on both engines, demands equal outcomes, and returns them. */
function held(router: Router, requests: readonly SmallRequest[], workers = 1) {
  const policy: Policy = { router };
  const cluster = { workers, router: { kind: 'policy' as const, policy } };
  const fast = runSmall(requests, cluster);
  const book = simulateByTheBook(smallColumns(requests, 64), smallSpec(cluster));
  expect(fast.outcomes).toMatchObject(book.outcomes);
  expect(fast.policyCalls).toBe(book.policyCalls);
  return fast;
}

const oneAtATime: Router = { cost: () => 0, admit: (_req, worker) => worker.inFlight === 0 };

// Alone on a worker, 1000 prompt and 4 output tokens: first token after 37.898579 ms, end after 55.276739 ms.
const request = (at: number, prompt = 1000): SmallRequest => ({ at, prompt, output: 4 });

describe('a held request', () => {
  it('is placed at the completion that makes room, and its TTFT counts from its arrival', () => {
    const { outcomes } = held(oneAtATime, [request(0), request(10)]);
    expect(rounded(outcomes.arrivalMs)).toEqual([0, 10]);
    expect(rounded(outcomes.admitMs)).toEqual([0, 55.276739]);
    expect(rounded(outcomes.firstTokenMs)).toEqual([37.898579, 93.175318]);
  });

  it('is tried again at a first token', () => {
    const router: Router = { cost: () => 0, admit: (_req, worker) => worker.prefillTokens === 0 };
    expect(rounded(held(router, [request(0), request(10)]).outcomes.admitMs)).toEqual([0, 37.898579]);
  });

  it('is tried again when another arrives, and goes first without an order', () => {
    const router: Router = { cost: () => 0, admit: (req) => req.now >= 5 };
    const { outcomes, placementOrder } = held(router, [request(0), request(5)]);
    expect(rounded(outcomes.admitMs)).toEqual([5, 5]);
    expect([...placementOrder]).toEqual([0, 1]);
  });

  it('is not tried at any other time', () => {
    const tries: number[] = [];
    const router: Router = {
      cost: () => 0,
      admit(req, worker) {
        tries.push(req.now);
        return worker.inFlight === 0;
      },
    };
    runSmall([request(0), request(10)], { router: { kind: 'policy', policy: { router } } });
    expect(tries.map((time) => time.toFixed(3))).toEqual(['0.000', '10.000', '37.899', '55.277']);
  });

  it('knows how long it has been held', () => {
    const seen: string[] = [];
    const router: Router = { ...oneAtATime, onRouted: (req) => seen.push(req.heldMs.toFixed(6)) };
    runSmall([request(0), request(10)], { router: { kind: 'policy', policy: { router } } });
    expect(seen).toEqual(['0.000000', '45.276739']);
  });
});

describe('held requests', () => {
  const three = [request(0), request(1, 3000), request(2, 500), request(3, 500)];

  it('go in order of arrival', () => {
    expect([...held(oneAtATime, three).placementOrder]).toEqual([0, 1, 2, 3]);
  });

  it('go in the policy’s order, lowest first, ties in order of arrival', () => {
    const shortestFirst: Router = { ...oneAtATime, order: (req) => req.isl };
    expect([...held(shortestFirst, three).placementOrder]).toEqual([0, 2, 3, 1]);
  });

  it('may overtake one that nobody admits', () => {
    const router: Router = {
      cost: () => 0,
      admit: (req, worker) => worker.inFlight === 0 && (req.isl < 2000 || req.now > 130),
    };
    expect([...held(router, three).placementOrder]).toEqual([0, 2, 3, 1]);
  });

  it('go to the cheapest of the workers that admit them', () => {
    const router: Router = { cost: (_req, worker) => worker.id, admit: (_req, worker) => worker.id !== 0 };
    expect([...held(router, three, 3).outcomes.worker]).toEqual([1, 1, 1, 1]);
  });

  it('that stay when nothing is left to happen violate an invariant', () => {
    const never: Router = { cost: () => 0, admit: () => false };
    expect(() => held(never, three)).toThrow(InvariantError);
    expect(() => held(never, three)).toThrow('admits 4 held requests to no worker');
  });
});

describe('a bad answer', () => {
  it.each([
    ['admit', { admit: () => 1 }, 'router.admit returned number, not a boolean'],
    ['order', { admit: oneAtATime.admit, order: () => Number.NaN }, 'router.order returned NaN'],
    ['order', { admit: oneAtATime.admit, order: () => '1' }, 'router.order returned string, not a number'],
  ])('of %s is a policy error', (_hook, hooks, message) => {
    const router = { cost: () => 0, ...hooks } as unknown as Router;
    const run = () => held(router, [request(0), request(1), request(2)]);
    expect(run).toThrow(PolicyError);
    expect(run).toThrow(message);
  });
});
