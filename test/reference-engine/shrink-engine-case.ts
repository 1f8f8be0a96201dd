import { DEFAULT_ENGINE, type EngineConfig } from '../../harness/sim/config.ts';
import type { CaseRow } from '../parity/replay-case.ts';
import { shrink, withoutStretches } from '../shrink.ts';
import type { PolicyChoice } from './case-policies.ts';
import type { EngineCase, RouterChoice } from './engine-case.ts';

const MAX_ATTEMPTS = 4000;

/** Makes a failing case smaller and plainer as long as it still fails. */
export function shrinkEngineCase(
  failing: EngineCase,
  stillFails: (candidate: EngineCase) => boolean,
): Promise<EngineCase> {
  return shrink(failing, smallerCases, stillFails, MAX_ATTEMPTS);
}

function* smallerCases(engineCase: EngineCase): Generator<EngineCase> {
  for (const rows of withoutStretches(engineCase.rows)) {
    if (rows.length > 0) yield { ...engineCase, rows };
  }
  for (const workers of [1, 2, engineCase.workers - 1]) {
    if (workers >= 1 && workers < engineCase.workers) yield { ...engineCase, workers };
  }
  for (const router of plainerRouters(engineCase.router)) yield { ...engineCase, router };
  if (engineCase.maxSimTimeMs !== Number.POSITIVE_INFINITY)
    yield { ...engineCase, maxSimTimeMs: Number.POSITIVE_INFINITY };
  for (const engine of plainerEngines(engineCase.engine)) yield { ...engineCase, engine };
  yield* withPlainerTiming(engineCase);
  if (engineCase.load.kind === 'open' && engineCase.load.speedup !== 1)
    yield { ...engineCase, load: { kind: 'open', speedup: 1 } };
  for (const [index, row] of engineCase.rows.entries()) {
    for (const plainer of plainerRows(row, engineCase.traceBlockSize))
      yield { ...engineCase, rows: engineCase.rows.with(index, plainer) };
  }
}

function* plainerRouters(router: RouterChoice): Generator<RouterChoice> {
  if (router.kind === 'round-robin') return;
  yield { kind: 'round-robin' };
  if (router.kind === 'kv') {
    if (router.tieSeed !== undefined) yield { kind: 'kv', config: router.config };
    for (const config of withoutEachKey(router.config)) yield { ...router, config };
    return;
  }
  for (const policy of plainerPolicies(router.policy)) yield { kind: 'policy', policy };
}

function* plainerPolicies(policy: PolicyChoice): Generator<PolicyChoice> {
  if (policy.name !== 'witness') return;
  yield { name: 'least-in-flight' };
  if (policy.every > 1) yield { ...policy, every: 1 };
  const { admitBelow: _admitBelow, ranks: _ranks, ...admitting } = policy;
  if (policy.admitBelow !== undefined) yield admitting;
  if (policy.ranks) yield { ...policy, ranks: false };
  for (const hooks of withoutStretches(policy.hooks)) yield { ...policy, hooks };
  for (const workerFields of withoutStretches(policy.workerFields)) yield { ...policy, workerFields };
  for (const requestFields of withoutStretches(policy.requestFields)) yield { ...policy, requestFields };
}

function* plainerEngines(engine: Partial<EngineConfig>): Generator<Partial<EngineConfig>> {
  for (const fewer of withoutEachKey(engine)) yield fewer;
  for (const key of Object.keys(engine) as (keyof EngineConfig)[]) {
    if (engine[key] !== DEFAULT_ENGINE[key] && key !== 'blockSize')
      yield { ...engine, [key]: DEFAULT_ENGINE[key] };
  }
}

function* withPlainerTiming(engineCase: EngineCase): Generator<EngineCase> {
  const { timing } = engineCase;
  if (timing.kind === 'lockstep') {
    if (timing.passMs !== 10) yield { ...engineCase, timing: { kind: 'lockstep', passMs: 10 } };
    return;
  }
  yield { ...engineCase, timing: { kind: 'lockstep', passMs: 10 } };
  if (timing.kind !== 'polynomial') yield { ...engineCase, timing: { ...timing, kind: 'polynomial' } };
  if (timing.speedupRatio !== undefined) {
    const { speedupRatio: _speedupRatio, ...plainer } = timing;
    yield { ...engineCase, timing: plainer };
  }
  if (timing.decodeSpeedupRatio !== undefined) {
    const { decodeSpeedupRatio: _decodeSpeedupRatio, ...plainer } = timing;
    yield { ...engineCase, timing: plainer };
  }
}

function* plainerRows(row: CaseRow, traceBlockSize: number): Generator<CaseRow> {
  const { session_id: session, delay, ...alone } = row;
  if (session !== undefined && row.timestamp !== undefined) yield alone;
  if (delay !== undefined) yield { ...alone, ...(session === undefined ? {} : { session_id: session }) };
  if (row.output_length > 1) {
    yield { ...row, output_length: 1 };
    yield { ...row, output_length: Math.floor(row.output_length / 2) };
    yield { ...row, output_length: row.output_length - 1 };
  }
  yield* earlierRows(row);
  const ids = row.hash_ids;
  if (ids.length > 1) {
    const fewer = ids.slice(0, -1);
    yield {
      ...row,
      hash_ids: fewer,
      input_length: Math.min(row.input_length ?? Infinity, fewer.length * traceBlockSize),
    };
  }
  if (row.input_length !== undefined && row.input_length !== ids.length * traceBlockSize)
    yield { ...row, input_length: ids.length * traceBlockSize };
}

function* earlierRows(row: CaseRow): Generator<CaseRow> {
  const { timestamp } = row;
  if (timestamp === undefined || timestamp === 0) return;
  yield { ...row, timestamp: 0 };
  if (!Number.isInteger(timestamp)) yield { ...row, timestamp: Math.floor(timestamp) };
  else if (timestamp > 10 && timestamp % 10 !== 0) yield { ...row, timestamp: timestamp - (timestamp % 10) };
}

function* withoutEachKey<T extends object>(record: T): Generator<T> {
  for (const key of Object.keys(record) as (keyof T)[]) {
    const { [key]: _dropped, ...rest } = record;
    yield rest as T;
  }
}
