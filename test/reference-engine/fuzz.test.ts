import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CaseTally } from './case-tally.ts';
import { compareEngines, disagreement, type EngineCase } from './engine-case.ts';
import { literal } from './literal.ts';
import { randomEngineCase } from './random-engine-case.ts';
import { shrinkEngineCase } from './shrink-engine-case.ts';

const SECONDS = Number(process.env['AUTORESEARCH_FUZZ_SECONDS'] ?? 20);
const SEED = Number(process.env['AUTORESEARCH_FUZZ_SEED'] ?? 1);
const LEAST_CASES = 1000;
/** Cases between two looks at the clock. */
const BATCH = 50;
const MINUTES_TO_FINISH = 10;

/** Where the engines disagree, as a test to put among the regressions. */
async function regression(failing: EngineCase, index: number): Promise<string> {
  const smallest = await shrinkEngineCase(failing, (candidate) => disagreement(candidate) !== undefined);
  return [
    `case ${index} of seed ${SEED}: ${disagreement(smallest)}`,
    "it('…', () => {",
    `  const engineCase: EngineCase = ${literal(smallest, '  ')};`,
    '  expect(disagreement(engineCase)).toBeUndefined();',
    '});',
  ].join('\n');
}

describe('on random simulations', () => {
  it(
    `the engine does what the book says, to the bit (seed ${SEED}, ${SECONDS} s)`,
    async () => {
      const tally = new CaseTally();
      const endMs = performance.now() + SECONDS * 1000;
      while (tally.cases < LEAST_CASES || performance.now() < endMs) {
        for (let left = BATCH; left > 0; left--) {
          const engineCase = randomEngineCase(SEED, tally.cases);
          const { difference, end } = compareEngines(engineCase);
          if (difference !== undefined) expect.fail(await regression(engineCase, tally.cases));
          tally.add(end);
        }
        await nextTurn();
      }
      process.stderr.write(`fuzzed with seed ${SEED}: ${tally}\n`);
      expect(tally.cases).toBeGreaterThanOrEqual(LEAST_CASES);
      for (const sign of ['preempted', 'rejected', 'cut off', 'tied', 're-used', 'DeadEndError'] as const) {
        expect(tally.count(sign), sign).toBeGreaterThan(0);
      }
    },
    (SECONDS + 60 * MINUTES_TO_FINISH) * 1000,
  );
});

describe('the random simulations', () => {
  it('depend on nothing but seed and index', () => {
    expect(randomEngineCase(3, 5)).toEqual(randomEngineCase(3, 5));
    expect(randomEngineCase(3, 5)).not.toEqual(randomEngineCase(3, 6));
    expect(randomEngineCase(3, 5)).not.toEqual(randomEngineCase(4, 5));
  });

  it('print as source that gives the same case', () => {
    for (let index = 0; index < 30; index++) {
      const engineCase = randomEngineCase(8, index);
      const again: unknown = new Function(`return (${literal(engineCase)});`)();
      expect(again).toEqual(engineCase);
    }
  });
});
