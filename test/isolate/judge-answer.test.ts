import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerColumns } from '../../harness/isolate/answer-layout.ts';
import { encodeAnswer } from '../../harness/isolate/encode-answer.ts';
import { judgeAnswer } from '../../harness/isolate/judge-answer.ts';
import type { PreparedScenario } from '../../harness/isolate/prepare-scenarios.ts';
import { runChild } from '../../harness/isolate/run-child.ts';
import { decisionHash } from '../../harness/score/decision-hash.ts';
import { NO_HOOK_CALLS } from '../../harness/sim/hook-calls.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { smallScenarios } from './small-scenarios.ts';

const nonce = 'f'.repeat(32);

/** What a simulation could have left: every request served at once by worker 0, at 60 ms a token. */
function plausible({ promptTokens, outputTokens }: PreparedScenario): AnswerColumns {
  const { length } = promptTokens;
  const at = (offset: number) => Float64Array.from({ length }, (_, request) => request * 10 + offset);
  const last = at(50).map((first, request) => first + 60 * ((outputTokens[request] ?? 0) - 1));
  return {
    status: new Uint8Array(length).fill(2),
    worker: new Int32Array(length),
    arrivalMs: at(0),
    admitMs: at(1),
    firstTokenMs: at(50),
    lastTokenMs: last,
    endMs: last,
    outputTokens: outputTokens.slice(),
    reusedTokens: new Int32Array(length),
    placementOrder: Int32Array.from({ length }, (_, request) => request),
    placementCalls: Int32Array.from({ length }, (_, request) => request + 1),
  };
}

function answerFor(
  scenarios: readonly PreparedScenario[],
  columns: readonly AnswerColumns[],
  stopped = false,
): Buffer {
  const headers = columns.map(({ status, placementOrder }) => ({
    requests: status.length,
    placements: placementOrder.length,
    hookCalls: { ...NO_HOOK_CALLS, cost: status.length },
    passes: 4,
    simulatedNs: 5,
  }));
  expect(columns.length).toBeLessThanOrEqual(scenarios.length);
  const head = { nonce, scenarios: headers, ...(stopped ? { stopped: 'same-decisions' as const } : {}) };
  return Buffer.concat(encodeAnswer(head, columns));
}

describe('a child that ends by itself', () => {
  it('and without an answer has crashed', async () => {
    const entry = join(temporaryFolder(), 'entry.mjs');
    writeFileSync(entry, 'process.exit(0);');
    const launch = {
      input: '',
      readable: [],
      deadlineMs: 20_000,
      maxAnswerBytes: 1000,
      heapMiB: 64,
      dataBytes: 2 ** 30,
    };
    const { end } = await runChild({ entry, ...launch });
    if (end.kind !== 'ended') throw new Error(`it should end, but it ${end.kind}`);
    expect(judgeAnswer(end.bytes, { nonce, scenarios: smallScenarios() })).toEqual({
      outcome: { kind: 'crashed', reason: 'ended without an answer: nothing was written' },
      answered: [],
      stopped: false,
    });
  });

  it('and a score on its lips has crashed', () => {
    const forged = Buffer.from(JSON.stringify({ nonce: 'guess', outcome: 'scored', score: -1e6 }));
    expect(judgeAnswer(forged, { nonce, scenarios: smallScenarios() }).outcome.kind).toBe('crashed');
  });

  it('and columns that can be true is scored', () => {
    const scenarios = smallScenarios();
    const { outcome } = judgeAnswer(answerFor(scenarios, scenarios.map(plausible)), { nonce, scenarios });
    expect(outcome).toMatchObject({
      kind: 'scored',
      policyCalls: scenarios.reduce((sum, { promptTokens }) => sum + promptTokens.length, 0),
      scenarios: [{ ttftMeanMs: 50 }, { tpotMeanMs: 60 }],
    });
  });

  it('and columns that break a law is never scored', () => {
    const scenarios = smallScenarios();
    const columns = scenarios.map(plausible);
    const [first] = columns;
    if (first === undefined) throw new Error('a scenario is needed');
    first.firstTokenMs[4] = 0;
    const { outcome } = judgeAnswer(answerFor(scenarios, columns), { nonce, scenarios });
    expect(outcome).toEqual({
      kind: 'invariant-violated',
      reason: 'small-x5-train: request 5 has an event before its cause',
    });
  });

  it('and columns of a simulation without time is never scored', () => {
    const scenarios = smallScenarios();
    const columns = scenarios.map(plausible).map((each) => ({
      ...each,
      admitMs: each.arrivalMs,
      firstTokenMs: each.arrivalMs,
      lastTokenMs: each.arrivalMs,
      endMs: each.arrivalMs,
    }));
    expect(judgeAnswer(answerFor(scenarios, columns), { nonce, scenarios }).outcome).toEqual({
      kind: 'invariant-violated',
      reason: 'small-x5-train: request 1 was served faster than the engine can',
    });
  });

  it('and stops early is believed only if its decisions are the ones asked about', () => {
    const scenarios = smallScenarios();
    const [first] = scenarios.map(plausible);
    if (first === undefined) throw new Error('a scenario is needed');
    const bytes = answerFor(scenarios, [first], true);
    const sameHash = decisionHash(first);
    expect(judgeAnswer(bytes, { nonce, scenarios, stopIfDecisionHash: sameHash }).stopped).toBe(true);
    expect(judgeAnswer(bytes, { nonce, scenarios, stopIfDecisionHash: 'other' })).toEqual({
      outcome: { kind: 'crashed', reason: 'stopped early although its decisions differ' },
      answered: [],
      stopped: false,
    });
  });
});
