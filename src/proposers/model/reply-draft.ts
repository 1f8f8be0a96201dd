import * as z from 'zod';

const choiceSchema = z.object({
  delta: z.looseObject({}).nullish().catch(undefined),
  message: z.looseObject({}).nullish().catch(undefined),
  finish_reason: z.string().nullish().catch(undefined),
});

/** Chat Completions: a whole completion or a chunk of one. */
const chatSchema = z.object({
  choices: z.array(choiceSchema).nullish().catch(undefined),
  usage: z.unknown().optional(),
});

const outputSchema = z.array(z.looseObject({ type: z.string() })).catch([]);

/** Responses: a whole response, or what an event carries. */
const responseSchema = z.object({
  status: z.string().optional().catch(undefined),
  output: outputSchema.optional(),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
  incomplete_details: z.looseObject({ reason: z.string() }).nullish().catch(undefined),
});

const FILTERED = ['content_filter', 'safety', 'recitation', 'prohibited_content', 'blocklist', 'spii'];

/** A reply while it comes in, event by event. Understands chunks and whole replies of both interfaces. */
export class ReplyDraft {
  #text = '';
  #thoughtLength = 0;
  #refusal = '';
  #finish: string | undefined;
  #usage: unknown;
  #error: unknown;

  get text(): string {
    return this.#text;
  }

  /** Characters that were said aloud but are not the reply. */
  get thoughtLength(): number {
    return this.#thoughtLength;
  }

  /** What the model says instead of an answer. */
  get refusal(): string {
    return this.#refusal;
  }

  /** Why the reply ended, in the server's word; undefined while it has not said. */
  get finish(): string | undefined {
    return this.#finish;
  }

  get isCut(): boolean {
    return this.#finish === 'length' || this.#finish === 'max_tokens';
  }

  /** Held back by a filter. */
  get isFiltered(): boolean {
    return this.#finish !== undefined && FILTERED.includes(this.#finish);
  }

  get usage(): unknown {
    return this.#usage;
  }

  /** An error that came in place of a reply, or in the middle of it. */
  get error(): unknown {
    return this.#error;
  }

  take(event: unknown): void {
    const type = (event as { readonly type?: unknown } | null)?.type;
    const error = (event as { readonly error?: unknown } | null)?.error;
    if (error !== undefined && error !== null) this.#error ??= event;
    else if (type === 'error') this.#error ??= event;
    else if (typeof type === 'string') this.#takeResponseEvent(type, event);
    else if ((event as { readonly object?: unknown } | null)?.object === 'response')
      this.#takeResponse(event);
    else this.#takeChat(event);
  }

  /** Nobody reads on. */
  cut(): void {
    this.#finish = 'length';
  }

  #takeChat(event: unknown): void {
    const { choices, usage } = chatSchema.safeParse(event).data ?? {};
    if (usage !== undefined && usage !== null) this.#usage = usage;
    const choice = choices?.[0];
    if (choice === undefined) return;
    this.#finish = choice.finish_reason?.toLowerCase() ?? this.#finish;
    const said = choice.delta ?? choice.message ?? {};
    this.#text += contentText(said['content']);
    this.#refusal += contentText(said['refusal']);
    this.#thoughtLength += contentText(said['reasoning_content'] ?? said['reasoning']).length;
  }

  #takeResponseEvent(type: string, event: unknown): void {
    const { delta, response } = event as { readonly delta?: unknown; readonly response?: unknown };
    if (type === 'response.output_text.delta') this.#text += contentText(delta);
    else if (type === 'response.refusal.delta') this.#refusal += contentText(delta);
    else if (type.startsWith('response.reasoning')) this.#thoughtLength += contentText(delta).length;
    else if (response !== undefined) this.#takeResponse(response);
  }

  #takeResponse(value: unknown): void {
    const response = responseSchema.safeParse(value).data;
    if (response === undefined) return;
    const { status, output, usage, error, incomplete_details: incomplete } = response;
    if (usage !== undefined && usage !== null) this.#usage = usage;
    if (error !== undefined && error !== null) this.#error ??= { error };
    if (status === 'completed') this.#finish = 'stop';
    if (status === 'incomplete')
      this.#finish = incomplete?.reason === 'content_filter' ? 'content_filter' : 'length';
    if (this.#text === '')
      for (const item of output ?? [])
        if (item.type === 'message') this.#text += contentText(item['content']);
  }
}

/** Content as text, or as a list of parts; parts that are no text, such as thoughts, are left out. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(partText).join('');
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const { type, text } = (part ?? {}) as { readonly type?: unknown; readonly text?: unknown };
  const isText = type === undefined || type === 'text' || type === 'output_text';
  return isText && typeof text === 'string' ? text : '';
}
