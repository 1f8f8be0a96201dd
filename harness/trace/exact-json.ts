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

/** Parses one line. Numbers are exact where they are fields of the line's object or elements of its arrays. */
export function parseExactJson(line: string): unknown {
  const plain: unknown = JSON.parse(line);
  if (!isObject(plain) || !MAY_LOSE.test(line)) return plain;
  const tag = unusedKey(line);
  const tagged = line.replace(STRINGS_AND_NUMBERS, (token) =>
    token.startsWith('"') || !MAY_LOSE.test(token) ? token : `{"${tag}":"${token}"}`,
  );
  const fields = Object.entries(JSON.parse(tagged) as Record<string, unknown>);
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((element) => untag(element, tag)) : untag(value, tag),
    ]),
  );
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
