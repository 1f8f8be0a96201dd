import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { packageRoot } from '../../harness/index.ts';
import type { HardenedRealm } from '../../harness/isolate/harden-realm.ts';
import type { CreateRealm } from '../../harness/isolate/realm.ts';

/** A realm as a child makes it, in this process. */
export interface SealedRealm {
  readonly global: object;
  /** Runs a strict function body with nothing but the realm's globals and returns what it returns. */
  run(body: string): unknown;
}

export function openSealedRealm(): SealedRealm {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  });
  const { intrinsics, seal } = runBuilt('harden-realm.js', context) as HardenedRealm;
  (runBuilt('realm.js', context) as CreateRealm)(...intrinsics);
  const global: object = vm.runInContext('globalThis', context);
  seal();
  return {
    global,
    run(body) {
      const compiled = vm.compileFunction(`"use strict";\n${body}`, [], { parsingContext: context });
      return compiled();
    },
  };
}

function runBuilt(file: string, context: vm.Context): unknown {
  return vm.runInContext(readFileSync(join(packageRoot, 'dist', file), 'utf8'), context, { filename: file });
}
