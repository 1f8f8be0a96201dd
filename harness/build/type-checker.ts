import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../installed-package.ts';
import { CONTRACT } from './module-names.ts';

export interface TypeComplaint {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type CheckerRun =
  | { readonly kind: 'checked'; readonly errors: readonly TypeComplaint[] }
  | { readonly kind: 'too-slow' }
  /** There is none for this machine, or it broke down. */
  | { readonly kind: 'unavailable' };

/** Processor time of one check, s: an ordinary policy takes a few hundredths. */
const CPU_SECONDS = 2;
/** Backstop for a machine that is busy with other things, ms. */
const DEADLINE_MS = 10_000;
const DATA_BYTES = 2 ** 30;
const MAX_OUTPUT_CHARACTERS = 200_000;

/** Nothing is looked up or read but the files named: no library, no import, no package of types. */
const FLAGS = [
  ...['--noLib', '--noResolve', '--noEmit', '--skipLibCheck', '--singleThreaded'],
  ...['--strict', 'false', '--types', '', '--pretty', 'false'],
  ...[
    '--target',
    'es2022',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--moduleDetection',
    'force',
  ],
  ...['--allowUnreachableCode', 'true', '--allowUnusedLabels', 'true'],
];

/**
 * Has TypeScript's native compiler look at one policy, alone in a folder of its own, with the globals of policies in
 * place of its library. `flags` are added to the command line.
 */
export async function runTypeChecker(source: string, flags: readonly string[]): Promise<CheckerRun> {
  const executable = nativeCompiler();
  if (executable === undefined) return { kind: 'unavailable' };
  const folder = await mkdtemp(path.join(tmpdir(), 'autoresearch-types-'));
  try {
    const own = path.join(folder, 'policy');
    const contract = path.join(folder, 'contract.d.ts');
    await mkdir(own);
    await writeFile(path.join(own, 'policy.ts'), source);
    await writeFile(contract, await ambientContract());
    const globals = path.join(packageRoot, 'harness/build/policy-globals.d.ts');
    return await run([...limits(), executable, ...FLAGS, ...flags, globals, contract, 'policy.ts'], own);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The contract as the one module that needs no looking up. */
async function ambientContract(): Promise<string> {
  const text = await readFile(path.join(packageRoot, 'harness/contract/index.ts'), 'utf8');
  return `declare module '${CONTRACT}' {\n${text}\n}\n`;
}

let compiler: string | undefined | null = null;

/** The executable that belongs to the installed TypeScript; undefined where there is none for the platform. */
function nativeCompiler(): string | undefined {
  if (compiler === null) compiler = findCompiler();
  return compiler;
}

function findCompiler(): string | undefined {
  const { platform, arch } = process;
  try {
    const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
    const binaries = `@typescript/typescript-${platform}-${arch}/package.json`;
    const folder = path.dirname(createRequire(typescript).resolve(binaries));
    const executable = path.join(folder, 'lib', platform === 'win32' ? 'tsc.exe' : 'tsc');
    return existsSync(executable) ? executable : undefined;
  } catch {
    return undefined;
  }
}

function limits(): string[] {
  const prlimit = ['/usr/bin/prlimit', '/bin/prlimit'].find((file) => existsSync(file));
  if (prlimit === undefined) return [];
  return [prlimit, `--cpu=${CPU_SECONDS}`, `--data=${DATA_BYTES}`, '--core=0', '--fsize=0', '--'];
}

function run([program = '', ...args]: readonly string[], folder: string): Promise<CheckerRun> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: folder, env: {}, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, DEADLINE_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_OUTPUT_CHARACTERS) output += text;
    });
    child.once('error', () => {
      clearTimeout(timer);
      resolve({ kind: 'unavailable' });
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(resultOf({ output, code, isLate: isLate || signal === 'SIGXCPU' || signal === 'SIGKILL' }));
    });
  });
}

function resultOf(ended: { output: string; code: number | null; isLate: boolean }): CheckerRun {
  if (ended.isLate) return { kind: 'too-slow' };
  const errors = [...ended.output.matchAll(/^policy\.ts\((\d+),(\d+)\): error TS\d+: (.*)$/gm)];
  if (ended.code !== 0 && errors.length === 0) return { kind: 'unavailable' };
  return {
    kind: 'checked',
    errors: errors.map(([, line, column, message = '']) => ({
      line: Number(line),
      column: Number(column),
      // What follows is about the checker's own settings.
      message: message.replace(/ Do you need to .*$/, ''),
    })),
  };
}
