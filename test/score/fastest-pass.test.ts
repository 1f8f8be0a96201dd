import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineNamed, engineNames } from '../../harness/engines/engine.ts';
import { fastestPassMs } from '../../harness/score/fastest-pass.ts';
import { passTiming } from '../../harness/sim/timing-spec.ts';

const KV_BLOCKS = 4000;

describe('the fastest pass', () => {
  it.each(engineNames())('of %s is above 0 and no pass with a token beats it', (name) => {
    const { timing } = engineNamed(name);
    const fastest = fastestPassMs(timing, KV_BLOCKS);
    expect(fastest).toBeGreaterThan(0);
    const passes = passTiming(timing);
    const ready = fc.integer({ min: 1, max: 1024 });
    const context = fc.integer({ min: 1, max: 200_000 });
    const blocks = fc.integer({ min: 0, max: KV_BLOCKS });
    fc.assert(
      fc.property(ready, context, blocks, (requests, each, active) => {
        expect(passes.decodeMs(requests, requests * each, active, KV_BLOCKS)).toBeGreaterThanOrEqual(fastest);
      }),
    );
  });
});
