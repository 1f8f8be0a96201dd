import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { baselinesOf, targetNamed } from '../../harness/index.ts';

export interface NamedSource {
  readonly name: string;
  readonly source: string;
}

const FOLDER = join(import.meta.dirname, 'honest');

/** Policies as people and models write them, in many styles. No rule of the gate may refuse one. */
export const HONEST_POLICIES: readonly NamedSource[] = [
  ...readdirSync(FOLDER).map((file) => ({
    name: basename(file, '.ts'),
    source: readFileSync(join(FOLDER, file), 'utf8'),
  })),
  ...baselinesOf(targetNamed('router')),
];
