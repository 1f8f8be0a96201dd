import {
  DEFAULT_ENGINE,
  DEFAULT_KV_ROUTER,
  type EngineConfig,
  type KvRouterConfig,
  type LoadSpec,
  type RouterSpec,
  type SimulationSpec,
} from '../../harness/sim/config.ts';
import { DeadEndError } from '../../harness/sim/dead-end-error.ts';
import { PolicyError } from '../../harness/sim/policy-error.ts';
import { createInit } from '../../harness/sim/policy-init.ts';
import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import type { SimulationResult } from '../../harness/sim/simulation-result.ts';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import type { CaseRow } from '../parity/replay-case.ts';
import { smallTrace } from '../trace/small-trace.ts';
import { createPolicy, type PolicyChoice } from './case-policies.ts';
import { createTiming, type TimingChoice } from './case-timing.ts';
import { firstDifference } from './compare-results.ts';
import { simulateByTheBook } from './simulate-by-the-book.ts';
import { noReadings, type Readings, readingsDifference } from './witness-policy.ts';

export type RouterChoice =
  | { readonly kind: 'round-robin' }
  /** What is left out has its default; ties go to the lowest id without a `tieSeed`. */
  | { readonly kind: 'kv'; readonly config: Partial<KvRouterConfig>; readonly tieSeed?: number }
  | { readonly kind: 'policy'; readonly policy: PolicyChoice };

/** A simulation as plain data, so that it can be made smaller, printed and pasted. */
export interface EngineCase {
  /** Rows of a Mooncake trace. */
  readonly rows: readonly CaseRow[];
  /** Tokens per hash id. */
  readonly traceBlockSize: number;
  /** What is left out has its default. */
  readonly engine: Partial<EngineConfig>;
  readonly timing: TimingChoice;
  readonly workers: number;
  readonly router: RouterChoice;
  readonly load: LoadSpec;
  readonly maxSimTimeMs: number;
}

export type CaseEnd =
  | { readonly kind: 'result'; readonly result: SimulationResult }
  | { readonly kind: 'error'; readonly error: Error };

export interface Comparison {
  /** What the two engines disagree about; undefined = nothing. */
  readonly difference: string | undefined;
  /** How the reference engine ended. */
  readonly end: CaseEnd;
}

/** Runs a case on both engines. */
export function compareEngines(engineCase: EngineCase): Comparison {
  const columns = caseColumns(engineCase);
  const [bookReadings, fastReadings] = [noReadings(), noReadings()];
  const end = endOf(() => simulateByTheBook(columns, caseSpec(engineCase, bookReadings)));
  const fast = endOf(() => simulate(columns, caseSpec(engineCase, fastReadings)));
  const difference =
    brokenBook(end) ?? readingsDifference(bookReadings, fastReadings) ?? endsDifference(end, fast);
  return { difference, end };
}

/** What the engines disagree about, or undefined. */
export function disagreement(engineCase: EngineCase): string | undefined {
  return compareEngines(engineCase).difference;
}

/** The part of a case that says what requests there are. */
export type CaseTraffic = Pick<EngineCase, 'rows' | 'traceBlockSize' | 'engine' | 'load'>;

export function caseColumns({ rows, traceBlockSize, engine, load }: CaseTraffic): RequestColumns {
  const blockSize = engine.blockSize ?? DEFAULT_ENGINE.blockSize;
  return compileRequests(smallTrace(rows, { traceBlockSize }), { blockSize, load: load.kind });
}

/** A fresh spec: policies and random numbers start anew with it. */
export function caseSpec(engineCase: EngineCase, readings: Readings): SimulationSpec {
  const engine = { ...DEFAULT_ENGINE, ...engineCase.engine };
  const { workers, load, maxSimTimeMs } = engineCase;
  const timing = createTiming(engineCase.timing);
  const { blockSize, numGpuBlocks } = engine;
  const init = createInit({ workers, blockSize, numGpuBlocks, seed: 7, params: {}, timing });
  const router = routerSpec(engineCase.router, (policy) => createPolicy(policy, init, readings));
  return { engine, timing, workers, load, maxSimTimeMs, router };
}

function routerSpec(
  choice: RouterChoice,
  policyOf: (choice: PolicyChoice) => ReturnType<typeof createPolicy>,
): RouterSpec {
  switch (choice.kind) {
    case 'round-robin':
      return choice;
    case 'kv':
      return {
        kind: 'kv',
        config: { ...DEFAULT_KV_ROUTER, ...choice.config },
        tieBreak:
          choice.tieSeed === undefined ? { kind: 'lowest-id' } : { kind: 'random', seed: choice.tieSeed },
      };
    case 'policy':
      return { kind: 'policy', policy: policyOf(choice.policy) };
  }
}

function endOf(run: () => SimulationResult): CaseEnd {
  try {
    return { kind: 'result', result: run() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'error', error };
  }
}

/** The book itself must never go wrong: only policies and impossible requests may end a simulation. */
function brokenBook(end: CaseEnd): string | undefined {
  if (end.kind === 'result' || end.error instanceof DeadEndError || end.error instanceof PolicyError)
    return undefined;
  const isPolicys = end.error instanceof RangeError || /held requests/.test(end.error.message);
  return isPolicys ? undefined : `the book ends in ${endText(end)}`;
}

function endsDifference(expected: CaseEnd, actual: CaseEnd): string | undefined {
  if (expected.kind === 'result' && actual.kind === 'result')
    return firstDifference(expected.result, actual.result);
  const [want, have] = [endText(expected), endText(actual)];
  return want === have ? undefined : `${want}, not ${have}`;
}

function endText(end: CaseEnd): string {
  return end.kind === 'result' ? 'a result' : `${end.error.constructor.name} (${end.error.message})`;
}
