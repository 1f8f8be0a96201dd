import { describe, expect, it } from 'vitest';
import { traceProfile } from '../../harness/trace/trace-profile.ts';
import { smallTrace } from './small-trace.ts';

describe('the profile of a trace', () => {
  it('counts rows, time, sessions and arrivals per minute', () => {
    const profile = traceProfile(
      smallTrace([
        { timestamp: 1000, output_length: 1, hash_ids: [1] },
        { timestamp: 2000, output_length: 1, hash_ids: [2] },
        { timestamp: 61_000, output_length: 1, hash_ids: [1, 3] },
        { timestamp: 181_500, output_length: 1, hash_ids: [1, 3, 4] },
      ]),
    );
    expect(profile).toMatchObject({
      requests: 4,
      durationMs: 180_500,
      sessions: { count: 2, multiTurn: 1, longestTurns: 3, from: 'shared prompts' },
      requestsPerMinute: [2, 1, 0, 1],
    });
  });

  it('gives means and nearest-rank quantiles of lengths', () => {
    const rows = Array.from({ length: 101 }, (_, index) => ({
      timestamp: index,
      input_length: 101 - index,
      output_length: index * 2,
      hash_ids: [index],
    }));
    const { promptTokens, outputTokens } = traceProfile(smallTrace(rows));
    expect(promptTokens).toEqual({ mean: 51, p10: 11, p50: 51, p90: 91, p99: 100, max: 101 });
    expect(outputTokens).toEqual({ mean: 100, p10: 20, p50: 100, p90: 180, p99: 198, max: 200 });
  });

  it('measures what an infinite cache would save', () => {
    // Blocks of 10 tokens: [1 2 3'] [1 2 4] [5], where 3' is half full; 8 blocks were asked for, 2 of them again.
    const profile = traceProfile(
      smallTrace(
        [
          { timestamp: 0, input_length: 25, output_length: 1, hash_ids: [1, 2, 3] },
          { timestamp: 1, input_length: 30, output_length: 1, hash_ids: [1, 2, 4] },
          { timestamp: 2, input_length: 5, output_length: 1, hash_ids: [5] },
          { timestamp: 3, input_length: 5, output_length: 1, hash_ids: [5] },
        ],
        { traceBlockSize: 10 },
      ),
    );
    expect(profile.reuse).toEqual({
      blocks: 8,
      uniqueBlocks: 5,
      blockHit: 3 / 8,
      tokenHit: 20 / 65,
      hottest20Share: 1,
    });
  });

  it('gives the 20 hottest blocks their share of the hits', () => {
    const rows = Array.from({ length: 30 }, (_, id) => [id, id, id < 10 ? id : 1000 + id]).flat();
    const { reuse } = traceProfile(
      smallTrace(rows.map((id) => ({ timestamp: 0, output_length: 1, hash_ids: [id] }))),
    );
    // Ten blocks are hit twice and twenty once.
    expect(reuse.hottest20Share).toBeCloseTo(30 / 40, 12);
  });

  it('uses named sessions where there are some, and needs no timestamps', () => {
    const profile = traceProfile(
      smallTrace([
        { output_length: 1, hash_ids: [1], session_id: 'a' },
        { output_length: 1, hash_ids: [2], session_id: 'a' },
        { output_length: 1, hash_ids: [3] },
      ]),
    );
    expect(profile).toMatchObject({
      durationMs: undefined,
      sessions: { count: 2, multiTurn: 1, longestTurns: 2, from: 'session_id' },
      requestsPerMinute: [],
      reuse: { blockHit: 0, hottest20Share: 0 },
    });
  });
});
