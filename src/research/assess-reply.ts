import { bundlePolicy, evaluatePolicy } from '../../harness/index.ts';
import type { Change } from '../proposers/proposer.ts';
import { applyChange } from '../proposers/reply/apply-change.ts';
import { parseReply } from '../proposers/reply/parse-reply.ts';
import type { ReplyRecord, Turn } from '../store/records.ts';
import type { MeasureContext } from './measure.ts';

/** What a reply proposes, and whether it can be measured. */
export interface AssessedReply {
  readonly idea: string;
  readonly change: Change;
  readonly text: string;
  readonly turn: Turn;
}

/**
 * Takes a reply as far as the first simulated scenario. Deterministic: a reply that is read again after a kill comes
 * to the same.
 */
export async function assessReply(
  context: MeasureContext,
  record: ReplyRecord,
  parentSource: string,
): Promise<AssessedReply> {
  const text = record.reply === undefined ? '' : context.log.blobs.get(record.reply);
  const { idea, change } =
    record.reply === undefined
      ? noReply(record)
      : parseReply(text, { end: record.end, asked: record.format });
  const verdict = await judgeChange(context, record, change, parentSource);
  const turn: Turn = {
    format: record.format,
    ...verdict,
    ...(record.reply === undefined ? {} : { reply: record.reply }),
  };
  return { idea, change, text, turn };
}

function noReply({ problem = 'no usable text' }: ReplyRecord): { idea: string; change: Change } {
  return { idea: 'no reply', change: { kind: 'malformed', problem: `no usable reply: ${problem}` } };
}

async function judgeChange(
  context: MeasureContext,
  record: ReplyRecord,
  change: Change,
  parentSource: string,
): Promise<Pick<Turn, 'result' | 'problem'>> {
  if (change.kind === 'malformed')
    return { result: record.reply === undefined ? 'unusable' : 'malformed', problem: change.problem };
  const applied = applyChange(parentSource, change);
  if (applied.kind === 'not-applied') return { result: 'not-applied', problem: applied.problem };
  const bundle = await bundlePolicy(applied.source, { name: 'policy.ts' });
  if (bundle.kind !== 'built') return { result: bundle.kind, problem: bundle.reason };
  const problem = await smokeProblem(context, applied.source);
  return problem === undefined ? { result: 'usable' } : { result: 'policy-error', problem };
}

/** What the policy itself gets wrong on the first train scenario. Slowness and crashes are for the measurement to judge. */
async function smokeProblem(context: MeasureContext, source: string): Promise<string | undefined> {
  const { outcome } = await evaluatePolicy({
    source,
    name: 'policy.ts',
    scenarios: context.scenarios.train.slice(0, 1),
    deadlineMs: context.deadlineMs(),
    signal: context.signal,
  });
  return outcome.kind === 'policy-error' ? outcome.reason : undefined;
}
