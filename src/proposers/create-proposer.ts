import { createOpenAiClient } from './model/openai-client.ts';
import { readProvider } from './model/provider.ts';
import { createMutator } from './mutator/mutator.ts';
import type { Proposer, Respondent } from './proposer.ts';
import type { ProposerChoice } from './proposer-choice.ts';
import type { Purse } from './purse.ts';
import { createCommandRespondent } from './respondents/command-respondent.ts';
import { createManualRespondent } from './respondents/manual-respondent.ts';
import { createModelRespondent } from './respondents/model-respondent.ts';
import { createScriptProposer } from './script-proposer.ts';

/** What of a run proposers need. */
export interface ProposerSurroundings {
  /** Questions at a time. */
  readonly parallel: number;
  readonly replyTokens: number;
  readonly purse: Purse;
  /** Where a person finds prompts and puts answers. */
  readonly manualFolder: string;
  /** Where what was learnt of servers is kept. */
  readonly cacheFolder: string | undefined;
  /** Tells the user something, one line. */
  readonly tell: (line: string) => void;
}

const MINUTE_MS = 60_000;

export function createProposer(
  choice: ProposerChoice,
  surroundings: ProposerSurroundings,
): Proposer | Respondent {
  switch (choice.kind) {
    case 'mutator':
      return createMutator();
    case 'script':
      return createScriptProposer(choice.file);
    case 'openai': {
      const { parallel, cacheFolder } = surroundings;
      const client = createOpenAiClient(readProvider(choice.provider), {
        concurrency: parallel,
        cacheFolder,
      });
      return createModelRespondent(client, surroundings);
    }
    case 'cli':
      return createCommandRespondent({
        command: choice.command,
        deadlineMs: choice.deadlineMinutes * MINUTE_MS,
        note: surroundings.tell,
      });
    case 'manual':
      return createManualRespondent({ folder: surroundings.manualFolder, announce: surroundings.tell });
  }
}

/** Finds out what can be found out without asking: a bad script, a missing model. */
export function checkProposer(choice: ProposerChoice): void {
  if (choice.kind === 'script') createScriptProposer(choice.file);
  if (choice.kind === 'openai') readProvider(choice.provider);
}
