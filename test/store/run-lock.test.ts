import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../harness/index.ts';
import { processStart } from '../../src/store/process-identity.ts';
import { RunLock, runLockHolder } from '../../src/store/run-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const HOLD = `
  import { RunLock } from ${JSON.stringify(resolve('src/store/run-lock.ts'))};
  try { RunLock.acquire(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000); }
  catch (error) { console.log(error.message); }
`;

describe('a run lock', () => {
  it('is held by this process until released', () => {
    const path = join(temporaryFolder(), 'lock');
    const lock = RunLock.acquire(path);
    expect(runLockHolder(path)?.pid).toBe(process.pid);
    lock.release();
    expect(runLockHolder(path)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
    RunLock.acquire(path).release();
  });

  it('turns a second process away, naming the first and the remedy', async () => {
    const path = join(temporaryFolder(), 'lock');
    const lock = RunLock.acquire(path);
    const { said } = await start(path);
    expect(said).toContain(`in use by process ${process.pid}; wait for it, or stop it with`);
    lock.release();
  });

  it('passes on from a process that was killed, and leaves nothing else behind', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'lock');
    const { child, said } = await start(path);
    expect(said).toBe('locked');
    expect(() => RunLock.acquire(path)).toThrow(UserError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(runLockHolder(path)).toBeUndefined();
    const lock = RunLock.acquire(path);
    expect(runLockHolder(path)?.pid).toBe(process.pid);
    expect(readdirSync(folder)).toEqual(['lock']);
    lock.release();
  });

  it('is stale when its pid belongs to a later process', () => {
    const path = join(temporaryFolder(), 'lock');
    const lock = RunLock.acquire(path);
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...holder, started: `${holder.started}0`, token: 'earlier' }));
    expect(runLockHolder(path)).toBeUndefined();
    const successor = RunLock.acquire(path);
    lock.release();
    expect(runLockHolder(path)?.pid).toBe(process.pid);
    successor.release();
    expect(existsSync(path)).toBe(false);
  });

  it('left behind goes to exactly one of several processes that want it at once', async () => {
    const path = join(temporaryFolder(), 'lock');
    const holder = { pid: process.pid, started: 'long ago', hostname: hostname(), token: 'stale' };
    writeFileSync(path, JSON.stringify(holder));
    const answers = await Promise.all(Array.from({ length: 5 }, () => start(path)));
    expect(answers.filter(({ said }) => said === 'locked')).toHaveLength(1);
    expect(answers.filter(({ said }) => said.includes('in use by process'))).toHaveLength(4);
  });

  it('of another machine counts as live, with its file named', () => {
    const path = join(temporaryFolder(), 'lock');
    writeFileSync(path, JSON.stringify({ pid: 1, started: 'x', hostname: 'elsewhere.invalid', token: 't' }));
    expect(() => RunLock.acquire(path)).toThrow(
      `process 1 on elsewhere.invalid; if that process is gone, delete ${path}`,
    );
  });

  it('that is not a lock file is a user error', () => {
    const path = join(temporaryFolder(), 'lock');
    writeFileSync(path, 'something else');
    expect(() => RunLock.acquire(path)).toThrow(`${path}: not a lock file`);
  });
});

describe('the start of a process', () => {
  it('stays the same while it lives and is unknown when it is gone', async () => {
    expect(processStart(process.pid)).toBe(processStart(process.pid));
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const pid = child.pid ?? 0;
    await once(child, 'spawn');
    expect(processStart(pid)).toBeDefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processStart(pid)).toBeUndefined();
  });
});

async function start(path: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', HOLD, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [chunk] = await once(child.stdout, 'data');
  return { child, said: String(chunk).trim() };
}
