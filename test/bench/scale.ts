import { textTable } from '../../src/text/text-table.ts';
import type { BenchOptions } from './bench-options.ts';
import { inFreshProcess } from './fresh-process.ts';
import type { RepeatedFigures, RepeatedJob } from './simulate-repeated.ts';
import { least, spread } from './spread.ts';
import { openTraffic } from './traffic.ts';

const TIMES = [1, 10, 100];
/** At blocks of 64 the key column alone takes 75 KB a request. */
const BLOCK_SIZE = 512;
const ROUNDS_AT_MOST = 3;

/** A trace repeated in time on 8 workers: does the time stay linear, and the memory bounded? */
export async function benchScale({ rounds, tracesFolder }: BenchOptions): Promise<void> {
  const { file, description } = openTraffic('conversation', tracesFolder);
  console.log(`conversation: ${description}, blocks of ${BLOCK_SIZE}, 8 workers, round robin`);
  const measured = new Map(TIMES.map((times) => [times, [] as RepeatedFigures[]]));
  for (let round = 0; round < Math.min(rounds, ROUNDS_AT_MOST); round++) {
    for (const [times, figures] of measured) {
      const job: RepeatedJob = { traceFile: file, blockSize: BLOCK_SIZE, times };
      figures.push(await inFreshProcess<RepeatedFigures>('simulate-repeated.ts', job));
    }
  }
  const rows = [...measured].map(([times, figures]) => {
    const ms = figures.map((each) => each.ms);
    const [{ requests, passes } = { requests: 0, passes: 0 }] = figures;
    return [
      `${times} times`,
      String(requests),
      String(passes),
      spread(ms),
      ((least(ms) * 1000) / requests).toFixed(2),
      spread(figures.map(({ peakMiB }) => peakMiB)),
    ];
  });
  console.log(textTable([['', 'requests', 'passes', 'ms', 'µs a request', 'peak MiB'], ...rows]));
}
