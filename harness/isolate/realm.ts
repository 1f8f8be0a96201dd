import type { Policy, Router } from '../contract/index.ts';
import { decodeRequestColumns } from '../ds/columns-codec.ts';
import { DeadEndError } from '../sim/dead-end-error.ts';
import type { HookCalls } from '../sim/hook-calls.ts';
import { InvariantError } from '../sim/invariant-error.ts';
import type { PassTiming } from '../sim/pass-timing.ts';
import { PolicyError } from '../sim/policy-error.ts';
import { createInit } from '../sim/policy-init.ts';
import type { RequestColumns } from '../sim/request-columns.ts';
import { simulate } from '../sim/simulate.ts';
import { passTiming } from '../sim/timing-spec.ts';
import type { AnswerColumns, AnswerErrorKind } from './answer-layout.ts';
import type { ScenarioSettings } from './child-job.ts';
import { reachableFrom } from './reachable.ts';
import { simulationSpec } from './simulation-spec.ts';
import { StepMeter } from './step-meter.ts';

// Taken before any policy runs.
const { freeze, getOwnPropertyDescriptor, isFrozen, preventExtensions } = Object;

/** One for all scenarios: they share the steps of an evaluation. */
const meter = new StepMeter();
// A policy's program gets at both; arrays don't freeze.
freeze(meter.spent);
preventExtensions(meter.fuel);

/** The least there is to simulate. */
const SMALL_SETTINGS: ScenarioSettings = {
  timing: { kind: 'polynomial' },
  workers: 1,
  kvBlocks: 4,
  blockSize: 4,
  maxBatchedTokens: 16,
  speedup: 1,
  seed: 1,
  params: {},
  limits: { hookCalls: 1000, rounds: 1000 },
};
const ONE_REQUEST: RequestColumns = {
  count: 1,
  promptTokens: Int32Array.of(4),
  outputTokens: Int32Array.of(1),
  session: Int32Array.of(0),
  turn: Int32Array.of(0),
  arrivalMs: Float64Array.of(0),
  delayMs: Float64Array.of(0),
  keyStart: Int32Array.of(0, 1),
  keys: Int32Array.of(0),
  keyCount: 1,
  inferredSession: Int32Array.of(0),
  inferredTurn: Int32Array.of(0),
};

/** The policy's compiled bundle: a CommonJS module body, and what counts its steps. */
export type PolicyModule = (
  module: { exports: unknown },
  exports: unknown,
  fuel: Int32Array,
  spent: () => never,
) => void;

export type RealmAnswer =
  | {
      readonly kind: 'simulated';
      readonly columns: AnswerColumns;
      readonly hookCalls: HookCalls;
      readonly passes: number;
    }
  | { readonly kind: AnswerErrorKind; readonly reason: string };

/** What the host may call. Everything here runs inside the policy's realm and takes nothing of the host's own. */
export interface RealmInterface {
  /** Memory of the realm's own for the host to fill. */
  readonly allocate: (bytes: number) => ArrayBuffer;
  /** Requests from the bytes of a columns file; called before any policy runs. */
  readonly readRequests: (columnsFile: ArrayBuffer) => RequestColumns;
  /** Simulates one scenario with a policy module that is evaluated for this call alone. */
  readonly runScenario: (
    requests: RequestColumns,
    settingsJson: string,
    policyModule: PolicyModule,
  ) => RealmAnswer;
}

/** Loaded with SIMULATOR_INTRINSICS as arguments into a realm that is hardened, but not sealed yet. */
export type CreateRealm = (...intrinsics: readonly unknown[]) => RealmInterface;

export const allocate: RealmInterface['allocate'] = (bytes) => new ArrayBuffer(bytes);

export const readRequests: RealmInterface['readRequests'] = (columnsFile) =>
  decodeRequestColumns(columnsFile).columns;

export const runScenario: RealmInterface['runScenario'] = (requests, settingsJson, policyModule) => {
  const settings: ScenarioSettings = JSON.parse(settingsJson);
  const timing = passTiming(settings.timing);
  try {
    const policy = meter.call('create', () => meter.watch(loadPolicy(policyModule, settings, timing)));
    const result = simulate(requests, simulationSpec(settings, timing, { kind: 'policy', policy }));
    meter.finish();
    const { outcomes, placementOrder, placementCalls, placements } = result;
    return {
      kind: 'simulated',
      columns: {
        ...outcomes,
        placementOrder: placementOrder.subarray(0, placements),
        placementCalls: placementCalls.subarray(0, placements),
      },
      hookCalls: result.hookCalls,
      passes: result.passes,
    };
  } catch (thrown) {
    return describe(thrown);
  }
};

function loadPolicy(policyModule: PolicyModule, settings: ScenarioSettings, timing: PassTiming): Policy {
  const module: { exports: unknown } = { exports: {} };
  policyModule(module, module.exports, meter.fuel, meter.spent);
  const exported = module.exports as { readonly default?: unknown } | null | undefined;
  const factory = exported?.default;
  if (typeof factory !== 'function') {
    throw new PolicyError(`the default export is ${phraseFor(factory)}, not a function \`create(init)\``);
  }
  const { workers, blockSize, kvBlocks, seed, params } = settings;
  const policy: unknown = factory(
    createInit({ workers, blockSize, numGpuBlocks: kvBlocks, seed, params, timing }),
  );
  if (typeof policy !== 'object' || policy === null) {
    throw new PolicyError(`what the factory returned is ${phraseFor(policy)}, not an object with hooks`);
  }
  return policy as Policy;
}

/**
 * The views' classes live as long as the realm: whatever a policy gets at from a view is frozen, or it could carry
 * something over to the next scenario.
 */
function freezeViews(): void {
  const shown: object[] = [];
  const cost: Router['cost'] = (request, worker) => {
    shown.push(request, worker);
    return 0;
  };
  const router = { kind: 'policy', policy: { router: { cost } } } as const;
  simulate(ONE_REQUEST, simulationSpec(SMALL_SETTINGS, passTiming(SMALL_SETTINGS.timing), router));
  for (const object of reachableFrom(shown)) if (!isFrozen(object)) freeze(object);
}

/** Whatever was thrown, as data. Reads own data properties only; of a Proxy's traps none decides anything. */
function describe(thrown: unknown): RealmAnswer {
  const message = ownMessage(thrown);
  if (isA(PolicyError, thrown)) return { kind: 'policy-error', reason: message };
  if (isA(InvariantError, thrown) || isA(DeadEndError, thrown))
    return { kind: 'invariant-violated', reason: message };
  // V8's message when the operating system or a limit refuses the memory of a typed array.
  if (message === 'Array buffer allocation failed') return { kind: 'out-of-memory', reason: message };
  return { kind: 'policy-error', reason: `threw: ${message}` };
}

/** Looking at the prototype of a Proxy runs code of its maker's. */
function isA(
  kind: typeof PolicyError | typeof InvariantError | typeof DeadEndError,
  thrown: unknown,
): boolean {
  try {
    return thrown instanceof kind;
  } catch {
    return false;
  }
}

function ownMessage(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return `non-Error thrown: ${typeof thrown}`;
  try {
    const message: unknown = getOwnPropertyDescriptor(thrown, 'message')?.value;
    return typeof message === 'string' ? message : 'an error without a message';
  } catch {
    return 'an error without a message';
  }
}

function phraseFor(value: unknown): string {
  return value === null || value === undefined ? String(value) : `of type ${typeof value}`;
}

freezeViews();
