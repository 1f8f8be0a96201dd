import { transformSync } from 'esbuild';
import type { EngineEstimate, Policy, RequestView, WorkerView } from '../../../harness/contract/index.ts';
import { createRandom } from '../../../src/proposers/mutator/random.ts';
import type { PastAttempt, Proposer } from '../../../src/proposers/proposer.ts';

const BLOCK_SIZE = 512;

/** A plausible pass timing: 16.5 ms, some 15 µs per token and a little attention. */
const ENGINE: EngineEstimate = {
  prefillMs: (tokens, prefixTokens) => 16.5 + 0.015 * tokens + 4e-7 * tokens * (tokens + 2 * prefixTokens),
  decodeMs: (batch, contextTokens) => 6 + 0.05 * batch + 5e-6 * contextTokens,
};

interface Decision {
  readonly request: RequestView;
  readonly workers: readonly WorkerView[];
}

/** Routing decisions as they come up at a fleet of eight workers under uneven load. */
export function syntheticDecisions(count: number, seed: number): Decision[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const isl = 200 + random.int(20_000);
    const blocks = Math.floor(isl / BLOCK_SIZE);
    const shared = random.chance(0.6) ? random.int(blocks + 1) : 0;
    const request: RequestView = {
      isl,
      blocks,
      blockSize: BLOCK_SIZE,
      now: 0,
      priority: 0,
      turn: random.int(4),
      lastWorker: random.int(9) - 1,
      heldMs: 0,
      minPrefillTokens: isl - shared * BLOCK_SIZE,
    };
    return { request, workers: Array.from({ length: 8 }, (_, id) => syntheticWorker(id, shared)) };
  });

  function syntheticWorker(id: number, shared: number): WorkerView {
    const decodeRequests = random.int(30);
    const queued = random.chance(0.4) ? random.int(4) : 0;
    const queuedTokens = queued * random.int(12_000);
    const contextTokens = decodeRequests * (1000 + random.int(12_000));
    const usedBlocks = Math.ceil(contextTokens / BLOCK_SIZE);
    return {
      id,
      overlapBlocks: random.chance(0.3) ? shared : random.int(2) * Math.min(1, shared),
      activeOverlapBlocks: 0,
      activeBlocks: Math.floor(usedBlocks * (0.6 + 0.4 * random.next())),
      prefillTokens: queuedTokens + random.int(6000),
      inFlight: decodeRequests + queued,
      queued,
      queuedTokens,
      decodeRequests,
      contextTokens,
      usedBlocks,
      passEndsInMs: decodeRequests === 0 ? 0 : random.next() * (random.chance(0.5) ? 20 : 150),
      capacityBlocks: 4000,
      hostOverlapBlocks: 0,
      ageMs: 0,
    };
  }
}

/** What the landscape rewards: time to the first token, plus the delay it causes others. */
function trueCost(request: RequestView, worker: WorkerView): number {
  const cached = worker.overlapBlocks * request.blockSize;
  const own = ENGINE.prefillMs(request.isl - cached, cached);
  return worker.passEndsInMs + 0.022 * worker.queuedTokens + own * (1 + 0.08 * worker.inFlight);
}

/** Relative regret of a policy's choices: 0 = always the best worker. Undefined if it fails. */
export function toyScore(source: string, decisions: readonly Decision[]): number | undefined {
  const router = loadPolicy(source).router;
  if (router === undefined) return undefined;
  let regret = 0;
  let best = 0;
  for (const { request, workers } of decisions) {
    const costs = workers.map((worker) => router.cost(request, worker));
    if (costs.some(Number.isNaN)) return undefined;
    const chosen = workers[costs.indexOf(Math.min(...costs))];
    const truth = workers.map((worker) => trueCost(request, worker));
    const least = Math.min(...truth);
    regret += (truth[chosen?.id ?? 0] ?? 0) - least;
    best += least;
  }
  return regret / best;
}

function loadPolicy(source: string): Policy {
  const { code } = transformSync(source, { loader: 'ts', format: 'cjs' });
  const module = { exports: { default: undefined as unknown } };
  new Function('module', 'exports', code)(module, module.exports);
  const create = module.exports.default;
  if (typeof create !== 'function') throw new Error('the policy has no default export');
  return create({
    workers: 8,
    blockSize: BLOCK_SIZE,
    rng: { next: () => 0.5, int: () => 0 },
    params: {},
    engine: ENGINE,
  });
}

export interface ToyRun {
  readonly seedScore: number;
  readonly bestScore: number;
  readonly bestSource: string;
  readonly history: readonly PastAttempt[];
}

/** Hill climbing as the loop does it: keep what scores better by a margin, remember everything. */
export async function climb(
  proposer: Proposer,
  seedSource: string,
  attempts: number,
  seed: number,
): Promise<ToyRun> {
  const decisions = syntheticDecisions(400, 1);
  const seedScore = toyScore(seedSource, decisions) ?? Number.POSITIVE_INFINITY;
  let incumbent = { source: seedSource, attempt: 0, score: seedScore };
  const history: PastAttempt[] = [];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const context = { attempt, seed: seed * 100_003 + attempt, incumbent, baselines: [], history };
    const proposal = await proposer.propose(context);
    if (proposal?.change.kind !== 'source') throw new Error('the mutator proposes whole sources');
    const { source } = proposal.change;
    const score = toyScore(source, decisions);
    const isBetter = score !== undefined && score < incumbent.score - 0.003;
    history.push({
      attempt,
      idea: proposal.idea,
      operator: proposal.operator,
      verdict: isBetter ? 'kept' : 'discarded',
      reason: isBetter ? 'better' : 'not better',
      score,
      source,
    });
    if (isBetter) incumbent = { source, attempt, score };
  }
  return { seedScore, bestScore: incumbent.score, bestSource: incumbent.source, history };
}
