const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Keeps questions from a server that is down. It opens when a question was given up; after a pause questions may try
 * again, and if they fail the pause doubles. An answer of any kind closes it.
 */
export class CircuitBreaker {
  readonly #nowMs: () => number;
  #problem = '';
  #failures = 0;
  #openUntilMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Why nothing may be asked now, and for how long; undefined when asking is all right. */
  objection(): { readonly problem: string; readonly retryInMs: number } | undefined {
    const retryInMs = this.#openUntilMs - this.#nowMs();
    return this.#failures === 0 || retryInMs <= 0 ? undefined : { problem: this.#problem, retryInMs };
  }

  /** The server is back: it answered. */
  answered(): void {
    this.#failures = 0;
  }

  /** A question was given up. Returns how long to leave the server alone. */
  gaveUp(problem: string, askedMs: number | undefined): number {
    const pauseMs = Math.max(askedMs ?? 0, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures));
    // Questions that were on their way together fail together: that is one failure.
    if (this.objection() === undefined) this.#failures++;
    this.#problem = problem;
    this.#openUntilMs = Math.max(this.#openUntilMs, this.#nowMs() + pauseMs);
    return this.#openUntilMs - this.#nowMs();
  }
}
