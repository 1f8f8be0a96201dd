import { describe, expect, it } from 'vitest';
import { replayText } from '../../src/report/replay-text.ts';
import { replayOf, row } from '../replay/replay-of.ts';

/** The lines below the table; wall time is the host's. */
function linesOf(...[rows, ...flags]: Parameters<typeof replayOf>): string[] {
  const lines = replayText(replayOf(rows, ...flags))
    .trimEnd()
    .split('\n');
  return lines
    .filter((line) => !/^[┏┃┡└]/.test(line))
    .map((line) => line.replace(/in .* of wall/, 'in … of wall'));
}

describe('the text of a replay', () => {
  it('shows the figures in a box, one family per row', () => {
    const { report, insight } = replayOf([row({ input_length: 1000, output_length: 4 })]);
    const text = replayText({ report, insight, wallMs: 3 });
    expect(text).toMatchInlineSnapshot(`
      "Replay | LLM metrics
      ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━┳━━━━━━━━┳━━━━━━━━┳━━━━━━━━┳━━━━━━━━┳━━━━━━┓
      ┃ Metric                                             ┃    avg ┃    min ┃    max ┃    p99 ┃    p90 ┃    p75 ┃  std ┃
      ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━╇━━━━━━━━╇━━━━━━━━╇━━━━━━━━╇━━━━━━━━╇━━━━━━┩
      ┃ Time to First Token (ms)                           ┃  37.90 ┃  37.90 ┃  37.90 ┃  37.90 ┃  37.90 ┃  37.90 ┃ 0.00 ┃
      ┃ Time to Second Token (ms)                          ┃   5.79 ┃   5.79 ┃   5.79 ┃   5.79 ┃   5.79 ┃   5.79 ┃ 0.00 ┃
      ┃ Request Latency (ms)                               ┃  55.28 ┃  55.28 ┃  55.28 ┃  55.28 ┃  55.28 ┃  55.28 ┃ 0.00 ┃
      ┃ Inter Token Latency (ms)                           ┃   5.79 ┃   5.79 ┃   5.79 ┃   5.80 ┃   5.80 ┃   5.80 ┃ 0.00 ┃
      ┃ Output Token Throughput Per User (tokens/sec/user) ┃ 172.63 ┃ 172.63 ┃ 172.63 ┃ 172.60 ┃ 172.60 ┃ 172.60 ┃ 0.00 ┃
      ┃ Output Token Throughput (tokens/sec)               ┃  72.36 ┃    N/A ┃    N/A ┃    N/A ┃    N/A ┃    N/A ┃  N/A ┃
      ┃ Request Throughput (requests/sec)                  ┃  18.09 ┃    N/A ┃    N/A ┃    N/A ┃    N/A ┃    N/A ┃  N/A ┃
      ┃ Request Count (requests)                           ┃   1.00 ┃    N/A ┃    N/A ┃    N/A ┃    N/A ┃    N/A ┃  N/A ┃
      └━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┴━━━━━━━━┴━━━━━━━━┴━━━━━━━━┴━━━━━━━━┴━━━━━━━━┴━━━━━━━━┴━━━━━━┘
      Simulated time  55.28 ms, in 3.00 ms of wall time
      Requests        1 of 1 completed
      Timing          polynomial (6b1288fa52de), 4 passes
      Preemptions     0
      Router ties     0
      Prompt reuse    0.0 % of the tokens, 0.0 % at first admission
      "
    `);
  });

  it('shows balance and queue of several workers', () => {
    const rows = Array.from({ length: 12 }, (_, index) =>
      row({ timestamp: index, input_length: 100 + 80 * (index % 3) }),
    );
    expect(
      linesOf(rows, '--num-workers', '3', '--extra-engine-args', '{"max_num_seqs": 1}'),
    ).toMatchInlineSnapshot(`
      [
        "Replay | LLM metrics",
        "Simulated time  152.99 ms, in … of wall time",
        "Requests        12 of 12 completed",
        "Timing          polynomial (6b1288fa52de), 36 passes",
        "Preemptions     0",
        "Router ties     0",
        "Prompt reuse    0.0 % of the tokens, 0.0 % at first admission",
        "Balance         requests per worker 4 to 4, busiest 1.00 × the mean  ███",
        "                prefilled tokens per worker 400 to 1,040, busiest 1.44 × the mean  ▄▆█",
        "Queue           requests waiting for admission, up to 9 at once, over 152.99 ms",
        "                ▁▂▄▆██████████▇▆▆▆▆▆▆▆▆▆▆▆▆▆▅▄▄▃▃▃▃▃▃▃▃▃▃▃▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁",
      ]
    `);
  });

  it('tells of rejected and unfinished requests and of goodput', () => {
    const rows = [row(), row({ input_length: 100 }), row({ timestamp: 5000 }), row({ timestamp: 6000 })];
    const flags = ['--sla-ttft-ms', '100', '--max-sim-time-seconds', '1', '--num-workers', '2'];
    const lines = linesOf(rows, ...flags, '--extra-engine-args', '{"num_gpu_blocks": 4}');
    expect(lines).toContain(
      'Requests        1 of 2 completed, 1 rejected: their prompts do not fit the engine, 2 unfinished',
    );
    expect(lines.find((line) => line.startsWith('Goodput'))).toMatch(
      /^Goodput +1 requests hold the service level/,
    );
  });
});
