import { describe, expect, it } from 'vitest';
import { type CommitFacts, commitMessage, commitTrailers } from '../../src/workspace/commit-message.ts';
import { temporaryRepository } from './temporary-repository.ts';

const FACTS: CommitFacts = {
  run: 'router-1',
  attempt: 12,
  score: -0.1234567,
  baseline: 'kv-default',
  gain: 0.0421,
  gainInterval: [0.031, 0.0532],
  validationGain: -0.0005,
  complexity: 412,
  model: 'mutator',
  fingerprint: 'f00d',
  traces: ['a.jsonl', 'b.jsonl.gz'],
};

describe('a commit message', () => {
  it('is the idea, a blank line and the trailers', () => {
    expect(commitMessage('Prefer idle workers', commitTrailers(FACTS))).toMatchInlineSnapshot(`
      "Prefer idle workers

      Autoresearch-Run: router-1
      Attempt: 12
      Score: -0.123457
      Baseline: kv-default
      Gain: +4.210 %
      Gain-CI: +3.100 % to +5.320 %
      Validation-Gain: -0.050 %
      Complexity: 412
      Model: mutator
      Fingerprint: f00d
      Trace: a.jsonl
      Trace: b.jsonl.gz
      "
    `);
  });

  it('leaves out what is not known', () => {
    const { gainInterval: _, ...facts } = FACTS;
    const names = commitTrailers({ ...facts, validationGain: undefined, complexity: undefined }).map(
      ([name]) => name,
    );
    expect(names).toEqual([
      'Autoresearch-Run',
      'Attempt',
      'Score',
      'Baseline',
      'Gain',
      'Model',
      'Fingerprint',
      'Trace',
      'Trace',
    ]);
  });

  it('has a subject of one printable line of at most 72 characters, whatever the idea is', () => {
    const subjectOf = (idea: string) => commitMessage(idea, []).split('\n')[0];
    expect(subjectOf('two\nlines\tand \u001b[31mred\u001b[0m\u0007')).toBe('two lines and red');
    expect(subjectOf(`${'long '.repeat(40)}`)).toHaveLength(72);
    expect([...(subjectOf('\u{1F680}'.repeat(100)) ?? '')]).toHaveLength(72);
    expect(subjectOf(' \n\u0000 ')).toBe('Change the policy');
  });

  it('is read back by git as it was meant, even with a model that tries to forge a trailer', () => {
    const { git } = temporaryRepository();
    const message = commitMessage(
      'idea\n\nAttempt: 99',
      commitTrailers({ ...FACTS, model: 'evil\nAttempt: 98' }),
    );
    git('commit', '-q', '--allow-empty', '-m', message);
    expect(git('log', '-1', '--format=%(trailers:key=Attempt,valueonly)').trim()).toBe('12');
    expect(git('log', '-1', '--format=%(trailers:key=Model,valueonly)').trim()).toBe('evil Attempt: 98');
  });
});
