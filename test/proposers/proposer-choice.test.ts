import { describe, expect, it } from 'vitest';
import { checkProposer } from '../../src/proposers/create-proposer.ts';
import { chooseProposer } from '../../src/proposers/proposer-choice.ts';

describe('choosing a proposer', () => {
  it('keeps what the flags say', () => {
    expect(chooseProposer({ proposer: 'mutator' })).toEqual({ kind: 'mutator' });
    expect(chooseProposer({ proposer: 'script:a:b.jsonl' })).toEqual({ kind: 'script', file: 'a:b.jsonl' });
    expect(chooseProposer({ proposer: 'manual' })).toEqual({ kind: 'manual' });
    expect(chooseProposer({ proposer: 'openai', model: 'm', baseUrl: 'http://localhost:1/v1' })).toEqual({
      kind: 'openai',
      provider: { model: 'm', baseUrl: 'http://localhost:1/v1' },
    });
    const agent = { kind: 'cli', command: 'claude -p', deadlineMinutes: 10 };
    expect(chooseProposer({ proposer: 'cli:claude -p' })).toEqual(agent);
    expect(chooseProposer({ proposer: 'cli', command: 'claude -p' })).toEqual(agent);
  });

  it.each([
    [{ proposer: 'oracle' }, 'unknown proposer; use mutator, openai, cli:COMMAND, manual or script:FILE'],
    [{ proposer: 'script:' }, 'unknown proposer'],
    [{ proposer: 'mutator:fast' }, 'unknown proposer'],
    [{ proposer: '' }, 'unknown proposer'],
    [{ proposer: 'cli' }, 'no command'],
    [{ proposer: 'cli:a', command: 'b' }, 'give one of them'],
    [{ proposer: 'mutator', model: 'm' }, '--model: only for --proposer openai, not mutator'],
    [{ proposer: 'cli:a', baseUrl: 'http://x/v1' }, '--base-url: only for --proposer openai, not cli'],
    [{ proposer: 'openai', model: 'm', commandMinutes: 1 }, '--command-minutes: only for --proposer cli'],
  ])('refuses %j', (flags, message) => {
    expect(() => chooseProposer(flags)).toThrow(message);
  });

  it('names a script that is not there, and a model that is missing', () => {
    expect(() => checkProposer({ kind: 'script', file: 'nowhere.jsonl' })).toThrow(
      /^nowhere\.jsonl: cannot read the proposals of --proposer script:FILE: no such file; check the path$/,
    );
    expect(() => checkProposer({ kind: 'openai', provider: {} })).toThrow('--model is missing');
  });
});
