import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printableLine } from '../../text/printable.ts';
import type { Answer } from '../model/model-client.ts';
import type { ReplyRequest, Respondent } from '../proposer.ts';
import { ideaOf, NO_IDEA } from '../reply/idea.ts';
import { plainConversation } from './plain-conversation.ts';
import { type EndedCommand, runCommand } from './run-command.ts';
import { filesThatChanged, readPolicyFile } from './scratch-folder.ts';

interface CommandOptions {
  /** For the shell, as the user wrote it. */
  readonly command: string;
  readonly deadlineMs: number;
  /** Told what else than the policy file a command changed. */
  readonly note: (line: string) => void;
}

const POLICY_FILE = 'policy.ts';
/** Exit codes of a shell that found no such program, or may not run it. */
const NO_SUCH_COMMAND: readonly (number | undefined)[] = [126, 127];

const ERRAND = `# Where you are

The current folder holds policy.ts, the incumbent. Either change that file in place and print a line that begins with IDEA:,
or leave it and print the answer as described above. Whatever else you change in the folder is ignored.
`;

/**
 * A coding agent or any other command: it runs in a scratch folder that holds the incumbent, with the prompt on stdin.
 * Its answer is the policy file it leaves behind, or what it prints if the file is as it was.
 */
export function createCommandRespondent(options: CommandOptions): Respondent {
  return {
    name: printableLine(options.command, 80),
    operator: 'command',
    async respond(request, signal) {
      const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'autoresearch-command-')));
      try {
        writeFileSync(path.join(folder, POLICY_FILE), request.incumbent);
        const result = await runCommand(options.command, {
          folder,
          input: `${plainConversation(request.messages)}\n${ERRAND}`,
          deadlineMs: options.deadlineMs,
          signal,
        });
        if (result.kind === 'problem') return { kind: 'unusable', problem: result.problem };
        return failureOf(result) ?? answerOf(result, folder, request, options.note);
      } finally {
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };
}

function failureOf({ exitCode, stderr, stdout }: EndedCommand): Answer | undefined {
  if (exitCode === 0) return undefined;
  const lastWords = printableLine((stderr.trim() === '' ? stdout : stderr).slice(-400), 300);
  const problem = `the command ended with exit code ${exitCode ?? 'unknown'}: ${lastWords}`;
  return { kind: NO_SUCH_COMMAND.includes(exitCode) ? 'refused' : 'unusable', problem };
}

function answerOf(
  { stdout }: EndedCommand,
  folder: string,
  { attempt, incumbent }: ReplyRequest,
  note: (line: string) => void,
): Answer {
  const others = filesThatChanged(folder, POLICY_FILE);
  if (others.length > 0) note(`attempt ${attempt}: the command also changed ${others.join(', ')}; ignored`);
  const policy = readPolicyFile(path.join(folder, POLICY_FILE));
  if ('problem' in policy) return { kind: 'unusable', problem: `${POLICY_FILE} ${policy.problem}` };
  if (policy.text !== incumbent)
    return { kind: 'reply', text: replyWithFile(stdout, policy.text), finish: 'complete' };
  if (stdout.trim() !== '') return { kind: 'reply', text: stdout, finish: 'complete' };
  return { kind: 'unusable', problem: `the command neither changed ${POLICY_FILE} nor printed anything` };
}

/** A reply as a model would have written it. */
function replyWithFile(stdout: string, source: string): string {
  const stated = ideaOf(stdout.replaceAll('\r\n', '\n').split('\n'));
  const lastLine = stdout.trim().split('\n').at(-1) ?? '';
  const idea = stated === NO_IDEA && lastLine !== '' ? printableLine(lastLine, 160) : stated;
  const longest = Math.max(2, ...[...source.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `IDEA: ${idea}\n\n${fence}ts\n${source}${source.endsWith('\n') ? '' : '\n'}${fence}\n`;
}
