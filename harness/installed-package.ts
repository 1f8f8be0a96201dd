import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './user-error.ts';

/** The package this module runs from: holds dist/ and policies/ whether it runs from a bundle or from its source. */
export const packageRoot: string = nearestPackage(path.dirname(fileURLToPath(import.meta.url)));

function nearestPackage(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('no package.json above the harness: the installation is incomplete');
  return nearestPackage(parent);
}

export type BuiltFile = 'harness.js' | 'child.cjs' | 'harden-realm.js' | 'realm.js';

export function builtFile(name: BuiltFile): string {
  const file = path.join(packageRoot, 'dist', name);
  if (!existsSync(file))
    throw new UserError(`dist/${name} is missing: run \`npm run build\` (or reinstall the package)`);
  return file;
}
