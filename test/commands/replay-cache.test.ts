import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generateTrace, traceText } from '../../harness/trace/generate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const TRACE_TEXT = traceText(generateTrace({ seed: 3, durationMinutes: 1 }));

function fixture() {
  const folder = temporaryFolder();
  const trace = join(folder, 'trace.jsonl');
  writeFileSync(trace, TRACE_TEXT);
  const cache = join(folder, 'cache');
  return { trace, cache, env: { ...process.env, AUTORESEARCH_CACHE: cache } };
}

/** The report without the speed of the host. */
function figures(stdout: string): unknown {
  const report = JSON.parse(stdout) as Record<string, unknown>;
  for (const key of Object.keys(report).filter((name) => /^wall_time|^processed_.*_per_s/.test(name))) {
    delete report[key];
  }
  return report;
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe('the cache of a replay', () => {
  it('is filled by the first replay, and changes no figure of the next', () => {
    const { trace, cache, env } = fixture();
    const run = () =>
      spawnSync(process.execPath, [CLI, 'replay', trace, '--json'], { env, encoding: 'utf8' });
    const [first, second] = [run(), run()];
    expect({ code: first.status, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(filesIn(cache)).toEqual([expect.stringMatching(/^[0-9a-f]{64}-512\.v\d+\.trace$/)]);
    expect(figures(second.stdout)).toEqual(figures(first.stdout));
  });

  it.each([['replay'], ['trace', 'info']])('is left alone by %s %s with --no-cache', (...command) => {
    const { trace, cache, env } = fixture();
    const args = [CLI, ...command.filter(Boolean), trace, '--json'];
    expect(spawnSync(process.execPath, [...args, '--no-cache'], { env }).status).toBe(0);
    expect(filesIn(cache)).toEqual([]);
    expect(spawnSync(process.execPath, args, { env }).status).toBe(0);
    expect(filesIn(cache)).toHaveLength(1);
  });

  it('serves several replays at a time that all fill it', async () => {
    const { trace, cache, env } = fixture();
    const outputs = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, [CLI, 'replay', trace, '--json'], {
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
        expect(code).toBe(0);
        return figures(output);
      }),
    );
    for (const output of outputs) expect(output).toEqual(outputs[0]);
    expect(filesIn(cache)).toEqual([expect.stringMatching(/\.trace$/)]);
  });

  it('is done without, silently, where it can’t be written', () => {
    const { trace, env } = fixture();
    const place = temporaryFolder();
    chmodSync(place, 0o500);
    for (const unusable of [join(trace, 'below-a-file'), join(place, 'cache')]) {
      const { status, stderr } = spawnSync(process.execPath, [CLI, 'replay', trace, '--json'], {
        env: { ...env, AUTORESEARCH_CACHE: unusable },
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
  });
});
