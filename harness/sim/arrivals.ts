import { BinaryHeap } from '../ds/binary-heap.ts';
import { NONE } from '../ds/key-table.ts';
import type { LoadSpec } from './config.ts';
import type { RequestColumns } from './request-columns.ts';

/** Decides when requests enter the system. */
export interface Arrivals {
  /** When the next request becomes ready; Infinity if that depends on a completion. */
  nextReadyMs(): number;
  /** The next request ready at `now`, in dispatch order, or NONE. */
  take(now: number): number;
  /** From when TTFT of a request dispatched at `now` counts. */
  arrivalMs(request: number, now: number): number;
  /** A request has finished or was rejected: its session goes on. */
  complete(request: number, now: number): void;
}

export function createArrivals(columns: RequestColumns, load: LoadSpec): Arrivals {
  const sessions = sessionsOf(columns);
  return load.kind === 'open'
    ? new OpenLoop(columns, sessions, load.speedup)
    : new ClosedLoop(columns, sessions, load.concurrency);
}

interface Sessions {
  /** First request of each session, in session order. */
  readonly first: Int32Array;
  /** Next turn of each request's session, or NONE. */
  readonly next: Int32Array;
}

const known = new WeakMap<RequestColumns, Sessions>();

function sessionsOf(columns: RequestColumns): Sessions {
  let sessions = known.get(columns);
  if (sessions === undefined) {
    sessions = linkSessions(columns);
    known.set(columns, sessions);
  }
  return sessions;
}

function linkSessions({ count, session }: RequestColumns): Sessions {
  let sessionCount = 0;
  for (let request = 0; request < count; request++)
    if (session[request]! >= sessionCount) sessionCount = session[request]! + 1;
  const first = new Int32Array(sessionCount).fill(NONE);
  const last = new Int32Array(sessionCount).fill(NONE);
  const next = new Int32Array(count).fill(NONE);
  for (let request = 0; request < count; request++) {
    const id = session[request]!;
    if (first[id] === NONE) first[id] = request;
    else next[last[id]!] = request;
    last[id] = request;
  }
  return { first, next };
}

/** Turns after the first that wait for their time, by (ready time, session, turn). */
class LaterTurns {
  readonly readyMs: Float64Array;
  readonly #heap: BinaryHeap<number>;

  constructor(columns: RequestColumns) {
    this.readyMs = new Float64Array(columns.count);
    const readyMs = this.readyMs;
    this.#heap = new BinaryHeap((a, b) => goesBefore(columns, readyMs, a, b));
  }

  peek(): number {
    return this.#heap.peek() ?? NONE;
  }

  pop(): void {
    this.#heap.pop();
  }

  push(request: number, readyMs: number): void {
    this.readyMs[request] = readyMs;
    this.#heap.push(request);
  }
}

function goesBefore({ session, turn }: RequestColumns, readyMs: Float64Array, a: number, b: number): boolean {
  if (readyMs[a] !== readyMs[b]) return readyMs[a]! < readyMs[b]!;
  return session[a] !== session[b] ? session[a]! < session[b]! : turn[a]! < turn[b]!;
}

/** Sorted by time, where equal in the order given; most traces are already. */
function inOrder(requests: Int32Array, readyMs: Float64Array): Int32Array {
  for (let i = 1; i < requests.length; i++) {
    if (readyMs[requests[i]!]! < readyMs[requests[i - 1]!]!)
      return requests.toSorted((a, b) => readyMs[a]! - readyMs[b]!);
  }
  return requests;
}

/** First turns arrive when the trace says; later ones follow the end of the previous turn after their delay. */
class OpenLoop implements Arrivals {
  readonly #columns: RequestColumns;
  readonly #sessions: Sessions;
  readonly #speedup: number;
  /** First turns by (arrival, session). */
  readonly #firstTurns: Int32Array;
  #nextFirst = 0;
  readonly #later: LaterTurns;
  /** The next request of all, or NONE, and when it is ready. */
  #next = NONE;
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(columns: RequestColumns, sessions: Sessions, speedup: number) {
    this.#columns = columns;
    this.#sessions = sessions;
    this.#speedup = speedup;
    this.#later = new LaterTurns(columns);
    const { readyMs } = this.#later;
    for (const request of sessions.first) readyMs[request] = columns.arrivalMs[request]! / speedup;
    this.#firstTurns = inOrder(sessions.first, readyMs);
    this.#findNext();
  }

  nextReadyMs(): number {
    return this.#nextMs;
  }

  take(now: number): number {
    if (this.#nextMs > now) return NONE;
    const request = this.#next;
    if (request === this.#later.peek()) this.#later.pop();
    else this.#nextFirst += 1;
    this.#findNext();
    return request;
  }

  arrivalMs(request: number): number {
    return this.#later.readyMs[request]!;
  }

  complete(request: number, now: number): void {
    const next = this.#sessions.next[request]!;
    if (next === NONE) return;
    this.#later.push(next, now + this.#columns.delayMs[next]! / this.#speedup);
    this.#findNext();
  }

  #findNext(): void {
    this.#next = this.#earlier(this.#firstTurns[this.#nextFirst] ?? NONE, this.#later.peek());
    this.#nextMs = this.#next === NONE ? Number.POSITIVE_INFINITY : this.#later.readyMs[this.#next]!;
  }

  #earlier(first: number, later: number): number {
    if (later === NONE) return first;
    if (first === NONE) return later;
    return goesBefore(this.#columns, this.#later.readyMs, first, later) ? first : later;
  }
}

/** A fixed number of session slots; timestamps are ignored. Ready turns go before new sessions. */
class ClosedLoop implements Arrivals {
  readonly #columns: RequestColumns;
  readonly #sessions: Sessions;
  readonly #later: LaterTurns;
  #freeSlots: number;
  #nextSession = 0;

  constructor(columns: RequestColumns, sessions: Sessions, concurrency: number) {
    this.#columns = columns;
    this.#sessions = sessions;
    this.#later = new LaterTurns(columns);
    this.#freeSlots = concurrency;
  }

  nextReadyMs(): number {
    if (this.#canStartSession()) return 0;
    const later = this.#later.peek();
    return later === NONE ? Number.POSITIVE_INFINITY : this.#later.readyMs[later]!;
  }

  take(now: number): number {
    const later = this.#later.peek();
    if (later !== NONE && this.#later.readyMs[later]! <= now) {
      this.#later.pop();
      return later;
    }
    if (!this.#canStartSession()) return NONE;
    this.#freeSlots -= 1;
    this.#nextSession += 1;
    return this.#sessions.first[this.#nextSession - 1]!;
  }

  arrivalMs(_request: number, now: number): number {
    return now;
  }

  complete(request: number, now: number): void {
    const next = this.#sessions.next[request]!;
    if (next === NONE) this.#freeSlots += 1;
    else this.#later.push(next, now + this.#columns.delayMs[next]!);
  }

  #canStartSession(): boolean {
    return this.#freeSlots > 0 && this.#nextSession < this.#sessions.first.length;
  }
}
