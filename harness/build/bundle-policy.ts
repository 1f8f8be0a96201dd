import { createHash } from 'node:crypto';
import path from 'node:path';
import { type BuildFailure, build, type Message, transform } from 'esbuild';
import { compileWithin } from './compile-within.ts';
import { normaliseNames } from './normalise-names.ts';
import { REFUSE_IMPORTS, refuseImports } from './refuse-imports.ts';
import { sourceLimitViolation } from './source-limits.ts';

export type PolicyBundle =
  | {
      readonly kind: 'built';
      /** Body of a CommonJS module: runs with `module` and `exports`, nothing else. */
      readonly code: string;
      /** SHA-256 of the normalised program: equal for sources that differ in layout, comments, types and local names. */
      readonly programHash: string;
      /** Size of the minified program, bytes. */
      readonly complexity: number;
    }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'build-failed'; readonly reason: string };

/** Oldest language level among the supported Node versions. */
const TARGET = 'es2022';

/** Nothing can be found relative to a folder that is not there. */
const NO_FOLDER = path.resolve('/autoresearch-has-no-such-folder');

/** An ordinary policy takes a few milliseconds. */
const BUILD_DEADLINE_MS = 10_000;

/** Nothing the surroundings of a source could say changes how it is compiled. */
const TSCONFIG = { compilerOptions: { target: TARGET, verbatimModuleSyntax: true, strict: true } };

/**
 * Compiles one policy source. `name` is the file name used in messages. Reads no file: the source comes in as text,
 * every import is refused and the working directory does not exist.
 */
export async function bundlePolicy(
  source: string,
  options: { readonly name: string },
): Promise<PolicyBundle> {
  const violation = sourceLimitViolation(source, options.name);
  if (violation !== undefined) return { kind: 'rejected', reason: violation };
  try {
    const built = await compileWithin(BUILD_DEADLINE_MS, () => compile(source, options.name));
    if (built !== 'timed-out') return built;
    return { kind: 'rejected', reason: `${options.name}: compiling takes too long: simplify the policy` };
  } catch (error) {
    if (isBuildFailure(error)) return describeFailure(error, options.name);
    if (error instanceof SyntaxError)
      return { kind: 'build-failed', reason: `${options.name}: ${withoutPlace(error.message)}` };
    throw error;
  }
}

async function compile(source: string, name: string): Promise<PolicyBundle> {
  const bundled = await build({
    stdin: { contents: source, loader: 'ts', sourcefile: name },
    absWorkingDir: NO_FOLDER,
    tsconfigRaw: TSCONFIG,
    supported: { 'top-level-await': false },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'neutral',
    format: 'esm',
    target: TARGET,
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: false,
    logLevel: 'silent',
    plugins: [refuseImports],
  });
  const exported = Object.values(bundled.metafile.outputs).flatMap((output) => output.exports);
  if (exported.length !== 1 || exported[0] !== 'default') return wrongExports(name, exported);
  const program = bundled.outputFiles[0]?.text ?? '';
  const [runnable, minified] = await Promise.all([
    transform(program, {
      banner: '"use strict";',
      format: 'cjs',
      target: TARGET,
      charset: 'utf8',
      logLevel: 'silent',
    }),
    transform(program, {
      format: 'esm',
      minify: true,
      target: TARGET,
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
    }),
  ]);
  const normalised = normaliseNames(minified.code);
  if (normalised === undefined) {
    return { kind: 'rejected', reason: `${name}: an expression is nested too deeply: split it up` };
  }
  return {
    kind: 'built',
    code: runnable.code,
    programHash: createHash('sha256').update(normalised).digest('hex'),
    complexity: Buffer.byteLength(minified.code),
  };
}

function wrongExports(name: string, exported: readonly string[]): PolicyBundle {
  const found =
    exported.length === 0 ? 'it exports nothing' : `it exports ${exported.slice(0, 8).join(', ')}`;
  const wanted = 'export the factory and nothing else: `export default function create(init) { … }`';
  return { kind: 'rejected', reason: `${name}: ${found}; ${wanted}` };
}

function describeFailure(failure: BuildFailure, name: string): PolicyBundle {
  const refused = failure.errors.find((error) => error.pluginName === REFUSE_IMPORTS);
  if (refused !== undefined) return { kind: 'rejected', reason: placed(refused, name) };
  const [first] = failure.errors;
  const reason = first === undefined ? `${name}: esbuild failed without a message` : placed(first, name);
  const more = failure.errors.length > 1 ? ` (and ${failure.errors.length - 1} more)` : '';
  return { kind: 'build-failed', reason: reason + more };
}

/** `file:line:column: text`, one line. */
function placed({ location, text }: Message, name: string): string {
  const where = location === null ? name : `${name}:${location.line}:${location.column + 1}`;
  return `${where}: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
}

/** The place is one in the minified program. */
function withoutPlace(message: string): string {
  return message.replace(/ \(\d+:\d+\)$/, '').slice(0, 300);
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
