import { compilePolicy } from './compile-policy.ts';
import { SYNTAX_RULE_IDS, type SyntaxRuleId } from './gate.ts';
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
    }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'build-failed'; readonly reason: string };

export type GateRuleId = TextRuleId | SyntaxRuleId | 'no-imports' | 'one-default-export' | 'fuel';

/** Every rule of the gate; without `fuel` the program runs without counting its steps. */
export const GATE_RULES: readonly GateRuleId[] = [
  ...TEXT_RULE_IDS,
  'no-imports',
  'one-default-export',
  ...SYNTAX_RULE_IDS,
  'fuel',
];

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
  const { name } = options;
  const except: ReadonlySet<string> = new Set(options.except);
  const violation =
    sourceLimitViolation(source, { name, except }) ??
    (except.has('no-imports') ? undefined : importViolation(source, name));
  if (violation !== undefined) return { kind: 'rejected', reason: violation };
  const compiled = await compilePolicy(source, { name, except });
  return compiled.kind === 'compiled' ? { ...compiled, kind: 'built' } : compiled;
}
