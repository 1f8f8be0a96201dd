import type { ImportKind, Plugin } from 'esbuild';

export const REFUSE_IMPORTS = 'refuse-imports';

/**
 * Fails the build on every module a policy asks for, used or not. `import type` is erased before resolution and never
 * gets here, and the contract has nothing but types.
 */
export const refuseImports: Plugin = {
  name: REFUSE_IMPORTS,
  setup(bundler) {
    bundler.onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'entry-point'
        ? undefined
        : { errors: [{ text: `${phraseFor(kind, path)} is not allowed: ${remedyFor(path)}` }] },
    );
  },
};

const TYPE_IMPORT = "`import type { … } from 'autoresearch/contract'`";

function remedyFor(path: string): string {
  return path === 'autoresearch/contract'
    ? `it has types only, write ${TYPE_IMPORT}`
    : `remove it, the one import a policy may have is ${TYPE_IMPORT}`;
}

function phraseFor(kind: ImportKind, path: string): string {
  const shown = JSON.stringify(path.slice(0, 80));
  switch (kind) {
    case 'require-call':
    case 'require-resolve':
      return `require(${shown})`;
    case 'dynamic-import':
      return `import(${shown})`;
    default:
      return `import of ${shown}`;
  }
}
