import { type DecisionChanges, gain, type HookCalls, scoreAgainst } from '../../harness/index.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { EvaluationRecord, Turn } from '../store/records.ts';
import type { RunState } from '../store/run-state.ts';
import { printableLine } from '../text/printable.ts';
import { textTable } from '../text/text-table.ts';
import { changesText, gainText, scoreText } from './figures.ts';

/** Everything a reviewer wants to know of an attempt. Gains are against the policy it is compared with. */
export interface AttemptReview {
  readonly run: string;
  readonly attempt: number;
  /** Attempt it is compared with; 0 = the seed policy. */
  readonly comparedWith: number;
  readonly idea: string;
  readonly operator: string;
  readonly verdict: string;
  readonly cause: string;
  readonly reason: string;
  /** Against the pinned baseline; lower is better. */
  readonly score: number | null;
  readonly validationScore: number | null;
  readonly gain: number | null;
  readonly validationGain: number | null;
  readonly complexity: number | null;
  /** A call of a hook took no longer on average, simulation included, ns. */
  readonly decisionNs: number | null;
  /** The replies it took; empty for a proposer that doesn't answer in text. */
  readonly turns: readonly Turn[];
  readonly scenarios: readonly ScenarioComparison[];
  readonly before: string;
  /** Null when the change did not apply. */
  readonly after: string | null;
}

export interface ScenarioComparison {
  readonly scenario: string;
  readonly split: string;
  readonly ttftMeanMs: readonly [before: number, after: number];
  readonly ttftP99Ms: readonly [before: number, after: number];
  readonly e2eMeanMs: readonly [before: number, after: number];
  readonly goodput: readonly [before: number, after: number];
  readonly reuse: readonly [before: number, after: number];
  /** Requests placed on another worker than by the incumbent of then; null where that is not known. */
  readonly decisionChanges: DecisionChanges | null;
  /** Calls of the attempt's hooks. */
  readonly hookCalls: HookCalls | null;
  readonly gain: number;
}

export interface ReviewOptions {
  /** The pinned baseline's name. */
  readonly reference: string;
  readonly against: 'parent' | 'seed';
}

export function reviewAttempt(
  state: RunState,
  blobs: BlobStore,
  attempt: number,
  options: ReviewOptions,
): AttemptReview {
  const found = state.attempt(attempt);
  if (found === undefined) throw new Error(`run ${state.run.id} has no attempt ${attempt}`);
  const { proposal, verdict, build } = found;
  const comparedWith = options.against === 'seed' ? 0 : proposal.parent;
  const before = state.attempt(comparedWith)?.proposal.source ?? state.run.seedPolicy;
  const splits = (['train', 'validation'] as const).map((split) => ({
    split,
    pinned: state.evaluation(options.reference, split),
    before: state.evaluation(comparedWith, split),
    after: state.evaluation(attempt, split),
  }));
  const [train, validation] = splits.map((one) => ({
    score: scoreOf(one.pinned, one.after),
    gain: gainOf(one.before, one.after),
  }));
  return {
    run: state.run.id,
    attempt,
    comparedWith,
    idea: proposal.idea,
    operator: proposal.operator,
    verdict: verdict?.verdict ?? 'undecided',
    cause: verdict?.cause ?? '',
    reason: verdict?.reason ?? '',
    score: train?.score ?? null,
    validationScore: validation?.score ?? null,
    gain: train?.gain ?? null,
    validationGain: validation?.gain ?? null,
    complexity: build?.complexity ?? null,
    turns: proposal.turns ?? [],
    decisionNs: state.evaluation(attempt, 'train')?.decisionNs ?? null,
    scenarios: splits.flatMap((one) => comparisons(one.split, one.before, one.after)),
    before: blobs.get(before),
    after: proposal.source === undefined ? null : blobs.get(proposal.source),
  };
}

