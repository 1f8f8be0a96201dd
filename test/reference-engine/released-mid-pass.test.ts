import { expect, it } from 'vitest';
import type { Policy } from '../../harness/contract/index.ts';
import { DEFAULT_ENGINE, type SimulationSpec } from '../../harness/sim/config.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { smallTrace } from '../trace/small-trace.ts';
import { firstDifference } from './compare-results.ts';
import { simulateByTheBook } from './simulate-by-the-book.ts';

/** Requests are told apart by their prompts: 8 tokens go to worker 0, 12 to 1, 4 to 2; 5 wait for worker 0, 6 for two of worker 2. */
function releasing(seen: unknown[], observes: Policy['observes']): Policy {
  let isFirstDone = false;
  let doneOnLast = 0;
  const router: Policy['router'] = {
    admit(request, worker) {
      if (request.isl === 4) return worker.id === 2;
      if (request.isl === 8) return worker.id === 0;
      if (request.isl === 12) return worker.id === 1;
      return request.isl === 5 ? isFirstDone && worker.id === 1 : doneOnLast >= 2;
    },
    cost(request, worker) {
      if (request.isl === 6) seen.push([worker.id, worker.queued, worker.usedBlocks, worker.passEndsInMs]);
      if (worker.id !== 1) return 5;
      return worker.queued > 0 ? 10 : 0;
    },
    onCompleted(_request, worker) {
      if (worker.id === 0) isFirstDone = true;
      if (worker.id === 2) doneOnLast += 1;
    },
  };
  return observes === undefined ? { router } : { observes, router };
}

it('ends in its turn a pass that a request released at its very end falls into', () => {
  const rows = [
    { timestamp: 0, input_length: 4, output_length: 1, hash_ids: [1] },
    { timestamp: 0, input_length: 8, output_length: 5, hash_ids: [2, 20] },
    { timestamp: 0, input_length: 12, output_length: 20, hash_ids: [3, 30, 31] },
    { timestamp: 20, input_length: 5, output_length: 3, hash_ids: [4, 40] },
    { timestamp: 25, input_length: 6, output_length: 3, hash_ids: [6, 60] },
    { timestamp: 30, input_length: 4, output_length: 0, hash_ids: [1] },
  ];
  const columns = compileRequests(smallTrace(rows, { traceBlockSize: 4 }), { blockSize: 4, load: 'open' });
  const spec = (seen: unknown[], observes: Policy['observes']): SimulationSpec => ({
    engine: { ...DEFAULT_ENGINE, blockSize: 4 },
    timing: { decodeFollowsContext: true, prefillMs: (requests) => 5 * requests, decodeMs: () => 5 },
    workers: 3,
    router: { kind: 'policy', policy: releasing(seen, observes) },
    load: { kind: 'open', speedup: 1 },
    maxSimTimeMs: Number.POSITIVE_INFINITY,
  });
  const [inTheBook, seen, seenPassByPass]: unknown[][] = [[], [], []];
  const expected = simulateByTheBook(columns, spec(inTheBook ?? [], undefined));
  expect(firstDifference(expected, simulate(columns, spec(seen ?? [], undefined)))).toBeUndefined();
  expect(firstDifference(expected, simulate(columns, spec(seenPassByPass ?? [], 'pass')))).toBeUndefined();
  expect(inTheBook?.length).toBeGreaterThan(0);
  expect(seen).toEqual(inTheBook);
  expect(seenPassByPass).toEqual(inTheBook);
});
