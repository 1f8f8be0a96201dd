import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type ChildLaunch, runChild, superviseChild } from '../../harness/isolate/run-child.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const isLinux = process.platform === 'linux';

/** A script for a child, and how to start it. */
function launch(script: string, changes: Partial<ChildLaunch> = {}): ChildLaunch {
  const entry = join(temporaryFolder(), 'entry.mjs');
  writeFileSync(entry, script);
  return {
    entry,
    input: '',
    readable: [],
    deadlineMs: 20_000,
    maxAnswerBytes: 1 << 20,
    heapMiB: 64,
    dataBytes: 2 ** 30,
    ...changes,
  };
}

/** Processes whose command line holds the text. */
function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await sleep(20);
  if (!condition()) throw new Error('waited in vain');
}

describe('a child process', () => {
  it('answers on fd 3', async () => {
    const { end } = await runChild(
      launch("import fs from 'node:fs'; fs.writeSync(3, 'hello'); process.exit(0);"),
    );
    expect(end).toEqual({ kind: 'ended', bytes: Buffer.from('hello') });
  });

  it('reads its input to the end, and may leave it unread', async () => {
    const input = 'x'.repeat(3_000_000);
    const script =
      "import fs from 'node:fs'; fs.writeSync(3, String(fs.readFileSync(0).length)); process.exit(0);";
    expect((await runChild(launch(script, { input }))).end).toEqual({
      kind: 'ended',
      bytes: Buffer.from('3000000'),
    });
    const { end } = await runChild(launch('process.exit(0);', { input }));
    expect(end).toEqual({ kind: 'ended', bytes: Buffer.alloc(0) });
  });

  it('has an empty environment', async () => {
    process.env['AUTORESEARCH_CANARY'] = 'sk-secret';
    try {
      const { end } = await runChild(
        launch("import fs from 'node:fs'; fs.writeSync(3, JSON.stringify(process.env)); process.exit(0);"),
      );
      expect(end).toEqual({ kind: 'ended', bytes: Buffer.from('{}') });
    } finally {
      delete process.env['AUTORESEARCH_CANARY'];
    }
  });

  it('reads the files it was given and no others, writes none, and starts nothing', async () => {
    const folder = temporaryFolder();
    const allowed = join(folder, 'allowed');
    const other = join(folder, 'other');
    writeFileSync(allowed, 'yes');
    writeFileSync(other, 'secret');
    const script = `
      import fs from 'node:fs';
      import { spawnSync } from 'node:child_process';
      const attempt = (f) => { try { return String(f()); } catch (error) { return error.code; } };
      const [allowed, other] = JSON.parse(fs.readFileSync(0, 'utf8'));
      fs.writeSync(3, JSON.stringify([
        attempt(() => fs.readFileSync(allowed)),
        attempt(() => fs.readFileSync(other)),
        attempt(() => fs.readFileSync('/proc/' + process.ppid + '/environ')),
        attempt(() => fs.writeFileSync(other, 'overwritten')),
        attempt(() => spawnSync('/bin/true').status),
      ]));
      process.exit(0);`;
    const { end } = await runChild(
      launch(script, { input: JSON.stringify([allowed, other]), readable: [allowed] }),
    );
    const denied = 'ERR_ACCESS_DENIED';
    expect(end).toEqual({
      kind: 'ended',
      bytes: Buffer.from(JSON.stringify(['yes', denied, denied, denied, denied])),
    });
    expect(readFileSync(other, 'utf8')).toBe('secret');
  });

  it.runIf(isLinux)('is gone when it outlived its deadline', async () => {
    const job = launch('for (;;) {}', { deadlineMs: 1500 });
    const running = runChild(job);
    await until(() => processesWith(job.entry).length > 0);
    expect((await running).end).toEqual({ kind: 'timed-out', reason: 'no answer within 1.5 s' });
    expect(processesWith(job.entry)).toEqual([]);
  });

  it.each([
    ['hangs with its answer pipe closed', 'fs.closeSync(3); for (;;) {}'],
    ['kills itself', "process.kill(process.pid, 'SIGKILL'); for (;;) {}"],
    ['closes its answer pipe and fails', 'fs.closeSync(3); setTimeout(() => process.exit(3), 5000);'],
  ])('has answered although it %s', async (_title, then) => {
    const script = `import fs from 'node:fs'; fs.writeSync(3, 'all of it'); ${then}`;
    const { end } = await runChild(launch(script, { deadlineMs: 60_000 }));
    expect(end).toEqual({ kind: 'ended', bytes: Buffer.from('all of it') });
  });

  it('has answered with every byte it wrote before its answer pipe was closed', async () => {
    const script =
      "import fs from 'node:fs'; for (let i = 0; i < 100; i++) fs.writeSync(3, 'x'.repeat(9000)); process.kill(process.pid, 'SIGKILL');";
    const { end } = await runChild(launch(script));
    expect(end).toEqual({ kind: 'ended', bytes: Buffer.alloc(900_000, 'x') });
  });

  it('crashes when it closes its answer pipe without a word', async () => {
    const { end } = await runChild(launch("import fs from 'node:fs'; fs.closeSync(3); for (;;) {}"));
    expect(end).toEqual({ kind: 'crashed', reason: 'was ended by SIGKILL' });
  });

  it.runIf(isLinux && existsSync('/usr/bin/setsid'))(
    'is not waited for by way of what it left behind in a session of its own',
    async () => {
      const left = join(temporaryFolder(), 'left-behind');
      const stay = `touch ${left}.ready; while [ ! -e ${left} ]; do sleep 0.1; done`;
      const script = `echo answer >&3; setsid sh -c '${stay}' & while [ ! -e ${left}.ready ]; do sleep 0.1; done`;
      const child = spawn('/bin/sh', ['-c', script], {
        detached: true,
        stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      });
      const end = await superviseChild(child, launch(''));
      expect(end).toEqual({ kind: 'ended', bytes: Buffer.from('answer\n') });
      expect(processesWith(left)).not.toEqual([]);
      writeFileSync(left, '');
      await until(() => processesWith(left).length === 0);
    },
  );

  it('is timed out even if it answered before it hung', async () => {
    const script = "import fs from 'node:fs'; fs.writeSync(3, 'early'); for (;;) {}";
    const { end } = await runChild(launch(script, { deadlineMs: 700 }));
    expect(end.kind).toBe('timed-out');
  });

  it('is ended by an abort', async () => {
    const abort = new AbortController();
    const running = runChild(launch('for (;;) {}', { signal: abort.signal }));
    setTimeout(() => abort.abort(new Error('enough')), 200);
    await expect(running).rejects.toThrow('enough');
  });

  it('is not started when the work was aborted before', async () => {
    await expect(runChild(launch('', { signal: AbortSignal.abort(new Error('too late')) }))).rejects.toThrow(
      'too late',
    );
  });

  it('crashes when it answers with more than it may', async () => {
    const script = "import fs from 'node:fs'; for (;;) fs.writeSync(3, 'x'.repeat(10000));";
    const { end } = await runChild(launch(script, { maxAnswerBytes: 100_000 }));
    expect(end).toEqual({ kind: 'crashed', reason: 'wrote more than 100000 bytes to its answer' });
  });

  it('may flood stderr without being heard or held up', async () => {
    const script = "for (let i = 0; i < 2000; i++) console.error('x'.repeat(1000)); process.exit(3);";
    const { end } = await runChild(launch(script));
    expect(end).toEqual({ kind: 'crashed', reason: 'exited with code 3' });
  });

  it('says what it died of, without paths or numbers of the moment', async () => {
    const { end } = await runChild(launch("throw new TypeError('bad thing');"));
    expect(end).toEqual({ kind: 'crashed', reason: 'exited with code 1: TypeError: bad thing' });
  });

  it('is out of memory when its heap is full', async () => {
    const { end } = await runChild(
      launch('const kept = []; for (;;) kept.push(new Array(1000).fill(kept.length));'),
    );
    expect(end).toEqual({
      kind: 'out-of-memory',
      reason: 'needed more memory than allowed (64 MiB of heap, 1024 MiB in all)',
    });
  });

  it('is out of memory when it wants an array larger than any may be', async () => {
    const { end } = await runChild(launch("'x'.repeat(2 ** 29 - 24).split('');"));
    expect(end.kind).toBe('out-of-memory');
  });

  it('crashes when it was killed by somebody else', async () => {
    const { end } = await runChild(launch("process.kill(process.pid, 'SIGTERM'); for (;;) {}"));
    expect(end).toEqual({ kind: 'crashed', reason: 'was ended by SIGTERM' });
  });

  it.runIf(isLinux && existsSync('/usr/bin/setpriv'))(
    'does not outlive a parent that is killed',
    async () => {
      const module = new URL('../../harness/isolate/run-child.ts', import.meta.url).pathname;
      const script = join(temporaryFolder(), 'parent.mts');
      const job = launch('for (;;) {}', { deadlineMs: 60_000 });
      writeFileSync(script, `import { runChild } from '${module}'; await runChild(${JSON.stringify(job)});`);
      const parent = spawn(process.execPath, ['--import', 'tsx', script], { stdio: 'ignore' });
      await until(() => processesWith(job.entry).length > 0);
      parent.kill('SIGKILL');
      await until(() => processesWith(job.entry).length === 0);
    },
  );
});