export function reviewText(review: AttemptReview): string {
  const lines = [
    `${review.run}/${review.attempt}  ${review.verdict}${review.cause === '' ? '' : ` (${review.cause})`}`,
    `idea      ${printableLine(review.idea)}`,
    `operator  ${printableLine(review.operator)}`,
    `reason    ${printableLine(review.reason, 400)}`,
  ];
  for (const [index, { format, result, problem }] of review.turns.entries()) {
    const why = problem === undefined ? '' : `: ${printableLine(problem, 160)}`;
    lines.push(
      `reply ${index + 1}   asked for ${format === 'file' ? 'a whole file' : 'edits'}, ${result}${why}`,
    );
  }
  if (review.score !== null) {
    const other = review.comparedWith === 0 ? 'the seed policy' : `attempt ${review.comparedWith}`;
    lines.push(
      `gain      train ${gainText(review.gain)}, validation ${gainText(review.validationGain)} against ${other}`,
      `score     train ${scoreText(review.score)}, validation ${scoreText(review.validationScore)} against the pinned baseline`,
    );
  }
  const calls = callsText(review);
  if (calls !== undefined) lines.push(`calls     ${calls}`);
  return `${lines.join('\n')}\n${review.scenarios.length === 0 ? '' : `\n${scenarioTable(review.scenarios)}`}`;
}

/** All scenarios together: `cost 4800, onRouted 600; up to 850 ns each`. */
function callsText({ scenarios, decisionNs }: AttemptReview): string | undefined {
  const totals = new Map<string, number>();
  for (const { hookCalls } of scenarios)
    for (const [hook, calls] of Object.entries(hookCalls ?? {}))
      totals.set(hook, (totals.get(hook) ?? 0) + calls);
  const called = [...totals].filter(([, calls]) => calls > 0).map(([hook, calls]) => `${hook} ${calls}`);
  if (called.length === 0) return undefined;
  return `${called.join(', ')}${decisionNs === null ? '' : `; up to ${decisionNs} ns each`}`;
}

function scenarioTable(scenarios: readonly ScenarioComparison[]): string {
  const ms = ([before, after]: readonly [number, number]) => `${before.toFixed(0)} → ${after.toFixed(0)}`;
  const percent = ([before, after]: readonly [number, number]) =>
    `${(before * 100).toFixed(1)} → ${(after * 100).toFixed(1)}`;
  return textTable([
    ['scenario', 'TTFT ms', 'p99 TTFT ms', 'E2E ms', 'goodput %', 'reuse %', 'other workers', 'gain'],
    ...scenarios.map((row) => [
      row.scenario,
      ms(row.ttftMeanMs),
      ms(row.ttftP99Ms),
      ms(row.e2eMeanMs),
      percent(row.goodput),
      percent(row.reuse),
      changesText(row.decisionChanges),
      gainText(row.gain),
    ]),
  ]);
}

function comparisons(
  split: string,
  before: EvaluationRecord | undefined,
  after: EvaluationRecord | undefined,
): ScenarioComparison[] {
  return (after?.scenarios ?? []).flatMap((measured, index) => {
    const old = before?.scenarios?.find(({ scenario }) => scenario === measured.scenario);
    if (old === undefined) return [];
    const pair = (field: 'ttftMeanMs' | 'ttftP99Ms' | 'e2eMeanMs' | 'goodput' | 'reuse') =>
      [old[field], measured[field]] as const;
    return [
      {
        scenario: measured.scenario,
        split,
        ttftMeanMs: pair('ttftMeanMs'),
        ttftP99Ms: pair('ttftP99Ms'),
        e2eMeanMs: pair('e2eMeanMs'),
        goodput: pair('goodput'),
        reuse: pair('reuse'),
        decisionChanges: after?.decisionChanges?.[index] ?? null,
        hookCalls: measured.hookCalls ?? null,
        gain: gain(scoreAgainst([old], [measured]).score, 0),
      },
    ];
  });
}

function scoreOf(
  reference: EvaluationRecord | undefined,
  measured: EvaluationRecord | undefined,
): number | null {
  if (
    reference?.scenarios === undefined ||
    measured?.scenarios === undefined ||
    measured.stopped !== undefined
  )
    return null;
  return scoreAgainst(reference.scenarios, measured.scenarios).score;
}

function gainOf(before: EvaluationRecord | undefined, after: EvaluationRecord | undefined): number | null {
  const score = scoreOf(before, after);
  return score === null ? null : gain(score, 0);
}
