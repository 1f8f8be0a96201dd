import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

/** A program that starts the child with limits on it and then becomes the child. */
export interface Wrapper {
  readonly layer: string;
  readonly command: readonly string[];
}

export interface ProcessLimits {
  /** V8 heap, MiB. */
  readonly heapMiB: number;
  /** All private memory of the process: heap, typed arrays, stacks; bytes. */
  readonly dataBytes: number;
  /** Processor time over all threads, s: ends a child whose parent is gone. */
  readonly cpuSeconds: number;
}

const SEARCH = ['/usr/bin', '/bin', '/usr/sbin', '/usr/local/bin'];

let setpriv: string | undefined | null = null;
let prlimit: string | undefined | null = null;

/** The wrappers this machine has, outermost first. Each is tried once per process. */
export function wrappers(limits: ProcessLimits): readonly Wrapper[] {
  if (setpriv === null) setpriv = probe('setpriv', ['--pdeathsig', 'KILL']);
  if (prlimit === null) prlimit = probe('prlimit', ['--core=0', '--data=1000000000', '--']);
  const found: Wrapper[] = [];
  if (setpriv !== undefined) found.push({ layer: 'parent-death', command: [setpriv, '--pdeathsig', 'KILL'] });
  if (prlimit !== undefined) {
    const command = [
      prlimit,
      `--data=${limits.dataBytes}`,
      `--cpu=${limits.cpuSeconds}`,
      '--core=0',
      '--fsize=0',
      '--nofile=64',
      '--',
    ];
    found.push({ layer: 'prlimit', command });
  }
  return found;
}

/** Path of the program if it is there and starts a command with these options. */
function probe(program: string, options: readonly string[]): string | undefined {
  const path = SEARCH.map((folder) => `${folder}/${program}`).find(isExecutable);
  if (path === undefined) return undefined;
  const { status } = spawnSync(path, [...options, process.execPath, '--version'], {
    stdio: 'ignore',
    timeout: 5_000,
  });
  return status === 0 ? path : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
