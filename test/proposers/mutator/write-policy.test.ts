import { describe, expect, it } from 'vitest';
import { parametrise } from '../../../src/proposers/mutator/constants.ts';
import { declareBuildingBlocks } from '../../../src/proposers/mutator/declare-bindings.ts';
import { binary, name } from '../../../src/proposers/mutator/expression.ts';
import { createMutator } from '../../../src/proposers/mutator/mutator.ts';
import { parsePolicy } from '../../../src/proposers/mutator/parse-policy.ts';
import type { Draft, PolicyProgram } from '../../../src/proposers/mutator/policy-program.ts';
import { workerSignal } from '../../../src/proposers/mutator/signals.ts';
import { writePolicy } from '../../../src/proposers/mutator/write-policy.ts';
import { baseline, contextFor, proposed, SEED_POLICY } from './policies.ts';

const COMMENTED = `import type { Init, Policy } from 'autoresearch/contract';

/**
 * A policy with everything in it.
 */
export default function create(init: Init): Policy {
  // How many times a worker was chosen.
  const chosen = new Map<number, number>();
  /* not touched */
  const WEIGHT = 2; // tokens
  let last = -1;

  return {
    router: {
      cost(r, w) {
        // Idle workers first.
        if (w.inFlight === 0) return -1;

        const load   =   w.queuedTokens; // odd spacing
        const own = Math.max(
          0, r.isl - w.overlapBlocks * r.blockSize);
        return load + WEIGHT * own + (w.id === last ? 1 : 0); // the end
      },
      onRouted(_r, w) {
        last = w.id;
        chosen.set(w.id, init.workers);
      },
    },
  };
}
`;

function read(source: string): PolicyProgram {
  const program = parsePolicy(source);
  if (program === undefined) throw new Error('not a router policy');
  return program;
}

function addToResult(source: string, blockName: string): string {
  const program = read(source);
  const { draft, expression } = declareBuildingBlocks(program.draft, name(blockName));
  return writePolicy(program, { ...draft, result: binary(draft.result, '+', expression) });
}

describe('writing a policy back', () => {
  it('writes an unchanged draft as it was read', () => {
    for (const source of [
      SEED_POLICY,
      COMMENTED,
      baseline('predicted-latency'),
      baseline('least-in-flight'),
    ]) {
      const program = read(source);
      expect(writePolicy(program, program.draft)).toBe(source);
    }
  });

  it('rewrites only the statement that holds a changed constant', () => {
    const program = read(COMMENTED);
    const weight = parametrise(program.draft).constants.find(({ what }) => what === 'WEIGHT');
    const draft = weight?.withValue(3) as Draft;
    expect(writePolicy(program, draft)).toBe(COMMENTED.replace('const WEIGHT = 2;', 'const WEIGHT = 3;'));
  });

  it('declares what a new term needs where it belongs, and keeps every comment', () => {
    const source = addToResult(COMMENTED, 'uncachedMs');
    expect(source).toBe(
      COMMENTED.replace(
        '\n\n  return {',
        `

  const probeTokens = 8192;
  const msPerToken = init.engine.prefillMs(probeTokens, 0) / probeTokens;
  return {`,
      )
        .replace(
          '        return load + WEIGHT * own + (w.id === last ? 1 : 0);',
          `        const cachedTokens = w.overlapBlocks * r.blockSize;
        const uncachedTokens = r.isl - cachedTokens;
        const uncachedMs = msPerToken * uncachedTokens;
        return load + WEIGHT * own + (w.id === last ? 1 : 0) + uncachedMs;`,
        )
        .replace(' */', ' * Search has since changed its terms.\n */'),
    );
  });

  it('uncovers a parameter that gets used and hides one that no longer is', () => {
    expect(addToResult(SEED_POLICY, 'ownPrefillMs')).toContain('create(init: Init)');
    expect(addToResult(baseline('least-in-flight'), 'uncachedTokens')).toContain('cost(req, worker) {');
    const program = read(baseline('predicted-latency'));
    const source = writePolicy(program, { ...program.draft, result: workerSignal('inFlight') });
    expect(source).toContain('create(_init: Init): Policy {\n  return {');
    expect(source).toContain('cost(_req, worker) {\n        return worker.inFlight;\n');
  });

  it('keeps an arrow an arrow while it needs no statements', () => {
    const program = read(baseline('least-in-flight'));
    const draft = { ...program.draft, result: workerSignal('queued') };
    const source = writePolicy(program, draft);
    expect(source).toContain('      cost: (_req, worker) => worker.queued,\n');
    expect(source).toContain(
      '/** The worker with the fewest unfinished requests. Search has since changed its terms. */',
    );
  });

  it('keeps the hooks, the state and the other statements of a policy under any move', async () => {
    const mutator = createMutator();
    for (let seed = 0; seed < 60; seed++) {
      const { source } = await proposed(mutator, contextFor(COMMENTED, seed));
      expect(source).toContain(
        '  // How many times a worker was chosen.\n  const chosen = new Map<number, number>();\n',
      );
      expect(source).toContain('        // Idle workers first.\n        if (w.inFlight === 0) return -1;\n');
      expect(source).toContain('  let last = -1;\n');
      expect(source).toContain(COMMENTED.slice(COMMENTED.indexOf('      onRouted')));
      expect(parsePolicy(source)).toBeDefined();
    }
  });
});
