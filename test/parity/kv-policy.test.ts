import { describe, expect, it } from 'vitest';
import { runReplay } from '../../harness/replay/run-replay.ts';
import { DEFAULT_KV_ROUTER, type RouterSpec } from '../../harness/sim/config.ts';
import { createInit } from '../../harness/sim/policy-init.ts';
import { polynomialTiming } from '../../harness/sim/polynomial-timing.ts';
import createPolicy from '../../policies/router/policy.ts';
import { parseReplayArguments } from '../../src/commands/replay-arguments.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import {
  fuzzArguments,
  fuzzCorpusNames,
  goldenNames,
  hasGoldens,
  readFuzzCorpus,
  readGolden,
} from './golden-folder.ts';

const BUILT_IN: RouterSpec = { kind: 'kv', config: DEFAULT_KV_ROUTER, tieBreak: { kind: 'lowest-id' } };

/** Replays a KV command line with default weights twice: built in, and with the policy file. */
function replayBothWays(args: readonly string[]) {
  const { request } = parseReplayArguments(args);
  const { engine, workers } = request;
  const timing = polynomialTiming(request);
  const init = createInit({
    workers,
    blockSize: engine.blockSize,
    numGpuBlocks: engine.numGpuBlocks,
    seed: 1,
    params: {},
    timing,
  });
  const run = (router: RouterSpec) => runReplay({ ...request, router }).result;
  return { builtIn: run(BUILT_IN), asPolicy: run({ kind: 'policy', policy: createPolicy(init) }) };
}

function expectSameRun(args: readonly string[]): void {
  const { builtIn, asPolicy } = replayBothWays(args);
  expect(asPolicy.placements).toBeGreaterThan(0);
  expect(asPolicy.placementOrder).toEqual(builtIn.placementOrder);
  expect(asPolicy.outcomes).toEqual(builtIn.outcomes);
  expect(asPolicy.policyCalls).toBeGreaterThan(0);
}

describe.runIf(hasGoldens)(
  'the KV cost written as a policy file is the built-in KV router, bit for bit',
  () => {
    it.each(goldenNames().filter((name) => name.includes('-kv-')))('%s with default weights', (name) => {
      expectSameRun(readGolden(name).argumentsIn(temporaryFolder()));
    });

    it.each(fuzzCorpusNames().filter((name) => name.includes('kv')))('%s with default weights', (name) => {
      const folder = temporaryFolder();
      for (const { replayCase } of readFuzzCorpus(name)) expectSameRun(fuzzArguments(replayCase, folder));
    });
  },
);
