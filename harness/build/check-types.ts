import { parse } from 'acorn';
import { type CheckerRun, runTypeChecker, type TypeComplaint } from './type-checker.ts';

export type TypeVerdict =
  | { readonly kind: 'fits' }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'unavailable' }
  /** One line for the author. */
  | { readonly kind: 'misfits'; readonly reason: string };

/** Most complaints one message names. */
const MAX_SHOWN = 3;
const MAX_MESSAGE_CHARACTERS = 200;

/** Sources are checked once per process: an attempt asks about its own several times. */
const VERDICTS_KEPT = 32;
const known = new Map<string, Promise<TypeVerdict>>();

/**
 * Whether a policy uses what there is as it is: fields of the views, globals and their methods. Types are optional. A
 * source may be written for strict checks of null or for none, it passes if either is content.
 */
export function checkTypes(source: string, name: string): Promise<TypeVerdict> {
  const key = `${name}\n${source}`;
  const earlier = known.get(key);
  if (earlier !== undefined) return earlier;
  const verdict = judgeTypes(source, name);
  known.set(key, verdict);
  const [oldest] = known.keys();
  if (known.size > VERDICTS_KEPT && oldest !== undefined) known.delete(oldest);
  return verdict;
}

async function judgeTypes(source: string, name: string): Promise<TypeVerdict> {
  const counts = isPlainJavaScript(source) ? isAboutGlobals : () => true;
  let run: CheckerRun = { kind: 'unavailable' };
  for (const strictNullChecks of ['true', 'false']) {
    run = await runTypeChecker(source, ['--strictNullChecks', strictNullChecks]);
    if (run.kind !== 'checked') return run;
    if (!run.errors.some(counts)) return { kind: 'fits' };
  }
  return { kind: 'misfits', reason: describe(run.kind === 'checked' ? run.errors.filter(counts) : [], name) };
}

/**
 * Without any annotation the checker knows nothing of a policy's own objects and complains about much that works,
 * such as fields that a constructor adds.
 */
function isPlainJavaScript(source: string): boolean {
  try {
    parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
    return true;
  } catch {
    return false;
  }
}

const ABOUT_GLOBALS =
  /^Cannot find name |^Property '.*' does not exist on type '(?:Math|number|string|boolean|"[^"]*"|[\d.]+|\w+Constructor|TypedArrayConstructor<\w+>|(?:Float|Int|Uint)\d+Array|(?:Map|Set)<.*>)'/;

function isAboutGlobals({ message }: TypeComplaint): boolean {
  return ABOUT_GLOBALS.test(message);
}

function describe(complaints: readonly TypeComplaint[], name: string): string {
  const shown = complaints
    .slice(0, MAX_SHOWN)
    .map(
      ({ line, column, message }) => `${name}:${line}:${column}: ${message.slice(0, MAX_MESSAGE_CHARACTERS)}`,
    );
  const more = complaints.length > MAX_SHOWN ? ` (and ${complaints.length - MAX_SHOWN} more)` : '';
  return `${shown.join('; ')}${more} (types)`;
}
