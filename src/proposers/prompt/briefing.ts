import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot, type Target } from '../../../harness/index.ts';
import { ANSWER_FORMATS } from './answer-format.ts';

const ROLE = `You improve one policy of an LLM-serving stack. Each change you propose is compiled, checked and scored by an exact simulator
that replays recorded traffic. Only a change that makes the simulated service faster is kept; the best policy so far is
called the incumbent, and each change is made to it.`;

/** What does not change during a run: role, contract, the task with its rules, and format. Equal for every prompt, byte by byte. */
export function briefing(target: Target): string {
  const sections = [
    ROLE,
    `# The contract (autoresearch/contract)\n\n\`\`\`ts\n${packageText('harness/contract/index.ts').trim()}\n\`\`\``,
    `# The task\n\n${packageText(path.posix.join(path.posix.dirname(target.policyFile), 'BRIEF.md')).trim()}`,
    `# Your answer\n\n${ANSWER_FORMATS}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function packageText(file: string): string {
  return readFileSync(path.join(packageRoot, file), 'utf8').replaceAll('\r\n', '\n');
}
