import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Baseline,
  baselinesOf,
  fingerprint,
  openTraces,
  prepareScenarios,
  type Scenario,
  scenariosFor,
  type Target,
  type TraceSource,
  targetNamed,
  UserError,
} from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import { checkProposer } from '../proposers/create-proposer.ts';
import type { ProposerChoice } from '../proposers/proposer-choice.ts';
import { BlobStore } from '../store/blob-store.ts';
import { Journal, readJournal } from '../store/journal.ts';
import type { RunRecord } from '../store/records.ts';
import {
  createRunFolder,
  freshRunName,
  openRunFolder,
  type RunFolder,
  removeRunFolder,
  validateRunName,
} from '../store/run-folder.ts';
import { RunLock } from '../store/run-lock.ts';
import { deriveRunState } from '../store/run-state.ts';
import {
  branchesBelow,
  dirtyFiles,
  fileAtCommit,
  findRepository,
  headCommit,
  type Repository,
} from '../workspace/repository.ts';
import {
  discardRunWorktree,
  openRunWorktree,
  type RunWorktree,
  requireFreeBranch,
  runBranch,
  type WorktreeLocation,
} from '../workspace/run-worktree.ts';
import { limitChanges, type NewLimits } from './change-limits.ts';
import {
  checkRequest,
  type ProposerRequest,
  proposerPlace,
  proposerRecord,
  recordedChoice,
} from './proposer-record.ts';
import { RunLog } from './run-log.ts';

export const RUNS_FOLDER = 'runs';

/** What the user asks of a new run. */
export interface RunRequest {
  readonly target: string;
  readonly traces: readonly string[];
  readonly proposer: ProposerRequest;
  readonly attempts: number;
  readonly seed: number;
  readonly useBaselines: boolean;
  readonly epsilon: number;
  readonly name: string | undefined;
  readonly speedup: number | undefined;
  readonly workers: number | undefined;
  readonly kvBlocks: number | undefined;
  readonly engine: string | undefined;
  readonly deadlineSeconds: number | undefined;
}

/** A run that this process holds: locked, with its journal, worktree, scenarios and proposer. */
export interface OpenRun {
  readonly target: Target;
  readonly folder: RunFolder;
  readonly repository: Repository;
  readonly base: string;
  readonly log: RunLog;
  readonly worktree: RunWorktree;
  readonly scenarios: {
    readonly train: ReturnType<typeof prepareScenarios>;
    readonly validation: ReturnType<typeof prepareScenarios>;
  };
  readonly baselines: readonly Baseline[];
  readonly seedPolicy: string;
  readonly proposer: ProposerChoice;
  readonly close: () => void;
}

/** Checks everything that can be checked, and only then makes the run: a refused request leaves nothing behind. */
export async function createRun(request: RunRequest, cwd: string): Promise<OpenRun> {
  const target = targetNamed(request.target);
  const repository = await findRepository(cwd);
  const base = await headCommit(repository);
  const seedPolicy = await cleanPolicy(repository, base, target);
  const proposer = checkRequest(request.proposer);
  checkProposer(proposer);
  const traces = openTraces(request.traces, { cacheFolder: cacheFolder() });
  const scenarios = traces.flatMap((trace) => scenariosFor(trace, scenarioOptions(request)));
  const runsFolder = join(repository.root, RUNS_FOLDER);
  const name = await chooseName(request, repository, runsFolder);
  const isFirstRun = !existsSync(runsFolder);
  const folder = createRunFolder(runsFolder, name);
  const lock = RunLock.acquire(folder.lock);
  try {
    const blobs = new BlobStore(folder.blobs);
    return await withJournal(folder, (journal) => {
      journal.append(runRecord({ request, proposer, target, base, scenarios, seedPolicy, blobs, id: name }));
      return open({ target, folder, repository, traces, lock, journal, blobs });
    });
  } catch (error) {
    await discardRunWorktree(worktreeLocation(repository, target, folder, base)).catch(() => undefined);
    lock.release();
    removeRunFolder(folder, { withRunsFolder: isFirstRun });
    throw error;
  }
}

/**
 * Takes up a run that was stopped or killed, or goes on with a finished one under new limits. Refuses when what scores
 * it has changed since.
 */
