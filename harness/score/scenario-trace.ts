import type { RequestColumns } from '../sim/request-columns.ts';
import { compileRequests } from '../trace/compile-requests.ts';
import { defaultTrace } from '../trace/default-trace.ts';
import { type ReadOptions, readMooncake } from '../trace/mooncake.ts';
import { UserError } from '../user-error.ts';

/** A trace as scenarios are cut from it. */
export interface ScenarioTrace {
  /** File name, and SHA-256 of its uncompressed bytes. */
  readonly name: string;
  readonly hash: string;
  /** Where it was read; undefined for the default trace, which is generated. */
  readonly path: string | undefined;
  /** Tokens per KV block of the columns. */
  readonly blockSize: number;
  readonly columns: RequestColumns;
  /** Oddities of the file that don't stop a replay, one sentence each. */
  readonly warnings: readonly string[];
}

/** What Mooncake traces are written in, tokens. */
const BLOCK_SIZE = 512;

/** Reads and compiles the named traces; the default trace when none is named. Bad files are UserErrors. */
export function openTraces(
  paths: readonly string[],
  options: Pick<ReadOptions, 'cacheFolder'> = {},
): ScenarioTrace[] {
  const parsed = paths.length === 0 ? [defaultTrace()] : paths.map((path) => readMooncake(path, options));
  const traces = parsed.map((trace, index) => ({
    name: trace.name,
    hash: trace.hash,
    path: paths[index],
    blockSize: BLOCK_SIZE,
    columns: compileRequests(trace, { blockSize: BLOCK_SIZE }),
    warnings: trace.warnings,
  }));
  for (const { name } of traces) {
    if (traces.filter((each) => each.name === name).length > 1) {
      throw new UserError(
        `two traces are named ${name}: their scenarios would have the same names; rename one`,
      );
    }
  }
  return traces;
}
