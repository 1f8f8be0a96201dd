import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildHash } from '../build-hash.ts';
import type { Scenario } from '../score/scenario.ts';
import type { RequestColumns } from '../sim/request-columns.ts';
import { readColumnsFile, writeColumnsFile } from '../trace/columns-file.ts';
import { compileRequests } from '../trace/compile-requests.ts';
import { readMooncake } from '../trace/mooncake.ts';
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

/**
 * Compiles each scenario's requests into a column file in `folder`; what is there already is used again. `tracePaths`
 * finds a trace by the hash of its uncompressed bytes. A trace that changed since is a UserError.
 */
export function prepareScenarios(
  scenarios: readonly Scenario[],
  tracePaths: ReadonlyMap<string, string>,
  folder: string,
): PreparedScenario[] {
  mkdirSync(folder, { recursive: true });
  const compiled = new Map<string, RequestColumns>();
  return scenarios.map((scenario) => {
    const columnsFile = path.join(folder, `${contentKey(scenario)}.columns`);
    if (!existsSync(columnsFile)) {
      const key = `${scenario.trace.hash} ${scenario.blockSize}`;
      const columns = compiled.get(key) ?? compileTrace(scenario, tracePaths);
      compiled.set(key, columns);
      writeColumnsFile(columnsFile, sliceRequests(columns, scenario.window));
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

function compileTrace(
  { trace, blockSize }: Scenario,
  tracePaths: ReadonlyMap<string, string>,
): RequestColumns {
  const file = tracePaths.get(trace.hash);
  if (file === undefined) throw new UserError(`${trace.name} is needed again: pass it with --trace`);
  const parsed = readMooncake(file);
  if (parsed.hash !== trace.hash) {
    throw new UserError(
      `${file} is not the trace it was (SHA-256 ${parsed.hash}): restore it or start a new run`,
    );
  }
  return compileRequests(parsed, { blockSize });
}
