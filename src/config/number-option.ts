import { UserError } from '../../harness/index.ts';

/** A parser for a flag's value: an integer ≥ `min`. */
export function integerOption(flag: string, min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value > Number.MAX_SAFE_INTEGER)
      throw new UserError(`${flag} is ${text}; expected an integer of at most ${Number.MAX_SAFE_INTEGER}`);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < min) {
      throw new UserError(`${flag} is ${JSON.stringify(text)}; expected an integer of at least ${min}`);
    }
    return value;
  };
}

/** A parser for a flag's value: a finite number > 0. */
export function positiveOption(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
      throw new UserError(`${flag} is ${JSON.stringify(text)}; expected a number greater than 0`);
    }
    return value;
  };
}

/** A parser for a flag's value: a finite number ≥ 0. */
export function nonNegativeOption(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
      throw new UserError(`${flag} is ${JSON.stringify(text)}; expected a number of at least 0`);
    }
    return value;
  };
}

/** A parser for a flag's value: a share, 0 ≤ value < 1. */
export function shareOption(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && value < 1)) {
      throw new UserError(
        `${flag} is ${JSON.stringify(text)}; expected a share from 0 to below 1, e.g. 0.005`,
      );
    }
    return value;
  };
}
