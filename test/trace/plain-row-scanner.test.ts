import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../harness/trace/exact-json.ts';
import { mooncakeRow, type TraceRow } from '../../harness/trace/mooncake-row.ts';
import { PlainRowScanner } from '../../harness/trace/plain-row-scanner.ts';

const TRACE_BLOCK_SIZE = 10;

/** What reading by the book makes of a line; undefined when it refuses it. */
function byTheBook(line: string): TraceRow | undefined {
  const notes = { clamped: 0, firstClamped: '', unknown: new Map<string, number>() };
  try {
    return mooncakeRow(parseExactJson(line), { path: 'a', line: 1 }, TRACE_BLOCK_SIZE, notes);
  } catch {
    return undefined;
  }
}

function scanned(line: string): { row: TraceRow; next: number } | undefined {
  const scanner = new PlainRowScanner(Buffer.from(line), TRACE_BLOCK_SIZE);
  const next = scanner.scan(0);
  if (next < 0) return undefined;
  const known = (value: number) => (Number.isNaN(value) ? undefined : value);
  const row = {
    timestampMs: known(scanner.timestampMs),
    promptTokens: scanner.promptTokens,
    outputTokens: scanner.outputTokens,
    hashIds: [...scanner.ids.subarray(0, scanner.idCount)],
    sessionName: scanner.sessionName,
    delayMs: known(scanner.delayMs),
  };
  return { row, next };
}

const number = fc.oneof(
  fc.nat({ max: 25 }).map(String),
  fc.nat().map(String),
  fc.maxSafeNat().map(String),
  fc.double({ min: 0, max: 1e9, noNaN: true }).map(String),
  fc.constantFrom('0.1', '27482.25', '007', '-1', '-0', '1.', '.5', '1e3', '2.5E1', '12345678901234567890'),
  fc.constantFrom('0.30000000000000004', '123456.789012345', 'null', '"7"', '[]', '2147483648', 'NaN', ''),
);
const text = fc.oneof(
  fc.constantFrom('"a"', '"zwölf"', '"a\\"b"', '"\\u0041"', '"tab\there"', '"open', '""', 'null', '3'),
  fc.string({ unit: 'grapheme', maxLength: 5 }).map((value) => JSON.stringify(value)),
);
const list = fc
  .tuple(
    fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat().map(String) }, number), { maxLength: 5 }),
    fc.constantFrom(',', ', ', ' ,', ',,'),
  )
  .map(([ids, separator]) => `[${ids.join(separator)}]`);
const named = (names: readonly string[], value: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom(...names), value).map(([name, written]) => `"${name}": ${written}`);
const field = fc.oneof(
  named(['timestamp', 'created_time', 'delay', 'delay_ms'], number),
  named(['input_length', 'input_tokens', 'output_length', 'output_tokens'], number),
  named(['hash_ids'], list),
  named(['session_id', 'request_id', 'colour'], text),
);
const usual = fc
  .record({
    time: fc.oneof(fc.nat().map(String), number),
    input: fc.nat({ max: 40 }),
    output: fc.nat({ max: 9 }),
    ids: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  })
  .map(({ time, input, output, ids }) => [
    `"timestamp": ${time}`,
    `"input_length": ${input}`,
    `"output_length": ${output}`,
    `"hash_ids": [${ids.join(', ')}]`,
  ]);
const line = fc
  .record({
    fields: fc.oneof(
      usual,
      fc.tuple(usual, fc.array(field, { maxLength: 2 })).map((both) => both.flat()),
      fc.array(field, { maxLength: 6 }),
    ),
    separator: fc.constantFrom(',', ', ', ' ,\t', ', ', ';'),
    end: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('}', '}\r', '} ') },
      fc.constantFrom('', '}}', ',}', '} x'),
    ),
  })
  .map(({ fields, separator, end }) => `{${fields.join(separator)}${end}`);

describe('the scanner of plain rows', () => {
  it('reads a row as reading by the book does, or leaves it', () => {
    let read = 0;
    fc.assert(
      fc.property(line, (written) => {
        const result = scanned(written);
        if (result === undefined) return;
        read += 1;
        expect(result.row).toEqual(byTheBook(written));
        expect(result.next).toBeGreaterThanOrEqual(Buffer.byteLength(written));
      }),
      { numRuns: 5000, seed: 1 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it.each([
    '{"timestamp": 27482, "input_length": 6, "output_length": 52, "hash_ids": [46, 2353, 2354]}',
    '{"hash_ids":[1],"output_length":0}',
    '{ "output_tokens" : 1 , "hash_ids" : [ 1 , 2 ] , "created_time" : 0.125 }\r',
    '{"output_length": 3, "hash_ids": [999999999999999], "session_id": "käse", "delay": 0.5}',
  ])('reads %s', (written) => {
    expect(scanned(written)?.row).toEqual(byTheBook(written));
    expect(scanned(`${written}\nnext`)?.next).toBe(Buffer.byteLength(written) + 1);
  });
});
