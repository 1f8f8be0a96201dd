import type { SimulationLimits } from '../sim/config.ts';
import type { TimingSpec } from '../sim/timing-spec.ts';

/** What a child reads on its standard input, as JSON. */
export interface ChildJob {
  /** Must come back in the answer. */
  readonly nonce: string;
  /** The script that hardens the realm, and the simulator as one script. */
  readonly hardenFile: string;
  readonly realmFile: string;
  /** The bundled policy, and the name its errors show. */
  readonly policyCode: string;
  readonly policyName: string;
  /** In the order of simulation. */
  readonly scenarios: readonly ChildScenario[];
  readonly stopIfDecisionHash?: string;
}

export interface ChildScenario {
  readonly columnsFile: string;
  readonly settings: ScenarioSettings;
}

/** Everything that determines one simulation besides requests and policy. Crosses into the realm as JSON. */
export interface ScenarioSettings {
  readonly timing: TimingSpec;
  readonly workers: number;
  readonly kvBlocks: number;
  readonly blockSize: number;
  readonly maxBatchedTokens: number;
  readonly speedup: number;
  readonly seed: number;
  readonly params: Readonly<Record<string, number>>;
  readonly limits: SimulationLimits;
}
