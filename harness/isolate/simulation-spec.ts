import { DEFAULT_ENGINE, type RouterSpec, type SimulationSpec } from '../sim/config.ts';
import type { PassTiming } from '../sim/pass-timing.ts';
import type { ScenarioSettings } from './child-job.ts';

/** What a scenario's settings mean to the simulator: the same in a policy's realm and in the parent. */
export function simulationSpec(
  settings: ScenarioSettings,
  timing: PassTiming,
  router: RouterSpec,
): SimulationSpec {
  return {
    engine: {
      ...DEFAULT_ENGINE,
      numGpuBlocks: settings.kvBlocks,
      blockSize: settings.blockSize,
      maxNumBatchedTokens: settings.maxBatchedTokens,
    },
    timing,
    workers: settings.workers,
    router,
    load: { kind: 'open', speedup: settings.speedup },
    maxSimTimeMs: Number.POSITIVE_INFINITY,
    limits: settings.limits,
  };
}
