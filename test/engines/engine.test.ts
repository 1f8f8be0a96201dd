import { describe, expect, it } from 'vitest';
import { chooseProfile } from '../../harness/engines/choose-profile.ts';
import {
  DEFAULT_ENGINE_NAME,
  engineNamed,
  engineNames,
  polynomialEngine,
  profileEngine,
  requireContext,
  sameEngine,
} from '../../harness/engines/engine.ts';
import { UserError } from '../../harness/user-error.ts';
import { smallProfile } from './small-profile.ts';

describe('an engine', () => {
  it('is found by every listed name, and only by itself', () => {
    const engines = engineNames().map(engineNamed);
    expect(engines.map(({ name }) => name)).toEqual(engineNames());
    expect(new Set(engines.map(({ hash }) => hash)).size).toBe(engines.length);
    expect(engineNames()).toContain(DEFAULT_ENGINE_NAME);
    expect(engineNames().at(-1)).toBe('polynomial');
  });

  it('may be named without its version: then it is the oldest', () => {
    expect(engineNamed('minimax-m2.5-fp8-b200-tp4-vllm').name).toBe('minimax-m2.5-fp8-b200-tp4-vllm-0.14.0');
    expect(engineNamed('qwen3-32b-h200-tp2-vllm').name).toBe('qwen3-32b-h200-tp2-vllm-0.12.0');
    expect(() => engineNamed('qwen3-32b-h200-tp2')).toThrow(UserError);
    expect(() => engineNamed('minimax-m2.5-fp8-b200-tp4-vllm-0')).toThrow(UserError);
  });

  it('says which there are when it is unknown', () => {
    expect(() => engineNamed('../profiles')).toThrow(
      new UserError(`no engine named ../profiles; there is: ${engineNames().join(', ')}`),
    );
  });

  it('is the one a result was made with, or nothing', () => {
    const { name, hash } = polynomialEngine();
    expect(sameEngine({ name, hash })).toEqual(polynomialEngine());
    expect(() => sameEngine({ name, hash: 'f'.repeat(64) })).toThrow(
      `the engine profile polynomial is not what it was: its hash is ${hash.slice(0, 12)}, not ffffffffffff`,
    );
  });

  it('refuses requests beyond its tables', () => {
    const engine = profileEngine(smallProfile());
    expect(() => requireContext(engine, 10_000, 'long.jsonl')).not.toThrow();
    expect(() => requireContext(engine, 10_001, 'long.jsonl')).toThrow(
      new UserError(
        'long.jsonl has a request of 10001 tokens, but the tables of small-tp2-vllm-1.0.0 end at 10000; leave such requests out, or take another engine',
      ),
    );
    expect(() => requireContext(polynomialEngine(), 1e9, 'long.jsonl')).not.toThrow();
  });
});

describe('choosing a profile in AIConfigurator’s words', () => {
  const query = {
    model: 'Qwen/Qwen3-32B',
    system: 'h200_sxm',
    backend: 'vllm',
    backendVersion: '0.14.0',
    tensorParallelism: 2,
    moeTensorParallelism: undefined,
    moeExpertParallelism: undefined,
  };

  it('finds exactly what was asked for', () => {
    expect(chooseProfile(query).name).toBe('qwen3-32b-h200-tp2-vllm-0.14.0');
    expect(chooseProfile({ ...query, system: 'b200_sxm', backendVersion: '0.19.0' }).name).toBe(
      'qwen3-32b-b200-tp2-vllm-0.19.0',
    );
  });

  it.each([
    [{ system: 'a100_sxm' }],
    [{ backend: 'sglang' }],
    [{ backendVersion: '0.15.0' }],
    [{ tensorParallelism: 4 }],
    [{ moeTensorParallelism: 2 }],
  ])('has nothing for %j, and lists the engines of the model', (change) => {
    expect(() => chooseProfile({ ...query, ...change })).toThrow(
      /^there is no engine profile of Qwen\/Qwen3-32B for .*, but for vllm 0\.19\.0 on b200_sxm, tp 2; vllm 0\.12\.0 on h200_sxm, tp 2; vllm 0\.14\.0 on h200_sxm, tp 2$/,
    );
  });
});
