import { Command, CommanderError } from 'commander';
import {
  DEFAULT_KV_ROUTER,
  type EngineArguments,
  parseEngineArguments,
  parseRouterArguments,
  type ReplayRequest,
  type RouterSpec,
  type SyntheticArrivals,
  type SyntheticWorkload,
  UserError,
} from '../../harness/index.ts';
import { addReplayFlags, IGNORED_FLAGS, type ReplayFlags, UNSUPPORTED_FLAGS } from './replay-flags.ts';

/** Where the results of a replay go. */
export interface ReplayOutput {
  readonly reportJson: string | undefined;
  readonly reportJsonl: string | undefined;
  /** The report on stdout instead of a table. */
  readonly json: boolean;
}

export interface ReplayArguments {
  readonly request: ReplayRequest;
  readonly output: ReplayOutput;
  /** Whether the trace may come from, and go to, the cache of traces. */
  readonly cache: boolean;
  /** What was asked for in vain, one sentence each. */
  readonly warnings: readonly string[];
}

const TRACE_BLOCK_SIZE = 512;
/** Their default may be spelled out. */
const DISAGGREGATED_COUNTS: readonly string[] = ['--num-prefill-workers', '--num-decode-workers'];

/** Reads the arguments of `replay`, without the command's name. Anything wrong is a UserError. */
export function parseReplayArguments(args: readonly string[]): ReplayArguments {
  const command = addReplayFlags(new Command('replay')).exitOverride();
  command.configureOutput({ outputError: () => undefined });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UserError(error.message.replace(/^error: /, ''));
    throw error;
  }
  return replayArguments(command.args, command.opts<ReplayFlags>());
}

/** Makes a request of flags that commander has read. */
export function replayArguments(traces: readonly string[], flags: ReplayFlags): ReplayArguments {
  refuseUnsupported(flags);
  const engine = parseEngineArguments(flags.extraEngineArgs ?? '{}');
  const router = routerOf(flags, engine);
  const request: ReplayRequest = {
    workload: workloadOf(traces, flags),
    engine: engine.engine,
    timedBy: engine.timedBy,
    speedupRatio: engine.speedupRatio,
    decodeSpeedupRatio: engine.decodeSpeedupRatio,
    workers: flags.numWorkers,
    gpusPerWorker: engine.gpusPerWorker,
    router: router.spec,
    load:
      flags.replayConcurrency === undefined
        ? { kind: 'open', speedup: flags.arrivalSpeedupRatio }
        : { kind: 'closed', concurrency: flags.replayConcurrency },
    maxSimTimeMs:
      flags.maxSimTimeSeconds === undefined ? Number.POSITIVE_INFINITY : flags.maxSimTimeSeconds * 1000,
    sla: {
      ...(flags.slaTtftMs !== undefined && { ttftMs: flags.slaTtftMs }),
      ...(flags.slaItlMs !== undefined && { itlMs: flags.slaItlMs }),
      ...(flags.slaE2eMs !== undefined && { e2eMs: flags.slaE2eMs }),
    },
  };
  return {
    request,
    output: outputOf(flags),
    cache: flags.cache,
    warnings: [...engine.warnings, ...router.warnings, ...flagsInVain(traces, flags)],
  };
}

function refuseUnsupported(flags: ReplayFlags): void {
  for (const flag of UNSUPPORTED_FLAGS) {
    const value = flagValue(flags, flag);
    if (value === undefined || (DISAGGREGATED_COUNTS.includes(flag) && value === '1')) continue;
    throw new UserError(
      `${flag} is not supported: replays are of aggregated vLLM workers, timed by --extra-engine-args`,
    );
  }
  if (flags.replayMode !== 'offline') {
    throw new UserError(`--replay-mode ${flags.replayMode} is not supported; only offline is`);
  }
  if (flags.traceFormat !== 'mooncake') {
    throw new UserError(`--trace-format ${flags.traceFormat} is not supported; only mooncake is`);
  }
}

function routerOf(
  flags: ReplayFlags,
  { queuePolicy }: EngineArguments,
): { readonly spec: RouterSpec; readonly warnings: readonly string[] } {
  const parsed = flags.routerConfig === undefined ? undefined : parseRouterArguments(flags.routerConfig);
  if (flags.routerMode === 'round_robin') {
    const unused = [
      flags.routerConfig !== undefined && '--router-config',
      flags.tieBreak !== 'lowest' && '--tie-break',
    ].filter((flag) => flag !== false);
    const warnings = unused.map((flag) => `${flag} has no effect with --router-mode round_robin`);
    return { spec: { kind: 'round-robin' }, warnings };
  }
  if (flags.numWorkers < 2) {
    throw new UserError('--router-mode kv_router needs a choice of workers; add --num-workers 2 or more');
  }
  const config = parsed?.config ?? DEFAULT_KV_ROUTER;
  return {
    spec: {
      kind: 'kv',
      config: { ...config, queuePolicy: queuePolicy ?? config.queuePolicy },
      tieBreak: flags.tieBreak === 'random' ? { kind: 'random', seed: flags.seed } : { kind: 'lowest-id' },
    },
    warnings: parsed?.warnings ?? [],
  };
}

