import type { ClusterRouter, RouterContext } from './router.ts';

type MakeRouter = (context: RouterContext) => ClusterRouter;

/**
 * What a router placed at each of its calls, so that the same simulation can run again without asking it: a policy may
 * remember the first time.
 */
export class PlacementScript {
  /** How many calls the router had had at each placement, and what it placed where. */
  readonly #calls: number[] = [];
  readonly #requests: number[] = [];
  readonly #workers: number[] = [];

  /** A router as `makeRouter` makes it, whose placements are written down. */
  write(makeRouter: MakeRouter, context: RouterContext): ClusterRouter {
    let calls = 0;
    const router = makeRouter({
      ...context,
      place: (request, worker) => {
        this.#calls.push(calls);
        this.#requests.push(request);
        this.#workers.push(worker);
        context.place(request, worker);
      },
    });
    const counted = () => {
      calls += 1;
      return router;
    };
    return {
      arrive: (request) => counted().arrive(request),
      firstToken: (request, worker) => counted().firstToken(request, worker),
      end: (request, worker, completed) => counted().end(request, worker, completed),
      get ties() {
        return router.ties;
      },
      get policyCalls() {
        return router.policyCalls;
      },
      get heldRequests() {
        return router.heldRequests;
      },
      assertEmpty: () => router.assertEmpty(),
    };
  }

  /** A router that places as it is written. */
  read({ place }: RouterContext): ClusterRouter {
    let calls = 0;
    let placed = 0;
    const next = () => {
      calls += 1;
      for (; this.#calls[placed] === calls; placed++) place(this.#requests[placed]!, this.#workers[placed]!);
    };
    return {
      arrive: next,
      firstToken: next,
      end: next,
      ties: 0,
      policyCalls: 0,
      heldRequests: 0,
      assertEmpty() {},
    };
  }
}
