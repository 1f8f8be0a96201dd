import * as z from 'zod';
import { UserError } from '../user-error.ts';

/** Keys of a JSON argument that change a replay in ways not modelled here, and the values that leave it as it is. */
export type NeutralValues = Readonly<Record<string, readonly unknown[]>>;

type Fields = Readonly<Record<string, unknown>>;

/** Schema of keys that are known by name alone. */
export function knownByName(keys: readonly string[]): Record<string, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(keys.map((key) => [key, z.unknown().optional()]));
}

/** Throws a UserError at the first key that asks for something not modelled; null stands for "not given". */
export function refuseUnsupported(flag: string, fields: Fields, neutral: NeutralValues): void {
  for (const [key, values] of Object.entries(neutral)) {
    const given = fields[key] ?? undefined;
    if (given === undefined || values.includes(given)) continue;
    const remedy = values.length === 0 ? 'remove it' : `remove it or set it to ${JSON.stringify(values[0])}`;
    throw new UserError(`${flag}: ${key} ${JSON.stringify(given)} is not supported; ${remedy}`);
  }
}

/** One sentence per key that was given in vain. */
export function warningsFor(flag: string, fields: Fields, withoutEffect: readonly string[]): string[] {
  return withoutEffect
    .filter((key) => (fields[key] ?? undefined) !== undefined)
    .map((key) => `${flag}: ${key} has no effect on this replay`);
}
