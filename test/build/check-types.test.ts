import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { bundlePolicy } from '../../harness/build/bundle-policy.ts';
import { checkTypes } from '../../harness/build/check-types.ts';
import { POLICY_GLOBALS } from '../../harness/isolate/realm-globals.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function typed(cost: string): string {
  return `import type { Init, Policy } from 'autoresearch/contract';
export default function create(init: Init): Policy {
  return { router: { cost: (req, worker) => ${cost} } };
}
`;
}

function plain(cost: string): string {
  return `export default (init) => ({ router: { cost: (req, worker) => ${cost} } });\n`;
}

async function verdictOn(source: string): Promise<string> {
  const verdict = await checkTypes(source, 'policy.ts');
  return verdict.kind === 'misfits' ? verdict.reason : verdict.kind;
}

describe('the types of a policy', () => {
  it.each([
    [
      'worker.inflight',
      "policy.ts:3:52: Property 'inflight' does not exist on type 'WorkerView'. Did you mean 'inFlight'?",
    ],
    ['req.outputTokens', "policy.ts:3:49: Property 'outputTokens' does not exist on type 'RequestView'."],
    ['(worker as any).x + init.now', "policy.ts:3:70: Property 'now' does not exist on type 'Init'."],
    ["'1'", "policy.ts:3:45: Type 'string' is not assignable to type 'number'."],
    ['init.rng.next(3)', 'policy.ts:3:59: Expected 0 arguments, but got 1.'],
    ["String(1).matchAll('b')", "policy.ts:3:55: Property 'matchAll' does not exist on type 'string'."],
  ])('are refused where %s is asked for', async (cost, says) => {
    const bundle = await bundlePolicy(typed(cost), { name: 'policy.ts' });
    expect(bundle).toEqual({ kind: 'build-failed', reason: `${says} (types)` });
  });

  it('are named where they are wrong, a few at a time', async () => {
    const cost = ['a', 'b', 'c', 'd', 'e'].map((name) => `worker.${name}`).join(' + ');
    expect(await verdictOn(typed(cost))).toMatch(
      /^policy\.ts:3:52: .*'a'.*; .*'b'.*; .*'c'.* \(and 2 more\) \(types\)$/,
    );
  });

  it('may be left out: only what is wrong for sure counts then', async () => {
    expect(await verdictOn(plain('worker.inFlight + req.anything'))).toBe('fits');
    expect(await verdictOn(plain('((req.isl > 2) - (req.isl < 2)) * init.x'))).toBe('fits');
    expect(await verdictOn(plain('Math.sum(1, 2)'))).toMatch(
      /^policy\.ts:1:.*'sum' does not exist on type 'Math'/,
    );
    expect(await verdictOn(plain('Date.now()'))).toMatch(/^policy\.ts:1:.*Cannot find name 'Date'/);
  });

  it('are checked without reading any file the policy names', async () => {
    const foreign = `import type { Policy } from '${import.meta.dirname}/../../harness/contract/index.ts';\n`;
    expect(await verdictOn(foreign + plain('1'))).toMatch(/^policy\.ts:1:\d+: Cannot find module/);
  });

  it('leave no file behind', async () => {
    const folder = temporaryFolder();
    vi.stubEnv('TMPDIR', folder);
    expect(await verdictOn(typed('worker.queued + 0'))).toBe('fits');
    vi.unstubAllEnvs();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that would keep the checker busy are refused', async () => {
    const bomb = `type Grow<T extends unknown[], N extends number> = T['length'] extends N ? T : Grow<[...T, 0], N>;
type Pairs<A extends number> = A extends number ? { [K in A]: Grow<[], 900>['length'] } : never;
type Digits = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Many = \`\${Digits}\${Digits}\${Digits}\${Digits}\`;
const x: Record<Many, Pairs<1>> = {} as Record<\`\${Many}\`, 1>;
type Deep<S, N extends unknown[] = []> = N['length'] extends 12 ? S : Deep<S | [S, N['length']], [...N, 0]> | Deep<[N['length'], S], [...N, 0]>;
let d: Deep<1> = 0 as unknown as Deep<2>;
${typed('worker.inFlight')}`;
    expect(await verdictOn(bomb)).not.toBe('unavailable');
  });
});

describe('the globals of the type checker', () => {
  it('are those of policies', async () => {
    const names = `[${POLICY_GLOBALS.join(', ')}].length`;
    expect(await verdictOn(typed(names))).toBe('fits');
    for (const name of ['Date', 'process', 'JSON', 'Reflect', 'Promise', 'console', 'BigInt'])
      expect(await verdictOn(plain(`${name} ? 1 : 0`)), name).not.toBe('fits');
  });

  it('have the members that the language has, but for what the realm takes away', async () => {
    const samples: Record<string, object> = {
      "''": String.prototype,
      '(1)': Number.prototype,
      '[1]': Array.prototype,
      'new Map([[1, 2]])': Map.prototype,
      'new Set([1])': Set.prototype,
      'new Float64Array(1)': Object.getPrototypeOf(Float64Array.prototype),
      Math,
      Number,
      Array,
    };
    const without =
      /^(?:constructor|prototype|name|length|random|buffer|normalize|match|matchAll|search|isWellFormed|toWellFormed|raw|fromAsync|toLocale.*|localeCompare|anchor|big|blink|bold|fixed|fontcolor|fontsize|italics|link|small|strike|sub|sup|trimLeft|trimRight|.*[gG]roup.*|f16round|sumPrecise|union|intersection|difference|symmetricDifference|is(?:Subset|Superset|Disjoint).*|getOrInsert.*)$/;
    const uses = Object.entries(samples).flatMap(([expression, holder]) =>
      Object.getOwnPropertyNames(holder)
        .filter((member) => !without.test(member))
        .map((member) => `void ${expression}.${member};`),
    );
    expect(uses.length).toBeGreaterThan(150);
    expect(await verdictOn(`${uses.join('\n')}\n${typed('1')}`)).toBe('fits');
  });
});
