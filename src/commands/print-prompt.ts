import type { Message } from '../proposers/model/model-client.ts';

/** Prints a prompt as a model would get it. */
export function printPrompt(messages: readonly Message[], { json }: { readonly json?: boolean }): void {
  const text = messages.map(({ role, content }) => `=== ${role} ===\n${content}`).join('\n');
  process.stdout.write(json ? `${JSON.stringify({ messages })}\n` : text);
}
