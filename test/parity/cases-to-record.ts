import type { CaseSettings, CaseSource, RecordedCase } from './recorded-case.ts';
import type { CaseRow } from './replay-case.ts';

type CaseToRecord = Omit<RecordedCase, 'expected'>;

/** What `npm run parity -- --record` records, by file name. */
export const CASES_TO_RECORD: Readonly<Record<string, CaseToRecord>> = {
  'one-worker': generated('one worker, defaults of the engine', 80, 1, { flags: flags(1, 'round_robin') }),
  'four-workers': generated('round robin under load, many small blocks', 120, 1, {
    flags: flags(4, 'round_robin', { 'arrival-speedup-ratio': 4 }),
    engine: { num_gpu_blocks: 16384, block_size: 16 },
  }),
  'odd-blocks-and-budget': generated('engine blocks that do not divide trace blocks, service level', 80, 2, {
    flags: flags(2, 'round_robin', { 'sla-ttft-ms': 2000, 'sla-itl-ms': 25 }),
    engine: { num_gpu_blocks: 4096, block_size: 48, max_num_batched_tokens: 3000 },
  }),
  'few-sequences': generated('limits on sequences and tokens of a pass', 80, 3, {
    flags: flags(3, 'round_robin', { 'arrival-speedup-ratio': 3 }),
    engine: { num_gpu_blocks: 4096, max_num_seqs: 4, max_num_batched_tokens: 2048 },
  }),
  'preemption-lifo': ofRows('the newest request gives way', growingRows(), {
    flags: flags(1, 'round_robin', { 'trace-block-size': 4 }),
    engine: { num_gpu_blocks: 40, block_size: 4 },
  }),
  'preemption-fifo': ofRows('the oldest request gives way', growingRows(), {
    flags: flags(2, 'round_robin', { 'trace-block-size': 4 }),
    engine: { num_gpu_blocks: 30, block_size: 4, preemption_mode: 'fifo', max_num_batched_tokens: 24 },
  }),
  'no-prefix-caching': generated('every block private', 60, 5, {
    flags: flags(2, 'round_robin'),
    engine: { num_gpu_blocks: 4096, enable_prefix_caching: false },
  }),
  'no-chunked-prefill': generated('a prompt is prefilled in one pass', 60, 6, {
    flags: flags(2, 'round_robin'),
    engine: { num_gpu_blocks: 4096, enable_chunked_prefill: false, max_num_batched_tokens: 131_072 },
  }),
  'speed-ups': generated('faster passes, decode faster still', 60, 7, {
    flags: flags(2, 'round_robin', { 'arrival-speedup-ratio': 4 }),
    engine: { num_gpu_blocks: 4096, speedup_ratio: 3, decode_speedup_ratio: 1.7 },
  }),
  'closed-loop': generated('a fixed number of requests at a time', 80, 8, {
    flags: flags(3, 'round_robin', { 'replay-concurrency': 16, 'sla-e2e-ms': 4000 }),
    engine: { num_gpu_blocks: 4096 },
  }),
  'max-sim-time': generated('stopped in the middle', 80, 9, {
    flags: flags(2, 'round_robin', { 'max-sim-time-seconds': 15.5 }),
    engine: { num_gpu_blocks: 4096 },
  }),
  'kv-two-workers': generated('KV router with its default weights', 100, 10, {
    flags: flags(2, 'kv_router', { 'arrival-speedup-ratio': 8 }),
    engine: { num_gpu_blocks: 4096 },
  }),
  'kv-large-blocks': generated('KV router, blocks of 512 tokens', 120, 11, {
    flags: flags(4, 'kv_router', { 'arrival-speedup-ratio': 8 }),
    engine: { num_gpu_blocks: 512, block_size: 512 },
  }),
  'kv-weights': generated('KV router with other weights', 100, 12, {
    flags: flags(3, 'kv_router', { 'arrival-speedup-ratio': 8 }),
    engine: { num_gpu_blocks: 4096 },
    router: {
      prefill_load_scale: 2,
      overlap_score_credit: 0.83,
      overlap_score_credit_decay: 0.5,
      decode_active_request_weight: 0.37,
    },
  }),
  'kv-queue-fcfs': kvQueue('fcfs', 13),
  'kv-queue-lcfs': kvQueue('lcfs', 14),
  'kv-queue-wspt': kvQueue('wspt', 15),
  'kv-closed-loop': generated('KV router, a fixed number of requests at a time', 100, 16, {
    flags: flags(2, 'kv_router', { 'replay-concurrency': 40 }),
    engine: { num_gpu_blocks: 4096 },
  }),
  'sessions-open': ofRows('turns follow the end of the turn before', sessionRows(), {
    flags: flags(2, 'round_robin', { 'trace-block-size': 4, 'arrival-speedup-ratio': 1.5 }),
    engine: { num_gpu_blocks: 100, block_size: 4 },
  }),
  'sessions-closed-one-worker': ofRows('one worker: turns wait for the end of a pass', sessionRows(), {
    flags: flags(1, 'round_robin', { 'trace-block-size': 4, 'replay-concurrency': 2 }),
    engine: { num_gpu_blocks: 100, block_size: 4 },
  }),
  'sessions-closed': ofRows('sessions hold their slot while the user thinks', sessionRows(), {
    flags: flags(3, 'round_robin', { 'trace-block-size': 4, 'replay-concurrency': 2 }),
    engine: { num_gpu_blocks: 100, block_size: 4 },
  }),
  'rejected-and-empty': ofRows('prompts that never fit, requests without output', rejectedRows(), {
    flags: flags(2, 'round_robin', { 'trace-block-size': 4, 'sla-e2e-ms': 90 }),
    engine: { num_gpu_blocks: 6, block_size: 4 },
  }),
  'dead-end': ofRows('a request that outgrows the pool', [row(0, 10, 8, [1, 2, 3])], {
    flags: flags(1, 'round_robin', { 'trace-block-size': 4 }),
    engine: { num_gpu_blocks: 4, block_size: 4 },
  }),
  'synthetic-interval': ofFlags('equal requests at equal intervals, in turns', {
    'input-tokens': 1000,
    'output-tokens': 50,
    'request-count': 60,
    'arrival-interval-ms': 40,
    'turns-per-session': 2,
    'inter-turn-delay-ms': 100,
  }),
  'synthetic-poisson': ofFlags('random arrivals, shared prefixes', {
    'input-tokens': 2000,
    'output-tokens': 40,
    'request-count': 200,
    'request-rate': 15,
    'arrival-seed': 7,
    'shared-prefix-ratio': 0.5,
    'num-prefix-groups': 5,
  }),
  'synthetic-closed-loop': ofFlags('equal requests, a fixed number at a time', {
    'input-tokens': 3000,
    'output-tokens': 100,
    'request-count': 100,
    'replay-concurrency': 24,
  }),
};

