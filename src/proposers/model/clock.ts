import { setTimeout as wait } from 'node:timers/promises';

/** The passing of time between calls. */
export interface Clock {
  nowMs(): number;
  /** Rejects when `signal` aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (durationMs, signal) => wait(durationMs, undefined, { signal }),
};
