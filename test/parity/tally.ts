import { textTable } from '../../src/text/text-table.ts';
import type { Judgement } from './judge-case.ts';
import { FAMILIES, type Family } from './random-case.ts';

type Counts = Record<Judgement['kind'], number>;

/** A case that differs, with the smallest one found that differs like it. */
export interface Failure {
  readonly case: number;
  readonly family: Family;
  readonly difference: string;
  /** Trace and command lines of both programs; null where nothing smaller was looked for. */
  readonly script: string | null;
}

const HEADINGS: Readonly<Record<Judgement['kind'], string>> = {
  equal: 'equal',
  'equal-after-draws': 'equal, ties drawn',
  'equal-error': 'equal errors',
  different: 'different',
  excluded: 'excluded (ties)',
};
const KINDS = Object.keys(HEADINGS) as Judgement['kind'][];

/** Counts how cases of each family came out. */
export class Tally {
  readonly #families = new Map<Family, Counts>(FAMILIES.map((family) => [family, noCounts()]));
  readonly failures: Failure[] = [];

  add(family: Family, kind: Judgement['kind']): void {
    const counts = this.#families.get(family) ?? noCounts();
    counts[kind] += 1;
    this.#families.set(family, counts);
  }

  toJSON() {
    return { families: Object.fromEntries(this.#families), failures: this.failures };
  }

  text(): string {
    const families = [...this.#families].map(([family, counts]) => row(family, counts));
    const totals = noCounts();
    for (const counts of this.#families.values()) for (const kind of KINDS) totals[kind] += counts[kind];
    const heading = ['family', ...KINDS.map((kind) => HEADINGS[kind])];
    return textTable([heading, ...families, row('all', totals)]) + this.failures.map(failureText).join('');
  }
}

function noCounts(): Counts {
  return { equal: 0, 'equal-after-draws': 0, 'equal-error': 0, different: 0, excluded: 0 };
}

function row(name: string, counts: Counts): string[] {
  return [name, ...KINDS.map((kind) => String(counts[kind]))];
}

function failureText({ case: index, difference, script }: Failure): string {
  const shown = script === null ? '' : `\nthe smallest case like it:\n${script}`;
  return `\ncase ${index}: ${difference}\n${shown}`;
}
