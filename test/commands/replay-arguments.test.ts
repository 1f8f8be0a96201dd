import { describe, expect, it } from 'vitest';
import { polynomialEngine } from '../../harness/engines/engine.ts';
import { DEFAULT_ENGINE, DEFAULT_KV_ROUTER } from '../../harness/sim/config.ts';
import { UserError } from '../../harness/user-error.ts';
import { parseReplayArguments } from '../../src/commands/replay-arguments.ts';

function requestOf(...args: string[]) {
  return parseReplayArguments(args).request;
}

function refusal(...args: string[]): string {
  try {
    parseReplayArguments(args);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'accepted';
}

const SYNTHETIC = ['--input-tokens', '100', '--output-tokens', '3', '--request-count', '2'];

describe('the arguments of a replay', () => {
  it('have the defaults of the original', () => {
    expect(parseReplayArguments(['trace.jsonl'])).toEqual({
      request: {
        workload: { kind: 'trace', path: 'trace.jsonl', traceBlockSize: 512 },
        engine: DEFAULT_ENGINE,
        timedBy: polynomialEngine(),
        speedupRatio: 1,
        decodeSpeedupRatio: 1,
        workers: 1,
        gpusPerWorker: 1,
        router: { kind: 'round-robin' },
        load: { kind: 'open', speedup: 1 },
        maxSimTimeMs: Number.POSITIVE_INFINITY,
        sla: {},
      },
      output: { reportJson: undefined, reportJsonl: undefined, json: false },
      cache: true,
      warnings: [],
    });
  });

  it('are read wherever the trace stands among them', () => {
    const { request, output } = parseReplayArguments([
      ...['--num-workers', '4', '--router-mode', 'kv_router', 'trace.jsonl', '--max-sim-time-seconds', '1.5'],
      ...['--sla-ttft-ms=40', '--report-json=r.json', '--report-jsonl', 'r.jsonl', '--json'],
    ]);
    expect(request).toMatchObject({
      workload: { path: 'trace.jsonl' },
      workers: 4,
      router: { kind: 'kv', config: DEFAULT_KV_ROUTER, tieBreak: { kind: 'lowest-id' } },
      maxSimTimeMs: 1500,
      sla: { ttftMs: 40 },
    });
    expect(output).toEqual({ reportJson: 'r.json', reportJsonl: 'r.jsonl', json: true });
  });

  it('make a synthetic workload with one of three ways to arrive', () => {
    const workload = (...flags: string[]) => requestOf(...SYNTHETIC, ...flags).workload;
    expect(workload('--request-rate', '2')).toEqual({
      kind: 'synthetic',
      inputTokens: 100,
      outputTokens: 3,
      sessions: 2,
      turnsPerSession: 1,
      interTurnDelayMs: 0,
      arrivals: { kind: 'poisson', requestsPerSecond: 2, seed: 42n },
      sharedPrefixRatio: 0,
      prefixGroups: 0,
    });
    expect(workload('--arrival-interval-ms', '0.5')).toMatchObject({
      arrivals: { kind: 'interval', intervalMs: 0.5 },
    });
    const closed = requestOf(...SYNTHETIC, '--replay-concurrency', '8', '--turns-per-session', '3');
    expect(closed.workload).toMatchObject({ arrivals: { kind: 'unscheduled' }, turnsPerSession: 3 });
    expect(closed.load).toEqual({ kind: 'closed', concurrency: 8 });
  });

  it('take the largest seed', () => {
    const { workload } = requestOf(
      ...SYNTHETIC,
      '--request-rate',
      '2',
      '--arrival-seed',
      '18446744073709551615',
    );
    expect(workload).toMatchObject({ arrivals: { seed: 2n ** 64n - 1n } });
  });

  it('break ties at random from a seed when asked to', () => {
    const { router } = requestOf(
      't',
      '--num-workers',
      '2',
      '--router-mode',
      'kv_router',
      '--tie-break',
      'random',
      '--seed',
      '9',
    );
    expect(router).toMatchObject({ tieBreak: { kind: 'random', seed: 9 } });
  });

  it.each<[string[], string]>([
    [['--model-name', 'x'], '--model-name has no effect on this replay'],
    [['--trace-num-prefix-groups', '3'], '--trace-num-prefix-groups has no effect on this replay'],
    [['--arrival-seed', '7'], '--arrival-seed has no effect on this replay'],
    [['--router-config', '{}'], '--router-config has no effect with --router-mode round_robin'],
    [
      ['--replay-concurrency', '2', '--arrival-speedup-ratio', '3'],
      '--arrival-speedup-ratio has no effect with --replay-concurrency',
    ],
    [
      ['--extra-engine-args', '{"bootstrap_port": 1}'],
      '--extra-engine-args: bootstrap_port has no effect on this replay',
    ],
  ])('warn of %j', (flags, warning) => {
    expect(parseReplayArguments(['t', ...flags]).warnings).toEqual([warning]);
  });

  it('pass over a default that is spelled out', () => {
    const spelled = ['--num-prefill-workers', '1', '--num-decode-workers', '1', '--replay-mode', 'offline'];
    expect(parseReplayArguments(['t', ...spelled])).toEqual(parseReplayArguments(['t']));
  });

  it.each<[string[], RegExp]>([
    [
      [],
      /^nothing to replay; name a trace file, or give --input-tokens, --output-tokens and --request-count$/,
    ],
    [['a', 'b'], /^one trace file is replayed at a time; remove "b"$/],
    [['t', '--num-workers', '0'], /^--num-workers is "0"; expected an integer of at least 1$/],
    [['t', '--sla-itl-ms', '-1'], /^--sla-itl-ms is "-1"; expected a number of at least 0$/],
    [['t', '--sla-itl-ms', 'inf'], /^--sla-itl-ms is "inf"; expected a number of at least 0$/],
    [
      ['t', '--arrival-speedup-ratio', '0'],
      /^--arrival-speedup-ratio is "0"; expected a number greater than 0$/,
    ],
    [
      ['t', '--router-mode', 'random'],
      /--router-mode.*'random' is invalid. Allowed choices are round_robin, kv_router/,
    ],
    [
      ['t', '--router-mode', 'kv_router'],
      /^--router-mode kv_router needs a choice of workers; add --num-workers 2 or more$/,
    ],
    [['t', '--router-config', '{"x": 1}'], /^--router-config: unknown key "x"/],
    [['t', '--num-worker', '2'], /^unknown option '--num-worker'.*Did you mean --num-workers/s],
    [['t', '--planner-config', 'p.yaml'], /^--planner-config is not supported/],
    [['t', '--aic-backend', 'vllm'], /^--aic-backend is not supported/],
    [['t', '--num-decode-workers', '2'], /^--num-decode-workers is not supported/],
    [['t', '--replay-mode', 'online'], /^--replay-mode online is not supported; only offline is$/],
    [['t', '--trace-format', 'dynamo'], /^--trace-format dynamo is not supported; only mooncake is$/],
    [
      ['t', '--request-rate', '2'],
      /^--request-rate belongs to a synthetic workload; remove it or the trace t$/,
    ],
    [['t', '--turns-per-session', '2'], /^--turns-per-session belongs to a synthetic workload/],
    [
      ['--input-tokens', '5', '--turns-per-session', '2'],
      /^a synthetic workload needs .*; only --input-tokens, --turns-per-session given$/,
    ],
    [
      SYNTHETIC,
      /needs one of --request-rate, --arrival-interval-ms and --replay-concurrency; none is given$/,
    ],
    [
      [...SYNTHETIC, '--request-rate', '2', '--replay-concurrency', '1'],
      /; given are --request-rate and --replay-concurrency$/,
    ],
    [
      [...SYNTHETIC, '--request-rate', '2', '--arrival-seed', '-1'],
      /^--arrival-seed is "-1"; expected an integer from 0 to 2\^64 − 1$/,
    ],
    [
      [...SYNTHETIC, '--request-rate', '2', '--shared-prefix-ratio', '1.5'],
      /^--shared-prefix-ratio is "1.5"; expected a share from 0 to 1$/,
    ],
    [['t', '--report-jsonl', ''], /^--report-jsonl is empty; name a file$/],
  ])('refuse %j', (args, message) => {
    expect(refusal(...args)).toMatch(message);
  });
});
