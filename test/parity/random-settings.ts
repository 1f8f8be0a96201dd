import type { Draw } from './draw.ts';
import type { ReplayCase } from './replay-case.ts';

export type Settings = ReplayCase['engine'];
export type Flags = Record<string, string | number>;

/** Engine settings that make sense whatever the requests are. */
export function commonEngine(draw: Draw): Settings {
  return {
    ...draw.some({ enable_prefix_caching: false }, 0.15),
    ...draw.some({ enable_chunked_prefill: false }, 0.03),
    ...draw.some({ preemption_mode: draw.oneOf('fifo', 'lifo') }, 0.4),
    ...draw.some({ speedup_ratio: draw.oneOf(0, 0.5, 3, 7.3) }, 0.15),
    ...draw.some({ decode_speedup_ratio: draw.oneOf(0.7, 1.7, 4) }, 0.12),
    ...draw.some({ max_num_batched_tokens: null, max_num_seqs: null }, 0.03),
    ...draw.some({ engine_type: 'vllm', max_model_len: null, dp_size: 1, startup_time: 3 }, 0.03),
  };
}

export function loadFlags(draw: Draw, isClosedLoop: boolean, concurrency: number): Flags {
  const speedup = draw.some({ 'arrival-speedup-ratio': draw.oneOf(0.5, 1.7, 3, 10) }, 0.25);
  return isClosedLoop ? { 'replay-concurrency': concurrency, ...speedup } : speedup;
}

export function capFlag(draw: Draw, probability: number, maxSeconds: number): Flags {
  return draw.some({ 'max-sim-time-seconds': draw.real(0.01, maxSeconds) }, probability);
}

export function slaFlags(draw: Draw, ttftMs: number, itlMs: number): Flags {
  if (draw.chance(0.7)) return {};
  if (draw.chance(0.3)) return { 'sla-e2e-ms': draw.real(ttftMs, ttftMs * 10) };
  return draw.some(
    { 'sla-ttft-ms': draw.real(ttftMs / 3, ttftMs * 5), 'sla-itl-ms': draw.real(itlMs / 3, itlMs * 2) },
    0.7,
  );
}

const IGNORED_BY_OFFLINE_REPLAY: Settings = {
  use_kv_events: false,
  router_ttl_secs: 0.05,
  host_cache_hit_weight: 0.3,
  router_replica_sync: true,
  router_snapshot_threshold: 3,
};

/** Weights and queue of the KV router; `thresholds` are those the case can reach. */
export function routerConfig(draw: Draw, thresholds: readonly [number, ...number[]]): Settings {
  if (draw.chance(0.2)) return {};
  return {
    ...draw.some(
      {
        overlap_score_credit: draw.oneOf(0, 0.5, 0.83, 1.5, 4),
        overlap_score_credit_decay: draw.oneOf(0.5, 2),
        prefill_load_scale: draw.oneOf(0, 0.37, 2),
        decode_active_request_weight: draw.oneOf(0.37, 2.2),
        router_track_prefill_tokens: false,
        router_assume_kv_reuse: false,
      },
      0.25,
    ),
    ...draw.some({ router_track_active_blocks: false }, 0.08),
    ...draw.some({ overlap_score_weight: draw.oneOf(0, 0.6, 1.4) }, 0.06),
    ...(draw.chance(0.03) ? { router_predicted_ttl_secs: 0.02 } : draw.some(IGNORED_BY_OFFLINE_REPLAY, 0.04)),
    ...(draw.chance(0.4)
      ? {
          router_queue_threshold: draw.oneOf(...thresholds),
          ...draw.some({ router_queue_policy: draw.oneOf('fcfs', 'lcfs', 'wspt') }, 0.8),
        }
      : {}),
  };
}
