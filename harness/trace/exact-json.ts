/**
 * JSON in which no digit is lost: JSON.parse, except that a number a double can't hold faithfully, or that isn't
 * written as an integer (`300.0`, `1e3`), arrives as a `NumberText` with its spelling.
 */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The nearest double. */
  get value(): number {
    return Number(this.text);
  }

  /** The exact integer, or undefined when it isn't written as one. */
  get integer(): number | bigint | undefined {
    if (!/^-?\d+$/.test(this.text)) return undefined;
    const value = this.value;
    return Number.isSafeInteger(value) ? value : BigInt(this.text);
  }
}

const MAY_LOSE = /\d{16}|\d[.eE]/;
const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses one JSON object, exactly. Only its own fields and elements of their arrays are told apart; throws SyntaxError. */
export function parseExactJson(line: string): unknown {
  if (!MAY_LOSE.test(line)) return JSON.parse(line);
  JSON.parse(line);
  const tag = unusedKey(line);
  const tagged = line.replace(STRINGS_AND_NUMBERS, (token) =>
    token.startsWith('"') || !MAY_LOSE.test(token) ? token : `{"${tag}":"${token}"}`,
  );
  const parsed: unknown = JSON.parse(tagged);
  if (!isObject(parsed)) return untag(parsed, tag);
  for (const [name, value] of Object.entries(parsed)) {
    parsed[name] = Array.isArray(value) ? value.map((element) => untag(element, tag)) : untag(value, tag);
  }
  return parsed;
}

function unusedKey(line: string): string {
  let key = '#';
  while (line.includes(key)) key += '#';
  return key;
}

function untag(value: unknown, tag: string): unknown {
  if (!isObject(value)) return value;
  const text = value[tag];
  return typeof text === 'string' ? new NumberText(text) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
