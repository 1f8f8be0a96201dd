import { createHash } from 'node:crypto';
import path from 'node:path';
import { type BuildFailure, build, type Message, transform } from 'esbuild';
import { compileWithin } from './compile-within.ts';
import { gateViolation } from './gate.ts';
import { insertFuel } from './insert-fuel.ts';
import { normaliseNames } from './normalise-names.ts';
import { isMissingInContract, NOTHING_BUT_TYPES, REFUSE_IMPORTS, refuseImports } from './refuse-imports.ts';
import { parseModule } from './syntax-tree.ts';

export interface CompileOptions {
  /** File name used in messages. */
  readonly name: string;
  /** Rules that are not applied. */
  readonly except: ReadonlySet<string>;
}

export type CompiledPolicy =
  | {
      readonly kind: 'compiled';
      readonly code: string;
      readonly programHash: string;
      readonly complexity: number;
    }
  | { readonly kind: 'rejected' | 'build-failed'; readonly reason: string };

/** Oldest language level among the supported Node versions. */
const TARGET = 'es2022';

/** Nothing can be found relative to a folder that is not there. */
const NO_FOLDER = path.resolve('/autoresearch-has-no-such-folder');

/** An ordinary policy takes a few milliseconds. */
const BUILD_DEADLINE_MS = 10_000;

/** Nothing the surroundings of a source could say changes how it is compiled. */
const TSCONFIG = { compilerOptions: { target: TARGET, verbatimModuleSyntax: true, strict: true } };

const OUTPUT = { target: TARGET, charset: 'utf8', legalComments: 'none', logLevel: 'silent' } as const;

/**
 * Compiles one source that passed the text rules, and judges what it compiles to. Reads no file: the source comes in
 * as text, every import is refused and the working directory does not exist.
 */
export async function compilePolicy(source: string, options: CompileOptions): Promise<CompiledPolicy> {
  const { name } = options;
  try {
    const compiled = await compileWithin(BUILD_DEADLINE_MS, () => compile(source, options));
    if (compiled !== 'timed-out') return compiled;
    return { kind: 'rejected', reason: `${name}: compiling takes too long: simplify the policy` };
  } catch (error) {
    if (isBuildFailure(error)) return describeFailure(error, name);
    if (error instanceof SyntaxError)
      return { kind: 'build-failed', reason: `${name}: ${withoutPlace(error.message)}` };
    throw error;
  }
}

async function compile(source: string, options: CompileOptions): Promise<CompiledPolicy> {
  const { name, except } = options;
  const { program, sourceMap, exported } = await bundle(source, options);
  if (!except.has('one-default-export') && (exported.length !== 1 || exported[0] !== 'default'))
    return { kind: 'rejected', reason: wrongExports(name, exported) };
  const root = parseModule(program);
  if (root === undefined) return tooDeep(name);
  const violation = gateViolation({ root, text: program, sourceMap }, options);
  if (violation !== undefined) return { kind: 'rejected', reason: violation };
  const [runnable, minified] = await Promise.all([
    transform(except.has('fuel') ? program : insertFuel(root, program), {
      ...OUTPUT,
      format: 'cjs',
      banner: '"use strict";',
    }),
    transform(program, { ...OUTPUT, format: 'esm', minify: true }),
  ]);
  const normalised = normaliseNames(minified.code);
  if (normalised === undefined) return tooDeep(name);
  return {
    kind: 'compiled',
    code: runnable.code,
    programHash: createHash('sha256').update(normalised).digest('hex'),
    complexity: Buffer.byteLength(minified.code),
  };
}

async function bundle(source: string, { name, except }: CompileOptions) {
  const { outputFiles, metafile } = await build({
    ...OUTPUT,
    stdin: { contents: source, loader: 'ts', sourcefile: name },
    absWorkingDir: NO_FOLDER,
    outfile: path.join(NO_FOLDER, 'policy.js'),
    tsconfigRaw: TSCONFIG,
    supported: { 'top-level-await': false },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'neutral',
    format: 'esm',
    sourcemap: 'external',
    sourcesContent: false,
    plugins: [refuseImports(except.has('no-imports'))],
  });
  const textOf = (suffix: string) => outputFiles.find((file) => file.path.endsWith(suffix))?.text ?? '';
  return {
    program: textOf('.js'),
    sourceMap: JSON.parse(textOf('.map')),
    exported: Object.values(metafile.outputs).flatMap((output) => output.exports),
  };
}

function tooDeep(name: string): CompiledPolicy {
  return { kind: 'rejected', reason: `${name}: an expression is nested too deeply: split it up` };
}

function wrongExports(name: string, exported: readonly string[]): string {
  const found =
    exported.length === 0 ? 'it exports nothing' : `it exports ${exported.slice(0, 8).join(', ')}`;
  const wanted = 'export the factory and nothing else: `export default function create(init) { … }`';
  return `${name}: ${found}; ${wanted} (one-default-export)`;
}

function describeFailure(failure: BuildFailure, name: string): CompiledPolicy {
  const refused = failure.errors.find((error) => error.pluginName === REFUSE_IMPORTS);
  if (refused !== undefined) return { kind: 'rejected', reason: placed(refused, name) };
  const value = failure.errors.find(({ text }) => isMissingInContract(text));
  if (value !== undefined)
    return { kind: 'rejected', reason: placed({ ...value, text: NOTHING_BUT_TYPES }, name) };
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

/** The place is one in the compiled program. */
function withoutPlace(message: string): string {
  return message.replace(/ \(\d+:\d+\)$/, '').slice(0, 300);
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
