import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Evaluation,
  evaluatePolicy,
  generateTrace,
  openTraces,
  pinnedBaseline,
  prepareScenarios,
  scenariosFor,
  TARGETS,
  traceText,
} from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import type { Check } from '../text/check-list.ts';

/** Earlier ones have a hole in the permission model that a policy's process relies on. */
const OLDEST_NODE: readonly [number, number] = [20, 20];

/** Layers that need a program, and what is missing without them. */
const OPTIONAL_LAYERS: readonly {
  readonly layer: string;
  readonly program: string;
  readonly without: string;
}[] = [
  { layer: 'parent-death', program: 'setpriv', without: 'a policy may outlive a killed autoresearch' },
  { layer: 'prlimit', program: 'prlimit', without: 'a policy’s memory is limited by Node alone' },
];

const SMALL_TRACE = { seed: 1, durationMinutes: 1 };
const SMALL_CLUSTER = { speedup: 1, workers: 2 };
const EVALUATION_DEADLINE_MS = 60_000;

/** Looks at everything that a run needs of this machine. */
export async function checkMachine(signal: AbortSignal): Promise<Check[]> {
  return [
    checkNode(process.versions.node),
    await checkProgram('git', ['--version'], 'runs keep their policies as commits; install git'),
    await checkTypeScript(),
    checkCache(cacheFolder()),
    ...(await checkEvaluation(signal)),
  ];
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  return isOld
    ? {
        name: 'node',
        state: 'failed',
        detail: version,
        remedy: `install Node ${OLDEST_NODE.join('.')} or later`,
      }
    : { name: 'node', state: 'ok', detail: version };
}

async function checkProgram(name: string, args: readonly string[], remedy: string): Promise<Check> {
  const { execa } = await import('execa');
  const { failed, stdout } = await execa(name, args, { reject: false, timeout: 10_000, stdin: 'ignore' });
  const version = /\d+(\.\d+)+/.exec(String(stdout))?.[0];
  return failed || version === undefined
    ? { name, state: 'failed', detail: 'does not run', remedy }
    : { name, state: 'ok', detail: version };
}

/** The compiler is a program of its own, in a package for this machine. */
async function checkTypeScript(): Promise<Check> {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const script = path.join(path.dirname(manifest), 'bin', 'tsc');
  const remedy = 'install the package again, with its optional dependencies';
  const found = await checkProgram(process.execPath, [script, '--version'], remedy);
  return { ...found, name: 'typescript' };
}

export function checkCache(folder: string | undefined): Check {
  const remedy = 'set AUTORESEARCH_CACHE to a writable folder, or traces are parsed anew each time';
  if (folder === undefined)
    return { name: 'cache', state: 'note', detail: 'there is no place for it', remedy };
  try {
    mkdirSync(folder, { recursive: true });
    const probe = mkdtempSync(path.join(folder, '.doctor-'));
    rmSync(probe, { recursive: true, force: true });
    return { name: 'cache', state: 'ok', detail: folder };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { name: 'cache', state: 'note', detail: `${folder} is not writable (${code})`, remedy };
  }
}

/** Replays a minute of traffic through a reference policy: compiler, child process and its protections. */
async function checkEvaluation(signal: AbortSignal): Promise<Check[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'autoresearch-doctor-'));
  try {
    const { outcome, layers, wallMs } = await evaluateReference(folder, signal);
    if (outcome.kind !== 'scored') {
      const remedy = 'install the package again; if that does not help, report it with this line';
      return [{ name: 'evaluation', state: 'failed', detail: `${outcome.kind}: ${outcome.reason}`, remedy }];
    }
    const took = `${Math.round(wallMs)} ms, isolated by ${layers.join(', ')}`;
    return [{ name: 'evaluation', state: 'ok', detail: took }, ...missingLayers(layers)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function evaluateReference(folder: string, signal: AbortSignal): Promise<Evaluation> {
  const file = path.join(folder, 'minute.jsonl');
  writeFileSync(file, traceText(generateTrace(SMALL_TRACE)));
  const traces = openTraces([file], { cacheFolder: undefined });
  const scenarios = traces
    .flatMap((trace) => scenariosFor(trace, SMALL_CLUSTER))
    .filter(({ split }) => split === 'train');
  const [target] = TARGETS;
  if (target === undefined) throw new Error('there is no target');
  const { name, source } = pinnedBaseline(target);
  return await evaluatePolicy({
    source,
    name: `${name}.ts`,
    scenarios: prepareScenarios(scenarios, traces, folder),
    deadlineMs: EVALUATION_DEADLINE_MS,
    signal,
  });
}

export function missingLayers(active: readonly string[]): Check[] {
  return OPTIONAL_LAYERS.filter(({ layer }) => !active.includes(layer)).map(
    ({ layer, program, without }) => ({
      name: layer,
      state: 'note',
      detail: `${program} does not run here: ${without}`,
      remedy: 'on Linux it is part of util-linux',
    }),
  );
}
