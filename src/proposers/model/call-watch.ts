/** How long a call may take. */
export interface CallLimits {
  /** Until the first token: reading a long prompt, hidden reasoning, a queue at the server. */
  readonly firstTokenMs: number;
  /** From one token to the next. */
  readonly stallMs: number;
  readonly totalMs: number;
}

export const DEFAULT_LIMITS: CallLimits = { firstTokenMs: 600_000, stallMs: 90_000, totalMs: 1_800_000 };

/** After its last token a reply may still be followed by numbers. */
const LINGER_MS = 5_000;

/** Ends a call that takes too long. `signal` is the call's; the caller's own signal aborts it too. */
export class CallWatch {
  readonly #limits: CallLimits;
  readonly #controller = new AbortController();
  readonly #total: NodeJS.Timeout;
  readonly #outer: AbortSignal;
  #step: NodeJS.Timeout;
  #expired: string | undefined;

  constructor(limits: CallLimits, outer: AbortSignal) {
    this.#limits = limits;
    this.#outer = outer;
    this.#total = this.#alarm(limits.totalMs, 'the reply took longer than');
    this.#step = this.#alarm(limits.firstTokenMs, 'no token within');
    if (outer.aborted) this.#abort();
    else outer.addEventListener('abort', this.#abort, { once: true });
  }

  get controller(): AbortController {
    return this.#controller;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which limit was passed. */
  get expired(): string | undefined {
    return this.#expired;
  }

  /** A token came in. */
  progressed(): void {
    this.#restart(this.#limits.stallMs);
  }

  /** The last token came in. */
  ending(): void {
    this.#restart(LINGER_MS);
  }

  end(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#step);
    this.#outer.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => this.#controller.abort();

  #restart(limitMs: number): void {
    clearTimeout(this.#step);
    this.#step = this.#alarm(limitMs, 'no token for');
  }

  #alarm(limitMs: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#expired ??= `${what} ${limitMs / 1000} s`;
      this.#abort();
    }, limitMs);
  }
}
