/** Largest policy source, bytes. */
const MAX_SOURCE_BYTES = 32 * 1024;
/** Deepest nesting of (), [] and {}: a parser recurses once per level. */
const MAX_NESTING = 200;

/** Arrow functions and `<` in one source: esbuild takes the cube of nested arrows and the square of chained `<`. */
const MAX_OCCURRENCES = [
  { text: '=>', limit: 200 },
  { text: '<', limit: 1000 },
] as const;

/** Control characters other than tab and line ends, bidirectional overrides, other line separators, lone surrogates. */
const HIDDEN_CHARACTER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/u;

/** Comments that tell a compiler, a type checker or an engine to do something else than it was asked to. */
const DIRECTIVE =
  /^[ \t]*\/\/\/[^\S\n]*<(?:reference|amd-[a-z]+)\b|@ts-(?:nocheck|ignore|expect-error|check)\b|@jsx\w*|[#@][ \t]*source(?:Mapping)?URL\b/m;

interface TextRule {
  readonly id: string;
  /** The first thing that breaks the rule. */
  readonly find: (source: string) => { readonly at?: number; readonly problem: string } | undefined;
}

/** Checked before any parser sees the source. */
const TEXT_RULES = [
  {
    id: 'source-size',
    find(source) {
      const bytes = Buffer.byteLength(source);
      if (bytes <= MAX_SOURCE_BYTES) return undefined;
      return { problem: `${bytes} bytes, the limit is ${MAX_SOURCE_BYTES}: shorten the policy` };
    },
  },
  {
    id: 'no-hidden-characters',
    find(source) {
      const hidden = HIDDEN_CHARACTER.exec(source);
      if (hidden === null) return undefined;
      const code = (hidden[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase();
      return { at: hidden.index, problem: `invisible or control character U+${code}: remove it` };
    },
  },
  {
    id: 'no-directives',
    find(source) {
      const directive = DIRECTIVE.exec(source);
      if (directive === null) return undefined;
      return {
        at: directive.index,
        problem: `the directive \`${directive[0].trim()}\` is not allowed: remove it`,
      };
    },
  },
  {
    id: 'occurrence-limits',
    find(source) {
      for (const { text, limit } of MAX_OCCURRENCES) {
        const count = source.split(text).length - 1;
        if (count > limit)
          return { problem: `${count} times \`${text}\`, the limit is ${limit}: simplify the policy` };
      }
      return undefined;
    },
  },
  {
    id: 'nesting-depth',
    find(source) {
      const at = firstTooDeep(source);
      if (at === undefined) return undefined;
      return { at, problem: `brackets nested more than ${MAX_NESTING} deep: flatten the expression` };
    },
  },
] as const satisfies readonly TextRule[];

export type TextRuleId = (typeof TEXT_RULES)[number]['id'];

export const TEXT_RULE_IDS: readonly TextRuleId[] = TEXT_RULES.map(({ id }) => id);

/** What makes a source unfit for any parser, as one line for its author; undefined when it is fit. */
export function sourceLimitViolation(
  source: string,
  { name, except }: { readonly name: string; readonly except: ReadonlySet<string> },
): string | undefined {
  const rules: readonly TextRule[] = TEXT_RULES.filter(({ id }) => !except.has(id));
  for (const rule of rules) {
    const found = rule.find(source);
    if (found === undefined) continue;
    const place = found.at === undefined ? name : `${name}:${lineOf(source, found.at)}`;
    return `${place}: ${found.problem} (${rule.id})`;
  }
  return undefined;
}

/** Position of the first bracket beyond the limit. Brackets in strings and comments count: the check must not parse. */
function firstTooDeep(source: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const character = source[i];
    if (character === '(' || character === '[' || character === '{') depth++;
    else if (character === ')' || character === ']' || character === '}') depth--;
    if (depth > MAX_NESTING) return i;
  }
  return undefined;
}

function lineOf(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}
