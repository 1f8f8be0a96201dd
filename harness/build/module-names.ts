/** The one module a policy may name. */
export const CONTRACT = 'autoresearch/contract';

export interface ModuleName {
  readonly form: 'import of' | 'import' | 'require' | 'declare module';
  readonly path: string;
  /** Where its quote opens. */
  readonly at: number;
}

/** Comments, strings, words and single other characters; templates are taken apart by hand. */
const TOKEN =
  /\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?|[\p{ID_Start}$_][\p{ID_Continue}$]*|\S/guy;

/**
 * Every module a TypeScript source names, for types or values, wherever it does so. The compiler erases imports of
 * types without a word, and a type checker would follow them. Exact for sources without regular expressions.
 */
export function moduleNames(source: string): ModuleName[] {
  const found: ModuleName[] = [];
  /** Tokens before the present one, nearest first. */
  let before: readonly string[] = [];
  for (const { text, at } of tokensOf(source)) {
    if (/^['"]/.test(text)) {
      const form = formOf(before);
      if (form !== undefined) found.push({ form, path: text.slice(1, -1), at });
    }
    before = [text, ...before.slice(0, 2)];
  }
  return found;
}

function formOf([nearest, second, third]: readonly string[]): ModuleName['form'] | undefined {
  switch (nearest) {
    case 'from':
      return 'import of';
    case 'import':
      return second === '.' ? undefined : 'import of';
    case 'module':
      return 'declare module';
    case '(':
      return (second === 'import' || second === 'require') && third !== '.' ? second : undefined;
    default:
      return undefined;
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  /** Open braces inside each open `${`, innermost last. */
  const braces: number[] = [];
  let at = 0;
  while (at < source.length) {
    const inner = braces.at(-1);
    if (source[at] === '`' || (source[at] === '}' && inner === 0)) {
      if (source[at] === '}') braces.pop();
      at = endOfTemplatePart(source, at + 1);
      if (source[at - 1] === '{') braces.push(0);
      tokens.push({ text: '`', at });
      continue;
    }
    TOKEN.lastIndex = at;
    const text = TOKEN.exec(source)?.[0];
    if (text === undefined) {
      at++;
      continue;
    }
    if (inner !== undefined && text === '{') braces.push((braces.pop() ?? 0) + 1);
    if (inner !== undefined && text === '}') braces.push((braces.pop() ?? 0) - 1);
    if (!/^\/[/*]/.test(text)) tokens.push({ text, at });
    at += text.length;
  }
  return tokens;
}

/** Just behind the `` ` `` or `${` that ends the literal text that begins at `from`. */
function endOfTemplatePart(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '`') return at + 1;
    else if (source[at] === '$' && source[at + 1] === '{') return at + 2;
  }
  return source.length;
}
