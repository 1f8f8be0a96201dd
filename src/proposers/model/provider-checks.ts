import type { Check } from '../../text/check-list.ts';
import { DEFAULT_LIMITS } from './call-watch.ts';
import { type Capabilities, UNKNOWN_CAPABILITIES, withoutRefused } from './capabilities.ts';
import { CapabilityMemory } from './capability-memory.ts';
import type { Message, Question } from './model-client.ts';
import { plainReply } from './plain-reply.ts';
import { hasListPrice } from './price.ts';
import { LIST_PRICES_DATE } from './price-list.ts';
import type { Provider } from './provider.ts';
import type { ReplyDraft } from './reply-draft.ts';
import { planCall } from './request-body.ts';
import { type CallResult, openTransport, type Transport } from './transport.ts';
import { usageOf } from './usage.ts';

/** Enough for a word, and for the thoughts before it. */
const SHORT_REPLY_TOKENS = 1024;
const CUT_REPLY_TOKENS = 24;

/** A list is at hand at once, or not at all. */
const LIST_LIMITS = { ...DEFAULT_LIMITS, firstTokenMs: 15_000, totalMs: 15_000 };

const CODE_WORD = 'marigold';
const PROMPT_LINES = 420;
/** English has 4 to 5 bytes a token: a count below this means that a part of the prompt was dropped. */
const MOST_BYTES_PER_TOKEN = 6;

/**
 * Asks a model a handful of small questions and says what works. What it refuses is remembered for later runs. Rejects
 * only when `signal` aborts.
 */
export async function checkProvider(
  provider: Provider,
  { cacheFolder, signal }: { readonly cacheFolder: string | undefined; readonly signal: AbortSignal },
): Promise<Check[]> {
  const transport = await openTransport(provider.endpoint, provider.apiKey);
  const probe = new ProviderProbe(provider, transport, signal);
  const checks = await probe.run();
  if (probe.hasAnswered)
    new CapabilityMemory(cacheFolder, { baseUrl: provider.endpoint.url, model: provider.model }).learn(
      probe.capabilities,
    );
  return checks;
}

class ProviderProbe {
  readonly #provider: Provider;
  readonly #transport: Transport;
  readonly #signal: AbortSignal;
  #capabilities: Capabilities;
  #hasAnswered = false;
  #tokens = 0;

  constructor(provider: Provider, transport: Transport, signal: AbortSignal) {
    this.#provider = provider;
    this.#transport = transport;
    this.#signal = signal;
    this.#capabilities =
      provider.api === 'auto' ? UNKNOWN_CAPABILITIES : { ...UNKNOWN_CAPABILITIES, api: provider.api };
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  async run(): Promise<Check[]> {
    const checks = [await this.#checkModels()];
    const result = await this.#ask(question('Answer with the one word: ready', SHORT_REPLY_TOKENS));
    if (result.kind === 'failed') return [...checks, this.#noAnswer(result)];
    this.#hasAnswered = true;
    checks.push(
      answerCheck(result.draft),
      this.#parameterCheck(),
      usageCheck(result.draft),
      await this.#checkReplyLimit(),
      await this.#checkTemperature(),
      await this.#checkSchema(),
      await this.#checkLongPrompt(),
      this.#priceCheck(),
    );
    return [...checks, { name: 'cost', state: 'ok', detail: `these checks took ${this.#tokens} tokens` }];
  }

  async #checkModels(): Promise<Check> {
    const models = await this.#transport.listModels(LIST_LIMITS, this.#signal);
    const { model } = this.#provider;
    if (models === undefined)
      return { name: 'models', state: 'note', detail: 'the server gives no list of its models' };
    if (models.includes(model)) return { name: 'models', state: 'ok', detail: `${model} is on the list` };
    const offered = models.slice(0, 8).join(', ') || 'nothing';
    return { name: 'models', state: 'note', detail: `${model} is not on the list: ${offered}` };
  }

  /** Asks, leaving out what the server refuses. */
  async #ask(asked: Question, extra: Readonly<Record<string, unknown>> = {}): Promise<CallResult> {
    const { model, extra: always, api } = this.#provider;
    while (true) {
      const call = planCall(asked, this.#capabilities, { model, extra: { ...always, ...extra } });
      const result = await this.#transport.send(call, DEFAULT_LIMITS, this.#signal);
      if (result.kind === 'replied') {
        const usage = usageOf(result.draft.usage, asked, result.draft);
        this.#tokens += usage.promptTokens + usage.replyTokens;
        return result;
      }
      const adapted = withoutRefused(this.#capabilities, result.failure, api);
      if (adapted === undefined) return result;
      this.#capabilities = adapted;
    }
  }

  #noAnswer({ failure }: CallResult & { kind: 'failed' }): Check {
    const { host } = this.#provider.endpoint;
    const remedy =
      failure.kind === 'transient' ? `is the server at ${host} up? try again in a while` : undefined;
    return {
      name: 'answer',
      state: 'failed',
      detail: failure.problem,
      ...(remedy === undefined ? {} : { remedy }),
    };
  }

  #parameterCheck(): Check {
    const { api, refused } = this.#capabilities;
    const spoken = api === 'chat' ? 'Chat Completions' : 'Responses';
    return refused.length === 0
      ? { name: 'interface', state: 'ok', detail: `${spoken}, with all parameters` }
      : { name: 'interface', state: 'ok', detail: `${spoken}, without ${refused.join(', ')}` };
  }

  async #checkReplyLimit(): Promise<Check> {
    const result = await this.#ask(question('Write the numbers from 1 to 300.', CUT_REPLY_TOKENS));
    if (result.kind === 'failed') return couldNotCheck('reply limit', result);
    const { finish, text, isCut } = result.draft;
    if (isCut) return { name: 'reply limit', state: 'ok', detail: 'obeyed' };
    return {
      name: 'reply limit',
      state: 'note',
      detail: `a limit of ${CUT_REPLY_TOKENS} tokens gave ${text.length} characters, ending with ${finish ?? 'nothing'}`,
      remedy: 'budgets rely on it: watch what the first replies cost',
    };
  }

