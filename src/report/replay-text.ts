import type { ReplayInsight, ReplayReport } from '../../harness/index.ts';
import { groupedNumber } from '../text/grouped-number.ts';
import { sparkline } from '../text/sparkline.ts';
import { timingText } from './timing-text.ts';

/** What is printed after a replay. */
export interface PrintedReplay {
  readonly report: ReplayReport;
  readonly insight: ReplayInsight;
  readonly wallMs: number;
}

const PLOT_WIDTH = 60;
const COLUMNS = ['avg', 'min', 'max', 'p99', 'p90', 'p75', 'std'] as const;
const NOT_APPLICABLE = 'N/A';

/** The report as a person reads it: DynoSim's table, then what else there is to know. */
export function replayText({ report, insight, wallMs }: PrintedReplay): string {
  return [
    'Replay | LLM metrics\n',
    boxTable(['Metric', ...COLUMNS], metricRows(report)),
    line('Simulated time', `${timeText(report.duration_ms)}, in ${timeText(wallMs)} of wall time`),
    line('Requests', requestsText(report, insight)),
    line('Timing', `${timingText(insight.timing)}, ${whole(insight.passes)} passes`),
    line('Preemptions', whole(insight.preemptions)),
    line('Router ties', whole(insight.router_ties)),
    line(
      'Prompt reuse',
      `${percent(report.prefix_cache_reused_ratio)} of the tokens, ${percent(report.first_admission_prefix_cache_reused_ratio)} at first admission`,
    ),
    ...goodputLines(report),
    ...balanceLines(insight),
    ...queueLines(insight),
  ].join('');
}

function metricRows(report: ReplayReport): string[][] {
  const families = [
    ['Time to First Token (ms)', 'ttft_ms'],
    ['Time to Second Token (ms)', 'ttst_ms'],
    ['Request Latency (ms)', 'e2e_latency_ms'],
    ['Inter Token Latency (ms)', 'itl_ms'],
    ['Output Token Throughput Per User (tokens/sec/user)', 'output_token_throughput_per_user'],
  ] as const;
  const single = [
    ['Output Token Throughput (tokens/sec)', report.output_throughput_tok_s],
    ['Request Throughput (requests/sec)', report.request_throughput_rps],
    ['Request Count (requests)', report.completed_requests],
  ] as const;
  return [
    ...families.map(([label, family]) => [
      label,
      ...COLUMNS.map((column) => twoDecimals(report[`${column === 'avg' ? 'mean' : column}_${family}`])),
    ]),
    ...single.map(([label, value]) => [
      label,
      twoDecimals(value),
      ...Array.from({ length: COLUMNS.length - 1 }, () => NOT_APPLICABLE),
    ]),
  ];
}

function requestsText(report: ReplayReport, insight: ReplayInsight): string {
  const { rejected_requests: rejected, unfinished_requests: unfinished } = insight;
  return [
    `${whole(report.completed_requests)} of ${whole(report.num_requests)} completed`,
    ...(rejected > 0 ? [`${whole(rejected)} rejected: their prompts do not fit the engine`] : []),
    ...(unfinished > 0 ? [`${whole(unfinished)} unfinished`] : []),
  ].join(', ');
}

function goodputLines(report: ReplayReport): string[] {
  const { goodput_completed_requests: good, goodput_request_throughput_rps: rate } = report;
  if (good === undefined || rate === undefined) return [];
  return [line('Goodput', `${whole(good)} requests hold the service level, ${twoDecimals(rate)} per second`)];
}

/** How evenly the workers were used: one bar each, and the busiest against the mean. */
function balanceLines({ workers }: ReplayInsight): string[] {
  if (workers.length < 2) return [];
  const requests = workers.map((worker) => worker.completed_requests);
  const tokens = workers.map((worker) => worker.input_tokens - worker.reused_input_tokens);
  return [
    line('Balance', `requests per worker ${spanText(requests)}  ${sparkline(requests, PLOT_WIDTH)}`),
    line('', `prefilled tokens per worker ${spanText(tokens)}  ${sparkline(tokens, PLOT_WIDTH)}`),
  ];
}

function spanText(values: readonly number[]): string {
  const lowest = values.reduce((low, value) => Math.min(low, value));
  const highest = values.reduce((high, value) => Math.max(high, value));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const excess = mean === 0 ? '' : `, busiest ${(highest / mean).toFixed(2)} × the mean`;
  return `${whole(lowest)} to ${whole(highest)}${excess}`;
}

function queueLines({ queue_depth: queue }: ReplayInsight): string[] {
  if (queue.peak === 0) return [];
  const span = timeText(queue.bin_ms * queue.mean.length);
  return [
    line('Queue', `requests waiting for admission, up to ${whole(queue.peak)} at once, over ${span}`),
    line('', sparkline(queue.mean, PLOT_WIDTH)),
  ];
}

/** A table in box-drawing characters; the first column is text, the others are numbers. */
function boxTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const rule = (left: string, between: string, right: string) =>
    left + widths.map((width) => '━'.repeat(width + 2)).join(between) + right;
  const cells = (row: readonly string[]) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return ` ${column === 0 ? cell.padEnd(width) : cell.padStart(width)} `;
    });
  const drawn = (row: readonly string[]) => `┃${cells(row).join('┃')}┃`;
  return [
    rule('┏', '┳', '┓'),
    drawn(head),
    rule('┡', '╇', '┩'),
    ...rows.map(drawn),
    rule('└', '┴', '┘'),
    '',
  ].join('\n');
}

function line(name: string, text: string): string {
  return `${name.padEnd(15)} ${text}\n`;
}

function twoDecimals(value: number): string {
  return groupedNumber(value, 2);
}

function whole(value: number): string {
  return groupedNumber(Math.round(value));
}

function timeText(ms: number): string {
  return ms < 1000 ? `${twoDecimals(ms)} ms` : `${twoDecimals(ms / 1000)} s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
