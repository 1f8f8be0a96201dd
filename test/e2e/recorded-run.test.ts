import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { reply, startFakeProvider } from '../proposers/model/fake-provider.ts';
import { createWorkspace } from './workspace.ts';

const FOLDER = path.resolve(import.meta.dirname, '../fixtures/recorded-run');
const ATTEMPTS = 20;

/** Without what says which build of the harness scored it. */
function comparable(canonical: string): string {
  return canonical.replace(/"fingerprint":"[^"]*"/, '"fingerprint":"…"');
}

/** The recording is made anew by `npx vitest run test/e2e/recorded-run.test.ts --update`. */
it('a recorded run of a model replays offline to the same canonical journal', async () => {
  const replies = readFileSync(path.join(FOLDER, 'replies.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => reply((JSON.parse(line) as { reply: string }).reply));
  const server = await startFakeProvider(replies);
  const workspace = createWorkspace();
  const { exitCode, stdout } = await workspace.runBeside([
    ...['start', '--target', 'router', '--trace', workspace.trace, '--speedup', '5', '--run', 'recorded'],
    ...['--proposer', 'openai', '--base-url', server.baseUrl, '--model', 'small-model'],
    ...['--attempts', String(ATTEMPTS), '--json'],
  ]);
  expect(exitCode).toBe(0);
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ ending: 'finished', attempts: ATTEMPTS });
  expect(summary.kept).toBeGreaterThanOrEqual(3);
  expect(summary.replies.repaired).toBeGreaterThanOrEqual(3);
  expect(summary.replies.calls).toBe(server.calls.length);
  const { stdout: canonical } = workspace.run('status', 'recorded', '--canonical');
  await expect(comparable(`${canonical}\n`)).toMatchFileSnapshot(path.join(FOLDER, 'journal.jsonl'));
});
