import { expect, it } from 'vitest';
import type { EngineCase } from './engine-case.ts';
import { randomEngineCase } from './random-engine-case.ts';
import { shrinkEngineCase } from './shrink-engine-case.ts';

const LARGE = Array.from({ length: 300 }, (_, index) => randomEngineCase(2, index)).find(
  ({ rows, workers, router, engine }) =>
    rows.length > 8 && workers > 2 && router.kind === 'policy' && engine.preemptionMode === 'fifo',
) as EngineCase;

it('keeps what makes a case fail and drops the rest', async () => {
  const culprit = LARGE.rows[5]?.hash_ids[0];
  const smallest = await shrinkEngineCase(
    LARGE,
    ({ rows, engine }) =>
      engine.preemptionMode === 'fifo' && rows.some(({ hash_ids: ids }) => ids[0] === culprit),
  );
  expect(smallest.rows).toHaveLength(1);
  expect(smallest.rows[0]?.hash_ids).toEqual([culprit]);
  expect(smallest.engine).toEqual({ preemptionMode: 'fifo' });
  expect(smallest.workers).toBe(1);
  expect(smallest.router).toEqual({ kind: 'round-robin' });
  expect(smallest.timing).toEqual({ kind: 'lockstep', passMs: 10 });
});

it('shortens what a witness reads', async () => {
  const witnessed: EngineCase = {
    ...LARGE,
    router: {
      kind: 'policy',
      policy: {
        name: 'witness',
        requestFields: ['isl', 'now'],
        workerFields: ['queued', 'usedBlocks', 'id'],
        every: 4,
        hooks: ['onRouted'],
        admitBelow: 2,
        ranks: true,
      },
    },
  };
  const reads = ({ router }: EngineCase, field: string) =>
    router.kind === 'policy' &&
    router.policy.name === 'witness' &&
    router.policy.workerFields.some((each) => each === field);
  const smallest = await shrinkEngineCase(witnessed, (candidate) => reads(candidate, 'usedBlocks'));
  expect(smallest.router).toEqual({
    kind: 'policy',
    policy: {
      name: 'witness',
      requestFields: [],
      workerFields: ['usedBlocks'],
      every: 1,
      hooks: [],
    },
  });
});

it('leaves a case alone that nothing plainer fails like', async () => {
  expect(await shrinkEngineCase(LARGE, (candidate) => candidate === LARGE)).toBe(LARGE);
});
