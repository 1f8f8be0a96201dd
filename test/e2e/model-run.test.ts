import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { reply, startFakeProvider } from '../proposers/model/fake-provider.ts';
import { ODD_REPLIES } from '../proposers/reply/odd-replies.ts';
import { createWorkspace, runAndKill, type Workspace } from './workspace.ts';

const BETTER = `IDEA: count what is queued
<<<<<<< SEARCH
worker.activeBlocks
=======
worker.queuedTokens / req.blockSize
>>>>>>> REPLACE
`;

const workspace = createWorkspace();

function startArguments(run: string, ...more: string[]): string[] {
  return ['start', '--target', 'router', '--trace', workspace.trace, '--speedup', '5', '--run', run, ...more];
}

function withModel(run: string, baseUrl: string, ...more: string[]): string[] {
  return startArguments(
    run,
    '--proposer',
    'openai',
    '--base-url',
    baseUrl,
    '--model',
    'small-model',
    ...more,
  );
}

function journalOf({ folder }: Workspace, run: string): { kind: string; [field: string]: unknown }[] {
  const file = path.join(folder, 'runs', run, 'journal.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

function canonical(run: string): string {
  return workspace.run('status', run, '--canonical').stdout;
}

describe('a run with a model', () => {
  it('killed between reply and verdict pays for nothing twice and ends like one that was not', async () => {
    const whole = await startFakeProvider([reply(BETTER), reply('no change')]);
    const options = ['--attempts', '2', '--repairs', '0'];
    expect((await workspace.runBeside(withModel('whole', whole.baseUrl, ...options))).exitCode).toBe(0);

    const server = await startFakeProvider([reply(BETTER), reply('no change')]);
    await runAndKill(workspace, withModel('killed', server.baseUrl, ...options), () =>
      journalOf(workspace, 'killed').some(({ kind }) => kind === 'reply'),
    );
    expect(server.calls).toHaveLength(1);
    expect(journalOf(workspace, 'killed').filter(({ kind }) => kind === 'verdict')).toHaveLength(1);
    expect((await workspace.runBeside(['resume', 'killed'])).exitCode).toBe(0);
    expect(server.calls).toHaveLength(2);
    expect(canonical('killed')).toBe(canonical('whole'));
    const { stdout } = workspace.run('status', 'killed');
    expect(stdout).toContain(
      'replies of small-model: 2 (0 whole files), parsable 1, applied 1, built 1, usable 1',
    );
    expect(workspace.run('review', 'killed/2').stdout).toContain(
      'reply 1   asked for edits, malformed: the reply has neither',
    );
    expect(stdout).toMatch(/model calls: 2, \d+ tokens, price unknown/);
  });

  it('prints the first prompt without asking anybody or leaving anything', async () => {
    const server = await startFakeProvider([reply(BETTER)]);
    const args = withModel('shown', server.baseUrl, '--attempts', '1', '--repairs', '0');
    const shown = await workspace.runBeside([...args, '--show-prompt', '--json']);
    expect(shown.exitCode).toBe(0);
    expect(server.calls).toHaveLength(0);
    expect(existsSync(path.join(workspace.folder, 'runs/shown'))).toBe(false);
    await workspace.runBeside(args);
    expect(server.calls[0]?.body['messages']).toEqual(JSON.parse(shown.stdout).messages);
  });

  it('reads guidance.md before every step', async () => {
    const server = await startFakeProvider(() => {
      writeFileSync(path.join(workspace.folder, 'runs/guided/guidance.md'), 'Try to hold requests.\n');
      return reply('no change');
    });
    await workspace.runBeside(withModel('guided', server.baseUrl, '--attempts', '2', '--repairs', '0'));
    const [first, second] = server.calls.map(({ body }) => JSON.stringify(body['messages']));
    expect(first).not.toContain('Try to hold');
    expect(second).toContain('Try to hold requests.');
  });

  it('says what it may cost before it spends', async () => {
    const server = await startFakeProvider([reply('no change')]);
    const args = withModel(
      'priced',
      server.baseUrl,
      '--attempts',
      '1',
      '--repairs',
      '0',
      '--price',
      '1,0.5,2',
    );
    const { stderr } = await workspace.runBeside(args);
    expect(stderr).toMatch(
      /about 1 × \d+ prompt tokens and at most 1 × 8000 of replies, repairs aside: \$0\.\d\d/,
    );
    expect(stderr).toContain('no more than $5 (--max-usd)');
  });

  it('says why a reply can not be used', async () => {
    const server = await startFakeProvider([reply('no change')]);
    const args = withModel('prose', server.baseUrl, '--attempts', '1', '--repairs', '0');
    const { stderr } = await workspace.runBeside(args);
    expect(stderr).toMatch(/^ {3}1 {2}reply malformed: the reply has neither .+$/m);
  });

  it('that is refused fails with the words of the server', async () => {
    const error = { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } };
    const server = await startFakeProvider([{ kind: 'error', status: 401, body: error }]);
    const { exitCode, stderr } = await workspace.runBeside(withModel('refused', server.baseUrl));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Incorrect API key provided');
  });

  it('whose server is away for too long fails with a way on, and no attempt is used up', async () => {
    const away = await startFakeProvider([]);
    await away.close();
    const args = withModel('away', away.baseUrl, '--max-pause-minutes', '0');
    const { exitCode, stderr } = await workspace.runBeside(args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('autoresearch resume');
    expect(JSON.parse(workspace.run('status', 'away', '--json').stdout).runs[0]).toMatchObject({
      attempts: 0,
    });
  });
});

describe('a run over odd replies', () => {
  it('changes no file but the policy, and only on its branch', () => {
    const lines = ODD_REPLIES.map((odd) => JSON.stringify({ reply: odd.reply }));
    const script = workspace.write('.git/odd.jsonl', lines.join('\n'));
    const args = startArguments('replies', '--proposer', `script:${script}`, '--attempts', '200', '--json');
    const { exitCode, stdout } = workspace.run(...args);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ending: 'finished', attempts: ODD_REPLIES.length });
    const applied = journalOf(workspace, 'replies').filter(({ source }) => source !== undefined);
    expect(applied.length).toBeGreaterThan(10);
    expect(workspace.git('status', '--porcelain')).toBe('');
    expect(workspace.git('-C', 'runs/replies/worktree', 'status', '--porcelain')).toBe('');
    const changed = workspace.git('diff', '--name-only', 'trunk', 'autoresearch/router/replies');
    expect(['', 'policies/router/policy.ts']).toContain(changed);
  });
});

