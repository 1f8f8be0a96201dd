import { describe, expect, it } from 'vitest';
import { runReplay } from '../../harness/replay/run-replay.ts';
import { DeadEndError } from '../../harness/sim/dead-end-error.ts';
import { parseReplayArguments } from '../../src/commands/replay-arguments.ts';
import { column, replayOf, row, traceFile } from './replay-of.ts';

/** Two sessions of two turns; the second turn of `b` waits for the difference of its timestamps. */
const SESSIONS = [
  row({ session_id: 'a' }),
  row({ session_id: 'a', timestamp: undefined, delay: 500 }),
  row({ session_id: 'b', timestamp: 100 }),
  row({ session_id: 'b', timestamp: 400 }),
];

// All figures of this file are those of DynoSim 1.4.2.
describe('the speed-up of arrivals', () => {
  it('divides think times in open loop', () => {
    const run = replayOf(SESSIONS, '--arrival-speedup-ratio', '4', '--num-workers', '2');
    expect(column(run, 'arrival_time_ms')).toEqual([0, 25, 143.081909, 168.081909]);
  });

  it('leaves think times alone in closed loop', () => {
    const run = replayOf(
      SESSIONS,
      '--arrival-speedup-ratio',
      '4',
      '--num-workers',
      '2',
      '--replay-concurrency',
      '2',
    );
    expect(column(run, 'arrival_time_ms')).toEqual([0, 0, 343.081909, 543.081909]);
  });
});

describe('an explicit delay', () => {
  it('lets a timestamp go back, which later turns then count from', () => {
    const run = replayOf([
      row({ session_id: 'a', timestamp: 100, hash_ids: [1, 2] }),
      row({ session_id: 'a', timestamp: 50, hash_ids: [1, 2], delay: 7 }),
      row({ session_id: 'a', timestamp: 60, hash_ids: [1, 2] }),
    ]);
    expect(column(run, 'arrival_time_ms')).toEqual([0, 50.081909, 94.266839]);
  });
});

describe('goodput', () => {
  const good = (output: number, ...flags: string[]) =>
    replayOf([row({ output_length: output })], ...flags).report.goodput_completed_requests;

  it('is told only with a service level', () => {
    expect(good(3)).toBeUndefined();
  });

  it('needs a first token for bounds on tokens', () => {
    expect(good(0, '--sla-ttft-ms', '1000')).toBe(0);
    expect(good(0, '--sla-itl-ms', '1000')).toBe(0);
    expect(good(0, '--sla-e2e-ms', '1000')).toBe(1);
    expect(good(0, '--sla-e2e-ms', '1')).toBe(0);
  });

  it('does not ask for gaps where there is one token', () => {
    expect(good(1, '--sla-itl-ms', '1')).toBe(1);
    expect(good(2, '--sla-itl-ms', '1')).toBe(0);
  });

  it('wants every bound held', () => {
    expect(good(3, '--sla-ttft-ms', '10', '--sla-e2e-ms', '100')).toBe(0);
    expect(good(3, '--sla-ttft-ms', '40', '--sla-e2e-ms', '100', '--sla-itl-ms', '6')).toBe(1);
  });
});

describe('extreme speed-ups', () => {
  it('count gaps of no length, which give no rate', () => {
    const { report } = replayOf(
      [row({ output_length: 5 })],
      '--extra-engine-args',
      '{"decode_speedup_ratio": 1e12}',
    );
    expect(report.duration_ms).toBeCloseTo(25.763044, 9);
    expect([report.mean_itl_ms, report.median_itl_ms, report.max_itl_ms]).toEqual([0, 0, 0]);
    expect(report.mean_output_token_throughput_per_user).toBe(0);
  });

  it('are switched off for decode by 0', () => {
    const { report } = replayOf(
      [row({ input_length: 1000, output_length: 4 })],
      '--extra-engine-args',
      '{"speedup_ratio": 2, "decode_speedup_ratio": 0}',
    );
    expect(report.mean_ttft_ms).toBeCloseTo(21.84565, 9);
    expect(report.mean_itl_ms).toBeCloseTo(5.79272, 9);
  });

  it('rate a replay without duration as if it took a nanosecond', () => {
    const { report } = replayOf([row()], '--extra-engine-args', '{"speedup_ratio": 1e12}');
    expect(report.duration_ms).toBe(0);
    expect(report.decode_worker_seconds).toBe(1e-9);
    expect(report.total_throughput_tok_s).toBeCloseTo(603e9, 0);
  });
});

