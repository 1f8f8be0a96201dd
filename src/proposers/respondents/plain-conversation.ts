import type { Message } from '../model/model-client.ts';

/** A conversation as one text, for those who get no messages. */
export function plainConversation(messages: readonly Message[]): string {
  return messages
    .map(({ role, content }) => (role === 'assistant' ? `# Your answer was\n\n${content.trim()}\n` : content))
    .join('\n');
}