describe('a run with a command', () => {
  it('takes its policy file and nothing else it did', async () => {
    const agent = workspace.write(
      '.git/agent.sh',
      `cat > prompt.txt
sed -i 's/worker.activeBlocks/worker.queuedTokens \\/ req.blockSize/' policy.ts
mkdir -p policies/router && echo broken > policies/router/policy.ts
echo 'IDEA: count what is queued'
`,
    );
    const args = startArguments('agent', '--proposer', 'cli', '--command', `sh ${agent}`, '--attempts', '1');
    const { exitCode, stderr } = await workspace.runBeside(args);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('attempt 1: the command also changed policies, prompt.txt; ignored');
    expect(workspace.git('status', '--porcelain')).toBe('');
    const changed = workspace.git('diff', '--name-only', 'trunk', 'autoresearch/router/agent');
    expect(changed).toBe('policies/router/policy.ts');
    expect(workspace.git('log', '-1', '--format=%s', 'autoresearch/router/agent')).toBe(
      'count what is queued',
    );
  });
});

describe('a run with a person', () => {
  it('waits for the answer, also after Ctrl-C and resume', async () => {
    const folder = path.join(workspace.folder, 'runs/person/manual');
    const interrupt = new AbortController();
    const started = workspace.runBeside(
      startArguments('person', '--proposer', 'manual', '--attempts', '1', '--repairs', '0'),
      interrupt.signal,
    );
    while (!existsSync(path.join(folder, 'attempt-1.prompt.md'))) await sleep(20);
    interrupt.abort();
    expect((await started).exitCode).toBe(130);
    const resumed = workspace.runBeside(['resume', 'person']);
    writeFileSync(path.join(folder, 'attempt-1.answer.md'), BETTER);
    expect((await resumed).exitCode).toBe(0);
    const [verdict] = journalOf(workspace, 'person').filter(
      ({ kind, attempt }) => kind === 'verdict' && attempt === 1,
    );
    expect(verdict).toMatchObject({ verdict: 'kept' });
  });
});

describe('flags that do not go together', () => {
  it.each([
    ['--parallel 4 with the mutator', ['--parallel', '4'], '--parallel does not go with --proposer mutator'],
    [
      '--max-usd at an unknown price',
      ['--proposer', 'openai', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1', '--max-usd', '1'],
      '--max-usd: the price of m is not known',
    ],
    [
      '--max-usd with a command',
      ['--proposer', 'cli:true', '--max-usd', '1'],
      '--max-usd does not go with --proposer cli',
    ],
    ['--model with the mutator', ['--model', 'm'], '--model: only for --proposer openai'],
    ['--api with the mutator', ['--api', 'chat'], '--api: only for --proposer openai, not mutator'],
    ['--price with the mutator', ['--price', '1,1,1'], '--price: only for --proposer openai'],
    [
      '--max-tokens with the mutator',
      ['--max-tokens', '9'],
      '--max-tokens does not go with --proposer mutator',
    ],
    ['openai without a model', ['--proposer', 'openai'], '--model is missing'],
    [
      'an extra body that is no JSON',
      ['--proposer', 'openai', '--model', 'm', '--extra-body', '{"a":'],
      '--extra-body {"a":: not a JSON object',
    ],
    [
      '--no-baselines with a command, which never sees them',
      ['--proposer', 'cli:true', '--no-baselines'],
      '--no-baselines: only for --proposer mutator, not cli; leave it out',
    ],
    ['a script that is not there', ['--proposer', 'script:none.jsonl'], 'none.jsonl: cannot read'],
    ['a run name that can not be', ['--run', 'a/b'], 'run name "a/b"'],
    ['an unknown format', ['--edit-format', 'diff'], 'edit-format'],
  ])('%s: one line, exit code 2, nothing written, with and without --show-prompt', (_what, args, message) => {
    const runs = () => readdirSync(path.join(workspace.folder, 'runs'));
    const before = runs();
    for (const more of [[], ['--show-prompt']]) {
      const { exitCode, stderr } = workspace.run(...startArguments('odd', ...args, ...more));
      expect(exitCode).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(message);
    }
    expect(runs()).toEqual(before);
  });
});
