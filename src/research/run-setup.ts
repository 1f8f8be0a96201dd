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
  type Target,
  type TraceSource,
  targetNamed,
  UserError,
} from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import type { ProposerChoice } from '../proposers/proposer-choice.ts';
import { BlobStore } from '../store/blob-store.ts';
import { Journal, readJournal } from '../store/journal.ts';
import type { RunRecord } from '../store/records.ts';
import { createRunFolder, openRunFolder, type RunFolder, removeRunFolder } from '../store/run-folder.ts';
import { RunLock } from '../store/run-lock.ts';
import { deriveRunState } from '../store/run-state.ts';
import { findRepository, type Repository } from '../workspace/repository.ts';
import {
  discardRunWorktree,
  openRunWorktree,
  type RunWorktree,
  type WorktreeLocation,
} from '../workspace/run-worktree.ts';
import { limitChanges, type NewLimits } from './change-limits.ts';
import { proposerPlace, proposerRecord, recordedChoice } from './proposer-record.ts';
import { RunLog } from './run-log.ts';
import { type CheckedRequest, checkRunRequest, RUNS_FOLDER, type RunRequest } from './run-request.ts';

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

/** Makes a run once all that it asks for has been checked. One that can't be opened leaves nothing behind. */
export async function createRun(request: RunRequest, cwd: string): Promise<OpenRun> {
  const checked = await checkRunRequest(request, cwd);
  const { target, repository, base, traces, name } = checked;
  const runsFolder = join(repository.root, RUNS_FOLDER);
  const isFirstRun = !existsSync(runsFolder);
  const folder = createRunFolder(runsFolder, name);
  const lock = RunLock.acquire(folder.lock);
  try {
    const blobs = new BlobStore(folder.blobs);
    return await withJournal(folder, (journal) => {
      journal.append(runRecord(request, checked, blobs));
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

function runRecord(request: RunRequest, checked: CheckedRequest, blobs: BlobStore) {
  const { name, target, base, proposer, scenarios, seedPolicy } = checked;
  const baselines = baselinesOf(target).map(({ name, source }) => [name, blobs.put(source)]);
  return {
    kind: 'run' as const,
    id: name,
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

function requireSameFingerprint(run: RunRecord): void {
  if (fingerprint(run.scenarios) === run.fingerprint) return;
  throw new UserError(
    `run ${run.id} was scored by another build of autoresearch or another Node major (it was ${run.host['node']}); its scores don't compare, start a new run`,
  );
}
