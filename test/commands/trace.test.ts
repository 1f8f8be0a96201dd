import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readMooncake } from '../../harness/trace/mooncake.ts';
import { createProgram, runCommandLine } from '../../src/commands/program.ts';
import { traceCommand } from '../../src/commands/trace.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs `autoresearch trace …` in a process of its own. */
function run(...argv: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'trace', ...argv], {
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** The message with which a command line is refused. */
async function refusal(...argv: string[]): Promise<string> {
  const program = createProgram('0.0.0', [traceCommand]);
  return await runCommandLine(program, ['trace', ...argv]).then(
    () => 'accepted',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

function fileOf(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const FOUR_ROWS = [
  '{"timestamp": 1000, "input_length": 512, "output_length": 5, "hash_ids": [1]}',
  '{"timestamp": 2000, "input_length": 900, "output_length": 10, "hash_ids": [2, 3]}',
  '{"timestamp": 61000, "input_length": 1000, "output_length": 15, "hash_ids": [1, 4]}',
  '{"timestamp": 121000, "input_length": 9999, "output_length": 1500, "hash_ids": [1, 4, 5]}',
].join('\n');

describe('trace info', () => {
  it('prints the figures of a trace, and its oddities on stderr', () => {
    const { stdout, stderr } = run('info', fileOf('four.jsonl', FOUR_ROWS));
    expect(stdout.replace(/[0-9a-f]{64}/, 'SHA256')).toMatchInlineSnapshot(`
      "four.jsonl
        requests  4
        duration  2.0 min, 0.03 requests/s
        sessions  2 from shared prompts, 1 with several turns, at most 3
        sha256    SHA256

      tokens    mean  p10    p50    p90    p99    max
        prompt   987  512  1,000  1,536  1,536  1,536
        output   383    5     15  1,500  1,500  1,500

      reuse with a cache that never forgets
        blocks    37.5 % of 8 blocks of 512 tokens
        tokens    25.9 % of the prompt tokens
        unique    5 blocks; the 20 hottest give 100.0 % of all hits

      requests per minute, 1 to 2 over 3 minutes
        █▅▅
      "
    `);
    expect(stderr).toBe(
      'four.jsonl: input_length exceeds what hash_ids cover and is clamped in 1 row (first: line 4: 9999 → 1536)\n',
    );
  });

  it('prints the same as one JSON object', () => {
    const { stdout } = run('info', fileOf('four.jsonl', FOUR_ROWS), '--json', '--trace-block-size', '10000');
    expect(stdout.trim()).not.toContain('\n');
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'four.jsonl',
      requests: 4,
      traceBlockSize: 10_000,
      durationMs: 120_000,
      promptTokens: { max: 9999 },
      requestsPerMinute: [2, 1, 1],
      warnings: [],
    });
  });

  it('does without timestamps', () => {
    const { stdout } = run('info', fileOf('one.jsonl', '{"output_length": 1, "hash_ids": [1]}'));
    expect(stdout).toContain('duration  unknown (no timestamps)');
    expect(stdout).toContain('requests per minute: unknown (no timestamps)');
  });

  it.each([
    [['info', 'none.jsonl'], 'no such trace file: none.jsonl'],
    [
      ['info', 'none.jsonl', '--trace-block-size', '0'],
      '--trace-block-size is "0"; expected an integer of at least 1',
    ],
    [['info'], "missing required argument 'file'"],
    [['info', 'a.jsonl', '--bogus'], "unknown option '--bogus'"],
  ])('refuses %j', async (argv, message) => {
    expect(await refusal(...argv)).toContain(`UserError: ${message}`);
  });
});

describe('trace generate', () => {
  it('prints rows that can be read again', () => {
    const { stdout, stderr } = run('generate', '--minutes', '0.5', '--seed', '3');
    expect(stderr).toBe('');
    const again = run('generate', '--minutes', '0.5', '--seed', '3', '--out', '-');
    expect(again.stdout).toBe(stdout);
    expect(readMooncake(fileOf('printed.jsonl', stdout)).rows.count).toBeGreaterThan(100);
  });

  it('writes a file, gzipped when its name says so', () => {
    const folder = temporaryFolder();
    const [plain, packed] = [join(folder, 'a.jsonl'), join(folder, 'a.jsonl.gz')];
    const { stdout, stderr } = run('generate', '--minutes', '0.5', '--out', plain);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^wrote \d+ requests \(0\.5 min, seed 1\) to .*a\.jsonl\n$/);
    const json = run('generate', '--minutes', '0.5', '--out', packed, '--json');
    expect(gunzipSync(readFileSync(packed)).equals(readFileSync(plain))).toBe(true);
    expect(JSON.parse(json.stdout)).toEqual({
      file: packed,
      requests: readMooncake(plain).rows.count,
      minutes: 0.5,
      seed: 1,
      scale: 1,
      bytes: readFileSync(packed).length,
    });
    expect(json.stderr).toBe('');
  });

  it('replaces a file only when it may', async () => {
    const path = fileOf('mine.jsonl', 'precious');
    expect(await refusal('generate', '--minutes', '0.1', '--out', path)).toContain(
      `${path} exists already; choose another name or add --force to replace it`,
    );
    expect(readFileSync(path, 'utf8')).toBe('precious');
    run('generate', '--minutes', '0.1', '--out', path, '--force');
    expect(readFileSync(path, 'utf8')).toContain('hash_ids');
  });

  it('is refused when it would have nothing to write', async () => {
    expect(await refusal('generate', '--minutes', '1', '--scale', '0.0001')).toBe(
      'UserError: --minutes 1 at --scale 0.0001 make no request; raise one of them',
    );
  });

  it('leaves nothing behind where it cannot write', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    const missing = join(folder, 'none', 'a.jsonl');
    expect(await refusal('generate', '--out', missing)).toContain('its folder does not exist; make it first');
    expect(await refusal('generate', '--out', join(folder, 'sub'))).toContain(
      'is a folder; name a file in it',
    );
    expect(readdirSync(folder)).toEqual(['sub']);
    expect(existsSync(missing)).toBe(false);
  });

  it.each([
    [['--json'], '--json and a trace on standard output exclude each other'],
    [['--minutes', '-1'], '--minutes is "-1"; expected a number greater than 0'],
    [['--minutes', '1e9'], 'minutes is 1000000000; expected more than 0 and at most 10080'],
    [['--seed', 'x'], '--seed is "x"; expected an integer'],
    [['--scale', '0'], '--scale is "0"; expected a number greater than 0'],
  ])('refuses %j', async (argv, message) => {
    expect(await refusal('generate', ...argv)).toContain(`UserError: ${message}`);
  });
});

describe('the trace command', () => {
  it('ends with 2 and one line on stderr when its input is bad', () => {
    const { code, stdout, stderr } = run('info', 'none.jsonl');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^.*no such trace file: none\.jsonl; .*\n$/);
  });

  it.each([['info'], ['generate']])('explains %s with an example', (name) => {
    const { stdout } = run(name, '--help');
    expect(stdout).toContain(`$ autoresearch trace ${name}`);
  });
});
