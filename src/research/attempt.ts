import { bundlePolicy, type ScenarioMetrics } from '../../harness/index.ts';
import type { BuildRecord, EvaluationRecord, ProposalRecord, VerdictRecord } from '../store/records.ts';
import type { AttemptHistory } from './attempt-history.ts';
import type { Drafted, DraftSource } from './draft.ts';
import { judgeTrain, judgeValidation, type SplitJudgement } from './keep-rule.ts';
import {
  type MeasureContext,
  type Measurement,
  measure,
  measureAll,
  metricsOf,
  type OpenSplit,
} from './measure.ts';
import { placeDraft } from './place-draft.ts';
import { judgeRepetition } from './repetition.ts';

export interface AttemptContext extends MeasureContext {
  readonly drafts: DraftSource;
  readonly history: AttemptHistory;
  readonly reference: string;
}

/** Why there was nothing to attempt. */
export type NoDraft = Exclude<Drafted, { kind: 'draft' }>;

type Verdict = Pick<VerdictRecord, 'verdict' | 'cause' | 'reason'> &
  Partial<Pick<VerdictRecord, 'score' | 'validationScore' | 'gain' | 'validationGain'>>;

/**
 * One proposal's whole life: proposed, applied, built, measured, judged. Every step is journaled, and a step that the
 * journal already has is not done again: so an attempt that was interrupted goes on where it stopped.
 */
export async function runAttempt(context: AttemptContext, attempt: number): Promise<VerdictRecord | NoDraft> {
  const proposal = await proposed(context, attempt);
  if (proposal.kind !== 'proposal') return proposal;
  context.emit({ kind: 'proposed', attempt, idea: proposal.idea });
  const verdict = await judged(context, proposal);
  const record = context.log.append({ kind: 'verdict', attempt, ...verdict });
  context.emit({ kind: 'judged', verdict: record, idea: proposal.idea });
  return record;
}

async function proposed(context: AttemptContext, attempt: number): Promise<ProposalRecord | NoDraft> {
  const { log, history, drafts } = context;
  const known = log.state.attempt(attempt)?.proposal;
  if (known !== undefined) return known;
  const drafted = await drafts.draftOf(attempt);
  if (drafted.kind === 'exhausted') return drafted;
  if (drafted.kind === 'halted') {
    // What was paid for later attempts of the batch is judged first, and numbers have no gaps.
    if (!(await drafts.hasLaterDraft(attempt))) return drafted;
    const problem = `there was no reply: ${drafted.halt.problem}`;
    const parent = history.incumbent.attempt;
    return log.append({ kind: 'proposal', attempt, parent, operator: 'none', idea: 'no reply', problem });
  }
  const { draft } = drafted;
  const { parent, applied } = placeDraft(draft, history.incumbent);
  return log.append({
    kind: 'proposal',
    attempt,
    parent,
    operator: draft.operator,
    idea: draft.idea,
    ...(applied.kind === 'applied'
      ? { source: log.blobs.put(applied.source) }
      : { problem: applied.problem }),
    ...(draft.turns === undefined ? {} : { turns: [...draft.turns] }),
  });
}

async function judged(context: AttemptContext, proposal: ProposalRecord): Promise<Verdict> {
  if (proposal.source === undefined)
    return discarded('not-applied', proposal.problem ?? 'the change did not apply');
  const incumbent = context.history.incumbent.attempt;
  if (proposal.parent !== incumbent)
    return discarded(
      'superseded',
      `attempt ${incumbent} was kept since it was asked for, and it does not fit that`,
    );
  const source = context.log.blobs.get(proposal.source);
  const build = await buildAttempt(context, proposal.attempt, source);
  if (build.outcome !== 'built') return discarded(build.outcome, build.reason ?? build.outcome);
  const twin = context.history.attemptWithProgram(build.programHash, proposal.attempt);
  if (twin === proposal.parent) return discarded('no-op', 'the program is that of the incumbent');
  if (twin !== undefined) return discarded('duplicate', `the program is that of attempt ${twin}`);
  return judgedByScore(context, proposal, source);
}

