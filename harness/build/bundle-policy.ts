import { checkTypes, type TypeVerdict } from './check-types.ts';
import { type CompiledPolicy, compilePolicy } from './compile-policy.ts';
import { SYNTAX_RULE_IDS, type SyntaxRuleId } from './gate.ts';
import { oneLine } from './one-line.ts';
import { importViolation } from './refuse-imports.ts';
import { sourceLimitViolation, TEXT_RULE_IDS, type TextRuleId } from './source-limits.ts';

export type PolicyBundle =
  | {
      readonly kind: 'built';
      /** Body of a CommonJS module: runs with `module`, `exports` and the two names that count its steps. */
      readonly code: string;
      /** SHA-256 of the normalised program: equal for sources that differ in layout, comments, types and local names. */
      readonly programHash: string;
      /** Size of the minified program, bytes. */
      readonly complexity: number;
      /** Which of `gate`, `types` and `fuel` were applied: a machine may have no type checker. */
      readonly layers: readonly string[];
    }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'build-failed'; readonly reason: string };

export type GateRuleId = TextRuleId | SyntaxRuleId | 'no-imports' | 'one-default-export' | 'types' | 'fuel';

/** Every rule of the gate; without `fuel` the program runs without counting its steps. */
export const GATE_RULES: readonly GateRuleId[] = [
  ...TEXT_RULE_IDS,
  'no-imports',
  'one-default-export',
  ...SYNTAX_RULE_IDS,
  'types',
  'fuel',
];

/** Longest reason, characters: three problems, each with its place and a remedy, take half of that. */
const MAX_REASON_CHARACTERS = 1200;

export interface BundleOptions {
  /** The file name used in messages. */
  readonly name: string;
  /** Rules that are not applied: for tests of what stands behind them. */
  readonly except?: readonly GateRuleId[];
}

/**
 * Judges and compiles one policy source. What a policy may not do is `rejected`, what doesn't compile is
 * `build-failed`; either way the reason is for the author to act on.
 */
export async function bundlePolicy(source: string, options: BundleOptions): Promise<PolicyBundle> {
  const bundle = await judge(source, options);
  // Names and texts of the policy stand in it.
  return bundle.kind === 'built'
    ? bundle
    : { ...bundle, reason: oneLine(bundle.reason, MAX_REASON_CHARACTERS) };
}

async function judge(source: string, options: BundleOptions): Promise<PolicyBundle> {
  const { name } = options;
  const except: ReadonlySet<string> = new Set(options.except);
  const violation =
    sourceLimitViolation(source, { name, except }) ??
    (except.has('no-imports') ? undefined : importViolation(source, name));
  if (violation !== undefined) return { kind: 'rejected', reason: violation };
  const [compiled, types] = await Promise.all([
    compilePolicy(source, { name, except }),
    except.has('types') ? undefined : checkTypes(source, name),
  ]);
  return judged(compiled, types, { name, except });
}

function judged(
  compiled: CompiledPolicy,
  types: TypeVerdict | undefined,
  { name, except }: { readonly name: string; readonly except: ReadonlySet<string> },
): PolicyBundle {
  if (compiled.kind !== 'compiled') return compiled;
  if (types?.kind === 'misfits') return { kind: 'build-failed', reason: types.reason };
  if (types?.kind === 'too-slow')
    return { kind: 'rejected', reason: `${name}: checking its types takes too long: simplify them (types)` };
  const layers = [
    ...(except.size === 0 ? ['gate'] : []),
    ...(types?.kind === 'fits' ? ['types'] : []),
    ...(except.has('fuel') ? [] : ['fuel']),
  ];
  return { ...compiled, kind: 'built', layers };
}
