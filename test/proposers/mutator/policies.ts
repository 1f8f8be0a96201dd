import { readFileSync } from 'node:fs';
import type { PastAttempt, ProposalContext, Proposer } from '../../../src/proposers/proposer.ts';

function read(path: string): string {
  return readFileSync(new URL(`../../../policies/router/${path}`, import.meta.url), 'utf8');
}

export const SEED_POLICY = read('policy.ts');

export const BASELINES = ['round-robin', 'least-in-flight', 'kv-default', 'predicted-latency'].map(
  (name) => ({
    name,
    source: read(`baselines/${name}.ts`),
  }),
);

export function baseline(name: string): string {
  return BASELINES.find((candidate) => candidate.name === name)?.source ?? '';
}

export function contextFor(
  source: string,
  seed: number,
  rest: Partial<ProposalContext> = {},
): ProposalContext {
  return {
    attempt: 1,
    seed,
    incumbent: { source, attempt: 0, score: 0 },
    baselines: [],
    history: [],
    ...rest,
  };
}

/** What the mutator proposes, as plain data. */
export async function proposed(proposer: Proposer, context: ProposalContext) {
  const proposal = await proposer.propose(context);
  if (proposal?.change.kind !== 'source') throw new Error('expected a whole source');
  return { idea: proposal.idea, operator: proposal.operator, source: proposal.change.source };
}

export function pastAttempt(
  attempt: number,
  source: string,
  score: number,
  rest: Partial<PastAttempt> = {},
): PastAttempt {
  return {
    attempt,
    idea: 'an idea',
    operator: 'scale-constant',
    verdict: 'discarded',
    reason: 'not better',
    score,
    source,
    ...rest,
  };
}
