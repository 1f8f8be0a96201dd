import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { builtFile } from './installed-package.ts';

let hash: string | undefined;

/** SHA-256 of the harness as built: parent side, child and realm. Read once per process. */
export function buildHash(): string {
  hash ??= (['harness.js', 'child.cjs', 'harden-realm.js', 'realm.js'] as const)
    .reduce((sum, name) => sum.update(name).update(readFileSync(builtFile(name))), createHash('sha256'))
    .digest('hex');
  return hash;
}
