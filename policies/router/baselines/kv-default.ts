import type { Init, Policy } from 'autoresearch/contract';

/** DynoSim's KV router: blocks left to prefill, booked ones included, plus blocks held by unfinished requests. */
export default function create(_init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const prefillBlocks = (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks;
        const heldBlocks = worker.activeBlocks + req.blocks - worker.activeOverlapBlocks;
        return Math.max(0, prefillBlocks) + heldBlocks;
      },
    },
  };
}
