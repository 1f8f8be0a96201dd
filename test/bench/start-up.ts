import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { createWorkspace } from '../e2e/workspace.ts';
import type { BenchOptions } from './bench-options.ts';
import { spread } from './spread.ts';

/** From the command to the first verdict, with the default input. */
export async function benchStartUp({ rounds }: BenchOptions): Promise<void> {
  const workspace = createWorkspace();
  const durationsMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const child = execa('node', [workspace.cli, 'start', '--target', 'router', '--attempts', '1'], {
      cwd: workspace.folder,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    for await (const line of createInterface({ input: child.stderr })) {
      if (/^ +1 {2}(KEPT|discarded)/.test(line)) durationsMs.push(performance.now() - startedAt);
    }
    await child;
  }
  console.log(`first verdict      ${spread(durationsMs)} ms (minimum / median)`);
}
