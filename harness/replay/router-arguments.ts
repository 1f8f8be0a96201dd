import * as z from 'zod';
import { DEFAULT_KV_ROUTER, type KvRouterConfig } from '../sim/config.ts';
import { UserError } from '../user-error.ts';
import { parseJsonArgument } from './json-argument.ts';
import { knownByName, type NeutralValues, refuseUnsupported, warningsFor } from './key-support.ts';

export interface RouterArguments {
  readonly config: KvRouterConfig;
  readonly warnings: readonly string[];
}

const FLAG = '--router-config';

const weight = z.number().min(0).optional();
const flag = z.boolean().optional();

const READ = {
  overlap_score_credit: weight,
  overlap_score_credit_decay: weight,
  prefill_load_scale: weight,
  decode_active_request_weight: weight,
  overlap_score_weight: weight.nullable(),
  router_track_active_blocks: flag,
  router_track_output_blocks: flag,
  router_assume_kv_reuse: flag,
  router_track_prefill_tokens: flag,
  router_queue_threshold: weight.nullable(),
  router_queue_policy: z.enum(['fcfs', 'lcfs', 'wspt']).optional(),
};

const NEUTRAL_ONLY: NeutralValues = {
  router_temperature: [0],
  router_policy_config: [],
  router_prefill_load_model: ['none'],
  durable_kv_events: [false],
};

/** Keys that DynoSim takes and that change nothing in an offline aggregated replay. */
const WITHOUT_EFFECT = [
  'use_kv_events',
  'router_ttl_secs',
  'router_predicted_ttl_secs',
  'host_cache_hit_weight',
  'disk_cache_hit_weight',
  'router_replica_sync',
  'router_tracking_hash',
  'router_tracking_key_file',
  'router_tracking_key_id',
  'router_snapshot_threshold',
  'router_reset_states',
  'router_event_threads',
  'skip_initial_worker_wait',
  'use_remote_indexer',
  'serve_indexer',
  'shared_cache_multiplier',
  'shared_cache_type',
  'conditional_disagg_enabled',
  'conditional_disagg_policy',
  'conditional_disagg_eff_isl_threshold',
  'conditional_disagg_eff_isl_ratio_threshold',
  'conditional_disagg_prefill_busy_threshold',
  'conditional_disagg_decode_busy_threshold',
] as const;

const SCHEMA = z.strictObject({
  ...READ,
  ...knownByName(Object.keys(NEUTRAL_ONLY)),
  ...knownByName(WITHOUT_EFFECT),
});

/** The KV router of `--router-config`: names and defaults are DynoSim's. */
export function parseRouterArguments(text: string): RouterArguments {
  const fields = parseJsonArgument(FLAG, text, SCHEMA);
  refuseUnsupported(FLAG, fields, NEUTRAL_ONLY);
  const tracksBlocks = fields.router_track_active_blocks ?? DEFAULT_KV_ROUTER.trackActiveBlocks;
  if (fields.router_track_output_blocks && !tracksBlocks) {
    throw new UserError(
      `${FLAG}: router_track_output_blocks needs router_track_active_blocks; set that to true or remove both`,
    );
  }
  return {
    config: {
      ...scoreWeights(fields),
      overlapScoreCreditDecay: fields.overlap_score_credit_decay ?? DEFAULT_KV_ROUTER.overlapScoreCreditDecay,
      decodeActiveRequestWeight:
        fields.decode_active_request_weight ?? DEFAULT_KV_ROUTER.decodeActiveRequestWeight,
      trackPrefillTokens: fields.router_track_prefill_tokens ?? DEFAULT_KV_ROUTER.trackPrefillTokens,
      trackActiveBlocks: tracksBlocks,
      assumeKvReuse: fields.router_assume_kv_reuse ?? DEFAULT_KV_ROUTER.assumeKvReuse,
      queueThreshold: fields.router_queue_threshold ?? DEFAULT_KV_ROUTER.queueThreshold,
      queuePolicy: fields.router_queue_policy ?? DEFAULT_KV_ROUTER.queuePolicy,
    },
    warnings: [
      ...oldNameWarnings(fields),
      ...warningsFor(FLAG, fields, [...WITHOUT_EFFECT, 'router_track_output_blocks']),
    ],
  };
}

type Fields = z.infer<typeof SCHEMA>;

/** `overlap_score_weight`, the old name of the load scale, goes before the new one; 0 switches the credit off too. */
function scoreWeights(fields: Fields): Pick<KvRouterConfig, 'overlapScoreCredit' | 'prefillLoadScale'> {
  const credit = fields.overlap_score_credit ?? DEFAULT_KV_ROUTER.overlapScoreCredit;
  const old = fields.overlap_score_weight ?? undefined;
  return {
    overlapScoreCredit: old === 0 ? 0 : credit,
    prefillLoadScale: old ?? fields.prefill_load_scale ?? DEFAULT_KV_ROUTER.prefillLoadScale,
  };
}

function oldNameWarnings(fields: Fields): string[] {
  if ((fields.overlap_score_weight ?? undefined) === undefined) return [];
  const overrides = fields.prefill_load_scale === undefined ? '' : ' and overrides it here';
  return [`${FLAG}: overlap_score_weight is the old name of prefill_load_scale${overrides}`];
}
