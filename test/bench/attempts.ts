import { readFileSync } from 'node:fs';
import path from 'node:path';
import { generateTrace, traceText } from '../../harness/trace/generate.ts';
import { createWorkspace } from '../e2e/workspace.ts';
import type { BenchOptions } from './bench-options.ts';

const FIRST = 100;

/** One long run on a tiny trace: attempts per minute over the first hundred and over all. */
export async function benchAttempts({ attempts }: BenchOptions): Promise<void> {
  const workspace = createWorkspace();
  workspace.write('trace.jsonl', traceText(generateTrace({ seed: 5, durationMinutes: 1 })));
  workspace.run(
    'start',
    '--target',
    'router',
    '--trace',
    'trace.jsonl',
    '--attempts',
    String(attempts),
    '--run',
    'long',
  );
  const verdictTimes = readFileSync(path.join(workspace.folder, 'runs/long/journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((record) => record.kind === 'verdict')
    .map((record) => Date.parse(record.at));
  const perMinute = (from: number, to: number) =>
    ((to - from) * 60_000) / ((verdictTimes[to] ?? 0) - (verdictTimes[from] ?? 0));
  const first = perMinute(0, Math.min(FIRST, verdictTimes.length - 1));
  const all = perMinute(0, verdictTimes.length - 1);
  console.log(
    `first ${FIRST} attempts ${first.toFixed(0)}/min, all ${verdictTimes.length - 1} ${all.toFixed(0)}/min, ratio ${(all / first).toFixed(3)}`,
  );
}
