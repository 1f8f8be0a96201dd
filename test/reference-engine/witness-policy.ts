import type { Policy, RequestView, Router, WorkerView } from '../../harness/contract/index.ts';

const OF_REQUEST: Readonly<Record<keyof RequestView, true>> = {
  isl: true,
  blocks: true,
  blockSize: true,
  now: true,
  priority: true,
  turn: true,
  lastWorker: true,
  heldMs: true,
  minPrefillTokens: true,
};

const OF_WORKER: Readonly<Record<keyof WorkerView, true>> = {
  id: true,
  overlapBlocks: true,
  activeOverlapBlocks: true,
  activeBlocks: true,
  prefillTokens: true,
  inFlight: true,
  queued: true,
  queuedTokens: true,
  decodeRequests: true,
  contextTokens: true,
  usedBlocks: true,
  passEndsInMs: true,
  capacityBlocks: true,
  hostOverlapBlocks: true,
  ageMs: true,
};

/** Every field of the views. */
export const REQUEST_FIELDS = Object.keys(OF_REQUEST) as (keyof RequestView)[];
export const WORKER_FIELDS = Object.keys(OF_WORKER) as (keyof WorkerView)[];

export const FEEDBACK_HOOKS = ['onRouted', 'onFirstToken', 'onCompleted'] as const;

/** What a witness looks at, and when. Looking moves a worker's state up to the clock, so looking less matters too. */
export interface WitnessChoice {
  readonly requestFields: readonly (keyof RequestView)[];
  readonly workerFields: readonly (keyof WorkerView)[];
  /** It looks at every n-th call of a hook only. */
  readonly every: number;
  readonly hooks: readonly (typeof FEEDBACK_HOOKS)[number][];
  /** A worker is admitted below so many requests in flight, and now and then above; absent = always. */
  readonly admitBelow?: number;
  /** Whether held requests are ranked by what was seen. */
  readonly ranks?: boolean;
}

/** Everything a witness has read, in order. */
export interface Readings {
  readonly hooks: string[];
  readonly fields: string[];
  readonly workers: number[];
  readonly values: number[];
}

export function noReadings(): Readings {
  return { hooks: [], fields: [], workers: [], values: [] };
}

/**
 * A policy whose every decision depends on all that it has read so far, and that keeps a list of it: a view that differs
 * in one bit once shows in the list, and changes where requests go.
 */
export function witnessPolicy(choice: WitnessChoice, readings: Readings): Policy {
  return { router: new Witness(choice, readings).router() };
}

const NO_WORKER = -1;

class Witness {
  readonly #choice: WitnessChoice;
  readonly #readings: Readings;
  readonly #number = new Float64Array(1);
  readonly #bits = new Int32Array(this.#number.buffer);
  #digest = 1;
  #calls = 0;

  constructor(choice: WitnessChoice, readings: Readings) {
    this.#choice = choice;
    this.#readings = readings;
  }

  router(): Router {
    const { hooks, admitBelow, ranks } = this.#choice;
    const router: Router = {
      cost: (req, worker) => this.#look('cost', req, worker) % 64,
      ...Object.fromEntries(
        hooks.map((hook) => [hook, (req: RequestView, worker: WorkerView) => this.#look(hook, req, worker)]),
      ),
    };
    if (admitBelow !== undefined)
      router.admit = (req, worker) =>
        this.#look('admit', req, worker) % 8 === 0 || worker.inFlight < admitBelow;
    if (ranks) router.order = (req) => this.#look('order', req) % 5;
    return router;
  }

  /** A number that depends on everything seen. */
  #look(hook: string, req: RequestView, worker?: WorkerView): number {
    this.#calls += 1;
    if (this.#calls % this.#choice.every === 0) {
      const { requestFields, workerFields } = this.#choice;
      const id = worker?.id ?? NO_WORKER;
      for (const field of requestFields) this.#note(hook, field, id, req[field]);
      if (worker !== undefined) for (const field of workerFields) this.#note(hook, field, id, worker[field]);
    }
    this.#fold(this.#calls);
    return this.#digest >>> 8;
  }

  #note(hook: string, field: string, worker: number, value: number): void {
    const { hooks, fields, workers, values } = this.#readings;
    hooks.push(hook);
    fields.push(field);
    workers.push(worker);
    values.push(value);
    this.#number[0] = value;
    this.#fold(this.#bits[0]!);
    this.#fold(this.#bits[1]!);
  }

  #fold(word: number): void {
    const mixed = Math.imul(this.#digest ^ word, 0x9e3779b1);
    this.#digest = mixed ^ (mixed >>> 15);
  }
}

/** The first reading that differs, or undefined. */
export function readingsDifference(expected: Readings, actual: Readings): string | undefined {
  const count = Math.max(expected.values.length, actual.values.length);
  for (let index = 0; index < count; index++) {
    if (isSameReading(expected, actual, index)) continue;
    return `reading ${index + 1}: ${readingAt(expected, index)}, not ${readingAt(actual, index)}`;
  }
  return undefined;
}

function isSameReading(a: Readings, b: Readings, index: number): boolean {
  return (
    Object.is(a.values[index], b.values[index]) &&
    a.workers[index] === b.workers[index] &&
    a.fields[index] === b.fields[index] &&
    a.hooks[index] === b.hooks[index]
  );
}

function readingAt({ hooks, fields, workers, values }: Readings, index: number): string {
  if (index >= values.length) return 'none';
  const value = Object.is(values[index], -0) ? '-0' : String(values[index]);
  const where = workers[index] === NO_WORKER ? '' : ` about worker ${workers[index]}`;
  return `${fields[index]} in ${hooks[index]}${where} = ${value}`;
}
