import { describe, expect, it } from 'vitest';
import { disagreement, type EngineCase } from './engine-case.ts';

/** Found by fuzzing or by breaking rules on purpose, and made small. */
const END = Number.POSITIVE_INFINITY;

describe('the engine does what the book says', () => {
  it('when a request that comes back shares a span which others have continued', () => {
    const engineCase: EngineCase = {
      rows: [
        { timestamp: 0, input_length: 12, hash_ids: [6, 5], output_length: 2 },
        { timestamp: 0, input_length: 18, hash_ids: [6, 352031, 113402], output_length: 5 },
        { timestamp: 0, input_length: 12, hash_ids: [6, 352031], output_length: 1 },
      ],
      traceBlockSize: 6,
      engine: { blockSize: 3, numGpuBlocks: 8, preemptionMode: 'fifo' },
      timing: { kind: 'lockstep', passMs: 10 },
      workers: 1,
      router: { kind: 'round-robin' },
      load: { kind: 'closed', concurrency: 5 },
      maxSimTimeMs: END,
    };
    expect(disagreement(engineCase)).toBeUndefined();
  });

  it('when passes take no time and others act between them', () => {
    const engineCase: EngineCase = {
      rows: [
        { timestamp: 0, input_length: 64, hash_ids: [455392], output_length: 3 },
        { session_id: 's3', timestamp: 0, input_length: 64, hash_ids: [1], output_length: 2 },
        { session_id: 's3', input_length: 64, hash_ids: [870998], output_length: 1 },
      ],
      traceBlockSize: 64,
      engine: {},
      timing: { kind: 'polynomial', speedupRatio: 1e13 },
      workers: 2,
      router: { kind: 'round-robin' },
      load: { kind: 'closed', concurrency: 6 },
      maxSimTimeMs: END,
    };
    expect(disagreement(engineCase)).toBeUndefined();
  });

  it('when a policy remembers and the simulation is cut off', () => {
    const engineCase: EngineCase = {
      rows: [{ timestamp: 0, input_length: 5, hash_ids: [2], output_length: 1 }],
      traceBlockSize: 5,
      engine: {},
      timing: { kind: 'lockstep', passMs: 10 },
      workers: 2,
      router: { kind: 'policy', policy: { name: 'by-feedback' } },
      load: { kind: 'open', speedup: 1 },
      maxSimTimeMs: 1.5,
    };
    expect(disagreement(engineCase)).toBeUndefined();
  });

  it('when a single worker is cut off before a turn is ready that it would wait for', () => {
    const engineCase: EngineCase = {
      rows: [
        { session_id: 's2', timestamp: 0, input_length: 512, hash_ids: [432685], output_length: 0 },
        { timestamp: 0, input_length: 512, hash_ids: [432685], output_length: 14 },
        { session_id: 's2', delay: 7, input_length: 512, hash_ids: [1], output_length: 1 },
      ],
      traceBlockSize: 512,
      engine: {},
      timing: { kind: 'telling', speedupRatio: 3 },
      workers: 1,
      router: { kind: 'round-robin' },
      load: { kind: 'closed', concurrency: 4 },
      maxSimTimeMs: 8.65,
    };
    expect(disagreement(engineCase)).toBeUndefined();
  });

  it('when a pass in the middle of a quiet stretch ends as a request is placed and another is rejected', () => {
    const engineCase: EngineCase = {
      rows: [
        { session_id: 's2', timestamp: 0, input_length: 21, hash_ids: [2, 1], output_length: 5 },
        { session_id: 's2', timestamp: 0, input_length: 30, hash_ids: [2, 3], output_length: 1 },
        { timestamp: 0, input_length: 16, hash_ids: [2], output_length: 10 },
        { timestamp: 0, input_length: 16, hash_ids: [4], output_length: 8 },
        { session_id: 's5', timestamp: 0, input_length: 25, hash_ids: [5, 6], output_length: 1 },
        { timestamp: 0, hash_ids: [2], output_length: 6 },
        { session_id: 's2', timestamp: 0, input_length: 16, hash_ids: [2], output_length: 1 },
        { session_id: 's5', delay: 60, input_length: 16, hash_ids: [6], output_length: 1 },
      ],
      traceBlockSize: 16,
      engine: { blockSize: 16, maxNumSeqs: 1, maxModelLen: 26 },
      timing: { kind: 'lockstep', passMs: 10 },
      workers: 2,
      router: {
        kind: 'policy',
        policy: {
          name: 'witness',
          requestFields: ['isl', 'blocks', 'now', 'priority', 'heldMs'],
          workerFields: [
            'id',
            'overlapBlocks',
            'decodeRequests',
            'contextTokens',
            'usedBlocks',
            'passEndsInMs',
            'ageMs',
          ],
          every: 1,
          hooks: ['onCompleted'],
        },
      },
      load: { kind: 'closed', concurrency: 5 },
      maxSimTimeMs: END,
    };
    expect(disagreement(engineCase)).toBeUndefined();
  });
});
