import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const ROW = { timestamp: 0, input_length: 1000, output_length: 4, hash_ids: [1, 2] };
const HOST_SPEED = ['wall_time_ms', 'processed_tokens_per_s', 'processed_output_tokens_per_s'];

/** Runs `autoresearch replay …` in a folder of its own with a trace in it. */
function replay(args: readonly string[], rows: readonly unknown[] = [ROW], folder = temporaryFolder()) {
  writeFileSync(join(folder, 'trace.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'replay', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { code: status, stdout, stderr, folder, read };
}

describe('autoresearch replay', () => {
  it('prints the table of the original and more, and keeps the report', () => {
    const { code, stdout, stderr, folder } = replay(['trace.jsonl']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      '┃ Time to First Token (ms)                           ┃  37.90 ┃  37.90 ┃  37.90 ┃  37.90 ┃  37.90 ┃  37.90 ┃ 0.00 ┃',
    );
    expect(stdout).toMatch(/Timing +polynomial/);
    const [report] = readdirSync(folder).filter((name) => name !== 'trace.jsonl');
    expect(report).toMatch(/^dynamo_replay_report_\d{8}_\d{6}\.json$/);
    expect(stdout).toContain(`Saved full report to: ${report}\n`);
  });

  it('writes the report with sorted keys and the speed of the host', () => {
    const { code, read } = replay(['trace.jsonl', '--report-json', 'deep/er/report.json']);
    expect(code).toBe(0);
    const text = read('deep/er/report.json');
    const report = JSON.parse(text) as Record<string, number>;
    expect(text).toBe(`${JSON.stringify(report, undefined, 2)}\n`);
    expect(Object.keys(report)).toEqual(Object.keys(report).toSorted());
    expect(Object.keys(report)).toEqual(expect.arrayContaining(HOST_SPEED));
    expect(report).toMatchObject({ completed_requests: 1, duration_ms: 55.27673900000001 });
    expect(report).not.toHaveProperty('autoresearch');
  });

  it('puts the report into a folder under a name of its own, and replaces an old file', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'reports'));
    writeFileSync(join(folder, 'old.json'), 'old');
    replay(['trace.jsonl', '--report-json', 'reports'], [ROW], folder);
    expect(readdirSync(join(folder, 'reports'))).toHaveLength(1);
    const { read } = replay(['trace.jsonl', '--report-json', 'old.json'], [ROW], folder);
    expect(read('old.json')).toContain('"completed_requests": 1');
  });

  it('prints one JSON object, and leaves no file behind, with --json', () => {
    const { code, stdout, folder } = replay(['trace.jsonl', '--json', '--num-workers', '2']);
    expect(code).toBe(0);
    const { autoresearch, ...report } = JSON.parse(stdout);
    expect(report).toMatchObject({ num_requests: 1, total_output_tokens: 4 });
    expect(autoresearch).toMatchObject({
      timing: { name: 'polynomial' },
      passes: 4,
      preemptions: 0,
      router_ties: 0,
    });
    expect(
      autoresearch.workers.map((worker: { completed_requests: number }) => worker.completed_requests),
    ).toEqual([1, 0]);
    expect(readdirSync(folder)).toEqual(['trace.jsonl']);
  });

  it('writes one record per request, also of a synthetic workload', () => {
    const { read } = replay([
      ...['--input-tokens', '100', '--output-tokens', '3', '--request-count', '500', '--request-rate', '50'],
      ...['--json', '--report-jsonl', 'records.jsonl'],
    ]);
    const records = read('records.jsonl').trimEnd().split('\n');
    expect(records).toHaveLength(500);
    expect(JSON.parse(records[0] ?? '')).toMatchObject({
      arrival_time_ms: 0,
      output_length: 3,
      terminal_status: 'completed',
    });
  });

  it('warns on stderr of what has no effect', () => {
    const { code, stderr } = replay(
      ['trace.jsonl', '--json', '--extra-engine-args', '{"startup_time": 3}'],
      [{ ...ROW, input_length: 5000, extra: 1 }],
    );
    expect(code).toBe(0);
    expect(stderr.split('\n').slice(0, -1)).toEqual([
      'warning: --extra-engine-args: startup_time has no effect on this replay',
      'warning: line 1: unknown field "extra" is ignored, here and in later rows',
      'warning: input_length exceeds what hash_ids cover and is clamped in 1 row (first: line 1: 5000 → 1024)',
    ]);
  });

  it.each<[string, string[], unknown, string]>([
    [
      'a bad flag',
      ['trace.jsonl', '--extra-engine-args', '{"blocksize": 1}'],
      ROW,
      'autoresearch: --extra-engine-args: unknown key "blocksize"; did you mean "block_size"?\n',
    ],
    [
      'a bad row',
      ['trace.jsonl'],
      { ...ROW, input_length: 'x' },
      'autoresearch: trace.jsonl:1: input_length is "x"; expected an integer ≥ 0 (tokens, written without a fraction)\n',
    ],
    [
      'an unknown flag',
      ['trace.jsonl', '--num-worker', '2'],
      ROW,
      "autoresearch: unknown option '--num-worker' (Did you mean --num-workers?); see `autoresearch replay --help`\n",
    ],
  ])('exits with 2 on %s and writes nothing', (_, args, row, message) => {
    const { code, stdout, stderr, folder } = replay(args, [row]);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: message });
    expect(readdirSync(folder)).toEqual(['trace.jsonl']);
  });

  it('exits with 1 when a request can never be scheduled, and names it', () => {
    const flags = [
      '--extra-engine-args',
      '{"num_gpu_blocks": 4, "block_size": 64}',
      '--report-json',
      'r.json',
    ];
    const { code, stderr, folder } = replay(
      ['trace.jsonl', ...flags],
      [ROW, { ...ROW, input_length: 250, output_length: 50 }],
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^autoresearch: dead end: request 2 \(250 prompt \+ 50 output tokens\) can never be scheduled/,
    );
    expect(existsSync(join(folder, 'r.json'))).toBe(false);
  });

  it('says so before the replay when a report can’t be written', () => {
    const { code, stderr } = replay(['trace.jsonl', '--report-json', 'trace.jsonl/report.json']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^autoresearch: the folder of trace\.jsonl\/report\.json can't be made: /);
  });

  it('ends at once when interrupted, however long the replay', async () => {
    const endless = ['--input-tokens', '3000', '--output-tokens', '3000', '--request-count', '100000'];
    const child = spawn(process.execPath, [
      CLI,
      'replay',
      ...endless,
      '--replay-concurrency',
      '512',
      '--json',
    ]);
    const ended = once(child, 'exit');
    const timer = setTimeout(() => child.kill('SIGINT'), 1500);
    const [code, signal] = await ended;
    clearTimeout(timer);
    expect(['SIGINT', 130]).toContain(signal ?? code);
  });

  it('shows its flags and examples, not those it does not support', () => {
    const { stdout } = replay(['--help']);
    expect(stdout).toContain('$ autoresearch replay requests.jsonl --num-workers 8 --router-mode kv_router');
    expect(stdout).toContain('--report-jsonl <file>');
    expect(stdout).not.toContain('--planner-config');
  });
});
