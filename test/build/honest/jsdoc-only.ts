/**
 * Least loaded worker, cached prefix first.
 * @param {Init} init the scenario
 * @returns {Policy}
 * @see https://example.org/kv-routing#from 'paper' (adapted)
 */
export default function create(init) {
  /** @type {Map<string, Widget>} */
  const seen = new Map();
  return {
    router: {
      /** @param {RequestView} req */
      cost(req, worker) {
        const score = seen.get('w' + worker.id) || 0;
        return score + worker.inFlight - worker.overlapBlocks / (req.blocks || 1) + init.workers * 0;
      },
      onRouted(req, worker) { seen.set('w' + worker.id, 1); },
    },
  };
}
