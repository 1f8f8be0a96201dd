/**
 * What a policy module sees and returns. Types only: `import type { … } from 'autoresearch/contract'` is the one
 * import a policy may have. Its default export is a factory, called once per simulation:
 *
 *     export default function create(init: Init): Policy { return { router: { cost: (req, w) => … } }; }
 *
 * It runs with these globals and no others, all of them frozen: Math (without random), Number, Boolean, String, Array,
 * Object, Map, Set, Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array,
 * Infinity, NaN, undefined, isFinite, isNaN, Error, RangeError, TypeError.
 *
 * Times are milliseconds of simulated time, lengths are tokens, cache sizes are KV blocks of `blockSize` tokens.
 */

/** What the factory receives, once per simulation. */
export interface Init {
  /** Number of workers in the fleet. */
  readonly workers: number;
  /** Tokens per KV block. */
  readonly blockSize: number;
  /** Seeded random numbers of this policy's own; equal seeds give equal simulations. */
  readonly rng: Rng;
  /** Tunable constants by name; empty unless a tuner supplies them. */
  readonly params: Readonly<Record<string, number>>;
  /** Read-only estimate of this scenario's pass timing. */
  readonly engine: EngineEstimate;
}

export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
}

/** How long work takes on one worker of this scenario when nothing else runs there. */
export interface EngineEstimate {
  /** Duration in ms of prefilling `tokens` new prompt tokens behind `prefixTokens` cached ones. */
  prefillMs(tokens: number, prefixTokens: number): number;
  /** Duration in ms of one decode pass: `batch` requests, their total context in tokens, KV blocks in use. */
  decodeMs(batch: number, contextTokens: number, usedBlocks: number): number;
}

/** The request being routed. Output length, trace position and anything later are never visible. */
export interface RequestView {
  /** Prompt length in tokens. */
  readonly isl: number;
  /** Full KV blocks of the prompt: floor(isl / blockSize). */
  readonly blocks: number;
  /** Tokens per KV block. */
  readonly blockSize: number;
  /** Current simulated time, ms. */
  readonly now: number;
  /** Priority the client asked for; 0 where the trace has none. */
  readonly priority: number;
  /** 0 = first request of its session, inferred from shared prompt prefixes. */
  readonly turn: number;
  /** Worker that served the previous request of the session, or −1. */
  readonly lastWorker: number;
  /** Time since the request arrived, ms: how long it has been held when it is routed, its TTFT in `onFirstToken`, its latency in `onCompleted`. */
  readonly heldMs: number;
  /** Smallest number of prompt tokens any routable worker would have to prefill. */
  readonly minPrefillTokens: number;
}

/** One worker, as the router knows it at this instant. */
export interface WorkerView {
  /** Worker index, 0 … workers − 1. */
  readonly id: number;

  // The router's own bookkeeping: always fresh.
  /** Leading blocks of this request that the worker's cache index holds. */
  readonly overlapBlocks: number;
  /** Leading blocks of this request among the prompts of the worker's placed, unfinished requests. */
  readonly activeOverlapBlocks: number;
  /** Distinct prompt blocks of the worker's placed, unfinished requests. */
  readonly activeBlocks: number;
  /** Prompt tokens booked for prefill (without the overlap seen at placement), until the first token. */
  readonly prefillTokens: number;
  /** Requests placed on the worker and not finished. */
  readonly inFlight: number;

  // Engine telemetry: a snapshot, `ageMs` old.
  /** Requests waiting for admission. */
  readonly queued: number;
  /** Prompt tokens not yet computed: waiting and partly prefilled requests, without what was cached. Progress shows at pass ends. */
  readonly queuedTokens: number;
  /** Running requests that have produced their first token. */
  readonly decodeRequests: number;
  /** Context (prompt + generated) of those requests, tokens. */
  readonly contextTokens: number;
  /** KV blocks held by requests, as of the last pass start. */
  readonly usedBlocks: number;
  /** Time until the running pass ends, ms; 0 when idle. */
  readonly passEndsInMs: number;
  /** KV blocks the worker has. */
  readonly capacityBlocks: number;
  /** Leading blocks of this request in the worker's host memory tier; 0 without such a tier. */
  readonly hostOverlapBlocks: number;
  /** Age of this telemetry, ms. */
  readonly ageMs: number;
}

/** Decides where requests go. */
export interface Router {
  /**
   * Called for every decision and every routable worker, in id order. The lowest cost wins by plain `<`; ties go to
   * the lowest id. ±Infinity is allowed; NaN or anything but a number ends the evaluation as a policy error.
   */
  cost(req: RequestView, worker: WorkerView): number;
  /**
   * May this worker get the request now? Called for each worker before `cost`; without this hook all may. If none may,
   * the request is held and tried again at the next arrival, first token or completion of any request (and when a
   * worker becomes active), never at other times. Anything but a boolean is a policy error; requests that are held
   * when nothing is left to happen make the evaluation `invariant-violated`.
   */
  admit?(req: RequestView, worker: WorkerView): boolean;
  /** Rank among held requests when they are tried again: lowest first, ties in order of arrival. Judged as `cost`. */
  order?(req: RequestView): number;
  /** Called after each placement. */
  onRouted?(req: RequestView, worker: WorkerView): void;
  /** Called when a request's first token is produced. */
  onFirstToken?(req: RequestView, worker: WorkerView): void;
  /** Called when a request has finished. */
  onCompleted?(req: RequestView, worker: WorkerView): void;
}

/** What the factory returns: the hooks of the target it was written for. */
export interface Policy {
  readonly router?: Router;
  /**
   * What the policy follows: `event` (the default) are arrivals, first tokens and completions; stretches of passes in
   * which none of these happens are simulated in one go. `pass` has every pass simulated by itself: slower, and the
   * same to the bit for every hook there is.
   */
  readonly observes?: 'event' | 'pass';
}
