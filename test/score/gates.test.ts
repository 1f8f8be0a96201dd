import { describe, expect, it } from 'vitest';
import { gateFailures } from '../../harness/score/gates.ts';
import { metrics } from './sample-metrics.ts';

const reference = [metrics({ scenario: 'a' }), metrics({ scenario: 'b' })];

function failures(changes: Parameters<typeof metrics>[0]): string[] {
  return gateFailures(reference, [metrics({ scenario: 'a' }), metrics({ scenario: 'b', ...changes })]);
}

describe('the gates', () => {
  it('let an equal and a better policy pass', () => {
    expect(failures({})).toEqual([]);
    expect(failures({ ttftMeanMs: 100, ttftP99Ms: 500, goodput: 1 })).toEqual([]);
  });

  it('stop lost requests', () => {
    expect(failures({ completed: 99 })).toEqual(['b: 1 requests lost, 0 before']);
  });

  it('stop a p99 TTFT of more than 5 % above', () => {
    expect(failures({ ttftP99Ms: 1050 })).toEqual([]);
    expect(failures({ ttftP99Ms: 1051 })).toEqual([
      'b: p99 TTFT 1051 ms instead of 1000 ms (+5.1 %), allowed is +5.0 %',
    ]);
  });

  it('stop a goodput of more than one point below', () => {
    expect(failures({ goodput: 0.94 })).toEqual([]);
    expect(failures({ goodput: 0.93 })).toEqual([
      'b: goodput 93.0 % instead of 95.0 %, allowed is 1 point less',
    ]);
  });

  it('stop a scenario that loses more than 2 %, however good the others are', () => {
    const better = metrics({ scenario: 'a', ttftMeanMs: 50, e2eMeanMs: 500 });
    const worse = (factor: number) =>
      metrics({ scenario: 'b', ttftMeanMs: 200 * factor, e2eMeanMs: 3000 * factor });
    expect(gateFailures(reference, [better, worse(1.019)])).toEqual([]);
    expect(gateFailures(reference, [better, worse(1.03)])).toEqual([
      'b: latency 3.0 % worse, allowed is 2.0 %',
    ]);
  });

  it('say all that failed', () => {
    expect(failures({ completed: 90, goodput: 0.5, ttftP99Ms: 9000, e2eMeanMs: 9000 })).toHaveLength(4);
  });
});
