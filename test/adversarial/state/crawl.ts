/**
 * target: router
 * attack: looks through everything that can be reached for an array as long as a trace
 * expected: rejected: (object-members)
 * without the gate: scored: unchanged
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const seen = new Set<unknown>();
        const pending: any[] = [req, worker, init, this];
        for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
          if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
          seen.add(value);
          if (value.length > 50) throw new Error('found something long');
          for (const key of Object.getOwnPropertyNames(value)) {
            const property: any = Object.getOwnPropertyDescriptor(value, key);
            pending.push(property.value, property.get);
          }
          pending.push(Object.getPrototypeOf(value));
          if (seen.size > 20) break;
        }
        return (worker.prefillTokens + req.isl) / req.blockSize - worker.overlapBlocks + worker.inFlight * 2;
      },
    },
  };
}
