import { describe, expect, it } from 'vitest';
import { STATUS } from '../../harness/sim/simulation-result.ts';
import { rounded, runSmall } from './small-workload.ts';

// Figures of DynoSim 1.4.2.
const REQUESTS = [
  { at: 0, prompt: 3, output: 22 },
  { at: 1, prompt: 3, output: 14 },
];
const ENGINE = { numGpuBlocks: 28, blockSize: 2 };

function cutOff(workers: number, maxSimTimeMs: number) {
  return runSmall(REQUESTS, { engine: ENGINE, workers, maxSimTimeMs });
}

describe('a simulation that is cut off', () => {
  it('ends the pass under way when there is one worker', () => {
    const { outcomes } = cutOff(1, 491);
    expect(rounded(outcomes.endMs)).toEqual([506.551347, 348.328158]);
    expect([...cutOff(1, 450).outcomes.status]).toEqual([STATUS.inFlight, STATUS.completed]);
  });

  it('ends nothing after the time when there are several', () => {
    const { outcomes } = cutOff(2, 396);
    expect([...outcomes.status]).toEqual([STATUS.inFlight, STATUS.completed]);
    expect(rounded(outcomes.endMs)).toEqual([Number.NaN, 219.602332]);
    expect([...cutOff(2, 397.3).outcomes.status]).toEqual([STATUS.completed, STATUS.completed]);
  });

  it('counts the token gaps of completed requests only', () => {
    expect(cutOff(2, 200).gaps.itlMs.count).toBe(0);
    expect(cutOff(2, 396).gaps.itlMs.count).toBe(13);
    expect(cutOff(2, 1000).gaps.itlMs.count).toBe(13 + 21);
  });

  it('leaves requests that come later out', () => {
    const late = [...REQUESTS, { at: 400, prompt: 3, output: 1 }];
    const { outcomes } = runSmall(late, { workers: 2, maxSimTimeMs: 300 });
    expect(outcomes.status[2]).toBe(STATUS.notArrived);
  });

  it('lets one worker see who arrives before it looks at the clock', () => {
    const arrivedBy = (at: number, maxSimTimeMs: number) =>
      runSmall([...REQUESTS, { at, prompt: 3, output: 1 }], { maxSimTimeMs }).outcomes.status[2];
    expect(arrivedBy(20, 10)).toBe(STATUS.inFlight);
    expect(arrivedBy(400, 300)).toBe(STATUS.inFlight);
    expect(arrivedBy(400, 10)).toBe(STATUS.notArrived);
  });
});

describe('a request that wants no output', () => {
  it('has given its blocks back before the decode of its pass is timed', () => {
    const { outcomes } = runSmall([
      { prompt: 7, output: 1 },
      { prompt: 3, output: 0 },
    ]);
    expect(rounded(outcomes.endMs)).toEqual([22.396592, 22.396592]);
  });
});
