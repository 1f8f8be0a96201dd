import { type Init, type Policy } from 'autoresearch/contract';

/** @param init what the simulator tells about the scenario */
const leastLoaded = (init: Init): Policy => ({
  router: { cost: (_req, { inFlight, id }) => inFlight * init.workers + id },
});

export { leastLoaded as default };
