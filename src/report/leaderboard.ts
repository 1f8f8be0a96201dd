import { gain, scoreAgainst } from '../../harness/index.ts';
import type { EvaluationRecord, RunRecord } from '../store/records.ts';
import type { RunState } from '../store/run-state.ts';

/** One policy on the leaderboard. Scores: lower is better, 0 = the pinned baseline. */
export interface LeaderboardRow {
  /** Name of a baseline, or RUN/ATTEMPT of a kept variant. */
  readonly policy: string;
  readonly kind: 'baseline' | 'seed' | 'kept';
  readonly target: string;
  readonly idea: string;
  readonly score: number;
  readonly validationScore: number | null;
  /** Share of latency saved against the pinned baseline, train and validation. */
  readonly gain: number;
  readonly validationGain: number | null;
  /** Size of the normalised program, bytes; null for baselines. */
  readonly complexity: number | null;
  readonly fingerprint: string;
}

/** All rows that compare: those of one fingerprint, best first. Baselines of several runs appear once. */
export function leaderboardRows(states: readonly RunState[], reference: string): LeaderboardRow[] {
  const rows = new Map<string, LeaderboardRow>();
  for (const state of states) for (const row of rowsOf(state, reference)) rows.set(row.policy, row);
  return [...rows.values()].sort((a, b) => a.score - b.score || a.policy.localeCompare(b.policy));
}

function rowsOf(state: RunState, reference: string): LeaderboardRow[] {
  const { run } = state;
  const pinned = {
    train: state.evaluation(reference, 'train'),
    validation: state.evaluation(reference, 'validation'),
  };
  const row = (
    policy: number | string,
    rest: Pick<LeaderboardRow, 'policy' | 'kind' | 'idea' | 'complexity'>,
  ) => {
    const score = scoreOf(pinned.train, state.evaluation(policy, 'train'));
    const validationScore = scoreOf(pinned.validation, state.evaluation(policy, 'validation'));
    return score === null ? [] : [{ ...rest, ...scores(run, score, validationScore) }];
  };
  const baselines = [...state.baselines.keys()].flatMap((name) =>
    row(name, {
      policy: name,
      kind: 'baseline',
      idea: name === reference ? 'pinned baseline' : 'baseline',
      complexity: null,
    }),
  );
  const kept = state.kept.flatMap(({ attempt }) =>
    row(attempt, {
      policy: `${run.id}/${attempt}`,
      kind: attempt === 0 ? 'seed' : 'kept',
      idea: state.attempt(attempt)?.proposal.idea ?? '',
      complexity: state.attempt(attempt)?.build?.complexity ?? null,
    }),
  );
  return [...baselines, ...kept];
}

function scores(run: RunRecord, score: number, validationScore: number | null) {
  return {
    target: run.target,
    score,
    validationScore,
    gain: gain(score, 0),
    validationGain: validationScore === null ? null : gain(validationScore, 0),
    fingerprint: run.fingerprint,
  };
}

function scoreOf(
  baseline: EvaluationRecord | undefined,
  measured: EvaluationRecord | undefined,
): number | null {
  if (baseline?.scenarios === undefined || measured?.scenarios === undefined) return null;
  return measured.stopped === undefined ? scoreAgainst(baseline.scenarios, measured.scenarios).score : null;
}