function flags(workers: number, router: string, others: CaseSettings['flags'] = {}): CaseSettings['flags'] {
  return { 'num-workers': workers, 'router-mode': router, ...others };
}

function generated(
  about: string,
  requests: number,
  seed: number,
  settings: Partial<CaseSettings>,
): CaseToRecord {
  const source: CaseSource = { kind: 'generated', options: { seed, durationMinutes: 5, requests } };
  return { about, source, flags: {}, engine: {}, router: {}, ...settings };
}

function kvQueue(policy: string, seed: number): CaseToRecord {
  return generated(`KV router that holds requests back, ${policy}`, 100, seed, {
    flags: flags(3, 'kv_router', { 'arrival-speedup-ratio': 8 }),
    engine: { num_gpu_blocks: 4096 },
    router: { router_queue_threshold: 1.5, router_queue_policy: policy },
  });
}

function ofRows(about: string, rows: readonly CaseRow[], settings: Partial<CaseSettings>): CaseToRecord {
  return { about, source: { kind: 'rows', rows }, flags: {}, engine: {}, router: {}, ...settings };
}

function ofFlags(about: string, workload: CaseSettings['flags']): CaseToRecord {
  const settings = { flags: { ...workload, 'num-workers': 3 }, engine: { num_gpu_blocks: 4096 }, router: {} };
  return { about, source: { kind: 'flags' }, ...settings };
}

function row(timestamp: number, input: number, output: number, hashIds: readonly number[]): CaseRow {
  return { timestamp, input_length: input, output_length: output, hash_ids: hashIds };
}

function sessionRows(): CaseRow[] {
  return [
    { session_id: 'ann', ...row(0, 12, 5, [1, 2, 3]) },
    { session_id: 'bob', ...row(5, 9, 8, [1, 2, 4]) },
    row(7, 20, 3, [5, 6, 7, 8, 9]),
    { session_id: 'ann', ...row(90, 19, 4, [1, 2, 3, 10, 11]) },
    { session_id: 'bob', input_length: 16, output_length: 6, hash_ids: [1, 2, 4, 12], delay: 15 },
    { session_id: 'eve', ...row(60, 30, 2, [1, 2, 13, 14, 15, 16, 17, 18]) },
    { session_id: 'ann', ...row(200, 27, 7, [1, 2, 3, 10, 11, 19, 20]), delay: 33.5 },
    { session_id: 'bob', ...row(240, 22, 1, [1, 2, 4, 12, 21, 22]) },
    { session_id: 'eve', ...row(260, 33, 9, [1, 2, 13, 14, 15, 16, 17, 18, 23]) },
    { session_id: 'ann', ...row(261, 31, 3, [1, 2, 3, 10, 11, 19, 20, 24]) },
  ];
}

function rejectedRows(): CaseRow[] {
  return [
    row(0, 10, 3, [1, 2, 3]),
    row(0, 28, 2, [1, 2, 3, 4, 5, 6, 7]),
    row(3, 12, 0, [1, 2, 8]),
    row(10, 8, 9, [9, 10]),
    row(11, 25, 5, [11, 12, 13, 14, 15, 16, 17]),
    row(40, 8, 4, [1, 2]),
    row(41, 24, 1, [1, 2, 3, 18, 19, 20]),
  ];
}

/** Short prompts with long answers: many fit at first, few at the end. */
function growingRows(): CaseRow[] {
  return Array.from({ length: 24 }, (_, index) => {
    const shared = index % 3 === 0 ? [1, 2] : [index + 100];
    return row(index * 7, 5 + ((index * 5) % 11), 9 + ((index * 13) % 40), [
      ...shared,
      index + 10,
      index + 50,
      index + 200,
    ]);
  });
}
