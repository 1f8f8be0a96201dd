import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot, type Target } from '../../../harness/index.ts';
import { ANSWER_FORMATS } from './answer-format.ts';

const ROLE = `You improve one policy of an LLM-serving stack. Each change you propose is compiled, checked and scored by an exact simulator
that replays recorded traffic. Only a change that makes the simulated service faster is kept; the best policy so far is
called the incumbent, and each change is made to it.`;

const RULES = `- policy.ts is one TypeScript file. Its only import is \`import type { … } from 'autoresearch/contract'\`, its only export the
  default one, a factory.
- It must type-check. Every name is declared in the file or one of the globals that the contract lists: use init, req and worker only
  where they are parameters.
- The top level holds constants, types and functions only. State lives inside the factory: nothing outside of it may change.
- There is no clock, no network, no file, no process, no eval, and no randomness but init.rng. Not allowed: async, generators, try,
  regular expressions, BigInt, tagged templates, prototypes, compiler directives in comments.
- Every hook answers what the contract says. NaN, a missing value or an exception ends the attempt.
- Hooks run for every request and worker: keep loops short and memory bounded. At most 32 KiB of source.
- A reply is used only if all of it applies. Nobody repairs or completes it.
- Output length and anything later than now are unknown, and there is no way to find out.`;

/** What does not change during a run: role, contract, task, rules and format. Equal for every prompt, byte by byte. */
export function briefing(target: Target): string {
  const sections = [
    ROLE,
    `# The contract (autoresearch/contract)\n\n\`\`\`ts\n${packageText('harness/contract/index.ts').trim()}\n\`\`\``,
    `# The task\n\n${packageText(path.posix.join(path.posix.dirname(target.policyFile), 'BRIEF.md')).trim()}`,
    `# Rules\n\n${RULES}`,
    `# Your answer\n\n${ANSWER_FORMATS}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function packageText(file: string): string {
  return readFileSync(path.join(packageRoot, file), 'utf8').replaceAll('\r\n', '\n');
}
