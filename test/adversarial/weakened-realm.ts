import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { packageRoot } from '../../harness/index.ts';
import { buildRealm } from '../../scripts/build.ts';

/** One rule of the realm, and how its source reads without it. */
export interface Weakening {
  /** Below `harness/`. */
  readonly file: string;
  /** Each text must be there once. */
  readonly changes: readonly (readonly [text: string, replacement: string])[];
}

/** Builds the realm's scripts into a folder with a rule off. */
export async function buildWeakened(folder: string, { file, changes }: Weakening): Promise<void> {
  const weakened = path.join(packageRoot, 'harness', file);
  let isDone = false;
  const plugin: Plugin = {
    name: 'without-a-rule',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) => {
        if (loaded !== weakened) return undefined;
        isDone = true;
        return { contents: changed(readFileSync(loaded, 'utf8'), changes), loader: 'ts' };
      });
    },
  };
  await buildRealm(folder, plugin);
  if (!isDone) throw new Error(`${file} is in no script of the realm`);
}

function changed(source: string, changes: Weakening['changes']): string {
  return changes.reduce((text, [old, replacement]) => {
    if (text.split(old).length !== 2) throw new Error(`not there once: ${old}`);
    return text.replace(old, () => replacement);
  }, source);
}
