import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UserError } from '../../harness/user-error.ts';

const VERSION = '1.4.2';
/** What aggregated replay of ai-dynamo 1.4.2 needs; the package itself follows without its own, far longer list. */
const DEPENDENCIES = [
  `ai-dynamo-runtime==${VERSION}`,
  'aiconfigurator==0.12.0',
  'msgspec==0.22.0',
  'PyYAML==6.0.3',
  'pyzmq==27.3.0',
  'transformers==5.23.0',
  'pydantic<=2.13',
];
const INTERPRETERS = ['python3.11', 'python3.10', 'python3'];

const DEFAULT_FOLDER = fileURLToPath(
  new URL('../../node_modules/.cache/autoresearch/dynosim', import.meta.url),
);

/** Where `--setup` without a folder puts the environment. */
export function defaultFolder(): string {
  return DEFAULT_FOLDER;
}

export function pythonIn(folder: string): string {
  return path.join(path.resolve(folder), 'bin', 'python');
}

/** Makes a Python environment with the real DynoSim in it (about 900 MB), or keeps one that is already complete. */
export async function setUpDynoSim(folder: string, say: (line: string) => void): Promise<string> {
  const python = pythonIn(folder);
  if (await hasDynoSim(python)) return python;
  if (!existsSync(python)) {
    const interpreter = await findInterpreter();
    say(`making a Python environment in ${folder}`);
    await run(interpreter, ['-m', 'venv', path.resolve(folder)]);
  }
  say(`installing ai-dynamo ${VERSION}; this takes a few minutes`);
  await run(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...DEPENDENCIES]);
  await run(python, [
    '-m',
    'pip',
    'install',
    '-q',
    '--disable-pip-version-check',
    '--no-deps',
    `ai-dynamo==${VERSION}`,
  ]);
  if (!(await hasDynoSim(python)))
    throw new UserError(
      `${folder} has no working ai-dynamo ${VERSION} after the installation; remove the folder and try again`,
    );
  return python;
}

/** Whether this interpreter exists and has the version that the figures belong to. */
export async function hasDynoSim(python: string): Promise<boolean> {
  const check = `import importlib.metadata as m, dynamo.replay; assert m.version('ai-dynamo') == '${VERSION}'`;
  const { failed } = await execa(python, ['-c', check], { reject: false, env: { DYN_LOG: 'error' } });
  return !failed;
}

async function findInterpreter(): Promise<string> {
  const check = 'import sys, venv; assert (3, 10) <= sys.version_info[:2] <= (3, 11)';
  for (const interpreter of INTERPRETERS) {
    const { failed } = await execa(interpreter, ['-c', check], { reject: false });
    if (!failed) return interpreter;
  }
  throw new UserError('the real DynoSim needs Python 3.10 or 3.11 with its venv module; install one of them');
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { failed, all } = await execa(command, [...args], { reject: false, all: true });
  if (!failed) return;
  const lastLine = all.trim().split('\n').at(-1) ?? '';
  throw new UserError(`${command} ${args.slice(0, 3).join(' ')} failed: ${lastLine}`);
}
