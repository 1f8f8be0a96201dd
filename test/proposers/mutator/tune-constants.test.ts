import { describe, expect, it } from 'vitest';
import { rankedAttempts } from '../../../src/proposers/mutator/move.ts';
import { tuneConstants } from '../../../src/proposers/mutator/operators/tune-constants.ts';
import { parsePolicy } from '../../../src/proposers/mutator/parse-policy.ts';
import { PolicyLibrary } from '../../../src/proposers/mutator/policy-library.ts';
import { createRandom } from '../../../src/proposers/mutator/random.ts';
import { writePolicy } from '../../../src/proposers/mutator/write-policy.ts';
import type { PastAttempt } from '../../../src/proposers/proposer.ts';
import { contextFor, pastAttempt, SEED_POLICY } from './policies.ts';

const COST = 'return Math.max(0, prefillBlocks) + heldBlocks;';

function withCost(result: string): string {
  return SEED_POLICY.replace(COST, result);
}

/** All steps that a hundred seeds propose: idea → line of the result. */
function steps(incumbent: string, history: readonly PastAttempt[]): Map<string, string> {
  const base = parsePolicy(incumbent);
  if (base === undefined) throw new Error('not a router policy');
  const found = new Map<string, string>();
  for (let seed = 0; seed < 100; seed++) {
    const context = contextFor(incumbent, seed, { history });
    const move = tuneConstants.move({
      base,
      context,
      ranked: rankedAttempts(context),
      library: new PolicyLibrary(),
      random: createRandom(seed),
    });
    const source = move === undefined ? '' : writePolicy(base, move.draft);
    if (move !== undefined) found.set(move.idea, /return [^{;]+;/.exec(source)?.[0] ?? '');
  }
  return found;
}

describe('tuning constants', () => {
  it('goes on in the direction of a change that was kept', () => {
    const history = [
      pastAttempt(1, SEED_POLICY, 0.2),
      pastAttempt(2, withCost('return Math.max(0, prefillBlocks) + 0.5 * heldBlocks;'), 0, {
        verdict: 'kept',
      }),
    ];
    const incumbent = history[1]?.source ?? '';
    expect([...steps(incumbent, history)]).toEqual([
      [
        'go on in the direction that helped: scale the weight of heldBlocks from 0.5 to 0.25',
        'return Math.max(0, prefillBlocks) + 0.25 * heldBlocks;',
      ],
    ]);
  });

  it('tries the other side of a change that hurt', () => {
    const worse = pastAttempt(1, withCost('return 2 * Math.max(0, prefillBlocks) + heldBlocks;'), 0.3);
    expect([...steps(SEED_POLICY, [worse]).values()]).toEqual([
      'return 0.5 * Math.max(0, prefillBlocks) + heldBlocks;',
    ]);
  });

  it('goes past a near miss, and joins near misses of different constants', () => {
    const history = [
      pastAttempt(1, withCost('return 2 * Math.max(0, prefillBlocks) + heldBlocks;'), -0.004),
      pastAttempt(2, withCost('return Math.max(0, prefillBlocks) + 0.8 * heldBlocks;'), -0.003),
    ];
    expect([...steps(SEED_POLICY, history).values()].sort()).toEqual([
      'return 2 * Math.max(0, prefillBlocks) + 0.8 * heldBlocks;',
      'return 4 * Math.max(0, prefillBlocks) + heldBlocks;',
      'return Math.max(0, prefillBlocks) + 0.64 * heldBlocks;',
    ]);
  });

  it('interpolates between two changes that hurt', () => {
    const history = [
      pastAttempt(1, withCost('return 2 * Math.max(0, prefillBlocks) + heldBlocks;'), 0.01),
      pastAttempt(2, withCost('return 0.5 * Math.max(0, prefillBlocks) + heldBlocks;'), 0.2),
    ];
    const [line] = steps(SEED_POLICY, history).values();
    const weight = Number(/return ([\d.]+) \* Math/.exec(line ?? '')?.[1]);
    expect(weight).toBeGreaterThan(1.05);
    expect(weight).toBeLessThan(2);
  });

  it('moves a constant nobody has tried when there is nothing to learn from', () => {
    const ideas = [...steps(SEED_POLICY, []).keys()];
    expect(ideas.length).toBeGreaterThan(8);
    for (const idea of ideas) expect(idea).toMatch(/^scale the weight of .+ from -?1 to -?(0\.5|2)$/);
  });
});
