import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ColumnsFormatError,
  decodeRequestColumns,
  encodeRequestColumns,
  type StoredRequests,
} from '../../harness/ds/columns-codec.ts';

const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const time = fc.oneof(fc.double(), fc.constant(Number.NaN));

const request = fc.record({
  ints: fc.tuple(int32, int32, int32, int32, int32, int32),
  times: fc.tuple(time, time),
  keys: fc.array(fc.nat({ max: 9 }), { maxLength: 5 }),
  scored: fc.integer({ min: 0, max: 1 }),
});

type DrawnRequest = typeof request extends fc.Arbitrary<infer T> ? T : never;

const stored = fc.array(request, { maxLength: 12 }).map(storedFrom);

function storedFrom(requests: readonly DrawnRequest[]): StoredRequests {
  const ints = (index: number) => Int32Array.from(requests, (each) => each.ints[index] ?? 0);
  const times = (index: number) => Float64Array.from(requests, (each) => each.times[index] ?? 0);
  const keyStart = new Int32Array(requests.length + 1);
  requests.forEach((each, index) => {
    keyStart[index + 1] = (keyStart[index] ?? 0) + each.keys.length;
  });
  return {
    columns: {
      count: requests.length,
      promptTokens: ints(0),
      outputTokens: ints(1),
      session: ints(2),
      turn: ints(3),
      arrivalMs: times(0),
      delayMs: times(1),
      keyStart,
      keys: Int32Array.from(requests.flatMap((each) => each.keys)),
      keyCount: 10,
      inferredSession: ints(4),
      inferredTurn: ints(5),
    },
    scored: Uint8Array.from(requests, (each) => each.scored),
  };
}

const SAMPLE = storedFrom([
  { ints: [600, 3, 0, 0, 0, 0], times: [0, 0], keys: [0, 1], scored: 1 },
  { ints: [700, 4, 1, 0, 1, 0], times: [12.5, 0], keys: [0, 2, 3], scored: 0 },
  { ints: [800, 5, 1, 1, 1, 1], times: [Number.NaN, 7], keys: [], scored: 1 },
]);

describe('stored request columns', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(stored, (requests) => {
        expect(decodeRequestColumns(encodeRequestColumns(requests))).toEqual(requests);
      }),
    );
  });

  it('can be read from any place in memory, as a Buffer or an ArrayBuffer', () => {
    const bytes = encodeRequestColumns(SAMPLE);
    expect(decodeRequestColumns(bytes.slice().buffer)).toEqual(SAMPLE);
    for (const shift of [1, 4, 7, 8]) {
      const host = Buffer.alloc(bytes.length + shift + 3);
      host.set(bytes, shift);
      expect(decodeRequestColumns(host.subarray(shift, shift + bytes.length))).toEqual(SAMPLE);
    }
  });

  it('say their lengths in a readable header line', () => {
    const text = Buffer.from(encodeRequestColumns(SAMPLE)).toString('latin1');
    expect(text.slice(0, 8)).toBe('arreqcol');
    expect(JSON.parse(text.slice(24, text.indexOf('\n')))).toEqual({ count: 3, keyCount: 10, keys: 5 });
  });

  it('are refused when any single byte is changed', () => {
    const bytes = encodeRequestColumns(SAMPLE);
    const used = bytes.length - 24;
    fc.assert(
      fc.property(fc.nat({ max: used - 1 }), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const copy = bytes.slice();
        const at = position < 20 ? position : position + 4;
        copy[at] = (copy[at] ?? 0) ^ flip;
        expect(() => decodeRequestColumns(copy)).toThrow(ColumnsFormatError);
      }),
    );
  });

  it('are refused when bytes are missing or left over', () => {
    const bytes = encodeRequestColumns(SAMPLE);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeRequestColumns(bytes.subarray(0, length))).toThrow(ColumnsFormatError);
    }
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(() => decodeRequestColumns(longer)).toThrow('are not the length that its header asks for');
  });

  it('are refused from another version of the format and from another file', () => {
    const bytes = encodeRequestColumns(SAMPLE);
    bytes[8] = 2;
    expect(() => decodeRequestColumns(bytes)).toThrow(
      'request columns format 2; this program reads format 1',
    );
    expect(() => decodeRequestColumns(new Uint8Array(64))).toThrow('not a request columns file');
  });

  it('are refused when keys or key ranges are impossible, even with a right checksum', () => {
    const withKeys = (keys: number[]) => ({
      ...SAMPLE,
      columns: { ...SAMPLE.columns, keys: Int32Array.from(keys) },
    });
    expect(() => decodeRequestColumns(encodeRequestColumns(withKeys([0, 1, 0, 2, 10])))).toThrow(
      'out of range',
    );
    expect(() => decodeRequestColumns(encodeRequestColumns(withKeys([0, 1, 0, 2])))).toThrow('out of order');
  });
});
