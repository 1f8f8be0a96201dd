import { DEFAULT_ENGINE, type EngineConfig, type LoadSpec } from '../../harness/sim/config.ts';
import { Draw } from '../parity/draw.ts';
import type { TimingChoice } from './case-timing.ts';
import { caseColumns, type EngineCase, type RouterChoice } from './engine-case.ts';
import { type MatrixWorkload, matrixWorkloads } from './matrix-workloads.ts';
import { FEEDBACK_HOOKS, REQUEST_FIELDS, WORKER_FIELDS } from './witness-policy.ts';

export interface MatrixCase {
  readonly title: string;
  readonly engineCase: EngineCase;
}

const CASES_PER_WORKLOAD = 44;

const WORKERS = [1, 2, 3, 4, 5, 6, 7, 8, 20];
/** Pool sizes, as shares of what the largest request needs at its end; undefined = the default pool. */
const POOLS = [0.85, 1, 1, 1.2, 1.7, 3, 8, undefined];
const MAX_NUM_SEQS = [1, 4, 256, 256, Number.POSITIVE_INFINITY];
const PREEMPTION: EngineConfig['preemptionMode'][] = ['lifo', 'fifo'];
const FEATURES = ['all', 'all', 'all', 'all', 'no chunks', 'no cache', 'length limit'] as const;
/** When the simulation ends, as a share of the trace's length. */
const ENDS = [undefined, undefined, undefined, undefined, 0.4];

const LOADS: LoadSpec[] = [
  { kind: 'open', speedup: 0.5 },
  { kind: 'open', speedup: 1 },
  { kind: 'open', speedup: 5 },
  { kind: 'open', speedup: 50 },
  { kind: 'closed', concurrency: 3 },
  { kind: 'closed', concurrency: 32 },
];

const TIMINGS: TimingChoice[] = [
  { kind: 'polynomial' },
  { kind: 'polynomial', speedupRatio: 0 },
  { kind: 'polynomial', speedupRatio: 3, decodeSpeedupRatio: 2 },
  { kind: 'polynomial', speedupRatio: 1e13 },
  { kind: 'profile', name: 'minimax-m2.5-fp8-b200-tp4-vllm' },
  { kind: 'profile', name: 'qwen3-32b-h200-tp2-vllm' },
  { kind: 'telling' },
  { kind: 'telling' },
  { kind: 'lockstep', passMs: 20 },
];

const EVERYTHING = { requestFields: REQUEST_FIELDS, workerFields: WORKER_FIELDS, hooks: FEEDBACK_HOOKS };

const ROUTERS: RouterChoice[] = [
  { kind: 'round-robin' },
  { kind: 'kv', config: {} },
  { kind: 'kv', config: { overlapScoreCredit: 0.5, overlapScoreCreditDecay: 0.7, prefillLoadScale: 2 } },
  { kind: 'kv', config: { decodeActiveRequestWeight: 1.5, trackActiveBlocks: false } },
  { kind: 'kv', config: { trackPrefillTokens: false }, tieSeed: 5 },
  { kind: 'kv', config: { assumeKvReuse: false, overlapScoreCredit: 3 } },
  { kind: 'kv', config: { queueThreshold: 0.02 } },
  { kind: 'kv', config: { queueThreshold: 0, queuePolicy: 'lcfs' }, tieSeed: 6 },
  { kind: 'kv', config: { queueThreshold: 0.05, queuePolicy: 'wspt' } },
  { kind: 'policy', policy: { name: 'kv-default' } },
  { kind: 'policy', policy: { name: 'least-in-flight' } },
  { kind: 'policy', policy: { name: 'predicted-latency' } },
  { kind: 'policy', policy: { name: 'by-feedback' } },
  { kind: 'policy', policy: { name: 'by-chance' } },
  { kind: 'policy', policy: { name: 'holding', backlogTokens: 300 } },
  { kind: 'policy', policy: { name: 'every-pass', policy: { name: 'predicted-latency' } } },
  {
    kind: 'policy',
    policy: { name: 'every-pass', policy: { name: 'witness', ...EVERYTHING, every: 1 } },
  },
  { kind: 'policy', policy: { name: 'failing', atCall: 150, answer: 'NaN' } },
  { kind: 'policy', policy: { name: 'witness', ...EVERYTHING, every: 1 } },
  { kind: 'policy', policy: { name: 'witness', ...EVERYTHING, every: 1, admitBelow: 2, ranks: true } },
  // Rare looks at a single telemetry field: what is seen of a worker that nobody looked at for long.
  {
    kind: 'policy',
    policy: { name: 'witness', requestFields: [], workerFields: ['contextTokens'], hooks: [], every: 37 },
  },
  {
    kind: 'policy',
    policy: { name: 'witness', requestFields: [], workerFields: ['usedBlocks'], hooks: [], every: 11 },
  },
  {
    kind: 'policy',
    policy: {
      name: 'witness',
      requestFields: [],
      workerFields: ['passEndsInMs', 'queuedTokens'],
      hooks: ['onFirstToken'],
      every: 5,
    },
  },
  {
    kind: 'policy',
    policy: {
      name: 'witness',
      requestFields: ['minPrefillTokens'],
      workerFields: ['decodeRequests', 'queued'],
      hooks: ['onCompleted'],
      every: 3,
      admitBelow: 3,
    },
  },
];

