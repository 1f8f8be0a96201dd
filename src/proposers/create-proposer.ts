import { UserError } from '../../harness/index.ts';
import { createMutator } from './mutator/mutator.ts';
import type { Proposer } from './proposer.ts';
import { createScriptProposer } from './script-proposer.ts';

const SCRIPT_PREFIX = 'script:';

/** The proposer a `--proposer` value names. */
export function createProposer(spec: string): Proposer {
  if (spec === 'mutator') return createMutator();
  if (spec.startsWith(SCRIPT_PREFIX) && spec.length > SCRIPT_PREFIX.length) {
    return createScriptProposer(spec.slice(SCRIPT_PREFIX.length));
  }
  throw new UserError(`--proposer ${spec}: unknown proposer; use mutator or script:FILE`);
}
