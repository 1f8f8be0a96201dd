import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

export const POLICY = 'policies/router/policy.ts';

export interface TemporaryRepository {
  readonly root: string;
  git(...args: string[]): string;
  write(path: string, content: string): string;
}

/** A git repository with one commit, in a home of its own, so that nobody's configuration matters. */
export function temporaryRepository(): TemporaryRepository {
  const repository = emptyRepository();
  repository.write(POLICY, 'seed\n');
  repository.write('other.txt', 'other\n');
  repository.git('add', '.');
  repository.git('commit', '-q', '-m', 'first');
  return repository;
}

export function emptyRepository(): TemporaryRepository {
  const home = temporaryFolder();
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', join(home, '.config'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n',
  );
  const root = join(home, 'my project');
  mkdirSync(root);
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  git('init', '-q');
  return {
    root,
    git,
    write(path, content) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
  };
}
