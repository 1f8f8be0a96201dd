import {
  DEFAULT_ENGINE,
  type EngineConfig,
  type RouterSpec,
  type SimulationSpec,
} from '../../harness/sim/config.ts';
import { polynomialTiming } from '../../harness/sim/polynomial-timing.ts';
import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import type { SimulationResult } from '../../harness/sim/simulation-result.ts';

/** A request as a test writes it: `content` names one block after another; missing ones are unique to the request. */
export interface SmallRequest {
  readonly at?: number;
  readonly prompt: number;
  readonly output: number;
  readonly content?: readonly number[];
  readonly session?: number;
  readonly delay?: number;
}

/** Columns of a few hand-written requests, cut into blocks of `blockSize` tokens. */
export function smallColumns(requests: readonly SmallRequest[], blockSize: number): RequestColumns {
  const count = requests.length;
  const interned = new Map<string, number>();
  const keyStart = new Int32Array(count + 1);
  const keys: number[] = [];
  const turns = new Map<number, number>();
  const sessionIds = new Map<number, number>();
  const columns = {
    promptTokens: Int32Array.from(requests, (request) => request.prompt),
    outputTokens: Int32Array.from(requests, (request) => request.output),
    session: new Int32Array(count),
    turn: new Int32Array(count),
    arrivalMs: new Float64Array(count).fill(Number.NaN),
    delayMs: Float64Array.from(requests, (request) => request.delay ?? 0),
  };
  requests.forEach((request, index) => {
    const session = request.session ?? -1 - index;
    if (!sessionIds.has(session)) sessionIds.set(session, sessionIds.size);
    const turn = turns.get(session) ?? 0;
    turns.set(session, turn + 1);
    columns.session[index] = sessionIds.get(session) as number;
    columns.turn[index] = turn;
    if (turn === 0) columns.arrivalMs[index] = request.at ?? 0;
    let prefix = '';
    for (let block = 0; block < Math.floor(request.prompt / blockSize); block++) {
      prefix += `/${request.content?.[block] ?? `r${index}`}`;
      if (!interned.has(prefix)) interned.set(prefix, interned.size);
      keys.push(interned.get(prefix) as number);
    }
    keyStart[index + 1] = keys.length;
  });
  return {
    count,
    ...columns,
    keyStart,
    keys: Int32Array.from(keys),
    keyCount: interned.size,
    inferredSession: columns.session,
    inferredTurn: columns.turn,
  };
}

export interface SmallCluster {
  readonly engine?: Partial<EngineConfig>;
  readonly workers?: number;
  readonly router?: RouterSpec;
  readonly load?: SimulationSpec['load'];
  readonly maxSimTimeMs?: number;
}

export function smallSpec(cluster: SmallCluster = {}): SimulationSpec {
  return {
    engine: { ...DEFAULT_ENGINE, ...cluster.engine },
    timing: polynomialTiming(),
    workers: cluster.workers ?? 1,
    router: cluster.router ?? { kind: 'round-robin' },
    load: cluster.load ?? { kind: 'open', speedup: 1 },
    maxSimTimeMs: cluster.maxSimTimeMs ?? Number.POSITIVE_INFINITY,
  };
}

/** Simulates hand-written requests on a small cluster. */
export function runSmall(requests: readonly SmallRequest[], cluster: SmallCluster = {}): SimulationResult {
  const spec = smallSpec(cluster);
  return simulate(smallColumns(requests, spec.engine.blockSize), spec);
}

/** A column rounded to nanoseconds, for comparison with figures worked out by hand. */
export function rounded(column: Float64Array): number[] {
  return Array.from(column, (value) => Math.round(value * 1e6) / 1e6);
}
