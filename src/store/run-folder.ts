import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { createFile } from './durable-file.ts';
import { withStorage } from './storage-problem.ts';

/** Where a run keeps its things. Paths are absolute. */
export interface RunFolder {
  readonly id: string;
  readonly root: string;
  readonly journal: string;
  readonly lock: string;
  readonly blobs: string;
  readonly worktree: string;
  /** Its presence asks the run to end after the attempt it is at. */
  readonly stopRequest: string;
  /** What the user has to say to a model; need not be there. */
  readonly guidance: string;
}

const LONGEST_NAME = 64;

/** Run names become folder and branch names. Throws a UserError for one that can't. */
export function validateRunName(name: string): string {
  const wellFormed = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= LONGEST_NAME;
  if (!wellFormed || name.includes('..') || name.endsWith('.') || name.endsWith('.lock'))
    throw new UserError(
      `run name ${JSON.stringify(name)}: use at most ${LONGEST_NAME} letters, digits, "-", "_" and single dots, beginning with a letter or digit and not ending in "." or ".lock"`,
    );
  return name;
}

/** The paths of a run, whether it exists or not. */
export function runFolder(runsFolder: string, name: string): RunFolder {
  const root = join(resolve(runsFolder), validateRunName(name));
  return {
    id: name,
    root,
    journal: join(root, 'journal.jsonl'),
    lock: join(root, 'lock'),
    blobs: join(root, 'blobs'),
    worktree: join(root, 'worktree'),
    stopRequest: join(root, 'stop-request'),
    guidance: join(root, 'guidance.md'),
  };
}

/**
 * Makes the folder of a new run. A folder whose run was killed before its first record counts as new; any other
 * existing one is a UserError. Nothing in it shows up as untracked in the repository around it.
 */
export function createRunFolder(runsFolder: string, name: string): RunFolder {
  requireFolder(runsFolder);
  const folder = runFolder(runsFolder, name);
  if (hasJournal(folder))
    throw new UserError(
      `run ${name} exists already (${folder.root}); continue it with \`autoresearch resume ${name}\` or choose another --run name`,
    );
  withStorage('create', folder.root, () => {
    // An existing runs folder may hold files of the user's: only what is made here is hidden.
    const runsFolderIsNew = !existsSync(runsFolder);
    mkdirSync(folder.root, { recursive: true });
    hideFromGit(runsFolderIsNew ? dirname(folder.root) : folder.root);
  });
  return folder;
}

/** Takes a run's folder away again, and the folder of all runs if it was made for this one. */
export function removeRunFolder(
  folder: RunFolder,
  { withRunsFolder }: { readonly withRunsFolder: boolean },
): void {
  rmSync(withRunsFolder ? dirname(folder.root) : folder.root, { recursive: true, force: true });
}

/** The folder of an existing run. A UserError that lists what there is when there is no such run. */
export function openRunFolder(runsFolder: string, name: string): RunFolder {
  const folder = runFolder(runsFolder, name);
  if (hasJournal(folder)) return folder;
  const names = listRuns(runsFolder);
  const existing =
    names.length === 0
      ? 'there are none yet; begin one with `autoresearch start`'
      : `there are: ${names.join(', ')}`;
  throw new UserError(`no run ${name} in ${resolve(runsFolder)}; ${existing}`);
}

/** Names of the runs, in alphabetical order with numbers in numerical order. */
export function listRuns(runsFolder: string): string[] {
  requireFolder(runsFolder);
  return withStorage('read', runsFolder, () => {
    if (!existsSync(runsFolder)) return [];
    return readdirSync(runsFolder, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isDirectory() && isRunName(entry.name) && hasJournal(runFolder(runsFolder, entry.name)),
      )
      .map((entry) => entry.name)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  });
}

/** The first of target-1, target-2, … that is neither a run here nor in `taken` (names that live on as branches). */
export function freshRunName(
  runsFolder: string,
  target: string,
  taken: ReadonlySet<string> = new Set(),
): string {
  let number = 1;
  while (taken.has(`${target}-${number}`) || existsSync(join(runsFolder, `${target}-${number}`))) number++;
  return `${target}-${number}`;
}

/** The folder of all runs need not exist, but nothing else may have its name. */
function requireFolder(runsFolder: string): void {
  const stats = withStorage('read', runsFolder, () => statSync(runsFolder, { throwIfNoEntry: false }));
  if (stats?.isDirectory() === false)
    throw new UserError(`${runsFolder}: a file where the folder of the runs belongs; move it away`);
}

function isRunName(name: string): boolean {
  try {
    return validateRunName(name) === name;
  } catch {
    return false;
  }
}

function hasJournal(folder: RunFolder): boolean {
  return withStorage(
    'read',
    folder.journal,
    () => (statSync(folder.journal, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
}

function hideFromGit(folder: string): void {
  createFile(join(folder, '.gitignore'), Buffer.from('*\n'));
}
