import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../../src/proposers/respondents/hide-secrets.ts';
import { runCommand } from '../../../src/proposers/respondents/run-command.ts';

describe('secrets of the environment', () => {
  it('are hidden wherever they stand, the longer ones first', () => {
    const environment = {
      OPENAI_API_KEY: 'sk-12345\n',
      GITHUB_TOKEN: 'sk-12345-67',
      DB_PASSWORD: 'pa$$word',
    };
    expect(hideSecrets('a sk-12345 b sk-12345-67 c pa$$word', environment)).toBe('a (key) b (key) c (key)');
  });

  it('are neither short words nor other variables', () => {
    const environment = { API_KEY: 'none', TOKEN: '', KEYBOARD: 'de-latin1', HOME: '/home/somebody' };
    const text = 'none de-latin1 /home/somebody';
    expect(hideSecrets(text, environment)).toBe(text);
  });

  it('are not in what a command leaves, whatever it prints', async () => {
    process.env['FRESH_API_KEY'] = 'sk-not-to-be-seen';
    try {
      const command = 'echo "out $FRESH_API_KEY"; echo "err $FRESH_API_KEY" >&2; exit 1';
      const signal = new AbortController().signal;
      const result = await runCommand(command, { folder: '/tmp', input: '', deadlineMs: 60_000, signal });
      expect(result).toEqual({ kind: 'ended', exitCode: 1, stdout: 'out (key)\n', stderr: 'err (key)\n' });
    } finally {
      delete process.env['FRESH_API_KEY'];
    }
  });
});
