import type { Init, Policy } from 'autoresearch/contract';

/**
 * Expected latency: time until the worker gets to this prompt, plus its own prefill; `RESIDENT_DELAY` charges the
 * delay that this prefill inflicts on each request already there.
 */
export default function create(init: Init): Policy {
  const RESIDENT_DELAY = 0.05;
  const QUEUE_OVERHEAD = 1.15;
  const probeTokens = 8192;
  const msPerToken = init.engine.prefillMs(probeTokens, 0) / probeTokens;
  return {
    router: {
      cost(req, worker) {
        const cachedTokens = worker.overlapBlocks * req.blockSize;
        const wait = worker.passEndsInMs + QUEUE_OVERHEAD * msPerToken * worker.queuedTokens;
        const own =
          init.engine.prefillMs(req.isl - cachedTokens, cachedTokens) +
          init.engine.decodeMs(worker.decodeRequests + 1, worker.contextTokens, worker.usedBlocks);
        return wait + own * (1 + RESIDENT_DELAY * worker.inFlight);
      },
    },
  };
}
