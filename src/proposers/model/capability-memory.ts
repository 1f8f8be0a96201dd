import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { type Capabilities, UNKNOWN_CAPABILITIES } from './capabilities.ts';
import { OPTIONAL_PARAMETERS } from './failure.ts';

const factsSchema = z.object({
  v: z.literal(1),
  baseUrl: z.string(),
  model: z.string(),
  learntAtMs: z.number(),
  api: z.enum(['chat', 'responses']),
  refused: z.array(z.enum(OPTIONAL_PARAMETERS)),
});

/** Servers are updated: what was learnt is tried again after this time. */
const LASTS_MS = 7 * 24 * 3600 * 1000;

/**
 * Remembers what was learnt of a model, in a file for each base URL and model. Best effort: without a folder, or with a
 * damaged file, it is learnt again. Of two processes that learn at the same time one may forget: that costs one more
 * refused call.
 */
export class CapabilityMemory {
  readonly #file: string | undefined;
  readonly #of: { readonly baseUrl: string; readonly model: string };
  readonly #nowMs: () => number;

  constructor(
    folder: string | undefined,
    of: { readonly baseUrl: string; readonly model: string },
    nowMs: () => number = Date.now,
  ) {
    const name = createHash('sha256').update(`${of.baseUrl}\n${of.model}`).digest('hex').slice(0, 32);
    this.#file = folder === undefined ? undefined : path.join(folder, 'providers', `${name}.json`);
    this.#of = of;
    this.#nowMs = nowMs;
  }

  recall(): Capabilities {
    const facts = this.#read();
    return facts === undefined ? UNKNOWN_CAPABILITIES : { api: facts.api, refused: facts.refused };
  }

  /** Adds to what is remembered; the file appears whole or not at all. */
  learn({ api, refused }: Capabilities): void {
    const file = this.#file;
    if (file === undefined) return;
    const known = this.#read()?.refused ?? [];
    const all = [...new Set([...known, ...refused])].sort();
    const facts = { v: 1, ...this.#of, learntAtMs: this.#nowMs(), api, refused: all };
    const draft = `${file}.${randomUUID()}`;
    whereAllowed(() => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(draft, `${JSON.stringify(facts)}\n`);
      renameSync(draft, file);
    });
    whereAllowed(() => rmSync(draft, { force: true }));
  }

  #read(): z.infer<typeof factsSchema> | undefined {
    const file = this.#file;
    if (file === undefined) return undefined;
    const facts = whereAllowed(() => factsSchema.safeParse(parseJson(readFileSync(file, 'utf8'))).data);
    if (facts === undefined || facts.baseUrl !== this.#of.baseUrl || facts.model !== this.#of.model)
      return undefined;
    const ageMs = this.#nowMs() - facts.learntAtMs;
    return ageMs >= 0 && ageMs < LASTS_MS ? facts : undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the file system refuses is left undone. */
function whereAllowed<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
