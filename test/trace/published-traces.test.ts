import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { readMooncake } from '../../harness/trace/mooncake.ts';
import { traceProfile } from '../../harness/trace/trace-profile.ts';
import { complaint } from './small-trace.ts';

const TRACES = '../shared/traces';
const FORMATS = '../shared/goldens/formats';

describe.runIf(existsSync(TRACES))('the published Mooncake traces', () => {
  it.each([
    ['mooncake_conversation.jsonl.gz', 12_031, 8_056, 182_790],
    ['mooncake_toolagent_RECONSTRUCTED_full_23608.jsonl.gz', 23_608, 19_885, 184_617],
    ['mooncake_synthetic.jsonl.gz', 3_993, 2_538, 43_924],
  ])('%s has the known rows, sessions and blocks', (file, rows, sessions, uniqueBlocks) => {
    const trace = readMooncake(`${TRACES}/${file}`);
    const profile = traceProfile(trace);
    expect(profile).toMatchObject({ requests: rows, sessions: { count: sessions }, reuse: { uniqueBlocks } });
    expect(trace.warnings).toEqual([]);
    const { inferredSession, inferredTurn } = compileRequests(trace, { blockSize: 64 });
    expect(new Set(inferredSession).size).toBe(sessions);
    expect(inferredTurn.filter((turn) => turn === 0)).toHaveLength(sessions);
  });

  it('has the same prefixes under any cut of the blocks', () => {
    const trace = readMooncake(`${TRACES}/mooncake_toolagent_head447.jsonl.gz`);
    const whole = compileRequests(trace, { blockSize: 512 });
    const eighths = compileRequests(trace, { blockSize: 64 });
    // The last full eighth of a whole block tells that block's prefix.
    const wholeOf = new Map<number, number>();
    for (let request = 0; request < whole.count; request++) {
      const blocks = Math.floor((whole.promptTokens[request] ?? 0) / 512);
      for (let block = 0; block < blocks; block++) {
        const key = whole.keys[(whole.keyStart[request] ?? 0) + block] ?? -1;
        const eighth = eighths.keys[(eighths.keyStart[request] ?? 0) + block * 8 + 7] ?? -1;
        expect(wholeOf.get(eighth) ?? key).toBe(key);
        wholeOf.set(eighth, key);
      }
    }
    expect(wholeOf.size).toBe(whole.keyCount);
  });
});

describe.runIf(existsSync(FORMATS))('the reference’s probes of bad rows', () => {
  it.each([
    ['err-decreasing-timestamps', 'trace.jsonl:2: timestamp is 500, before 1000'],
    ['err-delay-first-turn', 'trace.jsonl:1: delay is 50 on the first turn of session "a"'],
    ['err-empty', 'trace.jsonl has no requests in it'],
    ['err-empty-hash', 'trace.jsonl:1: hash_ids is empty'],
    ['err-float-length', 'trace.jsonl:1: input_length is 300.0'],
    ['err-json', 'trace.jsonl:1: '],
    ['err-json-line2', 'trace.jsonl:2: not valid JSON'],
    ['err-negative-length', 'trace.jsonl:1: input_length is -3'],
    ['err-no-hash', 'trace.jsonl:1: hash_ids is missing'],
    ['err-no-output', 'trace.jsonl:1: output_length is missing'],
    ['err-output-ids', 'trace.jsonl:1: output_token_ids has 4 entries; expected a list of output_length = 3'],
    ['err-string-timestamp', 'trace.jsonl:1: timestamp is "0"'],
    ['err-zero-input', 'trace.jsonl:1: input_length is 0'],
  ])('%s is refused here too', (probe, message) => {
    const path = `${FORMATS}/${probe}/trace.jsonl`;
    expect(complaint(() => compileRequests(readMooncake(path), { blockSize: 64 }))).toContain(message);
  });

  it('of hash ids beyond 32 bits are told apart', () => {
    const columns = compileRequests(readMooncake(`${FORMATS}/u64-hash-ids/trace.jsonl`), { blockSize: 512 });
    expect([...columns.keys]).toEqual([0, 1, 2, 0]);
  });

  it('of blocks that do not divide share the prefixes that the reference reused', () => {
    const folder = `${FORMATS}/../vllm/tiny-odd-blocks`;
    const report = JSON.parse(readFileSync(`${folder}/report.json`, 'utf8'));
    const { keys, keyStart, promptTokens } = compileRequests(
      readMooncake(`${folder}/trace.jsonl`, { traceBlockSize: 6 }),
      { blockSize: 4 },
    );
    const seen = new Set<number>();
    let reusedBlocks = 0;
    for (let request = 0; request < promptTokens.length; request++) {
      for (const key of keys.subarray(keyStart[request], keyStart[request + 1])) {
        if (seen.has(key)) reusedBlocks += 1;
        seen.add(key);
      }
    }
    const tokens = promptTokens.reduce((sum, count) => sum + count, 0);
    expect((reusedBlocks * 4) / tokens).toBe(report.prefix_cache_reused_ratio);
  });
});
