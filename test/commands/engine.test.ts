import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineNames, packageRoot } from '../../harness/index.ts';

const CLI = join(packageRoot, 'dist/cli.js');

function engine(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'engine', ...args], {
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

describe('engine list', () => {
  it('has a line for every engine and marks the usual one', () => {
    const { code, stdout } = engine('list');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^engine +GPUs +KV tokens +prefill +decode +hash$/);
    for (const name of engineNames())
      expect(lines.filter((line) => line.startsWith(`${name} `))).toHaveLength(1);
    expect(lines.filter((line) => line.includes(' * '))).toEqual([
      expect.stringMatching(
        /^minimax-m2\.5-fp8-b200-tp4-vllm-0\.14\.0 \* +4 +3,512,879 +160 ms +16\.5 ms +[0-9a-f]{12}$/,
      ),
    ]);
  });

  it('is one JSON object on request', () => {
    const { engines } = JSON.parse(engine('list', '--json').stdout);
    expect(engines.map(({ name }: { name: string }) => name)).toEqual(engineNames());
    expect(engines.at(-1)).toMatchObject({ name: 'polynomial', model: null, kvTokens: null });
    expect(engines.find(({ name }: { name: string }) => name.startsWith('qwen3-32b-b200'))).toMatchObject({
      model: 'Qwen/Qwen3-32B',
      system: 'b200_sxm',
      gpusPerWorker: 2,
      tables: 'vllm 0.19.0',
      kvTokens: 1_039_090,
      maxContextTokens: 131_072,
    });
  });
});

describe('engine show', () => {
  it('says what is modeled and from where, and plots pass times', () => {
    const { code, stdout } = engine('show', 'qwen3-32b-h200-tp2-vllm-0.14.0');
    expect(code).toBe(0);
    expect(stdout).toContain('  model    Qwen/Qwen3-32B, bfloat16, attention bfloat16, KV bfloat16\n');
    expect(stdout).toContain('  worker   2 × h200_sxm, tp 2\n');
    expect(stdout).toContain(
      '  tables   vllm 0.14.0, aiconfigurator 0.11.0: vllm 0.14.0 measured on h200_sxm\n',
    );
    expect(stdout).toContain('  KV       751,550 tokens, 1,467 blocks of 512\n');
    expect(stdout).toMatch(/^prefill of one prompt, tokens\n {5}128 +[\d.]+ ms +\S+\n/m);
    expect(stdout.match(/█/g)?.length).toBeGreaterThan(100);
  });

  it('plots the polynomial over the share of the pool', () => {
    const { stdout } = engine('show', 'polynomial');
    expect(stdout).toContain('  100 %  34.0 ms  ');
    expect(stdout).toContain('    0 %   5.7 ms  ');
  });

  it('has all tables in its JSON', () => {
    const shown = JSON.parse(engine('show', 'gpt-oss-120b-b200-tp1-vllm', '--json').stdout);
    expect(shown.name).toBe('gpt-oss-120b-b200-tp1-vllm-0.22.0');
    expect(shown.profile.hash).toBe(shown.hash);
    expect(shown.profile.tables.prefill.newTokens.at.length).toBeGreaterThan(10);
  });

  it('lists the names when there is no such engine', () => {
    expect(engine('show', 'warp')).toEqual({
      code: 2,
      stdout: '',
      stderr: `autoresearch: no engine named warp; there is: ${engineNames().join(', ')}\n`,
    });
  });
});
