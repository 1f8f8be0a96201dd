import { canonicalForm } from './canonical-form.ts';
import { type Parametrisation, parametrise } from './constants.ts';
import { parsePolicy } from './parse-policy.ts';
import type { PolicyProgram } from './policy-program.ts';
import { tokensOf } from './syntax-tree.ts';

/** What the mutator knows about one source. */
export interface LibraryEntry {
  /** Undefined where the source is not a router policy of the usual shape. */
  readonly program: PolicyProgram | undefined;
  /** Equal for policies that make the same decisions for reasons visible in their text. */
  readonly identity: string;
  readonly parametrisation: Parametrisation | undefined;
}

/** Remembers what was read of each source: a run shows the same history again for every proposal. */
export class PolicyLibrary {
  readonly #entries = new Map<string, LibraryEntry>();

  entryOf(source: string): LibraryEntry {
    const known = this.#entries.get(source);
    if (known !== undefined) return known;
    const entry = readEntry(source);
    this.#entries.set(source, entry);
    return entry;
  }
}

/** The identity of a source that need not be remembered. */
export function identityOf(source: string, program: PolicyProgram | undefined): string {
  const form = program === undefined ? undefined : canonicalForm(program);
  return form === undefined ? `text:${tokensOf(source) ?? source}` : `cost:${form}`;
}

function readEntry(source: string): LibraryEntry {
  const program = parsePolicy(source);
  return {
    program,
    identity: identityOf(source, program),
    parametrisation: program === undefined ? undefined : parametrise(program.draft),
  };
}
