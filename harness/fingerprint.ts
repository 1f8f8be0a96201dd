import { createHash } from 'node:crypto';

import { compilerVersion } from './build/compiler-version.ts';
import { buildHash } from './build-hash.ts';
import type { Scenario } from './score/scenario.ts';

/**
 * SHA-256 over everything that can change a score: the built harness, the compiler of policies, the Node major and
 * the scenarios (with the hashes of their traces and engine profiles). Scores with different fingerprints don't compare.
 */
export function fingerprint(scenarios: readonly Scenario[]): string {
  const parts = {
    build: buildHash(),
    esbuild: compilerVersion,
    node: process.versions.node.split('.')[0],
    scenarios: scenarios.map(canonical),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A scenario's values in a fixed order, however the object was made. */
function canonical(scenario: Scenario): readonly unknown[] {
  const { trace, window } = scenario;
  return [
    scenario.name,
    scenario.split,
    [trace.name, trace.hash],
    [window.warmupFromMs, window.scoredFromMs, window.untilMs],
    scenario.speedup,
    scenario.workers,
    scenario.kvBlocks,
    scenario.blockSize,
    scenario.maxBatchedTokens,
    [scenario.engine.name, scenario.engine.hash],
    scenario.seed,
  ];
}
