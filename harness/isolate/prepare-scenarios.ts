import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildHash } from '../build-hash.ts';
import type { Scenario } from '../score/scenario.ts';
import type { ScenarioTrace } from '../score/scenario-trace.ts';
import { readColumnsFile, writeColumnsFile } from '../trace/columns-file.ts';
import { sliceRequests } from '../trace/slice-requests.ts';
import { UserError } from '../user-error.ts';

/** A scenario and its requests: in a file for the child, as columns for the parent that measures. */
export interface PreparedScenario {
  readonly scenario: Scenario;
  readonly columnsFile: string;
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  /** 1 where a request counts for the score. */
  readonly scored: Uint8Array;
}

/** Traces, or how to open them when they are needed. */
export type TraceSource = readonly ScenarioTrace[] | (() => readonly ScenarioTrace[]);

/**
 * Cuts each scenario's requests into a column file in `folder`; what is there already is used again, without its trace.
 * `traces` must hold the trace of every other scenario.
 */
export function prepareScenarios(
  scenarios: readonly Scenario[],
  traces: TraceSource,
  folder: string,
): PreparedScenario[] {
  mkdirSync(folder, { recursive: true });
  let opened: readonly ScenarioTrace[] | undefined;
  const open = () => {
    opened ??= typeof traces === 'function' ? traces() : traces;
    return opened;
  };
  return scenarios.map((scenario) => {
    const columnsFile = path.join(folder, `${contentKey(scenario)}.columns`);
    if (!existsSync(columnsFile)) {
      const trace = traceOf(scenario, open());
      writeColumnsFile(columnsFile, sliceRequests(trace.columns, scenario.window));
    }
    const { columns, scored } = readColumnsFile(columnsFile);
    const { promptTokens, outputTokens } = columns;
    return { scenario, columnsFile, promptTokens, outputTokens, scored };
  });
}

/** Names everything the file's bytes depend on; speed-up and cluster don't matter. */
function contentKey({ trace, window, blockSize }: Scenario): string {
  const { warmupFromMs, scoredFromMs, untilMs } = window;
  const parts = [buildHash(), trace.hash, warmupFromMs, scoredFromMs, untilMs, blockSize];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function traceOf({ trace, blockSize }: Scenario, traces: readonly ScenarioTrace[]): ScenarioTrace {
  const found = traces.find((each) => each.hash === trace.hash && each.blockSize === blockSize);
  if (found !== undefined) return found;
  const sameName = traces.some((each) => each.name === trace.name);
  throw new UserError(
    sameName
      ? `${trace.name} is not the trace it was: restore the file with SHA-256 ${trace.hash}, or start anew`
      : `${trace.name} is needed: pass it with --trace`,
  );
}
