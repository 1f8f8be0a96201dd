import type { Policy, RequestView, Router, WorkerView } from '../contract/index.ts';
import { NO_HOOK_CALLS } from '../sim/hook-calls.ts';
import { PolicyError } from '../sim/policy-error.ts';

/**
 * Steps a policy may take in one call: rounds of loops, calls of functions. A cost that looks at every worker of a
 * large fleet and at hundreds of past requests takes some ten thousand.
 */
const STEPS_PER_CALL = 5_000_000;
/** In all calls of an evaluation: a few seconds, or 2,000 steps in each of a million calls. Fits 32 bits. */
const STEPS_PER_EVALUATION = 2_000_000_000;

const HOOKS = Object.keys(NO_HOOK_CALLS);

/** How often a hook of one policy has been called. */
interface HookCalls {
  readonly hook: string;
  count: number;
}

type Hook = (request: RequestView, worker: WorkerView) => unknown;

/**
 * Counts the steps of a policy whose program counts down `fuel`, and ends the evaluation when a call or all of them
 * together take too many. The same policy ends at the same step on any machine. An error that the policy catches
 * doesn't help it: the cell stays below zero, and that is seen before the next call or at the finish.
 */
export class StepMeter {
  readonly fuel: Int32Array;
  readonly #perCall: number;
  readonly #perEvaluation: number;
  /** Steps of all finished calls. */
  #total = 0;
  #last: HookCalls = { hook: 'create', count: 0 };

  constructor(perCall = STEPS_PER_CALL, perEvaluation = STEPS_PER_EVALUATION) {
    this.fuel = new Int32Array(1).fill(perCall);
    this.#perCall = perCall;
    this.#perEvaluation = perEvaluation;
  }

  /** For the program to call when its fuel is below zero. */
  readonly spent = (): never => {
    throw new PolicyError(
      `${this.#last.hook}: call ${this.#last.count} exceeded ${grouped(this.#perCall)} steps`,
    );
  };

  /** What `work`, which is the policy's code, returns. */
  call<Result>(hook: string, work: () => Result): Result {
    this.#begin({ hook, count: 0 });
    const result = work();
    this.finish();
    return result;
  }

  /** Counts the last call. Throws when it, or all calls, took too many steps. */
  finish(): void {
    const left = this.fuel[0] ?? 0;
    if (left < 0) this.spent();
    this.fuel[0] = this.#perCall;
    this.#total += this.#perCall - left;
    if (this.#total > this.#perEvaluation)
      throw new PolicyError(
        `all calls together exceeded ${grouped(this.#perEvaluation)} steps at ${this.#last.hook}: call ${this.#last.count}`,
      );
  }

  /** A policy whose hooks do what those of `policy` do, and are counted. Reads each of them once. Ends with finish(). */
  watch(policy: Policy): Policy {
    const router = policy.router as Readonly<Record<string, unknown>> | null | undefined;
    if (router === undefined || router === null) return policy;
    const watched: Record<string, unknown> = {};
    HOOKS.forEach((name) => {
      watched[name] = this.#watched(name, router[name], router);
    });
    return { ...policy, router: watched as unknown as Router };
  }

  #watched(name: string, hook: unknown, router: object): unknown {
    if (typeof hook !== 'function') return hook;
    const calls = { hook: name, count: 0 };
    const called = hook as Hook;
    return (request: RequestView, worker: WorkerView) => {
      this.#begin(calls);
      return called.call(router, request, worker);
    };
  }

  #begin(calls: HookCalls): void {
    this.finish();
    calls.count += 1;
    this.#last = calls;
  }
}

/** `5,000,000` */
function grouped(steps: number): string {
  return String(steps).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
