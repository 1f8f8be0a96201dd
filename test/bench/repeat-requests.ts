import type { RequestColumns } from '../../harness/sim/request-columns.ts';

/** Traffic that comes again and again: the same prompts, `periodMs` later each time. Sessions are not repeated with it. */
export function repeatRequests(columns: RequestColumns, times: number, periodMs: number): RequestColumns {
  const { count } = columns;
  const total = count * times;
  const session = Int32Array.from({ length: total }, (_, request) => request);
  const arrivalMs = new Float64Array(total);
  const keyStart = new Int32Array(total + 1);
  const keysEach = columns.keys.length;
  for (let request = 0; request < total; request++) {
    const turn = Math.floor(request / count);
    const original = request - turn * count;
    arrivalMs[request] = (columns.arrivalMs[original] ?? 0) + turn * periodMs;
    keyStart[request + 1] = turn * keysEach + (columns.keyStart[original + 1] ?? 0);
  }
  const none = new Int32Array(total);
  return {
    count: total,
    promptTokens: repeated(columns.promptTokens, times),
    outputTokens: repeated(columns.outputTokens, times),
    session,
    turn: none,
    arrivalMs,
    delayMs: new Float64Array(total),
    keyStart,
    keys: repeated(columns.keys, times),
    keyCount: columns.keyCount,
    inferredSession: session,
    inferredTurn: none,
  };
}

function repeated(column: Int32Array, times: number): Int32Array {
  const longer = new Int32Array(column.length * times);
  for (let time = 0; time < times; time++) longer.set(column, time * column.length);
  return longer;
}
