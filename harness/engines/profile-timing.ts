import type { SpeedupRatios } from '../sim/pass-part.ts';
import type { PassTiming } from '../sim/pass-timing.ts';
import { tableTiming } from '../sim/table-timing.ts';
import type { EngineProfile } from './engine-profile.ts';

/** The pass times of a profile. */
export function profileTiming({ tables }: Pick<EngineProfile, 'tables'>, ratios?: SpeedupRatios): PassTiming {
  return tableTiming(tables, ratios);
}
