import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type ProcessLimits, wrappers } from './layers.ts';
import { forgetGroup, killGroup, trackGroup } from './live-groups.ts';

export interface ChildLaunch {
  /** Script that runs in the child. */
  readonly entry: string;
  /** What it reads on its standard input. */
  readonly input: string;
  /** The files the child may read, besides its entry. */
  readonly readable: readonly string[];
  readonly deadlineMs: number;
  readonly maxAnswerBytes: number;
  readonly heapMiB: number;
  readonly dataBytes: number;
  readonly signal?: AbortSignal;
}

export type ChildEnd =
  /** Its answer pipe has come to an end and nothing went wrong before; what `bytes` are worth is for their reader to say. */
  | { readonly kind: 'ended'; readonly bytes: Buffer }
  | { readonly kind: 'timed-out'; readonly reason: string }
  | { readonly kind: 'out-of-memory'; readonly reason: string }
  | { readonly kind: 'crashed'; readonly reason: string };

export interface ChildRun {
  readonly end: ChildEnd;
  /** Protections that were active, outermost first. */
  readonly layers: readonly string[];
}

/** What V8 and the C++ library say as they give up; the last when an array would be larger than any may be. */
const OUT_OF_MEMORY = /out of memory|heap limit|bad_alloc|invalid size error/i;

const MAX_STDERR_BYTES = 64 * 1024;

/** How long the pipes of a process that is gone are read on: somebody it started may hold them open. */
const DRAIN_MS = 1000;

/**
 * Runs one script in a process of its own: no environment, no network of ours, no files but the named ones, its answer
 * on fd 3. The answer is complete when fd 3 is closed; the process is killed then, since Node can hang as it exits
 * (nodejs/node#54918). Resolves when the process and its group are gone; rejects only when `signal` aborts.
 */
export async function runChild(launch: ChildLaunch): Promise<ChildRun> {
  launch.signal?.throwIfAborted();
  const limits: ProcessLimits = {
    heapMiB: launch.heapMiB,
    dataBytes: launch.dataBytes,
    // V8's helper threads compute too: allow both of them beside the script's own.
    cpuSeconds: Math.ceil((3 * launch.deadlineMs) / 1000) + 1,
  };
  const active = wrappers(limits);
  const [program = process.execPath, ...args] = [
    ...active.flatMap(({ command }) => command),
    process.execPath,
    ...nodeFlags(launch),
    launch.entry,
  ];
  const child = spawn(program, args, {
    detached: true,
    env: {},
    cwd: '/',
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  const end = await superviseChild(child, launch);
  launch.signal?.throwIfAborted();
  return { end, layers: [...active.map(({ layer }) => layer), 'process', 'permission', 'realm'] };
}

function nodeFlags({ entry, readable, heapMiB }: ChildLaunch): string[] {
  const major = Number(process.versions.node.split('.')[0]);
  return [
    major < 22 ? '--experimental-permission' : '--permission',
    ...[entry, ...readable].map((file) => `--allow-fs-read=${file}`),
    '--disable-proto=delete',
    '--disallow-code-generation-from-strings',
    '--no-addons',
    `--max-old-space-size=${heapMiB}`,
    '--no-warnings',
  ];
}

type KillCause = 'deadline' | 'flood' | 'abort';

/** Feeds a child that has just been started, reads it, and ends it and its group. */
export function superviseChild(child: ChildProcess, launch: ChildLaunch): Promise<ChildEnd> {
  const { pid } = child;
  return new Promise((resolve) => {
    let killedFor: KillCause | undefined;
    const killAll = () => {
      if (pid !== undefined) killGroup(pid);
    };
    const killFor = (cause: KillCause) => {
      killedFor ??= cause;
      killAll();
    };
    const onAbort = () => killFor('abort');
    const deadline = setTimeout(() => killFor('deadline'), launch.deadlineMs);
    let drain: NodeJS.Timeout | undefined;
    launch.signal?.addEventListener('abort', onAbort, { once: true });
    const answerPipe = child.stdio[3] as Readable;
    const answer = collect(answerPipe, launch.maxAnswerBytes, () => killFor('flood'));
    const errors = collect(child.stderr as Readable, MAX_STDERR_BYTES, () => {});

    const finish = (end: ChildEnd) => {
      clearTimeout(deadline);
      clearTimeout(drain);
      launch.signal?.removeEventListener('abort', onAbort);
      if (pid !== undefined) forgetGroup(pid);
      resolve(end);
    };
    if (pid !== undefined) trackGroup(pid);
    // A child that ends early leaves some of its input unread: how it ended says enough.
    child.stdin?.on('error', () => {});
    child.stdin?.end(launch.input);
    child.once('error', (error) => {
      if (pid === undefined) finish({ kind: 'crashed', reason: `could not start: ${error.message}` });
    });
    answerPipe.once('end', () => {
      clearTimeout(deadline);
      killAll();
    });
    child.once('exit', () => {
      clearTimeout(deadline);
      killAll();
      drain = setTimeout(() => {
        for (const pipe of child.stdio) pipe?.destroy();
      }, DRAIN_MS);
    });
    child.once('close', (code, signalName) =>
      finish(
        classify(
          { killedFor, code, signalName, answer: answer(), stderr: errors().toString('utf8') },
          launch,
        ),
      ),
    );
  });
}

/** Keeps the first `limit` bytes of a stream and reads on, so that the writer never waits. */
function collect(stream: Readable, limit: number, onOverflow: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    const room = limit - length;
    if (chunk.length > room) onOverflow();
    if (room <= 0) return;
    chunks.push(chunk.subarray(0, room));
    length += Math.min(chunk.length, room);
  });
  return () => Buffer.concat(chunks);
}

interface ExitFacts {
  readonly killedFor: KillCause | undefined;
  readonly code: number | null;
  readonly signalName: NodeJS.Signals | null;
  readonly answer: Buffer;
  readonly stderr: string;
}

/** Reasons name no process ids, addresses or paths: the same failure reads the same every time. */
function classify({ killedFor, code, signalName, answer, stderr }: ExitFacts, launch: ChildLaunch): ChildEnd {
  switch (killedFor) {
    case 'deadline':
      return { kind: 'timed-out', reason: `no answer within ${launch.deadlineMs / 1000} s` };
    case 'flood':
      return { kind: 'crashed', reason: `wrote more than ${launch.maxAnswerBytes} bytes to its answer` };
    case 'abort':
      return { kind: 'crashed', reason: 'evaluation was cancelled' };
    case undefined:
  }
  // Whoever has closed its answer pipe is killed, by itself or by us.
  if (code === 0 || (signalName === 'SIGKILL' && answer.length > 0)) return { kind: 'ended', bytes: answer };
  if (signalName === 'SIGXCPU') return { kind: 'timed-out', reason: 'used up its processor time' };
  if (signalName === 'SIGABRT' || code === 134 || OUT_OF_MEMORY.test(stderr)) {
    const limit = `${launch.heapMiB} MiB of heap, ${Math.round(launch.dataBytes / 2 ** 20)} MiB in all`;
    return { kind: 'out-of-memory', reason: `needed more memory than allowed (${limit})` };
  }
  const how = signalName === null ? `exited with code ${code}` : `was ended by ${signalName}`;
  const message = /^(?:Uncaught )?\w*Error(?: \[\w+\])?: .*$/m.exec(stderr)?.[0];
  return { kind: 'crashed', reason: message === undefined ? how : `${how}: ${message.slice(0, 300)}` };
}