function workloadOf(traces: readonly string[], flags: ReplayFlags): ReplayRequest['workload'] {
  const [path, second] = traces;
  if (second !== undefined) {
    throw new UserError(`one trace file is replayed at a time; remove ${JSON.stringify(second)}`);
  }
  const synthetic = syntheticFlagsGiven(flags);
  if (path === undefined) return syntheticWorkload(flags, synthetic);
  const [stray] = [...synthetic, ...arrivalFlagsGiven(flags)];
  if (stray !== undefined) {
    throw new UserError(`${stray} belongs to a synthetic workload; remove it or the trace ${path}`);
  }
  return { kind: 'trace', path, traceBlockSize: flags.traceBlockSize ?? TRACE_BLOCK_SIZE };
}

function syntheticWorkload(flags: ReplayFlags, given: readonly string[]): SyntheticWorkload {
  const { inputTokens, outputTokens, requestCount } = flags;
  if (inputTokens === undefined || outputTokens === undefined || requestCount === undefined) {
    const all = '--input-tokens, --output-tokens and --request-count';
    throw new UserError(
      given.length === 0
        ? `nothing to replay; name a trace file, or give ${all}`
        : `a synthetic workload needs ${all}; only ${given.join(', ')} given`,
    );
  }
  return {
    kind: 'synthetic',
    inputTokens,
    outputTokens,
    sessions: requestCount,
    turnsPerSession: flags.turnsPerSession,
    interTurnDelayMs: flags.interTurnDelayMs,
    arrivals: arrivalsOf(flags),
    sharedPrefixRatio: flags.sharedPrefixRatio,
    prefixGroups: flags.numPrefixGroups,
  };
}

function arrivalsOf(flags: ReplayFlags): SyntheticArrivals {
  const { requestRate, arrivalIntervalMs, arrivalSeed } = flags;
  const given = [
    ...arrivalFlagsGiven(flags),
    ...(flags.replayConcurrency === undefined ? [] : ['--replay-concurrency']),
  ];
  if (given.length !== 1) {
    const problem = given.length === 0 ? 'none is given' : `given are ${given.join(' and ')}`;
    throw new UserError(
      `a synthetic workload needs one of --request-rate, --arrival-interval-ms and --replay-concurrency; ${problem}`,
    );
  }
  if (requestRate !== undefined)
    return { kind: 'poisson', requestsPerSecond: requestRate, seed: arrivalSeed };
  if (arrivalIntervalMs !== undefined) return { kind: 'interval', intervalMs: arrivalIntervalMs };
  return { kind: 'unscheduled' };
}

function syntheticFlagsGiven(flags: ReplayFlags): string[] {
  return namesOf([
    ['--input-tokens', flags.inputTokens !== undefined],
    ['--output-tokens', flags.outputTokens !== undefined],
    ['--request-count', flags.requestCount !== undefined],
    ['--turns-per-session', flags.turnsPerSession !== 1],
    ['--inter-turn-delay-ms', flags.interTurnDelayMs !== 0],
    ['--shared-prefix-ratio', flags.sharedPrefixRatio !== 0],
    ['--num-prefix-groups', flags.numPrefixGroups !== 0],
  ]);
}

function arrivalFlagsGiven(flags: ReplayFlags): string[] {
  return namesOf([
    ['--request-rate', flags.requestRate !== undefined],
    ['--arrival-interval-ms', flags.arrivalIntervalMs !== undefined],
  ]);
}

function flagsInVain(traces: readonly string[], flags: ReplayFlags): string[] {
  const closed = flags.replayConcurrency !== undefined;
  const names = namesOf([
    ...IGNORED_FLAGS.map((flag) => [flag, flagValue(flags, flag) !== undefined] as const),
    ['--arrival-seed', flags.arrivalSeed !== 42n && flags.requestRate === undefined],
    ['--trace-block-size', flags.traceBlockSize !== undefined && traces.length === 0],
  ]);
  const warnings = names.map((flag) => `${flag} has no effect on this replay`);
  if (closed && flags.arrivalSpeedupRatio !== 1) {
    warnings.push('--arrival-speedup-ratio has no effect with --replay-concurrency');
  }
  return warnings;
}

function outputOf({ reportJson, reportJsonl, json }: ReplayFlags): ReplayOutput {
  for (const [flag, file] of [
    ['--report-json', reportJson],
    ['--report-jsonl', reportJsonl],
  ] as const) {
    if (file === '') throw new UserError(`${flag} is empty; name a file`);
  }
  return { reportJson, reportJsonl, json: json === true };
}

function namesOf(flags: readonly (readonly [name: string, isGiven: boolean])[]): string[] {
  return flags.filter(([, isGiven]) => isGiven).map(([name]) => name);
}

/** The value of a flag by its spelling on the command line. */
function flagValue(flags: ReplayFlags, flag: string): unknown {
  const key = flag.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return (flags as unknown as Record<string, unknown>)[key];
}
