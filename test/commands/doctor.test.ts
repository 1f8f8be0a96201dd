import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/index.ts';
import { checkCache, checkNode, missingLayers } from '../../src/commands/machine-checks.ts';
import { type Behaviour, reply, startFakeProvider } from '../proposers/model/fake-provider.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CLI = join(packageRoot, 'dist/cli.js');
const ONE_HOST = resolve('test/proposers/model/one-host.mjs');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not synchronous: the server it asks lives in this process. */
function doctor(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const env = { ...process.env, OPENAI_API_KEY: '', OPENAI_BASE_URL: '', ...environment };
  return new Promise((done) => {
    const child = execFile(process.execPath, [CLI, 'doctor', ...args], { env }, (_error, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const WELL: Behaviour = reply('ready, marigold');

describe('doctor', () => {
  it('looks at the machine and asks nobody', async () => {
    const { code, stdout, stderr } = await doctor([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = stdout.split('\n').flatMap((line) => /^✓ (\w+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['node', 'git', 'typescript', 'cache', 'evaluation']);
    expect(stdout).toMatch(/evaluation +\d+ ms, isolated by .*process, permission, realm/);
  });

  it('looks at a provider and is one JSON object on request', async () => {
    const server = await startFakeProvider([WELL]);
    const args = ['--base-url', server.baseUrl, '--model', 'small-model', '--price', '1,0.5,2', '--json'];
    const { code, stdout, stderr } = await doctor(args);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `asking small-model at ${new URL(server.baseUrl).host}\n`,
    });
    const { ready, checks } = JSON.parse(stdout);
    expect(ready).toBe(true);
    expect(checks.map(({ name }: { name: string }) => name)).toContain('long prompt');
  });

  it('ends with 1 when something is missing', async () => {
    const server = await startFakeProvider([{ kind: 'error', status: 401 }]);
    const { code, stdout, stderr } = await doctor(['--base-url', server.baseUrl, '--model', 'small-model']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ answer +status 401: .*OPENAI_API_KEY/m);
    expect(stderr).toMatch(/autoresearch: not ready: answer\n$/);
  });

  it.each<[string[], string]>([
    [['--base-url', 'localhost:8089', '--model', 'm'], '--base-url localhost:8089: not an http or https URL'],
    [['--base-url', 'http://me:secret@host/v1', '--model', 'm'], 'put the key into OPENAI_API_KEY'],
    [['--base-url', 'http://127.0.0.1:1/v1'], '--model is missing'],
    [['--model', 'm', '--api', 'rest'], '--api rest: use chat, responses or auto'],
    [['--model', 'm', '--extra-body', '[1]'], '--extra-body [1]: not a JSON object'],
    [['--model', 'm', '--extra-body', '{"max_tokens": 9}'], 'max_tokens is set by autoresearch'],
    [['--model', 'm', '--price', '1,2'], '--price 1,2: give three amounts'],
    [['--model', 'm', '--price', '1,2,-3'], '--price 1,2,-3: give three amounts'],
  ])('answers %j with one line and exit code 2', async (args, line) => {
    const { code, stdout, stderr } = await doctor(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^autoresearch: [^\n]*\n$/);
    expect(stderr).toContain(line);
    expect(stderr).not.toContain('secret');
  });
});

describe('a provider is the only host that is contacted', () => {
  async function contacts(behaviour: Behaviour, environment: NodeJS.ProcessEnv = {}) {
    const server = await startFakeProvider([behaviour]);
    const log = join(temporaryFolder(), 'contacts');
    const baseUrl = server.baseUrl.replace('127.0.0.1', 'provider.test');
    const ended = await doctor(['--base-url', baseUrl, '--model', 'small-model'], {
      NODE_OPTIONS: `--import=${ONE_HOST}`,
      ONE_HOST_LOG: log,
      ...environment,
    });
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    return { ...ended, calls: server.calls, contacts: [...new Set(lines)].sort() };
  }
  const ITS_OWN = ['connect to provider.test', 'look up provider.test'];

  it('when it answers', async () => {
    const seen = await contacts(WELL);
    expect(seen.code).toBe(0);
    expect(seen.contacts).toEqual(ITS_OWN);
    expect(seen.calls.length).toBeGreaterThan(3);
  });

  it('when it redirects to another', async () => {
    const seen = await contacts({ kind: 'redirect', to: 'http://elsewhere.test/v1/chat/completions' });
    expect(seen.stdout).toMatch(/redirects to http:\/\/elsewhere.test, which is not followed/);
    expect(seen.contacts).toEqual(ITS_OWN);
  });

  it('whatever other hosts the environment names', async () => {
    const elsewhere = 'http://elsewhere.test:9/v1';
    const seen = await contacts(WELL, { OPENAI_BASE_URL: elsewhere, HTTP_PROXY: elsewhere });
    expect(seen.contacts).toEqual(ITS_OWN);
  });
});

describe('the checks of the machine', () => {
  it.each(['18.19.0', '20.19.6'])('find that Node %s is too old', (version) => {
    expect(checkNode(version)).toMatchObject({ state: 'failed', remedy: 'install Node 20.20 or later' });
  });

  it.each(['20.20.0', '22.1.0', '24.0.0'])('find that Node %s will do', (version) => {
    expect(checkNode(version).state).toBe('ok');
  });

  it('find that there is no place for a cache', () => {
    expect(checkCache(undefined).state).toBe('note');
    const folder = join(temporaryFolder(), 'cache');
    expect(checkCache(folder).state).toBe('ok');
  });

  it.runIf(process.getuid?.() !== 0)('find that a cache is not writable', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'cache'));
    chmodSync(join(folder, 'cache'), 0o500);
    expect(checkCache(join(folder, 'cache'))).toMatchObject({
      state: 'note',
      detail: expect.stringContaining('EACCES'),
    });
  });

  it('find that a file is where a cache belongs', () => {
    expect(checkCache(join(packageRoot, 'package.json', 'cache'))).toMatchObject({
      state: 'note',
      detail: expect.stringContaining('ENOTDIR'),
    });
  });

  it('say what is missing of a policy’s isolation', () => {
    expect(missingLayers(['prlimit', 'process', 'realm']).map(({ name }) => name)).toEqual(['parent-death']);
  });
});
