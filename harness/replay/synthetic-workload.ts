import type { RequestColumns } from '../sim/request-columns.ts';
import { UserError } from '../user-error.ts';
import { ChaCha12 } from './chacha12.ts';
import type { SyntheticArrivals, SyntheticWorkload } from './replay-request.ts';

/** The seed of the group draws is fixed; `--arrival-seed` changes arrivals alone. */
const GROUP_SEED = 42n;
const MAX_COLUMN = 2_147_483_647;

/** The requests of a synthetic workload, session by session, turn by turn. */
export function syntheticRequests(workload: SyntheticWorkload, blockSize: number): RequestColumns {
  const { sessions, turnsPerSession } = workload;
  const count = sessions * turnsPerSession;
  const blocks = Math.floor(workload.inputTokens / blockSize);
  checkSize(count, blocks);
  const session = new Int32Array(count).map((_, request) => Math.floor(request / turnsPerSession));
  const turn = new Int32Array(count).map((_, request) => request % turnsPerSession);
  const firstArrivals = arrivalTimes(sessions, workload.arrivals);
  return {
    count,
    promptTokens: new Int32Array(count).fill(workload.inputTokens),
    outputTokens: new Int32Array(count).fill(workload.outputTokens),
    session,
    turn,
    arrivalMs: Float64Array.from(turn, (number, request) =>
      number === 0 ? (firstArrivals[session[request] ?? 0] ?? 0) : Number.NaN,
    ),
    delayMs: Float64Array.from(turn, (number) => (number === 0 ? 0 : workload.interTurnDelayMs)),
    keyStart: new Int32Array(count + 1).map((_, request) => request * blocks),
    ...promptKeys(workload, blocks, sharedBlocks(workload, blocks, blockSize)),
    inferredSession: session,
    inferredTurn: turn,
  };
}

function checkSize(count: number, blocks: number): void {
  if (count * Math.max(1, blocks) <= MAX_COLUMN) return;
  throw new UserError(
    `the synthetic workload has ${count} requests of ${blocks} KV blocks, more than fit; lower --request-count or --input-tokens`,
  );
}

function arrivalTimes(sessions: number, arrivals: SyntheticArrivals): Float64Array {
  const times = new Float64Array(sessions);
  switch (arrivals.kind) {
    case 'interval':
      return times.map((_, session) => session * arrivals.intervalMs);
    case 'poisson': {
      const random = new ChaCha12(arrivals.seed);
      let now = 0;
      for (let session = 1; session < sessions; session++) {
        now += (-Math.log(1 - random.double()) * 1000) / arrivals.requestsPerSecond;
        times[session] = now;
      }
      return times;
    }
    case 'unscheduled':
      return times;
  }
}

/** Leading full blocks that all prompts of a group share. A partial last block counts for the ratio. */
function sharedBlocks(workload: SyntheticWorkload, blocks: number, blockSize: number): number {
  if (workload.prefixGroups === 0) return 0;
  const promptBlocks = Math.ceil(workload.inputTokens / blockSize);
  return Math.min(blocks, Math.floor(promptBlocks * workload.sharedPrefixRatio + 0.5));
}

/** Dense keys: a group's shared blocks get theirs when its first session appears, every other block has its own. */
function promptKeys(workload: SyntheticWorkload, blocks: number, shared: number) {
  const { sessions, turnsPerSession, prefixGroups } = workload;
  const keys = new Int32Array(sessions * turnsPerSession * blocks);
  const random = new ChaCha12(GROUP_SEED);
  const firstKeyOf = new Map<number, number>();
  let keyCount = 0;
  let position = 0;
  for (let session = 0; session < sessions; session++) {
    const group = shared > 0 ? random.below(prefixGroups) : -1;
    if (shared > 0 && !firstKeyOf.has(group)) {
      firstKeyOf.set(group, keyCount);
      keyCount += shared;
    }
    const firstKey = firstKeyOf.get(group) ?? 0;
    for (let turn = 0; turn < turnsPerSession; turn++) {
      for (let block = 0; block < blocks; block++) {
        keys[position++] = block < shared ? firstKey + block : keyCount++;
      }
    }
  }
  return { keys, keyCount };
}
