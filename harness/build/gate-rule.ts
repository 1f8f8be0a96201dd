import type { ScopedProgram } from './scoped-program.ts';

/** One thing a policy may not do, as its compiled text shows it. */
export interface GateRule {
  readonly id: string;
  readonly find: (program: ScopedProgram) => readonly Finding[];
}

export interface Finding {
  /** Where in the program the rule is broken. */
  readonly at: number;
  /** `what: what to do instead`, for the author. */
  readonly problem: string;
}

/** The finding about a place in the program. */
export function finding({ node }: { readonly node: { readonly start: number } }, problem: string): Finding {
  return { at: node.start, problem };
}
