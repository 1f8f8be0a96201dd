import recipe from '../../traces/toolagent-like.json' with { type: 'json' };
import { Rng } from '../ds/rng.ts';
import { UserError } from '../user-error.ts';
import {
  type ChatSession,
  type ChatSource,
  continueChat,
  gapMs,
  hasAnotherTurn,
  meanTurns,
  startChat,
} from './chat-session.ts';
import { poisson } from './poisson.ts';
import { valueAt } from './quantile-table.ts';

export interface GenerateOptions {
  /** 32-bit integer; equal seeds give equal traces on every machine. */
  readonly seed: number;
  /** Length of the trace; no request arrives at or after it. */
  readonly durationMinutes: number;
  /** Multiplies all rates; 1 = about 400 requests a minute. */
  readonly scale?: number;
  /** Stop after this many requests. */
  readonly requests?: number;
}

/** A row of a Mooncake trace file. */
export interface GeneratedRow {
  readonly timestamp: number;
  readonly input_length: number;
  readonly output_length: number;
  readonly hash_ids: readonly number[];
}

type ToolRecipe = (typeof recipe)['tools'][number];

/** Seeded traffic like that of a tool-using agent service: chat sessions beside short tool calls with long shared prompts. */
export function generateTrace(options: GenerateOptions): GeneratedRow[] {
  checkOptions(options);
  const traffic = new Traffic(options.seed, options.scale ?? 1);
  const ticks = Math.ceil((options.durationMinutes * 60_000) / recipe.tickMs);
  const limit = options.requests ?? Number.POSITIVE_INFINITY;
  const history = Math.round((recipe.chat.historyMinutes * 60_000) / recipe.tickMs);
  for (let tick = -history; tick < 0; tick++) traffic.chatsOf(tick);
  const rows: GeneratedRow[] = [];
  for (let tick = 0; tick < ticks && rows.length < limit; tick++) {
    const arrivals = [...traffic.chatsOf(tick), ...traffic.toolCallsOf(tick)];
    traffic.shuffle(arrivals);
    for (const arrival of arrivals) rows.push({ timestamp: tick * recipe.tickMs, ...arrival });
  }
  return rows.slice(0, limit);
}

/** As a Mooncake file has them: one JSON object per line. */
export function traceText(rows: readonly GeneratedRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

type Arrival = Omit<GeneratedRow, 'timestamp'>;

/** The generator's state: random numbers, the next unused block id, and chat turns that are still to come. */
class Traffic {
  readonly #rng: Rng;
  readonly #scale: number;
  readonly #chat: ChatSource;
  readonly #tools: readonly (ToolRecipe & { readonly rootIds: readonly number[] })[];
  readonly #followUps = new Map<number, ChatSession[]>();
  #nextId = 0;

  constructor(seed: number, scale: number) {
    this.#rng = new Rng(seed);
    this.#scale = scale;
    this.#chat = {
      recipe: recipe.chat,
      traceBlockSize: recipe.traceBlockSize,
      rng: this.#rng,
      freshId: () => this.#nextId++,
      rootIds: this.#freshIds(recipe.chat.sharedBlocks),
    };
    this.#tools = recipe.tools.map((tool) => ({ ...tool, rootIds: this.#freshIds(tool.sharedBlocks) }));
  }

  /** Chat requests of one tick; call for every tick in order. Ticks before 0 only build up conversations. */
  chatsOf(tick: number): Arrival[] {
    const sessionsPerTick = (this.#ratePerTick(tick) * recipe.chatShare) / meanTurns(recipe.chat);
    const due = this.#followUps.get(tick) ?? [];
    this.#followUps.delete(tick);
    const chats = due.filter((chat) => continueChat(chat, this.#chat));
    for (let left = poisson(sessionsPerTick, this.#rng); left > 0; left--) chats.push(startChat(this.#chat));
    return chats.map((chat) => {
      const { promptTokens, outputTokens, hashIds } = chat;
      if (hasAnotherTurn(chat, this.#chat)) this.#schedule(chat, tick);
      return { input_length: promptTokens, output_length: outputTokens, hash_ids: hashIds };
    });
  }

  toolCallsOf(tick: number): Arrival[] {
    const burst = valueAt(recipe.toolBurst, this.#rng.next());
    const mean = this.#ratePerTick(tick) * (1 - recipe.chatShare) * burst;
    return Array.from({ length: poisson(mean, this.#rng) }, () => this.#toolCall());
  }

  shuffle(items: unknown[]): void {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.#rng.int(last + 1);
      [items[last], items[other]] = [items[other], items[last]];
    }
  }

  #toolCall(): Arrival {
    const tool = this.#pickTool();
    const promptTokens = Math.round(valueAt(tool.promptTokens, this.#rng.next()));
    const blocks = Math.ceil(promptTokens / recipe.traceBlockSize);
    return {
      input_length: promptTokens,
      output_length: Math.round(valueAt(tool.outputTokens, this.#rng.next())),
      hash_ids: [...tool.rootIds, ...this.#freshIds(blocks - tool.rootIds.length)],
    };
  }

  #pickTool() {
    let draw = this.#rng.next();
    const picked = this.#tools.find((tool) => {
      draw -= tool.share;
      return draw < 0;
    });
    const tool = picked ?? this.#tools.at(-1);
    if (tool === undefined) throw new Error('the recipe has no tools');
    return tool;
  }

  #schedule(chat: ChatSession, tick: number): void {
    const due = tick + Math.max(1, Math.round(gapMs(this.#chat) / recipe.tickMs));
    const others = this.#followUps.get(due);
    if (others === undefined) this.#followUps.set(due, [chat]);
    else others.push(chat);
  }

  /** All requests per tick on average, following the recipe's trend, which repeats. */
  #ratePerTick(tick: number): number {
    const { windowMinutes, factors } = recipe.trend;
    const window = Math.floor((Math.max(0, tick) * recipe.tickMs) / (windowMinutes * 60_000));
    const factor = factors[window % factors.length] ?? 1;
    return ((recipe.requestsPerMinute * recipe.tickMs) / 60_000) * factor * this.#scale;
  }

  #freshIds(count: number): number[] {
    return Array.from({ length: count }, () => this.#nextId++);
  }
}

function checkOptions({ seed, durationMinutes, scale = 1, requests = 1 }: GenerateOptions): void {
  if (!Number.isSafeInteger(seed)) throw new UserError(`seed is ${seed}; expected an integer`);
  if (!(durationMinutes > 0 && durationMinutes <= 10_080)) {
    throw new UserError(`minutes is ${durationMinutes}; expected more than 0 and at most 10080 (a week)`);
  }
  if (!(scale > 0 && scale <= 1000))
    throw new UserError(`scale is ${scale}; expected more than 0 and at most 1000`);
  if (!(Number.isSafeInteger(requests) && requests > 0)) {
    throw new UserError(`requests is ${requests}; expected an integer > 0`);
  }
}
