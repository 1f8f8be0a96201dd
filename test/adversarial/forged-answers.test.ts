import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/index.ts';
import { encodeAnswer } from '../../harness/isolate/encode-answer.ts';
import { evaluateProgram } from '../../harness/isolate/evaluate-policy.ts';
import { honestAnswer } from '../isolate/honest-answer.ts';
import { smallScenariosIn } from '../isolate/small-scenarios.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'autoresearch-forged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scenarios = smallScenariosIn(folder);
const realmFile = path.join(folder, 'honest-answer');
const answers = scenarios.map(honestAnswer);
const headers = answers.map(({ header }) => header);
writeFileSync(
  realmFile,
  Buffer.concat(
    encodeAnswer(
      { nonce: '', scenarios: headers },
      answers.map(({ columns }) => columns),
    ),
  ),
);

/** What becomes of the policy whose child does this. */
async function outcomeOf(attack: string, resimulate = false) {
  const job = {
    name: 'policy.ts',
    scenarios,
    deadlineMs: attack.endsWith('in part and hangs') ? 3000 : 60_000,
    resimulate,
  };
  const scripts = {
    entry: path.join(import.meta.dirname, 'broken-child.mjs'),
    hardenFile: path.join(packageRoot, 'dist/harden-realm.js'),
    realmFile,
  };
  return (await evaluateProgram(attack, job, scripts)).outcome;
}

describe('a child that', () => {
  it.each<[string, string, RegExp]>([
    [
      'answers in part and exits',
      'crashed',
      /^ended without an answer: 1000 bytes of columns instead of \d+$/,
    ],
    ['exits without an answer', 'crashed', /^ended without an answer: nothing was written$/],
    ['repeats the header', 'crashed', /^ended without an answer: \d+ bytes of columns instead of \d+$/],
    ['answers twice', 'crashed', /^wrote more than \d+ bytes to its answer$|bytes of columns instead of/],
    ['adds a byte', 'crashed', /^ended without an answer: \d+ bytes of columns instead of \d+$/],
    ['names fewer requests', 'crashed', /: 3 requests instead of \d+$/],
    ['names more placements', 'crashed', /: 1000000000 placements of \d+ requests$/],
    ['names another nonce', 'crashed', /: the nonce is wrong$/],
    ['names a score', 'crashed', /: the header is not one of ours$/],
    ['leaves a scenario out', 'crashed', /: 1 scenarios instead of 2$/],
    [
      'says that it never asked the policy',
      'invariant-violated',
      /router\.cost was called 0 times for \d+ placements$/,
    ],
    ['serves before the request is there', 'invariant-violated', /has an event before its cause$/],
    ['fails after its answer', 'crashed', /^exited with code 1: TypeError: too late$/],
    ['answers in part and hangs', 'timed-out', /^no answer within 3 s$/],
    ['answers without end', 'crashed', /^wrote more than \d+ bytes to its answer$/],
  ])('%s is %s', async (attack, kind, reason) => {
    expect(await outcomeOf(attack)).toMatchObject({ kind, reason: expect.stringMatching(reason) });
  });

  it('answers and then hangs has answered', async () => {
    expect(await outcomeOf('answers, closes the pipe and hangs')).toEqual(await outcomeOf('tells the truth'));
  });

  it('makes a little of its times up is found out when its decisions are simulated again', async () => {
    const [truth, forged] = [
      await outcomeOf('tells the truth', true),
      await outcomeOf('serves a little earlier'),
    ];
    expect(truth.kind).toBe('scored');
    expect(forged.kind).toBe('scored');
    expect(forged).not.toEqual(truth);
    expect(await outcomeOf('serves a little earlier', true)).toMatchObject({
      kind: 'nondeterministic',
      reason: expect.stringMatching(
        /^small-x5-train: simulated again from its decisions, without the policy: firstTokenMs is [\d.]+, not [\d.]+, in row 1$/,
      ),
    });
  });
});
