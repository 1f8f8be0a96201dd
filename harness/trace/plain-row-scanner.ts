const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Integers of so many digits are exact, and so is one of them divided by a power of ten up to 10^22. */
const EXACT_DIGITS = 15;
const MAX_TOKENS = 2_147_483_647;

/** Fields as bits, to notice a field given twice. */
const FIELD = { timestamp: 1, input: 2, output: 4, ids: 8, session: 16, delay: 32 } as const;
const NEEDED = FIELD.ids | FIELD.output;

interface FieldName {
  readonly field: number;
  /** In its quotes. */
  readonly bytes: Buffer;
}

const NAMES: readonly FieldName[] = (
  [
    ['timestamp', FIELD.timestamp],
    ['input_length', FIELD.input],
    ['output_length', FIELD.output],
    ['hash_ids', FIELD.ids],
    ['session_id', FIELD.session],
    ['delay', FIELD.delay],
    ['created_time', FIELD.timestamp],
    ['input_tokens', FIELD.input],
    ['output_tokens', FIELD.output],
    ['delay_ms', FIELD.delay],
  ] as const
).map(([name, field]) => ({ field, bytes: Buffer.from(JSON.stringify(name)) }));

/**
 * Reads rows that are written the usual way straight from the bytes: known fields, once each, plain numbers in range,
 * strings without escapes. It never judges: whatever else a row may be, good or bad, it only says that it can't read it.
 */
export class PlainRowScanner {
  readonly #bytes: Buffer;
  readonly #traceBlockSize: number;
  /** The names of the last row's fields, in its order: the next row's are most likely the same. */
  readonly #order: FieldName[] = NAMES.slice(0, 6);
  #at = 0;

  /** The row read last; NaN or undefined = not given. */
  timestampMs = Number.NaN;
  delayMs = Number.NaN;
  promptTokens = Number.NaN;
  outputTokens = Number.NaN;
  sessionName: string | undefined;
  /** Its hash ids: the first `idCount`. */
  ids = new Float64Array(1024);
  idCount = 0;

  /** `bytes` are valid UTF-8. */
  constructor(bytes: Buffer, traceBlockSize: number) {
    this.#bytes = bytes;
    this.#traceBlockSize = traceBlockSize;
  }

  /** Reads the line that begins at `from`. Returns where the next one begins, or −1 when this is not a plain row. */
  scan(from: number): number {
    const bytes = this.#bytes;
    this.#clear();
    let seen = 0;
    let at = from;
    if (bytes[at] !== OPENING_BRACE) return -1;
    for (let index = 0; index < this.#order.length; index++) {
      at++;
      while (bytes[at] === SPACE) at++;
      const name = this.#nameAt(at, index);
      if (name === undefined || (seen & name.field) !== 0) return -1;
      seen |= name.field;
      at += name.bytes.length;
      while (bytes[at] === SPACE) at++;
      if (bytes[at] !== COLON) return -1;
      at++;
      while (bytes[at] === SPACE) at++;
      this.#at = at;
      if (!this.#readValue(name.field)) return -1;
      at = this.#at;
      while (bytes[at] === SPACE || bytes[at] === TAB) at++;
      if (bytes[at] === COMMA) continue;
      if (bytes[at] !== CLOSING_BRACE || (seen & NEEDED) !== NEEDED || !this.#isInRange()) return -1;
      return this.#lineEnd(at + 1);
    }
    return -1;
  }

  #clear(): void {
    this.timestampMs = Number.NaN;
    this.delayMs = Number.NaN;
    this.promptTokens = Number.NaN;
    this.outputTokens = Number.NaN;
    this.sessionName = undefined;
  }

  /** The name at a position; undefined when it is none of ours. */
  #nameAt(at: number, index: number): FieldName | undefined {
    const usual = this.#order[index];
    if (usual !== undefined && this.#isAt(at, usual.bytes)) return usual;
    const name = NAMES.find((each) => this.#isAt(at, each.bytes));
    if (name !== undefined) this.#order[index] = name;
    return name;
  }

  #isAt(start: number, name: Buffer): boolean {
    const bytes = this.#bytes;
    let index = 0;
    while (index < name.length && bytes[start + index] === name[index]) index++;
    return index === name.length;
  }

  #readValue(field: number): boolean {
    if (field === FIELD.ids) return this.#readIds();
    if (field === FIELD.session) return this.#readSessionName();
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
      value = value * 10 + digit;
      at++;
    }
    const length = at - start;
    if (length === 0 || length > EXACT_DIGITS || (length > 1 && bytes[start] === ZERO)) return false;
    this.#at = at;
    if (field === FIELD.input) this.promptTokens = value;
    else if (field === FIELD.output) this.outputTokens = value;
    else {
      if (bytes[at] === POINT) value = this.#withFraction(value, start);
      if (Number.isNaN(value)) return false;
      if (field === FIELD.timestamp) this.timestampMs = value;
      else this.delayMs = value;
    }
    return true;
  }

  /** The decimal that begins with `whole` at `start`; NaN when it has too many digits, or none behind the point. */
  #withFraction(whole: number, start: number): number {
    const bytes = this.#bytes;
    const from = this.#at + 1;
    let at = from;
    let value = whole;
    let scale = 1;
    for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
      value = value * 10 + digit;
      scale *= 10;
      at++;
    }
    this.#at = at;
    return at === from || at - start > EXACT_DIGITS + 1 ? Number.NaN : value / scale;
  }

  #readIds(): boolean {
    const bytes = this.#bytes;
    const ids = this.ids;
    let at = this.#at;
    if (bytes[at] !== OPENING_BRACKET) return false;
    for (let count = 0; count < ids.length; count++) {
      at++;
      while (bytes[at] === SPACE) at++;
      const start = at;
      let value = 0;
      for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
        value = value * 10 + digit;
        at++;
      }
      const length = at - start;
      if (length === 0 || length > EXACT_DIGITS || (length > 1 && bytes[start] === ZERO)) return false;
      ids[count] = value;
      while (bytes[at] === SPACE) at++;
      if (bytes[at] === COMMA) continue;
      this.idCount = count + 1;
      this.#at = at + 1;
      return bytes[at] === CLOSING_BRACKET;
    }
    this.ids = new Float64Array(ids.length * 2);
    return this.#readIds();
  }

  #readSessionName(): boolean {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    if (bytes[this.#at] !== QUOTE) return false;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === BACKSLASH || byte < SPACE) return false;
      if (byte !== QUOTE) continue;
      this.sessionName = bytes.toString('utf8', start, at);
      this.#at = at + 1;
      return true;
    }
    return false;
  }

  #isInRange(): boolean {
    const capacity = this.idCount * this.#traceBlockSize;
    if (Number.isNaN(this.promptTokens)) this.promptTokens = capacity;
    const { promptTokens, outputTokens } = this;
    return (
      promptTokens > 0 && promptTokens <= capacity && promptTokens <= MAX_TOKENS && outputTokens <= MAX_TOKENS
    );
  }

  /** Where the next line begins; −1 when there is more on this one. */
  #lineEnd(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === RETURN) at++;
    return at >= bytes.length || bytes[at] === LINE_FEED ? at + 1 : -1;
  }
}
