import { scoreAgainst } from '../../harness/index.ts';
import type { EvaluationRecord } from '../store/records.ts';
import { type AttemptContext, buildAttempt, type NoDraft, runAttempt } from './attempt.ts';
import { type Measurement, measureAll, metricsOf, type OpenSplit } from './measure.ts';

/** How a stretch of research ended. */
export type Ending =
  | { readonly kind: 'finished'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly reason: string }
  /** The seed policy can't be measured, or the proposer can't be asked. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface ResearchContext extends AttemptContext {
  /** Baselines to measure, by name, the reference first. */
  readonly baselines: readonly { readonly name: string; readonly source: string }[];
  /** The seed policy's source. */
  readonly seedPolicy: string;
  /** Records a kept attempt outside the journal (the git branch). Called again for the same attempt after a resume. */
  readonly publish: (attempt: number) => Promise<void>;
  /** Whether somebody asked the run to stop after the current attempt. */
  readonly stopRequested: () => boolean;
  /** Which of the run's limits has been reached; undefined while there is room. */
  readonly limitReached: () => string | undefined;
}

const SPLITS: readonly OpenSplit[] = ['train', 'validation'];

/**
 * The research loop: measures the baselines and the seed policy, then makes attempt after attempt until the run has
 * them all, its proposer is exhausted or it is told to stop. Goes on from whatever the journal holds.
 */
export async function research(context: ResearchContext): Promise<Ending> {
  try {
    const problem = await measureReference(context);
    if (problem !== undefined) return { kind: 'failed', reason: problem };
    keepSeed(context);
    for (const { attempt } of context.log.state.kept) if (attempt > 0) await context.publish(attempt);
    return await makeAttempts(context);
  } catch (error) {
    if (context.signal.aborted) return { kind: 'stopped', reason: 'interrupted' };
    throw error;
  }
}

async function makeAttempts(context: ResearchContext): Promise<Ending> {
  const { state } = context.log;
  const wanted = state.limits.attempts;
  for (let attempt = state.decidedAttempts + 1; attempt <= wanted; attempt++) {
    if (context.signal.aborted) return { kind: 'stopped', reason: 'interrupted' };
    const ending = context.drafts.isAsked(attempt) ? undefined : endingBefore(context);
    if (attempt > 1) await measureBaselines(context);
    if (ending !== undefined) return ending;
    const verdict = await runAttempt(context, attempt);
    if (verdict.kind !== 'verdict') {
      await measureBaselines(context);
      return endingWithout(verdict);
    }
    context.history.add(attempt);
    if (verdict.verdict === 'kept') await context.publish(attempt);
  }
  await measureBaselines(context);
  const made = wanted === 1 ? 'the one attempt was made' : `all ${wanted} attempts were made`;
  return { kind: 'finished', reason: made };
}

/** Why nothing more should be asked for; what has been asked for is judged first. */
function endingBefore({ stopRequested, limitReached }: ResearchContext): Ending | undefined {
  if (stopRequested()) return { kind: 'stopped', reason: 'stop was requested' };
  const limit = limitReached();
  return limit === undefined ? undefined : { kind: 'finished', reason: limit };
}

function endingWithout(missing: NoDraft): Ending {
  if (missing.kind === 'exhausted')
    return { kind: 'finished', reason: 'the proposer has nothing more to propose' };
  const { kind, problem } = missing.halt;
  switch (kind) {
    case 'out-of-budget':
      return { kind: 'finished', reason: `the budget is used up: ${problem}` };
    case 'refused':
      return { kind: 'failed', reason: problem };
    case 'unavailable':
      return { kind: 'failed', reason: `${problem}; the run goes on with \`autoresearch resume\`` };
  }
}

/** Measures the reference and the seed policy, split by split; says what failed as soon as something has. */
async function measureReference(context: ResearchContext): Promise<string | undefined> {
  const { log, reference, seedPolicy, emit } = context;
  const source = context.baselines.find(({ name }) => name === reference)?.source;
  if (source === undefined) throw new Error(`there is no baseline ${reference}`);
  emit({ kind: 'measuring', what: `the baseline ${reference} and the seed policy` });
  await proposeSeed(context);
  for (const split of SPLITS) {
    const pair: Measurement[] = [
      { policy: reference, source, split, round: 1 },
      { policy: 0, source: seedPolicy, split, round: 1 },
    ];
    await measureAll(context, pair);
    const problem =
      failure(log.state.evaluation(reference, split), `the baseline ${reference}`) ??
      failure(log.state.evaluation(0, split), 'the seed policy');
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Attempt 0: the seed policy as it is. */
function keepSeed(context: ResearchContext): void {
  const { log, reference, history } = context;
  if (log.state.attempt(0)?.verdict !== undefined) return;
  log.append({
    kind: 'verdict',
    attempt: 0,
    verdict: 'kept',
    cause: 'seed',
    reason: 'the policy the run began with',
    score: scoreOn(context, reference, 0, 'train'),
    validationScore: scoreOn(context, reference, 0, 'validation'),
  });
  history.add(0);
}

/**
 * The other baselines are there to be compared with on the leaderboard; one that fails harms nothing. They are
 * measured after the first attempt, so that a user sees a verdict early.
 */
async function measureBaselines(context: ResearchContext): Promise<void> {
  const { state } = context.log;
  const others = onBothSplits(context.baselines.filter(({ name }) => name !== context.reference));
  if (others.every(({ policy, split }) => state.evaluation(policy, split) !== undefined)) return;
  context.emit({ kind: 'measuring', what: 'the other baselines' });
  await measureAll(context, others);
  for (const { name } of context.baselines) {
    context.emit({
      kind: 'baseline',
      name,
      score: scoreOn(context, context.reference, name, 'train'),
      validationScore: scoreOn(context, context.reference, name, 'validation'),
    });
  }
}

function onBothSplits(
  policies: readonly { readonly name: string; readonly source: string }[],
): Measurement[] {
  return policies.flatMap(({ name, source }) =>
    SPLITS.map((split): Measurement => ({ policy: name, source, split, round: 1 })),
  );
}

async function proposeSeed(context: ResearchContext): Promise<void> {
  const { log, seedPolicy } = context;
  if (log.state.attempt(0) === undefined) {
    const source = log.blobs.put(seedPolicy);
    log.append({
      kind: 'proposal',
      attempt: 0,
      parent: 0,
      operator: 'seed',
      idea: 'the seed policy',
      source,
    });
  }
  await buildAttempt(context, 0, seedPolicy);
}

function failure(record: EvaluationRecord | undefined, called: string): string | undefined {
  if (record === undefined || record.outcome === 'scored') return undefined;
  return `${called} is ${record.outcome}: ${record.reason}`;
}

function scoreOn(context: ResearchContext, reference: string, policy: number | string, split: OpenSplit) {
  const baseline = context.log.state.evaluation(reference, split);
  const measured = context.log.state.evaluation(policy, split);
  if (baseline === undefined || !isScored(measured)) return undefined;
  return scoreAgainst(metricsOf(baseline), metricsOf(measured)).score;
}

function isScored(record: EvaluationRecord | undefined): record is EvaluationRecord {
  return record?.outcome === 'scored';
}
