import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { createWorkspace } from '../e2e/workspace.ts';
import { spread } from './fresh-process.ts';
import type { BenchOptions } from './run.ts';

/** From the command to the first verdict, with the default input. */
export async function benchStartUp({ rounds }: BenchOptions): Promise<void> {
  const workspace = createWorkspace();
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const child = execa('node', [workspace.cli, 'start', '--target', 'router', '--attempts', '1'], {
      cwd: workspace.folder,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    for await (const line of createInterface({ input: child.stderr })) {
      if (/^ +1 {2}(KEPT|discarded)/.test(line)) seconds.push(performance.now() - startedAt);
    }
    await child;
  }
  console.log(`first verdict      ${spread(seconds, 'ms')}`);
}
