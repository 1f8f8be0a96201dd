/** A value of plain data as TypeScript source. */
export function literal(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return listLiteral(value, indent);
  if (typeof value === 'object' && value !== null) return objectLiteral(value, indent);
  if (value === Number.POSITIVE_INFINITY) return 'Number.POSITIVE_INFINITY';
  if (typeof value === 'string') return `'${value}'`;
  return String(value);
}

function listLiteral(values: readonly unknown[], indent: string): string {
  if (values.every((value) => typeof value !== 'object'))
    return `[${values.map((value) => literal(value)).join(', ')}]`;
  const inner = `${indent}  `;
  return `[\n${values.map((value) => `${inner}${literal(value, inner)},\n`).join('')}${indent}]`;
}

function objectLiteral(value: object, indent: string): string {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const oneLine = `{ ${entries.map(([key, field]) => `${key}: ${literal(field)}`).join(', ')} }`;
  if (!oneLine.includes('\n') && oneLine.length + indent.length < 100) return oneLine;
  const inner = `${indent}  `;
  return `{\n${entries.map(([key, field]) => `${inner}${key}: ${literal(field, inner)},\n`).join('')}${indent}}`;
}
