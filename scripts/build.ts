import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build as bundle, type Plugin } from 'esbuild';
import { SIMULATOR_INTRINSICS } from '../harness/isolate/realm-globals.ts';
import { constantsStayConstant } from './constants-stay-constant.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');

/**
 * Packages in CommonJS, with files of their own beside them, or loaded when first needed. The others go into the bundles,
 * without what nobody uses: Node takes long to find many small files.
 */
const EXTERNAL = [
  'commander',
  'esbuild',
  'execa',
  'openai',
  'openai/*',
  'simple-git',
  'typescript',
  'typescript/*',
];

const node: BuildOptions = { platform: 'node', target: 'node20', format: 'esm', external: EXTERNAL };

/** The command line stays on its side of the seam: it loads the harness bundle instead of containing it. */
const harnessStaysOutside: Plugin = {
  name: 'harness-stays-outside',
  setup(bundler) {
    bundler.onResolve({ filter: /(^|\/)harness\/index\.ts$/ }, () => ({
      path: './harness.js',
      external: true,
    }));
  },
};

/** One expression around a module's exports: nothing becomes a global that a policy could reach. */
function realmScript(entry: string, open: string, close: string): BuildOptions {
  return {
    platform: 'neutral',
    target: 'es2022',
    format: 'iife',
    globalName: 'exported',
    entryPoints: [entry],
    banner: { js: `${open}\n"use strict";` },
    footer: { js: `return exported;\n${close}` },
  };
}

/** Where a package lies is not part of what is built. */
const PACKAGE_PATH = /^ *\/\/ \S*node_modules\/.*\n/gm;

interface Artifact {
  readonly file: string;
  readonly executable?: boolean;
  readonly options: BuildOptions;
}

const artifacts: readonly Artifact[] = [
  {
    file: 'cli.js',
    executable: true,
    options: {
      ...node,
      entryPoints: ['src/cli.ts'],
      plugins: [harnessStaysOutside],
      banner: { js: '#!/usr/bin/env node' },
    },
  },
  {
    file: 'harness.js',
    options: { ...node, entryPoints: ['harness/index.ts'], plugins: [constantsStayConstant] },
  },
  // Node takes 13 ms more to begin with an ES module.
  { file: 'child.cjs', options: { ...node, format: 'cjs', entryPoints: ['harness/isolate/child.ts'] } },
  { file: 'harden-realm.js', options: realmScript('harness/isolate/harden-realm.ts', '(() => {', '})()') },
  {
    file: 'realm.js',
    options: {
      ...realmScript('harness/isolate/realm.ts', `((${SIMULATOR_INTRINSICS.join(', ')}) => {`, '})'),
      plugins: [constantsStayConstant],
    },
  },
];

/** Builds dist/. Equal sources give equal bytes; a file that did not change is not touched. */
export async function build(): Promise<void> {
  await mkdir(dist, { recursive: true });
  await Promise.all(artifacts.map((artifact) => buildArtifact(artifact, dist)));
}

/** Builds the scripts of a policy's realm into another folder, from sources that a plugin may change. */
export async function buildRealm(folder: string, plugin: Plugin): Promise<void> {
  const scripts = artifacts.filter(({ file }) => file === 'harden-realm.js' || file === 'realm.js');
  await Promise.all(
    scripts.map((script) =>
      buildArtifact(
        { ...script, options: { ...script.options, plugins: [plugin, constantsStayConstant] } },
        folder,
      ),
    ),
  );
}

async function buildArtifact({ file, executable, options }: Artifact, folder: string): Promise<void> {
  const { outputFiles } = await bundle({
    bundle: true,
    write: false,
    absWorkingDir: root,
    outfile: path.join(folder, file),
    legalComments: 'none',
    sourcemap: false,
    logLevel: 'silent',
    ...options,
  });
  const [output] = outputFiles ?? [];
  if (output === undefined) throw new Error(`esbuild wrote nothing for dist/${file}`);
  const contents = Buffer.from(output.text.replace(PACKAGE_PATH, ''));
  await replaceFile(path.join(folder, file), contents, executable ? 0o755 : 0o644);
}

async function replaceFile(target: string, contents: Uint8Array, mode: number): Promise<void> {
  const current = await readFile(target).catch(() => undefined);
  if (current?.equals(contents)) return;
  const temporary = `${target}.${process.pid}`;
  await writeFile(temporary, contents, { mode });
  await rename(temporary, target);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await build();
