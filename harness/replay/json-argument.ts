import type { z } from 'zod';
import { UserError } from '../user-error.ts';
import { nearestName } from './nearest-name.ts';

type Issue = z.core.$ZodIssue;

/**
 * Reads a flag whose value is one JSON object. Anything wrong is a UserError that names flag, key, value and what was
 * expected.
 */
export function parseJsonArgument<Shape extends z.ZodRawShape>(
  flag: string,
  text: string,
  schema: z.ZodObject<Shape>,
): z.infer<z.ZodObject<Shape>> {
  const value = parseObject(flag, text);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(
    `${flag}: ${issue === undefined ? 'not valid' : describe(issue, value, Object.keys(schema.shape))}`,
  );
}

function parseObject(flag: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = (error as SyntaxError).message.replaceAll(/\p{C}+/gu, ' ');
    throw new UserError(
      `${flag} is not valid JSON (${detail}); expected one object in single quotes, such as '{"block_size": 64}'`,
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UserError(`${flag} is ${shown(value)}; expected a JSON object, such as '{"block_size": 64}'`);
}

function describe(issue: Issue, value: Record<string, unknown>, known: readonly string[]): string {
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.keys[0] ?? '', known);
  const key = String(issue.path[0] ?? '');
  return `${key} is ${shown(value[key])}; expected ${expectation(issue)}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearestName(key, known);
  const remedy =
    meant === undefined
      ? `the known keys are ${known.toSorted().join(', ')}`
      : `did you mean ${JSON.stringify(meant)}?`;
  return `unknown key ${shown(key)}; ${remedy}`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${article(issue.expected === 'int' ? 'integer' : issue.expected)}${issue.expected === 'boolean' ? ', true or false' : ''}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    default:
      return issue.message;
  }
}

function article(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** A value as a message quotes it: short and in one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
