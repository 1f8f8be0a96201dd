/** Where the search starts when the incumbent is a policy it cannot read. */
export const PLAIN_POLICY = `import type { Init, Policy } from 'autoresearch/contract';

/** The worker with the fewest unfinished requests. */
export default function create(_init: Init): Policy {
  return {
    router: {
      cost(_req, worker) {
        return worker.inFlight;
      },
    },
  };
}
`;
