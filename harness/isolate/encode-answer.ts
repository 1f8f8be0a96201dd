import { ANSWER_LAYOUT, type AnswerColumns, type AnswerHeader } from './answer-layout.ts';

/** The bytes of an answer, in the order they are written. */
export function encodeAnswer(header: AnswerHeader, scenarios: readonly AnswerColumns[]): Uint8Array[] {
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const columns = scenarios.flatMap((each) => ANSWER_LAYOUT.map(({ name }) => each[name]));
  return [
    line,
    ...columns.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  ];
}
