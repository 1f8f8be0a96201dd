import type { SpeedupRatios } from './pass-part.ts';
import type { PassTiming } from './pass-timing.ts';
import { polynomialTiming } from './polynomial-timing.ts';
import { type TimingTables, tableTiming } from './table-timing.ts';

/** A pass timing as plain data, so that it can be handed to another process. */
export type TimingSpec =
  | { readonly kind: 'polynomial' }
  | { readonly kind: 'table'; readonly tables: TimingTables };

export function passTiming(spec: TimingSpec, ratios?: SpeedupRatios): PassTiming {
  return spec.kind === 'polynomial' ? polynomialTiming(ratios) : tableTiming(spec.tables, ratios);
}
