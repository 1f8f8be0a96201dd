import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { generateTrace, traceText } from '../../harness/trace/generate.ts';
import { BENCH_FOLDER } from './fresh-process.ts';

export type TrafficName = 'conversation' | 'toolagent' | 'generated';

const RECORDED = {
  conversation: 'mooncake_conversation.jsonl.gz',
  toolagent: 'mooncake_toolagent_RECONSTRUCTED_full_23608.jsonl.gz',
};
/** Where a recorded trace is missing, so long a generated one stands in; `generated` is always that. */
const GENERATED_MINUTES = { conversation: 30, toolagent: 59, generated: 6 };

export interface Traffic {
  /** A plain JSONL file: DynoSim reads no other. */
  readonly file: string;
  readonly description: string;
}

/** Makes sure that a trace lies in a file of its own. */
export function openTraffic(name: TrafficName, tracesFolder: string): Traffic {
  const folder = path.join(BENCH_FOLDER, 'traces');
  mkdirSync(folder, { recursive: true });
  const recorded = name === 'generated' ? undefined : path.join(tracesFolder, RECORDED[name]);
  if (recorded !== undefined && existsSync(recorded)) {
    const file = path.join(folder, `${name}.jsonl`);
    writeFileSync(file, gunzipSync(readFileSync(recorded)));
    return { file, description: path.basename(recorded) };
  }
  const durationMinutes = GENERATED_MINUTES[name];
  const file = path.join(folder, `${name}-generated.jsonl`);
  writeFileSync(file, traceText(generateTrace({ seed: 1, durationMinutes })));
  return { file, description: `${durationMinutes} generated minutes` };
}
