import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../harness/index.ts';
import {
  createRunFolder,
  freshRunName,
  listRuns,
  openRunFolder,
  validateRunName,
} from '../../src/store/run-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('a run folder', () => {
  it('is made below the runs folder, which hides itself from git', () => {
    const runs = join(temporaryFolder(), 'runs');
    const folder = createRunFolder(runs, 'router-1');
    expect(folder.journal).toBe(join(runs, 'router-1', 'journal.jsonl'));
    expect(existsSync(folder.root)).toBe(true);
    expect(readFileSync(join(runs, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('hides only itself in a runs folder that was there before', () => {
    const runs = join(temporaryFolder(), 'runs');
    mkdirSync(runs);
    const folder = createRunFolder(runs, 'router-1');
    expect(existsSync(join(runs, '.gitignore'))).toBe(false);
    expect(readFileSync(join(folder.root, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('of an existing run is refused with the remedy, but not one whose run was killed before its first record', () => {
    const runs = join(temporaryFolder(), 'runs');
    const folder = createRunFolder(runs, 'a');
    createRunFolder(runs, 'a');
    writeFileSync(folder.journal, '');
    createRunFolder(runs, 'a');
    writeFileSync(folder.journal, '{}\n');
    expect(() => createRunFolder(runs, 'a')).toThrow(
      /run a exists already .*resume a` or choose another --run/,
    );
  });

  it('can be opened when there is a journal; otherwise the existing runs are listed', () => {
    const runs = join(temporaryFolder(), 'runs');
    expect(() => openRunFolder(runs, 'a')).toThrow(/no run a .*there are none yet; begin one with/);
    for (const name of ['router-10', 'router-9']) writeFileSync(createRunFolder(runs, name).journal, '{}\n');
    createRunFolder(runs, 'unborn');
    expect(openRunFolder(runs, 'router-9').id).toBe('router-9');
    expect(() => openRunFolder(runs, 'router-1')).toThrow('there are: router-9, router-10');
  });

  it.runIf(process.getuid?.() !== 0)('that cannot be written is reported in one line', () => {
    const parent = temporaryFolder();
    chmodSync(parent, 0o500);
    expect(() => createRunFolder(join(parent, 'runs'), 'a')).toThrow(/cannot create .*no permission/);
    chmodSync(parent, 0o700);
  });

  it('below something that is a file is reported in one line', () => {
    const parent = temporaryFolder();
    writeFileSync(join(parent, 'runs'), '');
    expect(() => createRunFolder(join(parent, 'runs'), 'a')).toThrow(
      /runs: a file where the folder of the runs belongs; move it away$/,
    );
  });
});

describe('a run name', () => {
  it.each(['a', 'router-1', 'A_b.c-9', 'x'.repeat(64)])('may be %s', (name) => {
    expect(validateRunName(name)).toBe(name);
  });

  it.each(['', '.', '..', '-a', 'a/b', 'a..b', 'a.', 'a.lock', 'a b', 'é', 'a\n', 'x'.repeat(65)])(
    'may not be %j',
    (name) => {
      expect(() => validateRunName(name)).toThrow(UserError);
    },
  );

  it('is made up from the target and the first free number', () => {
    const runs = join(temporaryFolder(), 'runs');
    expect(freshRunName(runs, 'router')).toBe('router-1');
    createRunFolder(runs, 'router-1');
    expect(freshRunName(runs, 'router', new Set(['router-2']))).toBe('router-3');
  });

  it('is listed only with a journal', () => {
    const runs = join(temporaryFolder(), 'runs');
    expect(listRuns(runs)).toEqual([]);
    createRunFolder(runs, 'a');
    expect(listRuns(runs)).toEqual([]);
  });
});
