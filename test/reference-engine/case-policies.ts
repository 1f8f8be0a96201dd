import type { Init, Policy } from '../../harness/contract/index.ts';
import leastInFlight from '../../policies/router/baselines/least-in-flight.ts';
import predictedLatency from '../../policies/router/baselines/predicted-latency.ts';
import roundRobin from '../../policies/router/baselines/round-robin.ts';
import kvDefault from '../../policies/router/policy.ts';
import { type Readings, type WitnessChoice, witnessPolicy } from './witness-policy.ts';

const SHIPPED = {
  'kv-default': kvDefault,
  'least-in-flight': leastInFlight,
  'predicted-latency': predictedLatency,
  'round-robin': roundRobin,
};

/** A policy as data: what a case says about it. */
export type PolicyChoice =
  | { readonly name: keyof typeof SHIPPED }
  /** Knows only what its hooks have told it. */
  | { readonly name: 'by-feedback' }
  /** Rolls dice of its own. */
  | { readonly name: 'by-chance' }
  /** Holds what would make a worker's backlog too long; the shortest of the held goes first. */
  | { readonly name: 'holding'; readonly backlogTokens: number }
  /** Gives a bad answer at a call of its cost, counted from 1. */
  | { readonly name: 'failing'; readonly atCall: number; readonly answer: 'NaN' | 'text' | 'exception' }
  | ({ readonly name: 'witness' } & WitnessChoice)
  /** Has every pass simulated by itself. */
  | { readonly name: 'every-pass'; readonly policy: PolicyChoice };

/** A fresh policy; a witness writes what it reads to `readings`. */
export function createPolicy(choice: PolicyChoice, init: Init, readings: Readings): Policy {
  switch (choice.name) {
    case 'witness':
      return witnessPolicy(choice, readings);
    case 'every-pass':
      return { ...createPolicy(choice.policy, init, readings), observes: 'pass' };
    case 'by-feedback':
      return policyByFeedback(init);
    case 'by-chance':
      return { router: { cost: () => init.rng.int(3) } };
    case 'holding':
      return holdingPolicy(choice.backlogTokens);
    case 'failing':
      return failingPolicy(choice.atCall, choice.answer);
    default:
      return SHIPPED[choice.name](init);
  }
}

function policyByFeedback({ workers }: Init): Policy {
  const prefilling = new Array<number>(workers).fill(0);
  const decoding = new Array<number>(workers).fill(0);
  return {
    router: {
      cost: (_req, worker) => 3 * (prefilling[worker.id] ?? 0) + (decoding[worker.id] ?? 0),
      onRouted: (_req, worker) => {
        prefilling[worker.id]! += 1;
      },
      onFirstToken: (_req, worker) => {
        prefilling[worker.id]! -= 1;
        decoding[worker.id]! += 1;
      },
      // One that ends with its first token has had no other: the books of this policy drift, which is its own affair.
      onCompleted: (_req, worker) => {
        decoding[worker.id]! -= 1;
      },
    },
  };
}

function holdingPolicy(backlogTokens: number): Policy {
  return {
    router: {
      cost: (req, worker) => worker.queuedTokens - worker.overlapBlocks * req.blockSize,
      admit: (_req, worker) => worker.inFlight === 0 || worker.queuedTokens < backlogTokens,
      order: (req) => req.minPrefillTokens - req.heldMs,
    },
  };
}

function failingPolicy(atCall: number, answer: 'NaN' | 'text' | 'exception'): Policy {
  let calls = 0;
  const cost = (id: number): unknown => {
    calls += 1;
    if (calls < atCall) return (calls + id) % 3;
    if (answer === 'exception') throw new RangeError(`call ${calls} went wrong`);
    return answer === 'NaN' ? Number.NaN : 'cheap';
  };
  return { router: { cost: (_req, worker) => cost(worker.id) as number } };
}
