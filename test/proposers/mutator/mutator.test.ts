import { beforeAll, describe, expect, it } from 'vitest';
import { createMutator, OPERATORS } from '../../../src/proposers/mutator/mutator.ts';
import { parsePolicy } from '../../../src/proposers/mutator/parse-policy.ts';
import { identityOf } from '../../../src/proposers/mutator/policy-library.ts';
import { BASELINES, baseline, contextFor, pastAttempt, proposed, SEED_POLICY } from './policies.ts';

type Proposed = Awaited<ReturnType<typeof proposed>>;

const SEEDS = Array.from({ length: 200 }, (_, index) => 1 + index * 7919);
let fromSeedAlone: Proposed[] = [];

beforeAll(async () => {
  const mutator = createMutator();
  fromSeedAlone = await Promise.all(SEEDS.map((seed) => proposed(mutator, contextFor(SEED_POLICY, seed))));
});

describe('the mutator', () => {
  it('proposes the same for the same context, whatever it was asked before', async () => {
    const again = await Promise.all(
      SEEDS.slice(0, 30).map((seed) => proposed(createMutator(), contextFor(SEED_POLICY, seed))),
    );
    expect(again).toEqual(fromSeedAlone.slice(0, 30));
  });

  it('finds many different programs, by every operator that needs no other policy', () => {
    const identities = fromSeedAlone.map(({ source }) => identityOf(source, parsePolicy(source)));
    expect(new Set(identities).size).toBeGreaterThan(110);
    const reached = new Set(fromSeedAlone.map(({ operator }) => operator));
    const expected = OPERATORS.map(({ name }) => name).filter((name) => name !== 'crossover');
    expect([...reached].sort()).toEqual(expected.sort());
  });

  it('never repeats the incumbent or an earlier attempt, in whatever layout', async () => {
    const mutator = createMutator();
    const history = fromSeedAlone.slice(0, 60).map(({ source }, index) => {
      const other = `// ${index}\n${source.replaceAll(/\n {8}/g, '\n\n          ')}`;
      return pastAttempt(index + 1, other, 0.5);
    });
    const seen = new Set([SEED_POLICY, ...history.map(({ source }) => source ?? '')].map(identify));
    for (const seed of SEEDS.slice(0, 60)) {
      const { source } = await proposed(mutator, contextFor(SEED_POLICY, seed, { history }));
      expect(seen).not.toContain(identify(source));
    }
  });

  it('says what it does in one plain line', () => {
    for (const { idea } of fromSeedAlone) {
      expect(idea).toMatch(/^[a-z][^\n]{5,200}[^.\n]$/);
      expect(idea).not.toMatch(/worker\.|req\.|undefined|NaN/);
    }
  });

  it('reaches predicted wait plus predicted own prefill from the seed once in some forty proposals', () => {
    const reached = fromSeedAlone.filter(({ source }) => predictsLatency(source));
    expect(reached.length).toBeGreaterThanOrEqual(5);
  });

  it('takes from baselines when there are some', async () => {
    const mutator = createMutator();
    const ideas: string[] = [];
    for (const seed of SEEDS) {
      const proposal = await proposed(mutator, contextFor(SEED_POLICY, seed, { baselines: BASELINES }));
      if (proposal.operator === 'crossover') ideas.push(proposal.idea);
    }
    expect(ideas.some((idea) => idea.includes('predicted-latency'))).toBe(true);
    expect(ideas.some((idea) => idea.includes('least-in-flight'))).toBe(true);
    expect(ideas.some((idea) => idea.includes('round-robin'))).toBe(false);
  });

  it('takes over a baseline whole, with its description', async () => {
    const mutator = createMutator();
    const sources = await Promise.all(
      SEEDS.map(async (seed) => {
        const context = contextFor(SEED_POLICY, seed, { baselines: BASELINES });
        return (await proposed(mutator, context)).source;
      }),
    );
    expect(sources).toContain(baseline('predicted-latency'));
  });

  it('shows no trace of baselines it was not given', () => {
    const text = fromSeedAlone.map(({ source, idea }) => source + idea).join('\n');
    expect(text).not.toMatch(
      /RESIDENT_DELAY|QUEUE_OVERHEAD|Expected latency|least-in-flight|predicted-latency/,
    );
    expect(fromSeedAlone.some(({ operator }) => operator === 'crossover')).toBe(false);
  });

  it('starts from a plain policy when it cannot read the incumbent', async () => {
    const stateful = 'export default () => { const router = make(); return { router }; };';
    const { source } = await proposed(createMutator(), contextFor(stateful, 5));
    expect(parsePolicy(source)).toBeDefined();
  });

  it('prefers operators that have been successful', async () => {
    const mutator = createMutator();
    const history = fromSeedAlone.slice(0, 40).map(({ source }, index) =>
      pastAttempt(index + 1, source, -0.05 * index, {
        operator: index % 2 === 0 ? 'swap-signal' : 'add-term',
        verdict: index % 2 === 0 ? 'kept' : 'discarded',
      }),
    );
    const count = async (past: typeof history) => {
      const proposals = await Promise.all(
        SEEDS.map((seed) => proposed(mutator, contextFor(SEED_POLICY, seed, { history: past }))),
      );
      return proposals.filter(({ operator }) => operator === 'swap-signal').length;
    };
    expect(await count(history)).toBeGreaterThan(2 * (await count([])));
  });
});

function identify(source: string): string {
  return identityOf(source, parsePolicy(source));
}

/** Rest of the running pass, queued tokens and the engine's prefill estimate for what is not cached, in one cost. */
function predictsLatency(source: string): boolean {
  const form = identify(source);
  return (
    form.includes('worker.passEndsInMs') &&
    form.includes('worker.queuedTokens') &&
    form.includes(
      'engine.prefillMs((-1*(req.blockSize*worker.overlapBlocks)+1*req.isl),(req.blockSize*worker.overlapBlocks))',
    )
  );
}
