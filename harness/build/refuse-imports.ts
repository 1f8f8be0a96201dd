import type { ImportKind, Plugin } from 'esbuild';
import { CONTRACT, moduleNames } from './module-names.ts';

export const REFUSE_IMPORTS = 'refuse-imports';

const TYPE_IMPORT = `\`import type { … } from '${CONTRACT}'\``;

/**
 * Fails the build on every module a policy asks for, used or not. The contract is a module with nothing in it: it has
 * types only, and what is imported as a type is erased.
 */
export function refuseImports(isOff: boolean): Plugin {
  return {
    name: REFUSE_IMPORTS,
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        if (path === CONTRACT && kind === 'import-statement') return { path, namespace: CONTRACT };
        if (isOff) return { path, external: true };
        return { errors: [{ text: refusal(phraseFor(kind, path), path) }] };
      });
      bundler.onLoad({ filter: /.*/, namespace: CONTRACT }, () => ({ contents: 'export {};', loader: 'js' }));
    },
  };
}

/** The refusal of the first import, of types or values, from anywhere but the contract; undefined if there is none. */
export function importViolation(source: string, name: string): string | undefined {
  const foreign = moduleNames(source).find(
    ({ path, form }) => path !== CONTRACT || form === 'declare module',
  );
  if (foreign === undefined) return undefined;
  const before = source.slice(0, foreign.at).split('\n');
  const place = `${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  const shown = shownPath(foreign.path);
  const phrase =
    foreign.form === 'import of' || foreign.form === 'declare module'
      ? `${foreign.form} ${shown}`
      : `${foreign.form}(${shown})`;
  return `${place}: ${refusal(phrase, foreign.path)}`;
}

/** Why a value can't be imported from the contract. */
export const NOTHING_BUT_TYPES = refusal(phraseFor('import-statement', CONTRACT), CONTRACT);

/** What esbuild says of a value that is imported from the contract. */
export function isMissingInContract(text: string): boolean {
  return text.startsWith(`No matching export in "${CONTRACT}:${CONTRACT}"`);
}

function refusal(phrase: string, path: string): string {
  const remedy =
    path === CONTRACT
      ? `it has types only, write ${TYPE_IMPORT}`
      : `remove it, the one import a policy may have is ${TYPE_IMPORT}`;
  return `${phrase} is not allowed: ${remedy} (no-imports)`;
}

function phraseFor(kind: ImportKind, path: string): string {
  switch (kind) {
    case 'require-call':
    case 'require-resolve':
      return `require(${shownPath(path)})`;
    case 'dynamic-import':
      return `import(${shownPath(path)})`;
    default:
      return `import of ${shownPath(path)}`;
  }
}

function shownPath(path: string): string {
  return JSON.stringify(path.slice(0, 80));
}
