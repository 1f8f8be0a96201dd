import type { Policy } from '../contract/index.ts';
import { decodeRequestColumns } from '../ds/columns-codec.ts';
import { DEFAULT_ENGINE, type SimulationSpec } from '../sim/config.ts';
import { DeadEndError } from '../sim/dead-end-error.ts';
import { InvariantError } from '../sim/invariant-error.ts';
import type { PassTiming } from '../sim/pass-timing.ts';
import { PolicyError } from '../sim/policy-error.ts';
import { createInit } from '../sim/policy-init.ts';
import type { RequestColumns } from '../sim/request-columns.ts';
import { simulate } from '../sim/simulate.ts';
import { passTiming } from '../sim/timing-spec.ts';
import type { AnswerColumns, AnswerErrorKind } from './answer-layout.ts';
import type { ScenarioSettings } from './child-job.ts';

// Taken before any policy runs.
const { getOwnPropertyDescriptor } = Object;

/** The policy's compiled bundle: a CommonJS module body. */
export type PolicyModule = (module: { exports: unknown }, exports: unknown) => void;

export type RealmAnswer =
  | {
      readonly kind: 'simulated';
      readonly columns: AnswerColumns;
      readonly policyCalls: number;
      readonly passes: number;
    }
  | { readonly kind: AnswerErrorKind; readonly reason: string };

/** What the host may call. Everything here runs inside the policy's realm and takes nothing of the host's own. */
export interface RealmInterface {
  /** Requests from the bytes of a columns file; called before any policy runs. */
  readonly readRequests: (columnsFile: Uint8Array) => RequestColumns;
  /** Simulates one scenario with a policy module that is evaluated for this call alone. */
  readonly runScenario: (
    requests: RequestColumns,
    settingsJson: string,
    policyModule: PolicyModule,
  ) => RealmAnswer;
}

export const readRequests: RealmInterface['readRequests'] = (columnsFile) =>
  decodeRequestColumns(columnsFile).columns;

export const runScenario: RealmInterface['runScenario'] = (requests, settingsJson, policyModule) => {
  const settings: ScenarioSettings = JSON.parse(settingsJson);
  const timing = passTiming(settings.timing);
  try {
    const policy = loadPolicy(policyModule, settings, timing);
    const result = simulate(requests, specOf(settings, timing, policy));
    const { outcomes, placementOrder, placements } = result;
    return {
      kind: 'simulated',
      columns: { ...outcomes, placementOrder: placementOrder.subarray(0, placements) },
      policyCalls: result.policyCalls,
      passes: result.passes,
    };
  } catch (thrown) {
    return describe(thrown);
  }
};

function loadPolicy(policyModule: PolicyModule, settings: ScenarioSettings, timing: PassTiming): Policy {
  const module: { exports: unknown } = { exports: {} };
  policyModule(module, module.exports);
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

function specOf(settings: ScenarioSettings, timing: PassTiming, policy: Policy): SimulationSpec {
  return {
    engine: {
      ...DEFAULT_ENGINE,
      numGpuBlocks: settings.kvBlocks,
      blockSize: settings.blockSize,
      maxNumBatchedTokens: settings.maxBatchedTokens,
    },
    timing,
    workers: settings.workers,
    router: { kind: 'policy', policy },
    load: { kind: 'open', speedup: settings.speedup },
    maxSimTimeMs: Number.POSITIVE_INFINITY,
  };
}

/** Whatever was thrown, as data. Looks at own data properties only: nothing of the policy's is called. */
function describe(thrown: unknown): RealmAnswer {
  const message = ownMessage(thrown);
  if (thrown instanceof PolicyError) return { kind: 'policy-error', reason: message };
  if (thrown instanceof InvariantError || thrown instanceof DeadEndError)
    return { kind: 'invariant-violated', reason: message };
  // V8's message when the operating system or a limit refuses the memory of a typed array.
  if (message === 'Array buffer allocation failed') return { kind: 'out-of-memory', reason: message };
  return { kind: 'policy-error', reason: `threw: ${message}` };
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
