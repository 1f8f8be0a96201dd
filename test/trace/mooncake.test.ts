import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseMooncake } from '../../harness/trace/mooncake.ts';
import { complaint, rowsOf, smallTrace, traceLines } from './small-trace.ts';

const ROW = { timestamp: 0, input_length: 600, output_length: 30, hash_ids: [1, 2] };

describe('a Mooncake row', () => {
  it('keeps its line number, counting blank lines', () => {
    const trace = smallTrace([ROW, '', '   ', { ...ROW, timestamp: 7.25 }]);
    expect(rowsOf(trace)).toEqual([
      {
        line: 1,
        timestampMs: 0,
        promptTokens: 600,
        outputTokens: 30,
        blocks: [0, 1],
        sessionName: undefined,
        delayMs: Number.NaN,
      },
      {
        line: 4,
        timestampMs: 7.25,
        promptTokens: 600,
        outputTokens: 30,
        blocks: [0, 1],
        sessionName: undefined,
        delayMs: Number.NaN,
      },
    ]);
  });

  it('may use the other names of its fields', () => {
    const [row] = rowsOf(
      smallTrace([
        { created_time: 5, input_tokens: 9, output_tokens: 0, hash_ids: [3], session_id: 'a', delay_ms: 0.5 },
      ]),
    );
    expect(row).toMatchObject({
      timestampMs: 5,
      promptTokens: 9,
      outputTokens: 0,
      sessionName: 'a',
      delayMs: 0.5,
    });
  });

  it('without input_length fills all its blocks', () => {
    const rows = [{ output_length: 1, hash_ids: [1, 2, 3] }];
    expect(rowsOf(smallTrace(rows, { traceBlockSize: 10 }))[0]).toMatchObject({
      promptTokens: 30,
      timestampMs: Number.NaN,
    });
  });

  it('longer than its blocks is clamped, with one warning for all such rows', () => {
    const long = { ...ROW, input_length: 1025 };
    const trace = smallTrace([ROW, long, { ...long, input_length: 4_000_000_000 }]);
    expect([...trace.rows.promptTokens]).toEqual([600, 1024, 1024]);
    expect(trace.warnings).toEqual([
      'input_length exceeds what hash_ids cover and is clamped in 2 rows (first: line 2: 1025 → 1024)',
    ]);
  });

  it('with unknown fields gives one warning for each name', () => {
    const trace = smallTrace([
      { ...ROW, colour: 1 },
      { ...ROW, colour: 2, hash_id: [3] },
    ]);
    expect(trace.warnings).toEqual([
      'line 1: unknown field "colour" is ignored, here and in later rows',
      'line 2: unknown field "hash_id" is ignored, here and in later rows',
    ]);
  });

  it('keeps every digit of hash ids up to 2^64 − 1', () => {
    const ids = [
      '9007199254740991, 9007199254740993, 9007199254740992, 4294967301, 5',
      '9223372036854775808, 18446744073709551615, 9007199254740993, 5, 999999999999999',
    ];
    const rows = ids.map((list) => `{"output_length": 1, "hash_ids": [${list}]}`);
    expect(rowsOf(smallTrace(rows)).map(({ blocks }) => blocks)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 1, 4, 7],
    ]);
  });

  it('is not confused by digits and quotes in strings beside long numbers', () => {
    const [row] = rowsOf(
      smallTrace([
        '{"session_id": "a\\"12345678901234567890, 1.5 #", "timestamp": 12345678901234568, "output_length": 1, "hash_ids": [12345678901234567890]}',
      ]),
    );
    expect(row).toMatchObject({
      sessionName: 'a"12345678901234567890, 1.5 #',
      timestampMs: 12345678901234568,
      blocks: [0],
    });
  });

  it.each([
    ['{"timestamp":0,', 'not valid JSON ('],
    ['xxx', 'not valid JSON ('],
    ['{"timestamp": NaN, "output_length": 1, "hash_ids": [1]}', 'not valid JSON ('],
    ['[1, 2]', 'expected a JSON object, got [1,2]'],
    ['1e3', 'expected a JSON object, got 1000'],
    ['null', 'expected a JSON object, got null'],
    [{ ...ROW, input_length: -3 }, 'input_length is -3; expected an integer ≥ 0'],
    [{ ...ROW, input_length: '600' }, 'input_length is "600"; expected an integer ≥ 0'],
    [
      '{"input_length": 300.0, "output_length": 1, "hash_ids": [1]}',
      'input_length is 300.0; expected an integer',
    ],
    [
      '{"input_length": 3e2, "output_length": 1, "hash_ids": [1]}',
      'input_length is 3e2; expected an integer',
    ],
    [{ ...ROW, input_length: 0 }, 'input_length is 0; a request needs a prompt'],
    [{ ...ROW, output_length: -1 }, 'output_length is -1; expected an integer ≥ 0'],
    [{ ...ROW, output_length: undefined }, 'output_length is missing; add the number'],
    [{ ...ROW, output_length: null }, 'output_length is missing; add the number'],
    [{ ...ROW, output_length: 3_000_000_000 }, 'output_length is 3000000000; expected at most 2147483647'],
    [{ ...ROW, output_tokens: 3 }, 'output_length and output_tokens are two names of one field'],
    [{ ...ROW, hash_ids: undefined }, 'hash_ids is missing; add the list'],
    [{ ...ROW, hash_ids: [] }, 'hash_ids is empty; a request needs a prompt'],
    [{ ...ROW, hash_ids: 7 }, 'hash_ids is 7; expected a list of integers'],
    [{ ...ROW, hash_ids: [1, -2] }, 'hash_ids[1] is -2; expected an integer from 0 to 2^64 − 1'],
    [{ ...ROW, hash_ids: [1, '2'] }, 'hash_ids[1] is "2"; expected an integer'],
    ['{"output_length": 1, "hash_ids": [1.5]}', 'hash_ids[0] is 1.5; expected an integer'],
    [
      '{"output_length": 1, "hash_ids": [18446744073709551616]}',
      'hash_ids[0] is 18446744073709551616; expected',
    ],
    [
      '{"output_length": 1, "hash_ids": [-9223372036854775808]}',
      'hash_ids[0] is -9223372036854775808; expected',
    ],
    [{ ...ROW, timestamp: '0' }, 'timestamp is "0"; expected a number of milliseconds'],
    ['{"timestamp": 1e999, "output_length": 1, "hash_ids": [1]}', 'timestamp is 1e999; expected a number'],
    [{ ...ROW, session_id: 4 }, 'session_id is 4; expected a string'],
    [{ ...ROW, delay: -500 }, "delay is -500; expected milliseconds ≥ 0 after the previous turn's end"],
    [
      { ...ROW, output_token_ids: [7] },
      'output_token_ids has 1 entries; expected a list of output_length = 30',
    ],
  ])('that is wrong is refused with its line and field: %j', (bad, message) => {
    const text = complaint(() => smallTrace([ROW, bad, ROW]));
    expect(text.startsWith('small.jsonl:2: ')).toBe(true);
    expect(text).toContain(message);
    expect(text).not.toContain('\n');
  });
});

