import type { Spread, TraceProfile } from '../../harness/index.ts';
import { groupedNumber } from '../text/grouped-number.ts';
import { printableLine } from '../text/printable.ts';
import { sparkline } from '../text/sparkline.ts';
import { textTable } from '../text/text-table.ts';

const PLOT_WIDTH = 60;

/** The figures of a trace as a person reads them. */
export function traceInfoText(profile: TraceProfile): string {
  const { sessions, reuse } = profile;
  return [
    `${printableLine(profile.name)}\n`,
    line('requests', whole(profile.requests)),
    line('duration', durationText(profile)),
    line(
      'sessions',
      `${whole(sessions.count)} from ${sessions.from}, ${whole(sessions.multiTurn)} with several turns, at most ${sessions.longestTurns}`,
    ),
    line('sha256', profile.hash),
    '\n',
    textTable([
      ['tokens', 'mean', 'p10', 'p50', 'p90', 'p99', 'max'],
      ['  prompt', ...spreadCells(profile.promptTokens)],
      ['  output', ...spreadCells(profile.outputTokens)],
    ]),
    '\nreuse with a cache that never forgets\n',
    line(
      'blocks',
      `${percent(reuse.blockHit)} of ${whole(reuse.blocks)} blocks of ${profile.traceBlockSize} tokens`,
    ),
    line('tokens', `${percent(reuse.tokenHit)} of the prompt tokens`),
    line(
      'unique',
      `${whole(reuse.uniqueBlocks)} blocks; the 20 hottest give ${percent(reuse.hottest20Share)} of all hits`,
    ),
    '\n',
    ratePlot(profile.requestsPerMinute),
  ].join('');
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(10)}${text}\n`;
}

function durationText({ durationMs, requests }: TraceProfile): string {
  if (durationMs === undefined) return 'unknown (no timestamps)';
  const length =
    durationMs < 120_000 ? `${(durationMs / 1000).toFixed(1)} s` : `${(durationMs / 60_000).toFixed(1)} min`;
  return durationMs === 0 ? length : `${length}, ${((requests * 1000) / durationMs).toFixed(2)} requests/s`;
}

function spreadCells({ mean, p10, p50, p90, p99, max }: Spread): string[] {
  return [mean, p10, p50, p90, p99, max].map(whole);
}

function ratePlot(perMinute: readonly number[]): string {
  if (perMinute.length === 0) return 'requests per minute: unknown (no timestamps)\n';
  const lowest = perMinute.reduce((low, value) => Math.min(low, value));
  const highest = perMinute.reduce((high, value) => Math.max(high, value));
  const span = perMinute.length === 1 ? '1 minute' : `${perMinute.length} minutes`;
  const title = `requests per minute, ${whole(lowest)} to ${whole(highest)} over ${span}`;
  return `${title}\n  ${sparkline(perMinute, PLOT_WIDTH)}\n`;
}

function whole(value: number): string {
  return groupedNumber(Math.round(value));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
