import { type Command, Option } from 'commander';
import { UserError } from '../../harness/index.ts';
import { integerOption, positiveOption } from '../config/number-option.ts';

/** The flags of a replay, as commander leaves them. Absent = not given, unless there is a default. */
export interface ReplayFlags {
  readonly extraEngineArgs?: string;
  readonly routerConfig?: string;
  readonly numWorkers: number;
  readonly routerMode: 'round_robin' | 'kv_router';
  readonly tieBreak: 'lowest' | 'random';
  readonly seed: number;
  readonly replayConcurrency?: number;
  readonly arrivalSpeedupRatio: number;
  readonly traceBlockSize?: number;
  readonly maxSimTimeSeconds?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly requestCount?: number;
  readonly requestRate?: number;
  readonly arrivalIntervalMs?: number;
  readonly arrivalSeed: bigint;
  readonly turnsPerSession: number;
  readonly interTurnDelayMs: number;
  readonly sharedPrefixRatio: number;
  readonly numPrefixGroups: number;
  readonly slaTtftMs?: number;
  readonly slaItlMs?: number;
  readonly slaE2eMs?: number;
  readonly reportJson?: string;
  readonly reportJsonl?: string;
  readonly json?: true;
  readonly cache: boolean;
  readonly replayMode: string;
  readonly traceFormat: string;
}

/** DynoSim's flags whose features don't exist here. */
export const UNSUPPORTED_FLAGS = [
  '--prefill-engine-args',
  '--decode-engine-args',
  '--num-prefill-workers',
  '--num-decode-workers',
  '--planner-config',
  '--router-policy-config',
  '--aic-backend',
  '--aic-system',
  '--aic-backend-version',
  '--aic-tp-size',
  '--aic-model-path',
  '--aic-moe-tp-size',
  '--aic-moe-ep-size',
  '--aic-attention-dp-size',
  '--aic-gemm-dtype',
  '--aic-moe-dtype',
  '--aic-fmha-dtype',
  '--aic-kv-cache-dtype',
  '--aic-comm-dtype',
  '--aic-nextn',
  '--aic-nextn-accept-rates',
] as const;

/** DynoSim's flags that it takes in an aggregated replay of a Mooncake trace, and ignores. */
export const IGNORED_FLAGS = [
  '--model-name',
  '--benchmark-granularity',
  '--trace-shared-prefix-ratio',
  '--trace-num-prefix-groups',
] as const;

/** Gives a command the flags of DynoSim's replay, and a few more. */
export function addReplayFlags(command: Command): Command {
  command.argument('[trace...]', 'one Mooncake trace, .jsonl or .jsonl.gz; without it, a synthetic workload');
  addClusterFlags(command);
  addLoadFlags(command);
  addSyntheticFlags(command);
  addReportFlags(command);
  for (const flag of [...UNSUPPORTED_FLAGS, ...IGNORED_FLAGS]) {
    command.addOption(new Option(`${flag} <value>`).hideHelp());
  }
  return command;
}

function addClusterFlags(command: Command): void {
  command
    .option('--num-workers <count>', 'workers', integerOption('--num-workers', 1), 1)
    .option('--extra-engine-args <json>', 'the engine: num_gpu_blocks, block_size, max_num_seqs, …')
    .addOption(
      new Option('--router-mode <mode>', 'how requests find a worker')
        .choices(['round_robin', 'kv_router'])
        .default('round_robin'),
    )
    .option('--router-config <json>', 'the KV router: overlap_score_credit, router_queue_threshold, …')
    .addOption(
      new Option('--tie-break <rule>', 'which of several equally good workers')
        .choices(['lowest', 'random'])
        .default('lowest'),
    )
    .option('--seed <integer>', 'seed of random tie breaks', integerOption('--seed', 0), 0);
}

function addLoadFlags(command: Command): void {
  command
    .option(
      '--replay-concurrency <sessions>',
      'closed loop: as many sessions at a time, whatever the timestamps',
      integerOption('--replay-concurrency', 1),
    )
    .option(
      '--arrival-speedup-ratio <factor>',
      'divides arrival times and pauses (open loop)',
      positiveOption('--arrival-speedup-ratio'),
      1,
    )
    .option('--trace-format <name>', 'only mooncake', 'mooncake')
    .option(
      '--trace-block-size <tokens>',
      'tokens that one hash id stands for (default: 512)',
      integerOption('--trace-block-size', 1),
    )
    .option(
      '--max-sim-time-seconds <s>',
      'stop before the first event later than this',
      notNegative('--max-sim-time-seconds'),
    )
    .option('--replay-mode <mode>', 'only offline', 'offline');
}

function addSyntheticFlags(command: Command): void {
  command
    .option('--input-tokens <tokens>', 'synthetic: prompt length', integerOption('--input-tokens', 1))
    .option('--output-tokens <tokens>', 'synthetic: output length', integerOption('--output-tokens', 1))
    .option('--request-count <count>', 'synthetic: sessions', integerOption('--request-count', 1))
    .option('--request-rate <per second>', 'synthetic: Poisson arrivals', positiveOption('--request-rate'))
    .option('--arrival-interval-ms <ms>', 'synthetic: regular arrivals', notNegative('--arrival-interval-ms'))
    .addOption(
      new Option('--arrival-seed <integer>', 'synthetic: seed of Poisson arrivals')
        .argParser(unsigned64('--arrival-seed'))
        .default(42n, '42'),
    )
    .option('--turns-per-session <count>', 'synthetic: turns', integerOption('--turns-per-session', 1), 1)
    .option(
      '--inter-turn-delay-ms <ms>',
      'synthetic: pause between turns',
      notNegative('--inter-turn-delay-ms'),
      0,
    )
    .option(
      '--shared-prefix-ratio <share>',
      'synthetic: share of the prompt common to a group',
      shareUpToOne('--shared-prefix-ratio'),
      0,
    )
    .option('--num-prefix-groups <count>', 'synthetic: groups', integerOption('--num-prefix-groups', 0), 0);
}

function addReportFlags(command: Command): void {
  command
    .option('--sla-ttft-ms <ms>', 'goodput: longest time to first token', notNegative('--sla-ttft-ms'))
    .option('--sla-itl-ms <ms>', 'goodput: longest mean gap between tokens', notNegative('--sla-itl-ms'))
    .option('--sla-e2e-ms <ms>', 'goodput: longest request', notNegative('--sla-e2e-ms'))
    .option(
      '--report-json <file>',
      'where the report goes (default: dynamo_replay_report_<time>.json here, nowhere with --json)',
    )
    .option('--report-jsonl <file>', 'one record per request')
    .option('--json', 'print the report as one JSON object')
    .option('--no-cache', 'read the trace anew, and do not keep what was read');
}

function notNegative(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
    throw new UserError(`${flag} is ${JSON.stringify(text)}; expected a number of at least 0`);
  };
}

function shareUpToOne(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= 1) return value;
    throw new UserError(`${flag} is ${JSON.stringify(text)}; expected a share from 0 to 1`);
  };
}

function unsigned64(flag: string): (text: string) => bigint {
  return (text) => {
    if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
    throw new UserError(`${flag} is ${JSON.stringify(text)}; expected an integer from 0 to 2^64 − 1`);
  };
}
