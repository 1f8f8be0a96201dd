import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { constantsStayConstant } from '../../scripts/constants-stay-constant.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Files of this run, gone when it ends; inside the project, so that bundles find its packages. */
export const BENCH_FOLDER = path.join(ROOT, 'node_modules/.cache/autoresearch', `bench-${process.pid}`);
process.on('exit', () => rmSync(BENCH_FOLDER, { recursive: true, force: true }));

const bundles = new Map<string, Promise<string>>();

/** Runs a TypeScript file of this folder in a process of its own and returns the JSON object it prints. */
export async function inFreshProcess<Result>(script: string, job: unknown): Promise<Result> {
  let bundled = bundles.get(script);
  if (bundled === undefined) {
    bundled = bundle(script);
    bundles.set(script, bundled);
  }
  const { stdout } = await execa(process.execPath, [await bundled, JSON.stringify(job)]);
  return JSON.parse(stdout);
}

/** As the product is built: what is measured should not be a loader's rewriting of it. */
async function bundle(script: string): Promise<string> {
  const outfile = path.join(BENCH_FOLDER, script.replace(/\.ts$/, '.mjs'));
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, script)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    write: false,
    plugins: [constantsStayConstant],
  });
  mkdirSync(BENCH_FOLDER, { recursive: true });
  for (const file of outputFiles) writeFileSync(file.path, file.contents);
  return outfile;
}
