import { describe, expect, it } from 'vitest';
import { DeadEndError } from '../../harness/sim/dead-end-error.ts';
import { STATUS } from '../../harness/sim/simulation-result.ts';
import { rounded, runSmall } from './small-workload.ts';

/*
 * Worked out by hand from the rules: prefill(x) = 4.209989e-07·x² + 0.01518344·x + 16.50142 ms over the tokens of a
 * pass, decode(u) = −25.74·u² + 54.01·u + 5.74 ms over the share u of held blocks, each to the nanosecond.
 */
describe('a single request of 1,000 prompt tokens', () => {
  it('pays prefill(1000) and one decode step before its first token, then one decode step per token', () => {
    // 16 blocks of 16,384 are held: u = 0.0009765625, decode 5.792720 ms; prefill(1000) = 32.105859 ms.
    const { outcomes, passes } = runSmall([{ prompt: 1000, output: 4 }]);
    expect(rounded(outcomes.firstTokenMs)).toEqual([37.898579]);
    expect(rounded(outcomes.secondTokenMs)).toEqual([43.691299]);
    expect(rounded(outcomes.lastTokenMs)).toEqual([55.276739]);
    expect(passes).toBe(4);
  });
});

describe('two identical prompts in one pass', () => {
  it('share the blocks that the first has just scheduled, and are priced by their mean', () => {
    // Full blocks: 15, so the second reuses 960 tokens. The pass is priced as 2 · (1000 − 960/2) = 1,040 tokens.
    const content = Array.from({ length: 15 }, (_, block) => block);
    const { outcomes } = runSmall([
      { prompt: 1000, output: 2, content },
      { prompt: 1000, output: 2, content },
    ]);
    expect([...outcomes.reusedTokens]).toEqual([0, 960]);
    expect(rounded(outcomes.firstTokenMs)).toEqual([38.543563, 38.543563]);
    expect(rounded(outcomes.lastTokenMs)).toEqual([44.339576, 44.339576]);
  });
});

describe('a prompt longer than the token budget', () => {
  it('is prefilled in chunks that each pay for the chunk alone', () => {
    const { outcomes, passes } = runSmall([{ prompt: 20000, output: 2 }]);
    expect(rounded(outcomes.firstTokenMs)).toEqual([421.945741]);
    expect(rounded(outcomes.lastTokenMs)).toEqual([428.708154]);
    expect(passes).toBe(4);
  });

  it('slows the decoding of others down by its blocks as soon as they are taken', () => {
    const { outcomes } = runSmall([
      { prompt: 64, output: 5 },
      { at: 1, prompt: 10000, output: 2 },
    ]);
    expect(rounded(outcomes.firstTokenMs)).toEqual([23.218181, 250.10764]);
    expect(rounded(outcomes.secondTokenMs)).toEqual([198.499945, 256.369361]);
    expect(rounded(outcomes.lastTokenMs)).toEqual([262.115954, 256.369361]);
  });

  it('waits for ever when chunking is off, and the error names the request', () => {
    const run = () => runSmall([{ prompt: 9000, output: 1 }], { engine: { enableChunkedPrefill: false } });
    expect(run).toThrow(DeadEndError);
    expect(run).toThrow(/request 1 \(9000 prompt \+ 1 output tokens\)/);
  });
});

describe('a prompt that is fully cached', () => {
  it('computes its last block anew when it ends on a block boundary, and reuses all blocks when it does not', () => {
    const { outcomes } = runSmall([
      { prompt: 128, output: 1, content: [1, 2] },
      { at: 1000, prompt: 128, output: 1, content: [1, 2] },
      { at: 2000, prompt: 129, output: 3, content: [1, 2] },
    ]);
    expect([...outcomes.reusedTokens]).toEqual([0, 64, 128]);
    expect(rounded(outcomes.firstTokenMs)).toEqual([24.198391, 1023.221478, 2022.266493]);
  });
});

