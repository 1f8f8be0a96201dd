import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

describe('a finished run that is resumed with limits', () => {
  const workspace = createWorkspace();
  const journal = () => readFileSync(path.join(workspace.folder, 'runs/small/journal.jsonl'), 'utf8');
  const args = ['--trace', workspace.trace, '--speedup', '5', '--run', 'small', '--attempts', '1'];

  it('goes on to the new number of attempts, and status tells the limits in force', () => {
    expect(workspace.run('start', '--target', 'router', ...args).exitCode).toBe(0);
    expect(workspace.run('status', 'small').stdout).toContain('\nlimits: 1 attempt\n');
    const resumed = workspace.run('resume', 'small', '--attempts', '2', '--max-minutes', '30', '--json');
    expect(resumed.exitCode).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ ending: 'finished', attempts: 2 });
    expect(workspace.run('status', 'small').stdout).toContain('\nlimits: 2 attempts, 30 minutes at a time\n');
    expect(JSON.parse(workspace.run('status', 'small', '--json').stdout).runs[0]).toMatchObject({
      attempts: 2,
      attemptsWanted: 2,
      limits: { attempts: 2, minutes: 30 },
    });
  });

  it('that are in force already tells its result again and writes nothing', () => {
    const before = journal();
    const { exitCode, stdout } = workspace.run('resume', 'small', '--attempts', '2', '--max-minutes', '30');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^small finished: all 2 attempts were made/);
    expect(journal()).toBe(before);
  });

  it.each([
    ['below what is used up', ['--attempts', '1'], '--attempts is 1, but run small has used up 2 already'],
    ['without a use', ['--max-usd', '1'], '--max-usd does not go with --proposer mutator; leave it out'],
    ['that are no numbers', ['--max-minutes', 'soon'], '--max-minutes is "soon"'],
  ])('%s: one line, exit code 2, nothing written', (_what, limits, message) => {
    const before = journal();
    for (const more of [[], ['--show-prompt']]) {
      const { exitCode, stderr } = workspace.run('resume', 'small', ...limits, ...more);
      expect(exitCode).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(message);
    }
    expect(journal()).toBe(before);
  });
});
