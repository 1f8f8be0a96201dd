import { printableLine } from '../text/printable.ts';

/** `Name: value` lines that end a commit message, in order. */
export type Trailers = readonly (readonly [name: string, value: string])[];

/** What a commit says about the attempt it keeps. Scores: lower is better, 0 = the baseline; gains are fractions. */
export interface CommitFacts {
  readonly run: string;
  readonly attempt: number;
  readonly score: number;
  /** Name of the baseline that scores 0. */
  readonly baseline: string;
  readonly gain: number;
  /** Confidence interval of the gain. */
  readonly gainInterval?: readonly [low: number, high: number];
  readonly validationGain: number | undefined;
  /** Size of the normalised program, bytes. */
  readonly complexity: number | undefined;
  /** Model or built-in proposer the idea came from. */
  readonly model: string;
  readonly fingerprint: string;
  readonly traces: readonly string[];
}

const LONGEST_SUBJECT = 72;

export function commitTrailers(facts: CommitFacts): Trailers {
  const { gainInterval, validationGain, complexity } = facts;
  const trailers: [string, string | undefined][] = [
    ['Autoresearch-Run', facts.run],
    ['Attempt', String(facts.attempt)],
    ['Score', facts.score.toFixed(6)],
    ['Baseline', facts.baseline],
    ['Gain', percent(facts.gain)],
    ['Gain-CI', gainInterval && `${percent(gainInterval[0])} to ${percent(gainInterval[1])}`],
    ['Validation-Gain', validationGain === undefined ? undefined : percent(validationGain)],
    ['Complexity', complexity?.toString()],
    ['Model', facts.model],
    ['Fingerprint', facts.fingerprint],
    ...facts.traces.map((trace): [string, string] => ['Trace', trace]),
  ];
  return trailers.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** The idea becomes one printable line of at most 72 characters; values can't break out of their line. */
export function commitMessage(subject: string, trailers: Trailers): string {
  const line = printableLine(subject, LONGEST_SUBJECT) || 'Change the policy';
  return `${line}\n\n${trailers.map(([name, value]) => `${name}: ${printableLine(value, 400)}`).join('\n')}\n`;
}

/** Signed, so that a loss reads as one: `+1.234 %`. */
function percent(fraction: number): string {
  return `${fraction < 0 ? '' : '+'}${(fraction * 100).toFixed(3)} %`;
}
