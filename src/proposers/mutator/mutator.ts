import type { Proposal, ProposalContext, Proposer } from '../proposer.ts';
import { type Move, type Operator, rankedAttempts, type ScoredAttempt } from './move.ts';
import { nameLongParts, sizeOfDraft } from './name-long-parts.ts';
import { operatorWeights } from './operator-weights.ts';
import { addTerm, breakTies } from './operators/add-term.ts';
import { crossover } from './operators/crossover.ts';
import { freshCost } from './operators/fresh-cost.ts';
import {
  addCondition,
  dropTerm,
  modulateTerm,
  replaceTerm,
  swapSumAndMax,
} from './operators/reshape-term.ts';
import { scaleConstant } from './operators/scale-constant.ts';
import { swapSignal } from './operators/swap-signal.ts';
import { tuneConstants } from './operators/tune-constants.ts';
import { parsePolicy } from './parse-policy.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { identityOf, PolicyLibrary } from './policy-library.ts';
import { type PolicyProgram, rolesUsed } from './policy-program.ts';
import { createRandom, type Random } from './random.ts';
import { writePolicy } from './write-policy.ts';

export const OPERATORS: readonly Operator[] = [
  scaleConstant,
  tuneConstants,
  swapSignal,
  addTerm,
  replaceTerm,
  modulateTerm,
  dropTerm,
  swapSumAndMax,
  addCondition,
  breakTies,
  freshCost,
  crossover,
];

const TRIES = 120;
/** Parts of a draft beyond which moves may only make it smaller. */
const LARGEST_DRAFT = 90;
/** How often a move starts from a scored, discarded attempt, and from how many of the best. */
const NEAR_MISS_SHARE = 0.15;
const NEAR_MISSES = 6;
/** How much worse than the incumbent a score may be to count as near. */
const NEAR = 0.03;

/**
 * Searches without a model: changes the incumbent's expressions, guided by how earlier attempts did. A proposal is a
 * function of its context alone.
 */
export function createMutator(): Proposer {
  const library = new PolicyLibrary();
  return { name: 'mutator', propose: (context) => Promise.resolve(proposeMutation(context, library)) };
}

function proposeMutation(context: ProposalContext, library: PolicyLibrary): Proposal | undefined {
  const random = createRandom(context.seed);
  const weights = operatorWeights(OPERATORS, context.history);
  const sources = [context.incumbent.source, ...context.history.flatMap(({ source }) => source ?? [])];
  const seen = new Set(sources.map((source) => library.entryOf(source).identity));
  const ranked = rankedAttempts(context);
  const near = nearMisses(ranked, context.incumbent.score);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { base, prefix } = chooseBase(context.incumbent.source, near, library, random);
    const operator = random.pickWeighted(OPERATORS, (candidate) => weights.get(candidate) ?? 0);
    const move = operator?.move({ random, context, ranked, library, base });
    const source = move === undefined ? undefined : writeMove(base, move, seen);
    if (operator === undefined || move === undefined || source === undefined) continue;
    return { idea: `${prefix}${move.idea}`, operator: operator.name, change: { kind: 'source', source } };
  }
  return undefined;
}

/** The policy a move makes; undefined if it is too large, not a policy, or has been tried. */
function writeMove(base: PolicyProgram, move: Move, seen: ReadonlySet<string>): string | undefined {
  const size = sizeOfDraft(move.draft);
  if (size > LARGEST_DRAFT && size >= sizeOfDraft(base.draft)) return undefined;
  if (base.parameters.init === undefined && rolesUsed(move.draft).has('init')) return undefined;
  const source = writePolicy(base, nameLongParts(move.draft));
  const program = parsePolicy(source);
  return program === undefined || seen.has(identityOf(source, program)) ? undefined : source;
}

/** Mostly the incumbent, at times an attempt that came close; a plain policy if the incumbent can't be read. */
function chooseBase(
  incumbentSource: string,
  near: readonly ScoredAttempt[],
  library: PolicyLibrary,
  random: Random,
): { base: PolicyProgram; prefix: string } {
  const other = random.chance(NEAR_MISS_SHARE) ? random.pick(near) : undefined;
  const otherProgram = other === undefined ? undefined : library.entryOf(other.source).program;
  if (other !== undefined && otherProgram !== undefined) {
    return { base: otherProgram, prefix: `from attempt ${other.attempt}: ` };
  }
  const incumbent = library.entryOf(incumbentSource).program ?? library.entryOf(PLAIN_POLICY).program;
  if (incumbent === undefined) throw new Error('the plain policy does not parse');
  return { base: incumbent, prefix: '' };
}

function nearMisses(ranked: readonly ScoredAttempt[], incumbentScore: number): ScoredAttempt[] {
  return ranked
    .filter(({ verdict, score }) => verdict === 'discarded' && score < incumbentScore + NEAR)
    .slice(0, NEAR_MISSES);
}
