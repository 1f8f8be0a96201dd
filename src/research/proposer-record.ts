import { join } from 'node:path';
import { UserError } from '../../harness/index.ts';
import { flagNamed } from '../config/flag-name.ts';
import { readTextFile } from '../config/read-text-file.ts';
import { readProvider } from '../proposers/model/provider.ts';
import {
  chooseProposer,
  DEFAULT_COMMAND_MINUTES,
  type ProposerChoice,
  type ProposerFlags,
} from '../proposers/proposer-choice.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { RunRecord } from '../store/records.ts';
import type { EditFormat } from './edit-format.ts';
import { checkLimits, type LimitRequest, requestedLimits } from './limit-request.ts';

/** What the user asks of the proposer and allows it. Flags that were not given are undefined. */
export interface ProposerRequest extends ProposerFlags, LimitRequest {
  readonly parallel?: number;
  readonly repairs?: number;
  readonly replyTokens?: number;
  readonly editFormat?: EditFormat;
  readonly maxPauseMinutes?: number;
}

/** Room for reasoning and a whole file. */
export const DEFAULT_REPLY_TOKENS = 8_000;
export const DEFAULT_REPAIRS = 2;
/** US dollars that a run may spend if nobody says how much, where prices are known. */
export const DEFAULT_MAX_USD = 5;
export const DEFAULT_MAX_PAUSE_MINUTES = 30;

type ConversationRecord = NonNullable<RunRecord['conversation']>;

/** Reads the request, or says which flag does not go with which. */
export function checkRequest(request: ProposerRequest): ProposerChoice {
  const choice = chooseProposer(request);
  const talks = choice.kind !== 'mutator' && choice.kind !== 'script';
  const aboutTalking = ['parallel', 'repairs', 'replyTokens', 'editFormat', 'maxPauseMinutes'] as const;
  const given = (talks ? [] : aboutTalking).find(
    (name) => request[name] !== undefined && !(name === 'parallel' && request[name] === 1),
  );
  if (given !== undefined) {
    throw new UserError(`${flagNamed(given)} does not go with --proposer ${choice.kind}; leave it out`);
  }
  checkLimits(choice, request);
  return choice;
}

/** The fields of a run record that say who proposes and what that may take. */
export function proposerRecord(request: ProposerRequest, choice: ProposerChoice, blobs: BlobStore) {
  const limits = { ...(isPriced(choice) ? { usd: DEFAULT_MAX_USD } : {}), ...requestedLimits(request) };
  return {
    proposer: choice.kind,
    ...(choice.kind === 'script' ? { script: blobs.put(readTextFile(choice.file, 'the proposals')) } : {}),
    ...(choice.kind === 'mutator' || choice.kind === 'script'
      ? {}
      : { conversation: conversationRecord(request, choice) }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

function isPriced(choice: ProposerChoice): boolean {
  return choice.kind === 'openai' && readProvider(choice.provider).price !== null;
}

function conversationRecord(request: ProposerRequest, choice: ProposerChoice): ConversationRecord {
  const { model, api, extraBody, price } = choice.kind === 'openai' ? choice.provider : {};
  return {
    ...defined({ model, api, extraBody, price }),
    parallel: request.parallel ?? 1,
    repairs: request.repairs ?? DEFAULT_REPAIRS,
    replyTokens: request.replyTokens ?? DEFAULT_REPLY_TOKENS,
    editFormat: request.editFormat ?? 'auto',
    maxPauseMinutes: request.maxPauseMinutes ?? DEFAULT_MAX_PAUSE_MINUTES,
  };
}

/** Where the proposer is found: differs between equal runs. */
export function proposerPlace(choice: ProposerChoice): Record<string, string | number> {
  if (choice.kind === 'cli') return { command: choice.command, commandMinutes: choice.deadlineMinutes };
  if (choice.kind === 'openai') return { baseUrl: readProvider(choice.provider).endpoint.url };
  return {};
}

/** The choice a run was begun with. */
export function recordedChoice(run: RunRecord, blobs: BlobStore): ProposerChoice {
  switch (run.proposer) {
    case 'script':
      return { kind: 'script', file: join(blobs.folder, run.script ?? '') };
    case 'openai': {
      const { model, api, extraBody, price } = run.conversation ?? {};
      const baseUrl = String(run.host['baseUrl']);
      return { kind: 'openai', provider: { baseUrl, ...defined({ model, api, extraBody, price }) } };
    }
    case 'cli': {
      const deadlineMinutes = Number(run.host['commandMinutes'] ?? DEFAULT_COMMAND_MINUTES);
      return { kind: 'cli', command: String(run.host['command']), deadlineMinutes };
    }
    case 'manual':
      return { kind: 'manual' };
    default:
      return { kind: 'mutator' };
  }
}

type Defined<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that have a value. */
function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}
