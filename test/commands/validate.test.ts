import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/index.ts';
import { FIGURE_3 } from '../../src/commands/published-figures.ts';
import type { Serving, ValidationReport } from '../../src/report/validation-report.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CLI = join(packageRoot, 'dist/cli.js');

function validate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'validate', ...args], {
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const HEADER =
  'id,silicon_data_source,backend,model_path,system,precision,mode,isl,osl,batch_size,tp_size,pp_size,attention_dp_size,moe_tp_size,moe_ep_size,silicon_ttft_ms,silicon_tpot_ms';

function siliconFile(rows: readonly string[], name = 'silicon.csv'): string {
  const file = join(temporaryFolder(), name);
  const text = `${[HEADER, ...rows].join('\n')}\n`;
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

const QWEN = 'a,here,vllm,Qwen/Qwen3-32B,b200_sxm,,agg,512,16,4,2,1,1,,,100,10';

describe('validate', () => {
  const report: ValidationReport = JSON.parse(validate('--json').stdout);

  it('is as near to the hardware as DynoSim is', () => {
    const { tpsPerGpu, tpsPerUser, tpotMs, ttftMs } = report.mape.here;
    expect(tpsPerGpu).toBeLessThanOrEqual(0.061);
    expect(tpsPerUser).toBeLessThanOrEqual(0.06);
    expect(tpotMs).toBeLessThanOrEqual(0.1);
    expect(ttftMs).toBeLessThanOrEqual(0.098);
  });

  it('gives the published errors of DynoSim', () => {
    const percent = (share: number) => (share * 100).toFixed(1);
    expect(Object.values(report.mape.dynosim).map(percent)).toEqual(['5.7', '5.0', '9.0', '8.8']);
  });

  it('comes out with DynoSim’s own figures, within a percent', () => {
    expect(report.points.map(({ concurrency }) => concurrency)).toEqual([4, 8, 16, 32, 64]);
    for (const { here, dynosim } of report.points) {
      for (const field of Object.keys(here) as (keyof Serving)[]) {
        expect(Math.abs(here[field] / dynosim[field] - 1)).toBeLessThan(0.01);
      }
    }
  });

  it('names its timing and shows the columns side by side', () => {
    const { code, stdout } = validate();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^timed by minimax-m2\.5-fp8-b200-tp4-vllm-0\.14\.0 \([0-9a-f]{12}\)$/m);
    expect(stdout).toMatch(/^clients +hardware +DynoSim +here +hardware/m);
    for (const { concurrency, hardware } of FIGURE_3) {
      expect(stdout).toMatch(new RegExp(`^${concurrency} +${hardware.tpsPerGpu.toFixed(1)} `, 'm'));
    }
  });

  it('replays measurements on every engine of the same machine', () => {
    const file = siliconFile(
      [
        QWEN,
        QWEN,
        QWEN.replace('a,here', 'b,here').replace(',4,2,', ',8,2,'),
        QWEN.replace('b200_sxm', 'gb200'),
        QWEN.replace(',,agg', ',fp8,agg'),
        QWEN.replace('agg', 'disagg'),
      ],
      'silicon.csv.gz',
    );
    const { silicon } = JSON.parse(validate('--json', '--silicon', file).stdout) as ValidationReport;
    expect(silicon).toHaveLength(1);
    expect(silicon?.[0]).toMatchObject({ name: 'qwen3-32b-b200-tp2-vllm-0.19.0', points: 2 });
    expect(silicon?.[0]?.errors.tpotMs).toBeGreaterThan(0);
    expect(silicon?.[0]?.errors.tpotMs).toBeLessThan(1);
  });

  it('says so when no measurement matches', () => {
    const { stdout } = validate('--silicon', siliconFile([]));
    expect(stdout).toContain('no measured point matches an engine\n');
  });

  it.each<[string, () => string[], RegExp]>([
    [
      'a file that is not there',
      () => ['--silicon', 'nowhere.csv'],
      /^autoresearch: cannot read nowhere\.csv: ENOENT/,
    ],
    ['a torn row', () => ['--silicon', siliconFile(['a,b'])], /silicon\.csv:2: 2 cells, expected 17$/m],
    [
      'the uncalibrated engine',
      () => ['--engine', 'polynomial'],
      /^autoresearch: polynomial is no modeled engine/,
    ],
  ])('refuses %s', (_what, args, message) => {
    const { code, stdout, stderr } = validate(...args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
