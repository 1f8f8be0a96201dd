import { BinaryHeap } from '../../harness/ds/binary-heap.ts';
import type { LoadSpec } from '../../harness/sim/config.ts';
import type { RequestColumns } from '../../harness/sim/request-columns.ts';

/** A turn that may be dispatched from `readyMs` on. */
interface ReadyTurn {
  readonly readyMs: number;
  readonly session: number;
  readonly turn: number;
  readonly request: number;
}

/** Decides when requests enter the system. */
export interface LoadDriver {
  /** When the next request becomes ready; Infinity if that depends on a completion. */
  nextReadyMs(): number;
  /** The next request ready at `now`, in dispatch order, or −1. */
  take(now: number): number;
  /** From when TTFT of a request dispatched at `now` counts. */
  arrivalMs(request: number, now: number): number;
  /** A request has finished or was rejected: its session goes on. */
  complete(request: number, now: number): void;
}

export function createLoadDriver(columns: RequestColumns, load: LoadSpec): LoadDriver {
  return load.kind === 'open'
    ? new OpenLoop(columns, load.speedup)
    : new ClosedLoop(columns, load.concurrency);
}

/** Turns that are or will be ready, by (ready time, session, turn). */
function readyQueue(): BinaryHeap<ReadyTurn> {
  return new BinaryHeap<ReadyTurn>((a, b) => {
    if (a.readyMs !== b.readyMs) return a.readyMs < b.readyMs;
    return a.session !== b.session ? a.session < b.session : a.turn < b.turn;
  });
}

/** Request indices of each session, in turn order. */
function requestsBySession(columns: RequestColumns): number[][] {
  const sessions: number[][] = [];
  for (let request = 0; request < columns.count; request++) {
    const session = columns.session[request]!;
    sessions[session] ??= [];
    sessions[session].push(request);
  }
  return sessions;
}

/** First turns arrive when the trace says; later ones follow the end of the previous turn after their delay. */
class OpenLoop implements LoadDriver {
  readonly #columns: RequestColumns;
  readonly #speedup: number;
  readonly #sessions: number[][];
  readonly #ready = readyQueue();
  readonly #readyMs: Float64Array;

  constructor(columns: RequestColumns, speedup: number) {
    this.#columns = columns;
    this.#speedup = speedup;
    this.#sessions = requestsBySession(columns);
    this.#readyMs = new Float64Array(columns.count);
    for (const session of this.#sessions)
      this.#schedule(session[0]!, columns.arrivalMs[session[0]!]! / speedup);
  }

  nextReadyMs(): number {
    return this.#ready.peek()?.readyMs ?? Number.POSITIVE_INFINITY;
  }

  take(now: number): number {
    if (this.nextReadyMs() > now) return -1;
    return this.#ready.pop()!.request;
  }

  arrivalMs(request: number): number {
    return this.#readyMs[request]!;
  }

  complete(request: number, now: number): void {
    const next = this.#sessions[this.#columns.session[request]!]![this.#columns.turn[request]! + 1];
    if (next !== undefined) this.#schedule(next, now + this.#columns.delayMs[next]! / this.#speedup);
  }

  #schedule(request: number, readyMs: number): void {
    this.#readyMs[request] = readyMs;
    this.#ready.push({
      readyMs,
      session: this.#columns.session[request]!,
      turn: this.#columns.turn[request]!,
      request,
    });
  }
}

/** A fixed number of session slots; timestamps are ignored. Ready turns go before new sessions. */
class ClosedLoop implements LoadDriver {
  readonly #columns: RequestColumns;
  readonly #sessions: number[][];
  readonly #ready = readyQueue();
  #freeSlots: number;
  #nextSession = 0;

  constructor(columns: RequestColumns, concurrency: number) {
    this.#columns = columns;
    this.#sessions = requestsBySession(columns);
    this.#freeSlots = concurrency;
  }

  nextReadyMs(): number {
    if (this.#canStartSession()) return 0;
    return this.#ready.peek()?.readyMs ?? Number.POSITIVE_INFINITY;
  }

  take(now: number): number {
    const turn = this.#ready.peek();
    if (turn !== undefined && turn.readyMs <= now) return this.#ready.pop()!.request;
    if (!this.#canStartSession()) return -1;
    this.#freeSlots -= 1;
    const request = this.#sessions[this.#nextSession]![0]!;
    this.#nextSession += 1;
    return request;
  }

  arrivalMs(_request: number, now: number): number {
    return now;
  }

  complete(request: number, now: number): void {
    const session = this.#columns.session[request]!;
    const turn = this.#columns.turn[request]! + 1;
    const next = this.#sessions[session]![turn];
    if (next === undefined) this.#freeSlots += 1;
    else this.#ready.push({ readyMs: now + this.#columns.delayMs[next]!, session, turn, request: next });
  }

  #canStartSession(): boolean {
    return this.#freeSlots > 0 && this.#nextSession < this.#sessions.length;
  }
}
