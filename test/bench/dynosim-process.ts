import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** One run of the real DynoSim in a process of its own. */
export interface DynosimFigures {
  /** What its report calls wall_time_ms: the simulation alone. */
  readonly simulationMs: number;
  /** From its start to its end. */
  readonly processMs: number;
  readonly peakMiB: number;
  readonly meanTtftMs: number;
}

const SCRIPT = path.join(import.meta.dirname, 'time_dynosim.py');

export async function runDynosim(python: string, args: readonly string[]): Promise<DynosimFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'autoresearch-bench-'));
  try {
    const reportFile = path.join(folder, 'report.json');
    const startedAt = performance.now();
    const { stdout } = await execa(python, [SCRIPT, ...args, '--report-json', reportFile], {
      cwd: folder,
      env: { DYN_LOG: 'error' },
    });
    const processMs = performance.now() - startedAt;
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    return {
      simulationMs: report.wall_time_ms,
      processMs,
      peakMiB: Number(stdout.trim().split('\n').at(-1)) / 1024,
      meanTtftMs: report.mean_ttft_ms,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