export async function resumeRun(name: string, cwd: string, limits: NewLimits = {}): Promise<OpenRun> {
  const repository = await findRepository(cwd);
  const folder = openRunFolder(join(repository.root, RUNS_FOLDER), name);
  const lock = RunLock.acquire(folder.lock);
  try {
    const state = deriveRunState(readJournal(folder.journal), folder.journal);
    const { run } = state;
    requireSameFingerprint(run);
    const changes = limitChanges({ state, folder }, limits);
    const target = targetNamed(run.target);
    const traces = () => openTraces(tracePaths(run), { cacheFolder: cacheFolder() });
    const blobs = new BlobStore(folder.blobs);
    return await withJournal(folder, async (journal) => {
      const opened = await open({ target, folder, repository, traces, lock, journal, blobs });
      if (Object.keys(changes).length > 0) opened.log.append({ kind: 'limits', changes });
      return opened;
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Opens a run's journal for work that goes on with it; closes it when that fails. */
async function withJournal<Result>(
  { journal: path }: RunFolder,
  work: (journal: Journal) => Promise<Result>,
): Promise<Result> {
  const journal = Journal.open(path);
  try {
    return await work(journal);
  } catch (error) {
    journal.close();
    throw error;
  }
}

function worktreeLocation(
  repository: Repository,
  { name: target }: Target,
  { id: run, worktree: folder }: RunFolder,
  base: string,
): WorktreeLocation {
  return { repository, target, run, folder, base };
}

interface Parts {
  readonly target: Target;
  readonly folder: RunFolder;
  readonly repository: Repository;
  readonly traces: TraceSource;
  readonly lock: RunLock;
  readonly journal: Journal;
  readonly blobs: BlobStore;
}

async function open(parts: Parts): Promise<OpenRun> {
  const { target, folder, repository, traces, lock, journal, blobs } = parts;
  const state = deriveRunState(journal.records(), folder.journal);
  const { run } = state;
  const base = baseCommit(run);
  const worktree = await openRunWorktree(worktreeLocation(repository, target, folder, base));
  const prepared = prepareScenarios(
    run.scenarios.filter(({ split }) => split !== 'sealed'),
    traces,
    join(folder.root, 'scenarios'),
  );
  const preparedFor = (split: Scenario['split']) =>
    prepared.filter(({ scenario }) => scenario.split === split);
  return {
    target,
    folder,
    repository,
    base,
    log: new RunLog(journal, state, blobs),
    worktree,
    scenarios: { train: preparedFor('train'), validation: preparedFor('validation') },
    baselines: Object.entries(run.baselines).map(([name, blob]) => ({ name, source: blobs.get(blob) })),
    seedPolicy: blobs.get(run.seedPolicy),
    proposer: recordedChoice(run, blobs),
    close() {
      journal.close();
      lock.release();
    },
  };
}

/** The commit a run began at. */
export function baseCommit(run: RunRecord): string {
  return String(run.host['base']);
}

/** Trace files of a run; none = the default trace. */
function tracePaths(run: RunRecord): string[] {
  return JSON.parse(String(run.host['traces']));
}

export async function cleanPolicy(repository: Repository, base: string, target: Target): Promise<string> {
  const folder = target.policyFile.slice(0, target.policyFile.lastIndexOf('/'));
  const [dirty] = await dirtyFiles(repository, folder);
  if (dirty !== undefined) {
    throw new UserError(
      `${dirty.path}: not committed; commit or remove it, so that the run has a known beginning`,
    );
  }
  const source = await fileAtCommit(repository, base, target.policyFile);
  if (source !== undefined) return source;
  throw new UserError(
    `${target.policyFile}: not in the repository ${repository.root}; run this in a clone of autoresearch, or commit a policy of yours there`,
  );
}

async function chooseName(request: RunRequest, repository: Repository, runsFolder: string): Promise<string> {
  const prefix = runBranch(request.target, '');
  const taken = new Set(
    (await branchesBelow(repository, prefix)).map((branch) => branch.slice(prefix.length)),
  );
  const name =
    request.name === undefined
      ? freshRunName(runsFolder, request.target, taken)
      : validateRunName(request.name);
  await requireFreeBranch({ repository, target: request.target, run: name });
  return name;
}

interface NewRun {
  readonly request: RunRequest;
  readonly proposer: ProposerChoice;
  readonly target: Target;
  readonly base: string;
  readonly scenarios: readonly Scenario[];
  readonly seedPolicy: string;
  readonly blobs: BlobStore;
  readonly id: string;
}

function runRecord({ request, proposer, target, base, scenarios, seedPolicy, blobs, id }: NewRun) {
  const baselines = baselinesOf(target).map(({ name, source }) => [name, blobs.put(source)]);
  return {
    kind: 'run' as const,
    id,
    target: target.name,
    seed: request.seed,
    ...proposerRecord(request.proposer, proposer, blobs),
    attempts: request.attempts,
    useBaselines: request.useBaselines,
    epsilon: request.epsilon,
    scenarios: [...scenarios],
    fingerprint: fingerprint(scenarios),
    seedPolicy: blobs.put(seedPolicy),
    baselines: Object.fromEntries(baselines),
    ...(request.deadlineSeconds === undefined ? {} : { deadlineSeconds: request.deadlineSeconds }),
    host: {
      pid: process.pid,
      hostname: hostname(),
      node: process.version,
      base,
      traces: JSON.stringify(request.traces.map((trace) => resolve(trace))),
      ...proposerPlace(proposer),
    },
  };
}

export function scenarioOptions({ speedup, workers, kvBlocks, engine, seed }: RunRequest) {
  return {
    seed,
    ...(speedup === undefined ? {} : { speedup }),
    ...(workers === undefined ? {} : { workers }),
    ...(kvBlocks === undefined ? {} : { kvBlocks }),
    ...(engine === undefined ? {} : { engine }),
  };
}

function requireSameFingerprint(run: RunRecord): void {
  if (fingerprint(run.scenarios) === run.fingerprint) return;
  throw new UserError(
    `run ${run.id} was scored by another build of autoresearch or another Node major (it was ${run.host['node']}); its scores don't compare, start a new run`,
  );
}