/** Builds a source and journals how that went, once per attempt. */
export async function buildAttempt(
  context: MeasureContext,
  attempt: number,
  source: string,
): Promise<BuildRecord> {
  const known = context.log.state.attempt(attempt)?.build;
  if (known !== undefined) return known;
  const bundle = await bundlePolicy(source, { name: 'policy.ts' });
  return context.log.append({
    kind: 'build',
    attempt,
    outcome: bundle.kind,
    ...(bundle.kind === 'built'
      ? { programHash: bundle.programHash, complexity: bundle.complexity }
      : { reason: bundle.reason }),
  });
}

async function judgedByScore(
  context: AttemptContext,
  proposal: ProposalRecord,
  source: string,
): Promise<Verdict> {
  const { attempt } = proposal;
  const incumbentTrain = metricsOfPolicy(context, proposal.parent, 'train');
  const firstDecisions = incumbentTrain[0]?.decisionHash;
  const train = await measure(context, {
    policy: attempt,
    source,
    split: 'train',
    round: 1,
    incumbent: proposal.parent,
    ...(firstDecisions === undefined ? {} : { stopIfDecisionHash: firstDecisions }),
  });
  if (train.outcome !== 'scored') return failed(train);
  if (train.stopped === 'same-decisions')
    return discarded('same-decisions', 'it decides as the incumbent does');
  const onTrain = judgeTrain(comparison(context, proposal.parent, train), context.log.state.run.epsilon);
  const scores = { score: onTrain.score, gain: onTrain.gain };
  if (onTrain.objection !== undefined) return { verdict: 'discarded', ...onTrain.objection, ...scores };

  const validation = await measure(context, {
    policy: attempt,
    source,
    split: 'validation',
    round: 1,
    incumbent: proposal.parent,
  });
  if (validation.outcome !== 'scored') return { ...failed(validation), ...scores };
  const onValidation = judgeValidation(comparison(context, proposal.parent, validation));
  const allScores = { ...scores, validationScore: onValidation.score, validationGain: onValidation.gain };
  if (onValidation.objection !== undefined)
    return { verdict: 'discarded', ...onValidation.objection, ...allScores };

  const changed = await changedWhenRepeated(context, source, [train, validation]);
  if (changed !== undefined) return { verdict: 'discarded', ...changed, ...allScores };
  return { verdict: 'kept', cause: 'better', reason: keepReason(onTrain, onValidation), ...allScores };
}

/**
 * Measures every split again before anything is kept: in processes of their own, and with the decisions simulated once
 * more without the policy.
 */
async function changedWhenRepeated(
  context: AttemptContext,
  source: string,
  firsts: readonly EvaluationRecord[],
) {
  const again = firsts.map(
    ({ policy, split }): Measurement => ({ policy, source, split: split as OpenSplit, round: 2 }),
  );
  await measureAll(context, again);
  for (const first of firsts) {
    const repeated = context.log.state.evaluation(first.policy, first.split, 2);
    if (repeated === undefined) throw new Error(`${first.policy} was not measured again on ${first.split}`);
    const objection = judgeRepetition(first, repeated);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function comparison(context: AttemptContext, parent: number, candidate: EvaluationRecord) {
  const split = candidate.split as OpenSplit;
  return {
    baseline: metricsOfPolicy(context, context.reference, split),
    incumbent: metricsOfPolicy(context, parent, split),
    candidate: metricsOf(candidate),
  };
}

function metricsOfPolicy(
  context: AttemptContext,
  policy: number | string,
  split: OpenSplit,
): readonly ScenarioMetrics[] {
  const record = context.log.state.evaluation(policy, split);
  if (record === undefined) throw new Error(`${policy} was not measured on ${split}`);
  return metricsOf(record);
}

function keepReason(train: SplitJudgement, validation: SplitJudgement): string {
  return `${percent(train.gain)} faster on train and ${percent(validation.gain)} on validation than the incumbent`;
}

function failed(record: EvaluationRecord): Verdict {
  return discarded(record.outcome, record.reason ?? record.outcome);
}

function discarded(cause: string, reason: string): Verdict {
  return { verdict: 'discarded', cause, reason };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
