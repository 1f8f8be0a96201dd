import { generateTrace, traceText } from './generate.ts';
import { parseMooncake } from './mooncake.ts';
import type { ParsedTrace } from './parsed-trace.ts';

const DEFAULT_SEED = 1;
const DEFAULT_MINUTES = 10;

/** The input that the product carries: ten minutes of generated toolagent-like traffic, the same on every machine. */
export function defaultTrace(): ParsedTrace {
  const rows = generateTrace({ seed: DEFAULT_SEED, durationMinutes: DEFAULT_MINUTES });
  return parseMooncake(traceText(rows), 'toolagent-like-10min.jsonl');
}
