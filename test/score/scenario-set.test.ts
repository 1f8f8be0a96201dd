import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint, openTraces, prepareScenarios, scenariosFor, UserError } from '../../harness/index.ts';
import { readColumnsFile } from '../../harness/trace/columns-file.ts';
import { writeSmallTrace } from '../isolate/small-scenarios.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function smallTrace() {
  const [trace] = openTraces([writeSmallTrace(temporaryFolder())]);
  if (trace === undefined) throw new Error('a trace is needed');
  return trace;
}

/** A trace of n requests, one a second, in a file of its own. */
function traceOf(requests: number, name = 'short.jsonl', outputTokens = 5) {
  const row = (index: number) => ({
    timestamp: index * 1000,
    input_length: 600,
    output_length: outputTokens,
    hash_ids: [2 * index, 2 * index + 1],
  });
  const file = join(temporaryFolder(), name);
  writeFileSync(file, Array.from({ length: requests }, (_, index) => JSON.stringify(row(index))).join('\n'));
  return file;
}

describe('the scenarios of a trace', () => {
  it('are its three splits at two speed-ups, the heaviest load first', () => {
    const scenarios = scenariosFor(smallTrace());
    expect(scenarios.map(({ name }) => name)).toEqual([
      'small-x5-train',
      'small-x5-validation',
      'small-x5-sealed',
      'small-x3-train',
      'small-x3-validation',
      'small-x3-sealed',
    ]);
    expect(scenarios.slice(0, 3).map(({ window }) => window)).toEqual([
      { warmupFromMs: 0, scoredFromMs: 2988, untilMs: 59750 },
      { warmupFromMs: 35850, scoredFromMs: 59750, untilMs: 83650 },
      { warmupFromMs: 59750, scoredFromMs: 83650, untilMs: 119501 },
    ]);
    expect(scenarios[0]).toMatchObject({
      workers: 8,
      kvBlocks: 4000,
      blockSize: 512,
      maxBatchedTokens: 8192,
      engine: { name: 'minimax-m2.5-fp8-b200-tp4-vllm-0.14.0' },
      seed: 1,
    });
  });

  it('score every request at most once per speed-up, up to the last one', () => {
    const trace = smallTrace();
    const scenarios = scenariosFor(trace, { speedup: 3 });
    expect(scenarios).toHaveLength(3);
    const scored = prepareScenarios(scenarios, [trace], temporaryFolder()).map((prepared) =>
      prepared.scored.reduce((sum, flag) => sum + flag, 0),
    );
    const warmUp = 6;
    expect(scored.reduce((sum, count) => sum + count, 0)).toBe(240 - warmUp);
  });

  it('follow the options', () => {
    const [scenario] = scenariosFor(smallTrace(), { speedup: 2.5, workers: 3, kvBlocks: 100, seed: 9 });
    expect(scenario).toMatchObject({
      name: 'small-x2.5-train',
      speedup: 2.5,
      workers: 3,
      kvBlocks: 100,
      seed: 9,
    });
  });

  it('need a trace that is long enough to split', () => {
    const [short] = openTraces([traceOf(30)]);
    if (short === undefined) throw new Error('a trace is needed');
    expect(() => scenariosFor(short)).toThrow(UserError);
    expect(() => scenariosFor(short)).toThrow(
      /^short\.jsonl: too short to split: \d requests with output to score in its validation part/,
    );
  });

  it('need requests with output, or there are no first tokens to time', () => {
    const [silent] = openTraces([traceOf(100, 'silent.jsonl', 0)]);
    if (silent === undefined) throw new Error('a trace is needed');
    expect(() => scenariosFor(silent)).toThrow(
      /^silent\.jsonl: too short to split: 0 requests with output to score in its train part/,
    );
  });

  it.each([
    [{ workers: 0 }, '--workers is 0; expected an integer > 0'],
    [{ kvBlocks: 1.5 }, '--kv-blocks is 1.5; expected an integer > 0'],
    [{ speedup: Number.NaN }, '--speedup is NaN; expected a number > 0'],
  ])('refuse %j', (options, message) => {
    expect(() => scenariosFor(smallTrace(), options)).toThrow(new UserError(message));
  });

  it('name their engine by its content', () => {
    const [scenario] = scenariosFor(smallTrace());
    const [uncalibrated] = scenariosFor(smallTrace(), { engine: 'polynomial' });
    expect(scenario?.engine.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(uncalibrated?.engine.name).toBe('polynomial');
    expect(uncalibrated?.engine.hash).not.toBe(scenario?.engine.hash);
  });

  it('take the oldest tables of an engine named without a version', () => {
    const [scenario] = scenariosFor(smallTrace(), { engine: 'qwen3-32b-h200-tp2-vllm' });
    expect(scenario?.engine.name).toBe('qwen3-32b-h200-tp2-vllm-0.12.0');
  });

  it('hold no more KV blocks than fit the GPUs', () => {
    const engine = 'qwen3-32b-h200-tp2-vllm-0.14.0';
    expect(scenariosFor(smallTrace(), { engine })[0]?.kvBlocks).toBe(1467);
    expect(scenariosFor(smallTrace(), { engine, kvBlocks: 1000 })[0]?.kvBlocks).toBe(1000);
    expect(() => scenariosFor(smallTrace(), { engine, kvBlocks: 1468 })).toThrow(
      '--kv-blocks 1468 does not fit: qwen3-32b-h200-tp2-vllm-0.14.0 holds 1467 blocks of 512 tokens in 2 GPUs of h200_sxm',
    );
    expect(scenariosFor(smallTrace(), { engine: 'polynomial', kvBlocks: 99_999 })[0]?.kvBlocks).toBe(99_999);
  });

  it('refuse requests beyond the tables of the engine', () => {
    const trace = smallTrace();
    trace.columns.promptTokens[7] = 131_072;
    expect(() => scenariosFor(trace)).toThrow(
      /^small\.jsonl has a request of 131\d{3} tokens, but the tables of minimax.* end at 131072; /,
    );
    expect(scenariosFor(trace, { engine: 'polynomial' })).toHaveLength(6);
  });

  it('refuse an unknown engine and list those there are', () => {
    expect(() => scenariosFor(smallTrace(), { engine: 'warp' })).toThrow(
      /^no engine named warp; there is: deepseek-v3-fp8-b200-tp8-vllm-0\.19\.0, .*, polynomial$/,
    );
  });

  it('have names that tell two traces apart', () => {
    const files = [traceOf(30, 'same.jsonl'), traceOf(40, 'same.jsonl')];
    expect(() => openTraces(files)).toThrow(/^two traces are named same\.jsonl/);
  });
});

describe('preparing scenarios', () => {
  it('writes one file per slice and uses it again', () => {
    const trace = smallTrace();
    const folder = temporaryFolder();
    const first = prepareScenarios(scenariosFor(trace), [trace], folder);
    expect(new Set(first.map(({ columnsFile }) => columnsFile)).size).toBe(3);
    const file = first[0]?.columnsFile ?? '';
    const { columns, scored } = readColumnsFile(file);
    expect(columns.promptTokens).toEqual(first[0]?.promptTokens);
    expect(scored).toEqual(first[0]?.scored);
    expect(prepareScenarios(scenariosFor(trace), [trace], folder)).toEqual(first);
  });

  it('refuses a trace that changed since the scenarios were made', () => {
    const trace = smallTrace();
    const scenarios = scenariosFor(trace);
    const changed = { ...trace, hash: '0'.repeat(64) };
    expect(() => prepareScenarios(scenarios, [changed], temporaryFolder())).toThrow(
      'is not the trace it was',
    );
    expect(() => prepareScenarios(scenarios, [], temporaryFolder())).toThrow(
      'small.jsonl is needed: pass it with --trace',
    );
  });
});

describe('the fingerprint', () => {
  it('is the same for the same scenarios, however they were written down', () => {
    const scenarios = scenariosFor(smallTrace());
    const turned = scenarios.map((scenario) => Object.fromEntries(Object.entries(scenario).reverse()));
    expect(fingerprint(turned as unknown as typeof scenarios)).toBe(fingerprint(scenarios));
    expect(fingerprint(scenarios)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with every field of a scenario', () => {
    const [scenario] = scenariosFor(smallTrace());
    if (scenario === undefined) throw new Error('a scenario is needed');
    const changes = [
      { name: 'other' },
      { split: 'sealed' as const },
      { trace: { ...scenario.trace, hash: '1' } },
      { trace: { ...scenario.trace, name: '1' } },
      { window: { ...scenario.window, warmupFromMs: 1 } },
      { window: { ...scenario.window, scoredFromMs: 1 } },
      { window: { ...scenario.window, untilMs: 1 } },
      { speedup: 1 },
      { workers: 1 },
      { kvBlocks: 1 },
      { blockSize: 1 },
      { maxBatchedTokens: 1 },
      { engine: { ...scenario.engine, name: 'other' } },
      { engine: { ...scenario.engine, hash: '1' } },
      { seed: 2 },
    ];
    expect(new Set(changes.map((change) => Object.keys(change)[0]))).toEqual(new Set(Object.keys(scenario)));
    const prints = changes.map((change) => fingerprint([{ ...scenario, ...change }]));
    expect(new Set([fingerprint([scenario]), ...prints]).size).toBe(changes.length + 1);
  });
});
