import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeTrace, encodeTrace, TRACE_FORMAT } from '../../harness/trace/trace-codec.ts';
import { smallTrace } from './small-trace.ts';

const TRACE = smallTrace([
  { timestamp: 0, input_length: 700, output_length: 3, hash_ids: [7, 2], session_id: 'a', colour: 1 },
  '',
  { input_length: 9000, output_length: 4, hash_ids: [7, 2, 3], session_id: 'a', delay: 0.5 },
  '{"timestamp": 1.5, "output_length": 1, "hash_ids": [18446744073709551615, 7]}',
]);

describe('a stored trace', () => {
  it('comes back as it was, wherever its bytes lie', () => {
    const { name, path, ...stored } = TRACE;
    expect({ name, path }).toEqual({ name: 'small.jsonl', path: 'small.jsonl' });
    const bytes = encodeTrace(TRACE);
    for (const shift of [0, 1, 8]) {
      const host = Buffer.concat([Buffer.alloc(shift), bytes]);
      expect(decodeTrace(host.subarray(shift))).toEqual(stored);
    }
  });

  it('has other bytes, or another meaning, only in another format', () => {
    const digest = createHash('sha256').update(encodeTrace(TRACE)).digest('hex').slice(0, 16);
    expect({ format: TRACE_FORMAT, digest }).toEqual({ format: 1, digest: '11e7b246d0338f75' });
  });
});
