import { statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { readJournal } from '../store/journal.ts';
import type { JournalRecord } from '../store/records.ts';
import { listRuns, openRunFolder, type RunFolder, runFolder } from '../store/run-folder.ts';
import { deriveRunState, type RunState } from '../store/run-state.ts';
import { findRepository, type Repository } from '../workspace/repository.ts';
import { RUNS_FOLDER } from './run-request.ts';

/** A run as its journal tells it; nothing is locked or changed. */
export interface FoundRun {
  readonly repository: Repository;
  readonly folder: RunFolder;
  readonly records: readonly JournalRecord[];
  readonly state: RunState;
}

/** The named run, or without a name the one that was active last. */
export async function findRun(name: string | undefined, cwd: string): Promise<FoundRun> {
  const repository = await findRepository(cwd);
  const runsFolder = join(repository.root, RUNS_FOLDER);
  return load(repository, openRunFolder(runsFolder, name ?? latestRun(runsFolder)));
}

/** Every run in the repository, in order of name. */
export async function findAllRuns(cwd: string): Promise<FoundRun[]> {
  const repository = await findRepository(cwd);
  const runsFolder = join(repository.root, RUNS_FOLDER);
  return listRuns(runsFolder).map((name) => load(repository, runFolder(runsFolder, name)));
}

/** `RUN`, `RUN/ATTEMPT` or nothing. */
export function parseRunReference(reference: string | undefined): {
  run: string | undefined;
  attempt: number | undefined;
} {
  const [run, attempt, ...rest] = (reference ?? '').split('/');
  if (rest.length > 0 || (attempt !== undefined && !/^\d+$/.test(attempt))) {
    throw new UserError(`${reference}: not a run; write RUN or RUN/ATTEMPT, e.g. router-1/12`);
  }
  return { run: run === '' ? undefined : run, attempt: attempt === undefined ? undefined : Number(attempt) };
}

/** The attempt asked for, or the run's best one. Throws a UserError when there is no such attempt. */
export function chosenAttempt({ state }: FoundRun, attempt: number | undefined): number {
  if (attempt !== undefined) {
    if (state.attempt(attempt) !== undefined) return attempt;
    throw new UserError(
      `run ${state.run.id} has no attempt ${attempt}; it has ${Math.max(0, state.attempts.length - 1)}`,
    );
  }
  const best = state.best?.attempt ?? 0;
  if (best > 0) return best;
  throw new UserError(
    `run ${state.run.id} has kept nothing yet; name an attempt to see it: ${state.run.id}/1`,
  );
}

function latestRun(runsFolder: string): string {
  const runs = listRuns(runsFolder).map((name) => ({
    name,
    at: statSync(runFolder(runsFolder, name).journal).mtimeMs,
  }));
  const latest = runs.sort((a, b) => b.at - a.at)[0];
  if (latest !== undefined) return latest.name;
  throw new UserError('there are no runs yet; begin one with `autoresearch start --target router`');
}

function load(repository: Repository, folder: RunFolder): FoundRun {
  const records = readJournal(folder.journal);
  return { repository, folder, records, state: deriveRunState(records, folder.journal) };
}
