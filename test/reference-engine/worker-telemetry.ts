import type { VllmWorker } from './vllm-worker.ts';

/**
 * What an engine reports of itself at an instant. Progress of a request changes at pass ends (admission shows what was
 * found in the cache), blocks change at pass starts.
 */

/** Prompt tokens still to be computed, of waiting and of partly prefilled requests. */
export function queuedTokens(worker: VllmWorker): number {
  let tokens = 0;
  for (let i = 0; i < worker.waiting.length; i++) {
    const request = worker.waiting.at(i);
    tokens += request.promptTokens - Math.min(request.promptTokens, request.overlapTokens);
  }
  for (const request of worker.running) tokens += Math.max(0, request.promptTokens - request.progressTokens);
  return tokens;
}

/** Running requests past their first token. */
export function decodeRequests(worker: VllmWorker): number {
  let requests = 0;
  for (const request of worker.running) if (request.generated > 0) requests += 1;
  return requests;
}

/** Prompt plus generated tokens of the running requests past their first token. */
export function contextTokens(worker: VllmWorker): number {
  let tokens = 0;
  for (const request of worker.running) if (request.generated > 0) tokens += request.knownTokens;
  return tokens;
}
