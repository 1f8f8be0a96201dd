import { describe, expect, it } from 'vitest';
import { parseEngineProfile, withHash } from '../../harness/engines/engine-profile.ts';
import { kvCapacityTokens } from '../../harness/engines/kv-capacity.ts';
import { profileTiming } from '../../harness/engines/profile-timing.ts';
import { engineProfiles, profileNames } from '../../harness/engines/profiles.ts';
import { UserError } from '../../harness/user-error.ts';
import { smallProfile } from './small-profile.ts';

const PROFILES = engineProfiles();
const KINK = 1.2;

function damaged(change: (profile: Record<string, unknown>) => void): () => unknown {
  const profile = structuredClone(smallProfile()) as unknown as Record<string, unknown>;
  change(profile);
  return () => parseEngineProfile(JSON.stringify(profile), 'small.json');
}

describe('an engine profile', () => {
  it('is read as it was written, whatever the layout and the order of its fields', () => {
    const profile = smallProfile();
    const turned = Object.fromEntries(Object.entries(profile).reverse());
    expect(parseEngineProfile(JSON.stringify(turned, undefined, 4), 'small.json')).toEqual(profile);
  });

  it('has another hash when any number in it is another', () => {
    const { hash, ...content } = smallProfile();
    const { decode, prefill } = content.tables;
    const others = [
      withHash({ ...content, gpusPerWorker: 3 }),
      withHash({ ...content, kvCache: { ...content.kvCache, bytesPerToken: 7 } }),
      withHash({ ...content, tables: { decode, prefill: { ...prefill, constantMs: 0.1234 } } }),
    ];
    expect(new Set([hash, ...others.map((profile) => profile.hash)]).size).toBe(4);
  });

  it.each<[string, (profile: Record<string, unknown>) => void, string]>([
    ['a changed number', (profile) => Object.assign(profile, { gpusPerWorker: 8 }), 'hash: the content has'],
    ['no hash', (profile) => delete profile['hash'], 'hash: the content has'],
    ['a missing field', (profile) => delete profile['model'], 'model: '],
    ['an unknown field', (profile) => Object.assign(profile, { colour: 'red' }), '"colour"'],
    [
      'knots out of order',
      (profile) => Object.assign(profile, { tables: tablesWith({ at: [4, 1], ms: [1, 2] }) }),
      'tables.prefill.newTokens.at: expected ascending counts',
    ],
    [
      'a time too few',
      (profile) => Object.assign(profile, { tables: tablesWith({ at: [1, 4], ms: [1] }) }),
      'tables.prefill.newTokens: expected one ms per count',
    ],
    [
      'a negative time',
      (profile) => Object.assign(profile, { tables: tablesWith({ at: [1], ms: [-1] }) }),
      'tables.prefill.newTokens.ms.0: ',
    ],
    [
      'weights larger than the GPU',
      (profile) =>
        Object.assign(profile, { kvCache: { ...smallProfile().kvCache, weightBytes: 10_000_000_000 } }),
      'kvCache: the weights do not fit the GPU',
    ],
  ])('is refused with %s', (_what, change, message) => {
    expect(damaged(change)).toThrow(UserError);
    expect(damaged(change)).toThrow(message);
    expect(damaged(change)).toThrow(/^small\.json is no engine profile \(/);
  });

  it.each(['', 'null', '[]', '{"name": "x"'])('is not %j', (text) => {
    expect(() => parseEngineProfile(text, 'small.json')).toThrow(/^small\.json is no engine profile \(/);
  });
});

function tablesWith(newTokens: unknown) {
  const { prefill, decode } = smallProfile().tables;
  return { decode, prefill: { ...prefill, newTokens } };
}

describe('the KV capacity', () => {
  const { kvCache } = smallProfile();

  it('is what weights, overheads and the activations of the largest pass leave over', () => {
    expect(kvCapacityTokens({ kvCache }, 100_000)).toBe(
      Math.floor((1_000_000_000 * 0.9 - 500_000_000 - 100_000_000 - 100_000 * 1000) / 100),
    );
  });

  it('reserves 70 MiB for activations at least', () => {
    expect(kvCapacityTokens({ kvCache }, 1)).toBe(
      Math.floor((1_000_000_000 * 0.9 - 500_000_000 - 100_000_000 - 70 * 2 ** 20) / 100),
    );
  });

  it('follows the share of the memory, and is never negative', () => {
    expect(kvCapacityTokens({ kvCache }, 100_000, 1)).toBe(3_000_000);
    expect(kvCapacityTokens({ kvCache }, 100_000, 0.5)).toBe(0);
  });
});

describe('the profiles that come along', () => {
  it('are those of the models and machines that were published, and some newer ones', () => {
    expect(profileNames()).toEqual([
      'deepseek-v3-fp8-b200-tp8-vllm-0.19.0',
      'deepseek-v3-fp8-h200-tp8-vllm-0.19.0',
      'gpt-oss-120b-b200-tp1-vllm-0.22.0',
      'llama-3.1-70b-fp8-h200-tp4-vllm-0.24.0',
      'minimax-m2.5-fp8-b200-tp4-vllm-0.14.0',
      'minimax-m2.5-fp8-b200-tp4-vllm-0.19.0',
      'minimax-m2.5-fp8-h200-tp4-vllm-0.19.0+ctxattn0.18.0',
      'qwen3-32b-b200-tp2-vllm-0.19.0',
      'qwen3-32b-h200-tp2-vllm-0.12.0',
      'qwen3-32b-h200-tp2-vllm-0.14.0',
      'qwen3-235b-a22b-fp8-h200-tp4-vllm-0.19.0+ctxattn0.18.0',
    ]);
  });

  it.each(PROFILES.map((profile) => [profile.name, profile] as const))(
    '%s has the estimated KV capacity and plausible pass times',
    (_name, profile) => {
      expect(kvCapacityTokens(profile, 8192)).toBeGreaterThan(700_000);
      const timing = profileTiming(profile);
      for (const batch of [1, 2, 3, 7, 16, 31, 100, 512, 2000]) {
        for (const tokens of [1, 2, 17, 500, 8191, 8192, 50_000, 131_072]) {
          const decode = timing.decodeMs(batch, batch * tokens, 0, 1);
          const prefill = timing.prefillMs(batch, batch * tokens, 0);
          const cached = timing.prefillMs(batch, batch * tokens, batch * (tokens - 1));
          for (const ms of [decode, prefill, cached]) {
            expect(ms).toBeGreaterThan(0);
            expect(ms).toBeLessThan(1e9);
          }
          // The measurements have kinks of their own.
          expect(decode).toBeLessThanOrEqual(timing.decodeMs(batch, batch * tokens * 2, 0, 1) * KINK);
          expect(prefill).toBeLessThanOrEqual(timing.prefillMs(batch, batch * tokens * 2, 0) * KINK);
          expect(cached).toBeLessThanOrEqual(prefill * KINK);
        }
      }
    },
  );
});