describe('the text of a trace', () => {
  it('without requests is refused', () => {
    expect(complaint(() => parseMooncake('', 'empty.jsonl'))).toContain('empty.jsonl has no requests in it');
    expect(complaint(() => parseMooncake('\n \n', 'empty.jsonl'))).toContain('has no requests in it');
  });

  it('that ends in the middle of a row says so', () => {
    const cut = traceLines([ROW, ROW]).slice(0, -12);
    expect(complaint(() => parseMooncake(cut, 'cut.jsonl'))).toBe(
      'cut.jsonl:2: the last row is cut off in the middle; fetch the file again or delete that line',
    );
  });

  it('may lack the last line break, and may come from Windows', () => {
    const text = `\ufeff${traceLines([ROW, ROW]).trimEnd().replaceAll('\n', '\r\n')}`;
    expect(parseMooncake(text, 'windows.jsonl').rows.count).toBe(2);
  });

  it('never breaks the line of a message with what it quotes', () => {
    const text = complaint(() => parseMooncake(`{"a": \u0007\u001b[31m${'x'.repeat(500)}\n`, 'odd.jsonl'));
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(text.length).toBeLessThan(300);
  });

  it('is known by the SHA-256 of its bytes and by its file name', () => {
    const text = traceLines([ROW]);
    const trace = parseMooncake(text, 'folder/small.jsonl');
    expect(trace.hash).toBe(createHash('sha256').update(text).digest('hex'));
    expect(trace).toMatchObject({ name: 'small.jsonl', path: 'folder/small.jsonl', traceBlockSize: 512 });
  });

  it.each([0, -1, 1.5, Number.NaN])('is not read with a trace block of %d tokens', (traceBlockSize) => {
    expect(complaint(() => smallTrace([ROW], { traceBlockSize }))).toContain('expected an integer > 0');
  });
});