  async #checkTemperature(): Promise<Check> {
    const asked = question('Answer with the one word: ready', SHORT_REPLY_TOKENS);
    const result = await this.#ask(asked, { temperature: 0.5 });
    const name = 'temperature';
    if (result.kind === 'replied') return { name, state: 'ok', detail: 'may be set with --extra-body' };
    if (result.failure.kind === 'transient') return couldNotCheck(name, result);
    return { name, state: 'note', detail: 'is refused: leave it out of --extra-body' };
  }

  async #checkSchema(): Promise<Check> {
    const asked = question('Is water wet? Answer in JSON with one field, "wet".', SHORT_REPLY_TOKENS);
    const schema = {
      type: 'object',
      properties: { wet: { type: 'boolean' } },
      required: ['wet'],
      additionalProperties: false,
    };
    const format = { name: 'answer', strict: true, schema };
    const name = 'json schema';
    const result = await this.#ask(
      asked,
      this.#capabilities.api === 'chat'
        ? { response_format: { type: 'json_schema', json_schema: format } }
        : { text: { format: { type: 'json_schema', ...format } } },
    );
    if (result.kind === 'replied')
      return isAnswer(plainReply(result.draft.text))
        ? { name, state: 'ok', detail: 'obeyed' }
        : { name, state: 'note', detail: 'accepted but not obeyed; not needed' };
    if (result.failure.kind === 'transient') return couldNotCheck(name, result);
    return { name, state: 'note', detail: 'refused; not needed' };
  }

  /** Some servers cut a long prompt without a word, and the model never sees its beginning. */
  async #checkLongPrompt(): Promise<Check> {
    const asked = longQuestion();
    const bytes = Buffer.byteLength(asked.messages[0]?.content ?? '');
    const name = 'long prompt';
    const result = await this.#ask(asked);
    if (result.kind === 'failed')
      return result.failure.kind === 'too-long'
        ? {
            name,
            state: 'failed',
            detail: `6,000 tokens are too long: ${result.failure.problem}`,
            remedy: 'start the server with a context of 16,384 tokens or more',
          }
        : couldNotCheck(name, result);
    const { promptTokens, estimated } = usageOf(result.draft.usage, asked, result.draft);
    const found = plainReply(result.draft.text).toLowerCase().includes(CODE_WORD);
    if (!estimated && promptTokens < bytes / MOST_BYTES_PER_TOKEN)
      return {
        name,
        state: 'failed',
        detail: `only ${promptTokens} tokens of about 6,000 were read: the server cuts prompts silently`,
        remedy: 'raise its context to 16,384 tokens or more (Ollama: OLLAMA_CONTEXT_LENGTH=16384)',
      };
    const counted = estimated ? 'tokens were not counted' : `${promptTokens} tokens were read`;
    return found
      ? { name, state: 'ok', detail: `${counted}, and its first line was found` }
      : {
          name,
          state: 'note',
          detail: `${counted}, but the model did not find the first line`,
          remedy: 'the prompt may be cut, or the model may be too small for prompts of this length',
        };
  }

  #priceCheck(): Check {
    const { price, endpoint, model } = this.#provider;
    const name = 'price';
    if (price === null)
      return {
        name,
        state: 'note',
        detail: 'not known, which is not free',
        remedy: '--max-usd needs it: give --price prompt,cached,reply in US dollars per million tokens',
      };
    const source = hasListPrice(endpoint, model, price) ? `, list price of ${LIST_PRICES_DATE}` : '';
    const detail = `$${price.prompt} prompt, $${price.cached} cached, $${price.reply} reply per million tokens`;
    return { name, state: 'ok', detail: detail + source };
  }
}

function question(content: string, maxReplyTokens: number): Question {
  return { messages: [{ role: 'user', content }], maxReplyTokens };
}

function longQuestion(): Question {
  const lines = Array.from(
    { length: PROMPT_LINES },
    (_, index) => `Note ${index + 1}: a request waits in the queue of a worker until its blocks fit.`,
  );
  const message: Message = {
    role: 'user',
    content: [
      `The code word is ${CODE_WORD}.`,
      ...lines,
      'What is the code word? It is in the first line. Answer with the code word only.',
    ].join('\n'),
  };
  return { messages: [message], maxReplyTokens: SHORT_REPLY_TOKENS };
}

function answerCheck(draft: ReplyDraft): Check {
  const text = plainReply(draft.text);
  if (text !== '') return { name: 'answer', state: 'ok', detail: `${text.length} characters` };
  const thought = draft.thoughtLength > 0 || draft.text !== '';
  return {
    name: 'answer',
    state: 'failed',
    detail: thought ? 'thoughts only, and no text' : 'empty',
    remedy: thought ? 'allow longer replies, or turn thoughts off' : 'does the server apply a chat template?',
  };
}

function usageCheck(draft: ReplyDraft): Check {
  return draft.usage === undefined
    ? { name: 'usage', state: 'note', detail: 'not reported: tokens are reckoned from the texts' }
    : { name: 'usage', state: 'ok', detail: 'reported' };
}

function couldNotCheck(name: string, { failure }: CallResult & { kind: 'failed' }): Check {
  return { name, state: 'note', detail: `could not be checked: ${failure.problem}` };
}

function isAnswer(text: string): boolean {
  try {
    return typeof JSON.parse(text).wet === 'boolean';
  } catch {
    return false;
  }
}