describe('a replay that is cut off', () => {
  const arrived = (workers: string, ...timestamps: number[]) =>
    replayOf(
      timestamps.map((timestamp) => row({ timestamp })),
      '--num-workers',
      workers,
      '--max-sim-time-seconds',
      '1',
    ).report.num_requests;

  it('counts the requests that have arrived', () => {
    expect(arrived('2', 0, 1000, 1001, 5000)).toBe(2);
    expect(arrived('1', 0, 1000, 1001, 5000)).toBe(3);
  });

  it('counts the next one too when its only worker is idle', () => {
    expect(arrived('2', 0, 1500)).toBe(1);
    expect(arrived('1', 0, 1500)).toBe(2);
  });

  it('has no records of what has not ended', () => {
    const run = replayOf(
      [row(), row({ timestamp: 990 })],
      '--max-sim-time-seconds',
      '1',
      '--num-workers',
      '2',
    );
    expect(column(run, 'terminal_status')).toEqual(['completed']);
    expect(run.insight.unfinished_requests).toBe(1);
  });
});

describe('the GPUs of a worker', () => {
  it('are its tensor-parallel size and multiply GPU hours alone', () => {
    const [one, four] = ['1', '4'].map(
      (size) =>
        replayOf([row({ hash_ids: [1, 2] })], '--extra-engine-args', `{"aic_tp_size": ${size}}`).report,
    );
    expect(four).toEqual({ ...one, decode_gpus_per_worker: 4, gpu_hours: 4 * (one?.gpu_hours ?? 0) });
  });
});

describe('the queue policy of the router', () => {
  const flags = ['--num-workers', '2', '--router-mode', 'kv_router', '--router-config'];
  const rows = [4000, 8000, 8000, 6000, 1000, 2000, 500].map((input_length, index) =>
    row({
      timestamp: index * 3,
      input_length,
      hash_ids: Array.from({ length: 16 }, (_, id) => 100 * index + id),
    }),
  );
  const order = (router: object, engine: object) =>
    column(
      replayOf(
        rows,
        ...flags,
        JSON.stringify({ router_queue_threshold: 0.5, ...router }),
        '--extra-engine-args',
        JSON.stringify(engine),
      ),
      'first_admit_ms',
    );

  it('is that of the engine’s arguments when both give one', () => {
    const lcfs = order({ router_queue_policy: 'lcfs' }, {});
    expect(order({ router_queue_policy: 'fcfs' }, {})).not.toEqual(lcfs);
    expect(order({}, { router_queue_policy: 'lcfs' })).toEqual(lcfs);
    expect(order({ router_queue_policy: 'wspt' }, { router_queue_policy: 'lcfs' })).toEqual(lcfs);
  });
});

