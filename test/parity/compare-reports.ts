import type { SummaryReport } from './replay-outcome.ts';

const RELATIVE_TOLERANCE = 1e-9;
/** The deviation of equal values is rounding noise. */
const STD_TOLERANCE = 1e-9;

/** The first key in which two summary reports differ, in words, or null. Keys only on one side are differences. */
export function reportDifference(expected: SummaryReport, actual: SummaryReport): string | null {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  for (const key of keys) {
    if (!(key in actual)) return `report key ${key} is missing`;
    if (!(key in expected)) return `report key ${key} should not be there`;
    if (!isClose(key, expected[key], actual[key])) {
      return `report key ${key}: expected ${String(expected[key])}, got ${String(actual[key])}`;
    }
  }
  return null;
}

/** As `reportDifference`, for an expectation that holds only some of the keys. */
export function partialReportDifference(expected: SummaryReport, actual: SummaryReport): string | null {
  const shared = Object.fromEntries(Object.entries(actual).filter(([key]) => key in expected));
  return reportDifference(expected, shared);
}

function isClose(key: string, expected: unknown, actual: unknown): boolean {
  if (typeof expected !== 'number' || typeof actual !== 'number') return Object.is(expected, actual);
  const difference = Math.abs(expected - actual);
  const allowed = RELATIVE_TOLERANCE * Math.max(Math.abs(expected), Math.abs(actual));
  return difference <= allowed || (key.startsWith('std_') && difference <= STD_TOLERANCE);
}
