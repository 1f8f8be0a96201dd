import { inFreshProcess, spread } from './fresh-process.ts';
import type { BenchOptions } from './run.ts';
import type { SimulationTiming } from './simulate-once.ts';

const ROUTERS = ['round-robin', 'kv', 'kv-default', 'predicted-latency'];

/** Simulations of a generated hour: 8 workers, 4,000 blocks of 512, 5 times the recorded rate. */
export async function benchSimulation({ rounds }: BenchOptions): Promise<void> {
  const timings = new Map<string, SimulationTiming[]>();
  for (let round = 0; round < rounds; round++) {
    for (const router of ROUTERS) {
      const timing = await inFreshProcess<SimulationTiming>('./simulate-once.ts', [router]);
      timings.set(router, [...(timings.get(router) ?? []), timing]);
    }
  }
  for (const [router, all] of timings) {
    const [first] = all;
    if (first === undefined) continue;
    const figures = `${first.requests} requests, ${first.passes} passes, checksum ${first.checksum}`;
    console.log(
      `${router.padEnd(18)} ${spread(
        all.map(({ ms }) => ms),
        'ms',
      )}, peak ${spread(
        all.map(({ peakMiB }) => peakMiB),
        'MiB',
      )}, ${figures}`,
    );
  }
}
