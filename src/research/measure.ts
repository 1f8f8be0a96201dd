import {
  decisionChanges,
  type Evaluation,
  evaluatePolicy,
  type PreparedScenario,
  type ScenarioMetrics,
} from '../../harness/index.ts';
import type { EvaluationRecord } from '../store/records.ts';
import type { Emit } from './research-event.ts';
import type { RunLog } from './run-log.ts';

/** The splits a run may look at. The sealed one is opened by an explicit command only. */
export type OpenSplit = 'train' | 'validation';

export interface MeasureContext {
  readonly log: RunLog;
  readonly scenarios: Readonly<Record<OpenSplit, readonly PreparedScenario[]>>;
  /** Wall-clock limit of one evaluation. */
  readonly deadlineMs: () => number;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/** One measurement of a run: of an attempt (number) or a baseline (name), on a split. */
export interface Measurement {
  readonly policy: number | string;
  readonly source: string;
  readonly split: OpenSplit;
  /** 1 = the measurement, 2 = its repetition in another process. */
  readonly round: 1 | 2;
  readonly stopIfDecisionHash?: string;
  /** Attempt whose decisions it is held against. */
  readonly incumbent?: number;
}

/** The journal's record of a measurement; it is made and journaled unless it is there already. */
export async function measure(context: MeasureContext, wanted: Measurement): Promise<EvaluationRecord> {
  const known = context.log.state.evaluation(wanted.policy, wanted.split, wanted.round);
  return known ?? record(context, wanted, await evaluate(context, wanted));
}

/** Several measurements, two at a time, journaled in the order given whatever finishes first. */
export async function measureAll(context: MeasureContext, wanted: readonly Measurement[]): Promise<void> {
  const missing = wanted.filter(
    (one) => context.log.state.evaluation(one.policy, one.split, one.round) === undefined,
  );
  const running: Promise<Evaluation>[] = [];
  for (const [index, one] of missing.entries()) {
    running[index] ??= evaluate(context, one);
    const next = missing[index + 1];
    if (next !== undefined) {
      running[index + 1] = evaluate(context, next);
      // Awaited in its turn; until then a failure must not count as unhandled.
      running[index + 1]?.catch(() => undefined);
    }
    record(context, one, await (running[index] as Promise<Evaluation>));
  }
}

/** Metrics of a record that was scored; anything else has none, and asking for them is a bug. */
export function metricsOf(record: EvaluationRecord): readonly ScenarioMetrics[] {
  if (record.scenarios === undefined)
    throw new Error(`${record.policy} on ${record.split} is ${record.outcome}, not scored`);
  return record.scenarios;
}

function evaluate(context: MeasureContext, wanted: Measurement): Promise<Evaluation> {
  const name = typeof wanted.policy === 'number' ? 'policy.ts' : `${wanted.policy}.ts`;
  return evaluatePolicy({
    source: wanted.source,
    name,
    scenarios: context.scenarios[wanted.split],
    deadlineMs: context.deadlineMs(),
    signal: context.signal,
    resimulate: wanted.round === 2,
    ...(wanted.stopIfDecisionHash === undefined ? {} : { stopIfDecisionHash: wanted.stopIfDecisionHash }),
  });
}

function record(context: MeasureContext, wanted: Measurement, evaluation: Evaluation): EvaluationRecord {
  const { policy, split, round } = wanted;
  const { outcome, stopped, layers, wallMs, placements, decisionNs } = evaluation;
  const appended = context.log.append({
    kind: 'evaluation',
    policy,
    split,
    round,
    outcome: outcome.kind,
    ...(outcome.kind === 'scored'
      ? {
          scenarios: [...outcome.scenarios],
          decisionHash: outcome.decisionHash,
          ...compared(context, wanted, placements ?? []),
        }
      : { reason: outcome.reason }),
    ...(stopped === undefined ? {} : { stopped }),
    layers: [...layers],
    ...(decisionNs === undefined ? {} : { decisionNs }),
    wallMs: Math.round(wallMs),
  });
  context.emit({ kind: 'evaluated', policy });
  return appended;
}

/** How the decisions differ from the incumbent's; and, where they may be the next incumbent's, the decisions themselves. */
function compared(
  { log }: MeasureContext,
  { policy, split, round, incumbent }: Measurement,
  placements: readonly Int32Array[],
): Pick<EvaluationRecord, 'decisionChanges' | 'placements'> {
  const before =
    incumbent === undefined
      ? undefined
      : (log.state.evaluation(incumbent, split, 2) ?? log.state.evaluation(incumbent, split))?.placements;
  const mayBeKept = policy === 0 || round === 2;
  return {
    ...(before === undefined
      ? {}
      : { decisionChanges: decisionChanges(JSON.parse(log.blobs.get(before)), placements) }),
    ...(mayBeKept
      ? { placements: log.blobs.put(JSON.stringify(placements.map((workers) => [...workers]))) }
      : {}),
  };
}
