import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/index.ts';
import type { HardenedRealm } from '../../harness/isolate/harden-realm.ts';
import type { CreateRealm } from '../../harness/isolate/realm.ts';
import { build } from '../../scripts/build.ts';

const FILES = ['cli.js', 'harness.js', 'child.cjs', 'harden-realm.js', 'realm.js'];

function built(file: string): string {
  return readFileSync(path.join(packageRoot, 'dist', file), 'utf8');
}

describe('the build', () => {
  it('gives the same bytes again and leaves them alone', async () => {
    await build();
    const before = FILES.map((file) => [built(file), statSync(path.join(packageRoot, 'dist', file)).mtimeMs]);
    await build();
    const after = FILES.map((file) => [built(file), statSync(path.join(packageRoot, 'dist', file)).mtimeMs]);
    expect(after).toEqual(before);
  });

  it('names no path of the machine it ran on', () => {
    for (const file of FILES) expect(built(file)).not.toContain(packageRoot);
  });

  it('makes a command line that can be started and that loads the harness from its own file', () => {
    expect(built('cli.js')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(path.join(packageRoot, 'dist/cli.js')).mode & 0o111).not.toBe(0);
    expect(built('cli.js')).toMatch(/from "\.\/harness\.js"/);
    expect(built('cli.js').match(/^#!/gm)).toHaveLength(1);
  });

  it('makes realm scripts without imports that add no global', () => {
    const context = vm.createContext(vm.constants.DONT_CONTEXTIFY);
    const globals = () => vm.runInContext('Reflect.ownKeys(globalThis).length', context);
    const before = globals();
    for (const file of ['harden-realm.js', 'realm.js'])
      expect(built(file)).not.toMatch(/\bimport\b|\brequire\(/);
    const hardened: HardenedRealm = vm.runInContext(built('harden-realm.js'), context);
    const createRealm: CreateRealm = vm.runInContext(built('realm.js'), context);
    expect(Object.keys(createRealm(...hardened.intrinsics)).sort()).toEqual([
      'allocate',
      'readRequests',
      'runScenario',
    ]);
    expect(globals()).toBe(before);
  });

  it('makes a child that needs nothing but Node', () => {
    const imports = [...built('child.cjs').matchAll(/require\("([^"]+)"\)/g)].map(([, module]) => module);
    expect(imports.every((module) => module?.startsWith('node:'))).toBe(true);
  });
});
