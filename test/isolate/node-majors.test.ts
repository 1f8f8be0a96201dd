import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writeSmallTrace } from './small-scenarios.ts';

/** Other Node binaries, parted by `:`, e.g. of several majors. */
const NODES = (process.env['AUTORESEARCH_NODES'] ?? '').split(':').filter((node) => node !== '');

/** Policies without transcendental functions, whose last bits may differ between majors. */
const POLICIES = [
  'policies/router/policy.ts',
  'policies/router/baselines/least-in-flight.ts',
  'test/adversarial/honest/own-random-numbers.ts',
  'test/adversarial/honest/moving-average.ts',
  'test/adversarial/honest/holding.ts',
  'test/adversarial/honest/classes.ts',
];

/** What `evaluate` prints under a Node, without what is its own. */
async function decisionsUnder(node: string, policy: string) {
  const cli = join(packageRoot, 'dist/cli.js');
  const trace = writeSmallTrace(temporaryFolder());
  const args = ['evaluate', join(packageRoot, policy), '--target', 'router', '--trace', trace, '--json'];
  const { stdout } = await execa(node, [cli, ...args]);
  const { outcome, reason, decisionHash, policyCalls, layers, scenarios } = JSON.parse(stdout);
  const metrics = scenarios.map((each: { metrics: unknown }) => each.metrics);
  return { outcome, reason, decisionHash, policyCalls, layers, metrics };
}

it('is tried under the Nodes that AUTORESEARCH_NODES names', () => {
  for (const node of NODES) expect(existsSync(node), node).toBe(true);
});

describe.each(NODES)('under %s', (node) => {
  it.each(POLICIES)('%s decides to the bit as under this Node', async (policy) => {
    const [there, here] = [
      await decisionsUnder(node, policy),
      await decisionsUnder(process.execPath, policy),
    ];
    expect(here.outcome).toBe('scored');
    expect(there).toEqual(here);
  });
});
