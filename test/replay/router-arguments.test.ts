import { describe, expect, it } from 'vitest';
import { parseRouterArguments } from '../../harness/replay/router-arguments.ts';
import { DEFAULT_KV_ROUTER } from '../../harness/sim/config.ts';

function parse(fields: Readonly<Record<string, unknown>>) {
  return parseRouterArguments(JSON.stringify(fields));
}

describe('--router-config', () => {
  it('has the defaults of the original', () => {
    expect(parse({})).toEqual({ config: DEFAULT_KV_ROUTER, warnings: [] });
  });

  it('reads every weight and switch', () => {
    const { config, warnings } = parse({
      overlap_score_credit: 0.5,
      overlap_score_credit_decay: 2,
      prefill_load_scale: 3,
      decode_active_request_weight: 0.25,
      router_track_prefill_tokens: false,
      router_track_active_blocks: false,
      router_assume_kv_reuse: false,
      router_queue_threshold: 1.5,
      router_queue_policy: 'lcfs',
    });
    expect(config).toEqual({
      overlapScoreCredit: 0.5,
      overlapScoreCreditDecay: 2,
      prefillLoadScale: 3,
      decodeActiveRequestWeight: 0.25,
      trackPrefillTokens: false,
      trackActiveBlocks: false,
      assumeKvReuse: false,
      queueThreshold: 1.5,
      queuePolicy: 'lcfs',
    });
    expect(warnings).toEqual([]);
  });

  it('lets the old name of the load scale go first, and switch the credit off with 0', () => {
    const both = parse({ overlap_score_weight: 2, prefill_load_scale: 3 });
    expect(both.config).toMatchObject({ prefillLoadScale: 2, overlapScoreCredit: 1 });
    expect(both.warnings).toEqual([
      '--router-config: overlap_score_weight is the old name of prefill_load_scale and overrides it here',
    ]);
    const zero = parse({ overlap_score_weight: 0, overlap_score_credit: 0.7 });
    expect(zero.config).toMatchObject({ prefillLoadScale: 0, overlapScoreCredit: 0 });
    expect(parse({ overlap_score_weight: null }).warnings).toEqual([]);
  });

  it('has no queue when its threshold is null', () => {
    expect(parse({ router_queue_threshold: null }).config.queueThreshold).toBe(Number.POSITIVE_INFINITY);
  });

  it.each(['use_kv_events', 'router_ttl_secs', 'router_track_output_blocks', 'host_cache_hit_weight'])(
    'accepts %s, with a warning',
    (key) => {
      expect(parse({ [key]: key === 'router_track_output_blocks' ? true : 1 }).warnings).toEqual([
        `--router-config: ${key} has no effect on this replay`,
      ]);
    },
  );

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ overlap_credit: 1 }, 'unknown key "overlap_credit"; did you mean "overlap_score_credit"?'],
    [{ temperature: 0 }, 'unknown key "temperature"; did you mean "router_temperature"?'],
    [{ overlap_score_credit: null }, 'overlap_score_credit is null; expected a number'],
    [{ router_temperature: 0.5 }, 'router_temperature 0.5 is not supported; remove it or set it to 0'],
    [{ router_queue_policy: 'sjf' }, 'router_queue_policy is "sjf"; expected one of "fcfs", "lcfs", "wspt"'],
    [
      { router_track_output_blocks: true, router_track_active_blocks: false },
      'router_track_output_blocks needs router_track_active_blocks; set that to true or remove both',
    ],
  ])('refuses %j', (fields, message) => {
    expect(() => parse(fields)).toThrow(`--router-config: ${message}`);
  });
});