describe('records', () => {
  const NAMED = [
    '{"timestamp":0,"input_length":600,"output_length":2,"hash_ids":[1,2]}',
    '',
    '{"timestamp":1,"input_length":600,"output_length":2,"hash_ids":[3,4],"session_id":"s"}',
    '{"input_length":600,"output_length":2,"hash_ids":[3,4],"session_id":"s"}',
  ];

  it('name sessions with several workers, after their line where they have no name', () => {
    const run = replayOf(NAMED, '--num-workers', '2');
    expect(column(run, 'session_id')).toEqual(['request_1', 's', 's']);
    expect(column(run, 'turn_index')).toEqual([0, 0, 1]);
    expect(new Set(column(run, 'decode_worker_idx'))).toEqual(new Set([0, 1]));
  });

  it('name neither sessions nor workers with one worker', () => {
    const run = replayOf(NAMED, '--replay-concurrency', '2');
    for (const name of ['session_id', 'turn_index', 'decode_worker_idx'] as const)
      expect(column(run, name)).toEqual([null, null, null]);
  });

  it('name sessions of one turn in closed loop only', () => {
    const rows = [row({ session_id: 'x' }), row({ timestamp: 1 })];
    expect(column(replayOf(rows, '--num-workers', '2'), 'session_id')).toEqual([null, null]);
    const closed = replayOf(rows, '--num-workers', '2', '--replay-concurrency', '1');
    expect(column(closed, 'session_id')).toEqual(['x', 'request_2']);
  });

  it('come by arrival, then in the order of the trace, each with an id of its own that stays the same', () => {
    const rows = [row({ timestamp: 9 }), row({ timestamp: 5, input_length: 100 }), row({ timestamp: 5 })];
    const run = replayOf(rows);
    expect(column(run, 'input_length')).toEqual([100, 600, 600]);
    const ids = column(run, 'uuid');
    expect(new Set(ids).size).toBe(3);
    expect(column(run, 'uuid')).toEqual(ids);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('have the keys of the original, null where nothing happened', () => {
    const [record] = replayOf([row({ output_length: 0 })]).records();
    expect(Object.entries(record ?? {}).filter(([, value]) => value !== null)).toEqual([
      ['uuid', '00000000-0000-4000-8000-000000000001'],
      ['arrival_time_ms', 0],
      ['first_admit_ms', 0],
      ['terminal_time_ms', expect.closeTo(25.763044, 9)],
      ['input_length', 600],
      ['requested_output_length', 0],
      ['output_length', 0],
      ['reused_input_tokens', 0],
      ['terminal_status', 'completed'],
    ]);
    expect(Object.keys(record ?? {})).toHaveLength(28);
  });

  it('keep rejected requests', () => {
    const run = replayOf(
      [row(), row({ timestamp: 1, input_length: 100 })],
      '--extra-engine-args',
      '{"num_gpu_blocks": 4}',
    );
    expect(column(run, 'terminal_status')).toEqual(['rejected', 'completed']);
    expect(column(run, 'first_admit_ms')).toEqual([null, 1]);
    expect(run.report).toMatchObject({ num_requests: 2, completed_requests: 1, total_input_tokens: 100 });
    expect(run.insight.rejected_requests).toBe(1);
  });
});

describe('a request that can never be scheduled', () => {
  it('ends the replay with an error that names it', () => {
    const rows = [row({ input_length: 100 }), row({ input_length: 250, output_length: 50 })];
    const replay = () => replayOf(rows, '--extra-engine-args', '{"num_gpu_blocks": 4}');
    expect(replay).toThrow(DeadEndError);
    expect(replay).toThrow(/request 2 \(250 prompt \+ 50 output tokens\)/);
  });
});

describe('random ties', () => {
  const rows = Array.from({ length: 40 }, (_, index) => row({ timestamp: index * 400, input_length: 300 }));
  const workers = (...tieBreak: string[]) => {
    const { request } = parseReplayArguments([
      traceFile(rows),
      ...['--num-workers', '4', '--router-mode', 'kv_router', ...tieBreak],
    ]);
    return [...runReplay(request).result.outcomes.worker];
  };

  it('depend on the seed alone', () => {
    const first = workers('--tie-break', 'random', '--seed', '1');
    expect(workers('--tie-break', 'random', '--seed', '1')).toEqual(first);
    expect(workers('--tie-break', 'random', '--seed', '2')).not.toEqual(first);
  });
});