describe('a pool too small for everybody', () => {
  const three = [
    { prompt: 4, output: 9 },
    { prompt: 4, output: 9 },
    { prompt: 4, output: 9 },
  ];
  const engine = { numGpuBlocks: 6, blockSize: 4 };

  it('preempts the request admitted last, which finishes last without what was evicted', () => {
    const { outcomes, passes, preemptions } = runSmall(three, { engine });
    expect(rounded(outcomes.lastTokenMs)).toEqual([315.073682, 315.073682, 436.875842]);
    expect([...outcomes.reusedTokens]).toEqual([0, 0, 0]);
    expect(passes).toBe(13);
    expect(preemptions).toBe(1);
  });

  it('preempts the request admitted first in fifo mode', () => {
    const { outcomes } = runSmall(three, { engine: { ...engine, preemptionMode: 'fifo' } });
    expect(rounded(outcomes.lastTokenMs)).toEqual([436.875842, 315.073682, 315.073682]);
  });

  it('admits nobody past a head of the queue that does not fit', () => {
    const { outcomes } = runSmall(
      [
        { prompt: 12, output: 2 },
        { prompt: 8, output: 2 },
        { prompt: 4, output: 2 },
      ],
      { engine: { numGpuBlocks: 4, blockSize: 4 } },
    );
    expect(rounded(outcomes.admitMs)).toEqual([0, 82.462432, 82.462432]);
    expect(rounded(outcomes.lastTokenMs)).toEqual([82.462432, 162.683614, 188.993614]);
  });

  it('rejects a prompt that is larger than the pool and goes on', () => {
    const { outcomes } = runSmall(
      [
        { prompt: 40, output: 2 },
        { prompt: 4, output: 2 },
      ],
      { engine },
    );
    expect([...outcomes.status]).toEqual([STATUS.rejected, STATUS.completed]);
    expect(outcomes.outputTokens[0]).toBe(0);
  });

  it('is a dead end for a request whose output cannot fit', () => {
    expect(() =>
      runSmall([{ prompt: 10, output: 8 }], { engine: { numGpuBlocks: 16, blockSize: 1 } }),
    ).toThrow(DeadEndError);
    expect(
      runSmall([{ prompt: 10, output: 7 }], { engine: { numGpuBlocks: 16, blockSize: 1 } }).outcomes
        .status[0],
    ).toBe(STATUS.completed);
  });
});

describe('a request that wants no output', () => {
  it('ends with its prefill and produces no token', () => {
    const { outcomes } = runSmall([{ prompt: 100, output: 0 }]);
    expect(rounded(outcomes.endMs)).toEqual([18.023974]);
    expect(outcomes.firstTokenMs[0]).toBeNaN();
    expect(outcomes.status[0]).toBe(STATUS.completed);
  });
});

describe('round robin', () => {
  it('gives the requests to the workers in turn, whatever they are doing', () => {
    const requests = Array.from({ length: 5 }, () => ({ prompt: 64, output: 1 }));
    expect([...runSmall(requests, { workers: 3 }).outcomes.worker]).toEqual([0, 1, 2, 0, 1]);
  });
});

describe('sessions', () => {
  const session = [
    { prompt: 64, output: 1, session: 1 },
    { prompt: 64, output: 1, session: 1, delay: 10 },
  ];

  it('in open loop: the next turn arrives its delay after the previous one ended', () => {
    const { outcomes } = runSmall(session);
    expect(rounded(outcomes.arrivalMs)[1]).toBe(rounded(outcomes.endMs.map((end) => end + 10))[0]);
  });

  it('in closed loop: a session keeps its slot until its last turn has ended', () => {
    const { outcomes } = runSmall([...session, { prompt: 64, output: 1 }], {
      workers: 2,
      load: { kind: 'closed', concurrency: 1 },
    });
    expect(outcomes.arrivalMs[2]).toBe(outcomes.endMs[1]);
  });
});
