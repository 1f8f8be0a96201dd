import type { Message } from '../model/model-client.ts';
import { formatReminder } from './answer-format.ts';
import { attemptLedger, LONGEST_LEDGER } from './attempt-ledger.ts';
import type { PromptFacts } from './prompt-facts.ts';
import { scenarioTable } from './scenario-table.ts';

/** Characters of guidance.md that are read. */
export const LONGEST_GUIDANCE = 8_000;

const ONE_CHANGE = `Make ONE focused change to the incumbent that lowers latency on all scenarios. Behaviour must really change: another name,
layout or comment is no change, and neither is a term that is equal for all workers. Learn from the attempts above and
do not repeat them. Simple is good: as fast with less code is a gain, a little faster with ugly code is none.`;

/**
 * The prompt of an attempt: the briefing, which never changes, then the incumbent, which rarely does, and the rest. A
 * server that caches prompts finds most of it again. A shorter ledger makes a shorter prompt.
 */
export function composePrompt(briefing: string, facts: PromptFacts, ledgerLines = LONGEST_LEDGER): Message[] {
  const { incumbent, attempts, guidance, format } = facts;
  const origin = incumbent.attempt === 0 ? 'the seed policy' : `attempt ${incumbent.attempt}`;
  const sections = [
    `# The incumbent: policy.ts (${origin})\n\n\`\`\`ts\n${incumbent.source.trimEnd()}\n\`\`\``,
    `# How it does\n\n${scenarioTable(facts)}`,
    `# Attempts\n\n${attemptLedger(attempts, ledgerLines)}`,
    ...(guidance === undefined ? [] : [`# Guidance from the person who runs this\n\n${shortened(guidance)}`]),
    `# Now\n\n${ONE_CHANGE}\n\n${formatReminder(format)}`,
  ];
  return [
    { role: 'system', content: briefing },
    { role: 'user', content: `${sections.join('\n\n')}\n` },
  ];
}

function shortened(guidance: string): string {
  const text = guidance.trim();
  return text.length <= LONGEST_GUIDANCE ? text : `${text.slice(0, LONGEST_GUIDANCE)}\n(cut here)`;
}