/** Every kind of traffic under settings of every kind, each value of a setting about equally often. */
export function matrixCases(): MatrixCase[] {
  return matrixWorkloads().flatMap(casesOf);
}

function casesOf(workload: MatrixWorkload, number: number): MatrixCase[] {
  const draw = new Draw(1000 + number);
  const settings = {
    blockSize: spread(draw, workload.blockSizes),
    budget: spread(draw, workload.budgets),
    workers: spread(draw, WORKERS),
    pool: spread(draw, POOLS),
    maxNumSeqs: spread(draw, MAX_NUM_SEQS),
    preemptionMode: spread(draw, PREEMPTION),
    features: spread(draw, FEATURES),
    end: spread(draw, ENDS),
    load: spread(draw, LOADS),
    timing: spread(draw, TIMINGS),
    router: spread(draw, ROUTERS),
  };
  return Array.from({ length: CASES_PER_WORKLOAD }, (_, index) => {
    const at = <T>(values: readonly T[]) => values[index] as T;
    const base = {
      rows: workload.rows,
      traceBlockSize: workload.traceBlockSize,
      timing: at(settings.timing),
      workers: at(settings.workers),
      router: at(settings.router),
      load: at(settings.load),
    };
    const engine = engineOf(workload, {
      blockSize: at(settings.blockSize),
      maxNumBatchedTokens: at(settings.budget),
      poolShare: at(settings.pool),
      maxNumSeqs: at(settings.maxNumSeqs),
      preemptionMode: at(settings.preemptionMode),
      features: at(settings.features),
    });
    const maxSimTimeMs = endOf(workload, at(settings.end));
    const engineCase = { ...base, engine, maxSimTimeMs };
    return { title: `${workload.name}: ${titleOf(engineCase)}`, engineCase };
  });
}

/** As many values as there are cases: each about equally often, in random order. */
function spread<T>(draw: Draw, values: readonly T[]): T[] {
  const left = Array.from({ length: CASES_PER_WORKLOAD }, (_, index) => values[index % values.length] as T);
  return Array.from(
    { length: CASES_PER_WORKLOAD },
    () => left.splice(draw.between(0, left.length - 1), 1)[0] as T,
  );
}

interface EngineSettings
  extends Pick<EngineConfig, 'blockSize' | 'maxNumBatchedTokens' | 'maxNumSeqs' | 'preemptionMode'> {
  readonly poolShare: number | undefined;
  readonly features: (typeof FEATURES)[number];
}

function engineOf(workload: MatrixWorkload, settings: EngineSettings): Partial<EngineConfig> {
  const { poolShare, features, ...engine } = settings;
  const { promptTokens, outputTokens } = caseColumns({
    ...workload,
    engine,
    load: { kind: 'open', speedup: 1 },
  });
  const totals = promptTokens.map((prompt, request) => prompt + (outputTokens[request] as number));
  const largest = Math.max(...totals);
  const blocks = Math.ceil(largest / engine.blockSize);
  return {
    ...engine,
    numGpuBlocks: poolShare === undefined ? DEFAULT_ENGINE.numGpuBlocks : Math.ceil(blocks * poolShare),
    ...(features === 'no chunks' && {
      enableChunkedPrefill: false,
      maxNumBatchedTokens: Math.max(engine.maxNumBatchedTokens, ...promptTokens),
    }),
    ...(features === 'no cache' && { enablePrefixCaching: false }),
    ...(features === 'length limit' && { maxModelLen: Math.floor(0.6 * largest) }),
  };
}

function endOf({ rows }: MatrixWorkload, share: number | undefined): number {
  if (share === undefined) return Number.POSITIVE_INFINITY;
  const times = rows.flatMap((row) => row.timestamp ?? []);
  return Math.max(100, share * (Math.max(...times) - Math.min(...times)));
}

function titleOf({ engine, timing, workers, router, load, maxSimTimeMs }: Omit<EngineCase, 'rows'>): string {
  const { blockSize, numGpuBlocks, maxNumBatchedTokens, maxNumSeqs, preemptionMode } = engine;
  const parts = [
    `${workers} × ${numGpuBlocks} blocks of ${blockSize}`,
    `${maxNumBatchedTokens} tokens and ${maxNumSeqs} requests a pass`,
    `${preemptionMode}`,
    ...(engine.enableChunkedPrefill === false ? ['no chunks'] : []),
    ...(engine.enablePrefixCaching === false ? ['no cache'] : []),
    ...(engine.maxModelLen === undefined ? [] : [`at most ${engine.maxModelLen} tokens`]),
    JSON.stringify(router.kind === 'policy' ? router.policy.name : router),
    JSON.stringify(load),
    JSON.stringify(timing),
    ...(Number.isFinite(maxSimTimeMs) ? [`until ${maxSimTimeMs} ms`] : []),
  ];
  return parts.join(', ').replaceAll('"', '');
}
