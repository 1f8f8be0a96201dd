/**
 * target: router
 * attack: leaves a mark on what counts the steps of its program
 * expected: rejected: (known-names)
 * without the gate: policy-error: Cannot add property mark, object is not extensible
 */
import type { Init, Policy } from 'autoresearch/contract';

declare const arguments: any;
const [, , cell, spent] = arguments;

export default function create(init: Init): Policy {
  if (cell.mark === 1 || spent.mark === 1) throw new Error('state survived');
  spent.mark = 1;
  cell.mark = 1;
  return {
    router: {
      cost(req, worker) {
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
