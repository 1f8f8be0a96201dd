import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerColumns, AnswerHeader } from '../../harness/isolate/answer-layout.ts';
import { encodeAnswer } from '../../harness/isolate/encode-answer.ts';
import { maxAnswerBytes, parseAnswer } from '../../harness/isolate/parse-answer.ts';
import { NO_HOOK_CALLS } from '../../harness/sim/hook-calls.ts';

const NONCE = 'a'.repeat(32);
const EXPECTED = { nonce: NONCE, requests: [3, 2], mayStop: false };

function columns(requests: number, placements = requests): AnswerColumns {
  const times = () => Float64Array.from({ length: requests }, (_, index) => index * 1.5);
  return {
    status: new Uint8Array(requests).fill(2),
    worker: Int32Array.from({ length: requests }, (_, index) => index % 2),
    arrivalMs: times(),
    admitMs: times(),
    firstTokenMs: times(),
    lastTokenMs: times(),
    endMs: times(),
    outputTokens: new Int32Array(requests).fill(7),
    reusedTokens: new Int32Array(requests),
    placementOrder: Int32Array.from({ length: placements }, (_, index) => index),
    placementCalls: Int32Array.from({ length: placements }, (_, index) => index + 1),
  };
}

function header(requests: number, placements = requests) {
  return { requests, placements, hookCalls: { ...NO_HOOK_CALLS, cost: 5 }, passes: 9, simulatedNs: 7 };
}

const GOOD_HEADER: AnswerHeader = { nonce: NONCE, scenarios: [header(3), header(2)] };

function answer(head: AnswerHeader = GOOD_HEADER, scenarios = [columns(3), columns(2)]): Buffer {
  return Buffer.concat(encodeAnswer(head, scenarios));
}

function problemOf(bytes: Buffer, expected = EXPECTED): string | undefined {
  const parsed = parseAnswer(bytes, expected);
  return parsed.kind === 'invalid' ? parsed.problem : undefined;
}

describe('an answer', () => {
  it('comes back as it was written', () => {
    expect(parseAnswer(answer(), EXPECTED)).toEqual({
      kind: 'simulated',
      stopped: false,
      scenarios: [
        { header: header(3), columns: columns(3) },
        { header: header(2), columns: columns(2) },
      ],
    });
  });

  it('fits into the largest answer allowed', () => {
    expect(answer().length).toBeLessThanOrEqual(maxAnswerBytes(EXPECTED.requests));
  });

  it('may be an error, with nothing after it', () => {
    const error = { kind: 'policy-error' as const, reason: 'threw: no', scenario: 1 };
    const bytes = answer({ nonce: NONCE, error }, []);
    expect(parseAnswer(bytes, EXPECTED)).toEqual({ kind: 'failed', error });
    expect(problemOf(Buffer.concat([bytes, Buffer.from('x')]))).toBe('1 bytes after an error');
    expect(problemOf(answer({ nonce: NONCE, error: { ...error, scenario: 2 } }, []))).toBe(
      'there is no scenario 2',
    );
  });

  it('may end after the first scenario only if the job allows it', () => {
    const head: AnswerHeader = { nonce: NONCE, scenarios: [header(3)], stopped: 'same-decisions' };
    const bytes = answer(head, [columns(3)]);
    expect(problemOf(bytes)).toBe('it stopped early without being asked to');
    expect(parseAnswer(bytes, { ...EXPECTED, mayStop: true })).toMatchObject({
      kind: 'simulated',
      stopped: true,
    });
  });
});

describe('a forged answer is none', () => {
  it.each<[string, Buffer, RegExp]>([
    ['nothing at all', Buffer.alloc(0), /^nothing was written$/],
    ['no header line', Buffer.from('{"nonce":'), /^there is no header line$/],
    ['a header line without end', Buffer.alloc(200_000, 'x'), /^there is no header line$/],
    ['no JSON', Buffer.from('score: 1e6\n'), /^the header is not one of ours$/],
    ['null', Buffer.from('null\n'), /^the header is not one of ours$/],
    ['another nonce', answer({ ...GOOD_HEADER, nonce: 'b'.repeat(32) }), /^the nonce is wrong$/],
    ['no nonce', Buffer.from('{"scenarios":[]}\n'), /^the header is not one of ours$/],
    [
      'a score of its own',
      Buffer.from(`{"nonce":"${NONCE}","score":-9}\n`),
      /^the header is not one of ours$/,
    ],
    [
      'a repeated header',
      Buffer.concat([answer().subarray(0, answer().indexOf('\n') + 1), answer()]),
      /bytes of columns/,
    ],
    ['a repeated answer', Buffer.concat([answer(), answer()]), /bytes of columns/],
    [
      'a missing scenario',
      answer({ nonce: NONCE, scenarios: [header(3)] }, [columns(3)]),
      /^1 scenarios instead of 2$/,
    ],
    [
      'fewer requests',
      answer({ nonce: NONCE, scenarios: [header(3), header(1)] }, [columns(3), columns(1)]),
      /^1 requests instead of 2$/,
    ],
    [
      'more placements than requests',
      answer({ nonce: NONCE, scenarios: [header(3, 4), header(2)] }, [columns(3, 4), columns(2)]),
      /^4 placements of 3 requests$/,
    ],
    [
      'a negative length',
      Buffer.from(`${JSON.stringify({ nonce: NONCE, scenarios: [header(-3)] })}\n`),
      /^the header is not one of ours$/,
    ],
    [
      'a huge length',
      Buffer.from(`${JSON.stringify({ nonce: NONCE, scenarios: [header(3, 1e300), header(2)] })}\n`),
      /^the header is not one of ours$/,
    ],
  ])('%s', (_title, bytes, problem) => {
    expect(problemOf(bytes)).toMatch(problem);
  });

  it('when it is cut off anywhere', () => {
    const whole = answer();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(problemOf(whole.subarray(0, length))).toBeDefined();
      }),
    );
  });

  it('when anything follows it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (tail) => {
        expect(problemOf(Buffer.concat([answer(), tail]))).toMatch('bytes of columns instead of');
      }),
    );
  });

  it('whatever bytes it has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(problemOf(Buffer.from(bytes))).toBeDefined();
      }),
    );
  });
});
