import { setMaxListeners } from 'node:events';
import { printableLine } from '../../text/printable.ts';
import { createRandom } from '../mutator/random.ts';
import { CallSlots } from './call-slots.ts';
import { type CallLimits, DEFAULT_LIMITS } from './call-watch.ts';
import { type Capabilities, withoutRefused } from './capabilities.ts';
import { CapabilityMemory } from './capability-memory.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Failure } from './failure.ts';
import type { Answer, CallCost, ModelClient, Question, Reservation, Spending } from './model-client.ts';
import { plainReply } from './plain-reply.ts';
import { costUsd, worstCostUsd } from './price.ts';
import type { Provider } from './provider.ts';
import type { ReplyDraft } from './reply-draft.ts';
import { type Call, planCall } from './request-body.ts';
import { retryDelayMs } from './retry-delay.ts';
import { mostPromptTokens } from './token-estimate.ts';
import { openTransport, type Transport } from './transport.ts';
import { billedUsd, usageOf } from './usage.ts';

export interface ClientOptions {
  /** Questions at the server at a time. */
  readonly concurrency: number;
  /** Tries of one question before the server counts as out of reach. */
  readonly tries?: number;
  readonly limits?: Partial<CallLimits>;
  /** Where what was learnt of models is kept; undefined = nowhere. */
  readonly cacheFolder: string | undefined;
  readonly clock?: Clock;
  /** Of the spread of waits. */
  readonly seed?: number;
}

const TRIES = 5;
/** A server that wants to be left alone for longer is not waited for within a question. */
const LONGEST_WAIT_MS = 120_000;
const SETTLED_AT_WORST = 'counted at its worst';

/** A model behind the OpenAI interface, at any server. Loads what it needs when it is first asked. */
export function createOpenAiClient(provider: Provider, options: ClientOptions): ModelClient {
  return new OpenAiClient(provider, options);
}

class OpenAiClient implements ModelClient {
  readonly name: string;
  readonly #provider: Provider;
  readonly #tries: number;
  readonly #limits: CallLimits;
  readonly #clock: Clock;
  readonly #uniform: () => number;
  readonly #slots: CallSlots;
  readonly #breaker: CircuitBreaker;
  readonly #memory: CapabilityMemory;
  #capabilities: Capabilities;
  #transport: Promise<Transport> | undefined;

  constructor(provider: Provider, options: ClientOptions) {
    const { endpoint, model, api } = provider;
    this.name = `${model} at ${endpoint.host}`;
    this.#provider = provider;
    this.#tries = options.tries ?? TRIES;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    const random = createRandom(options.seed ?? 1);
    this.#uniform = () => random.next();
    this.#slots = new CallSlots(options.concurrency);
    this.#breaker = new CircuitBreaker(() => this.#clock.nowMs());
    this.#memory = new CapabilityMemory(options.cacheFolder, { baseUrl: endpoint.url, model }, () =>
      this.#clock.nowMs(),
    );
    const known = this.#memory.recall();
    this.#capabilities = api === 'auto' ? known : { ...known, api };
  }

  ask(question: Question, spending: Spending, signal: AbortSignal): Promise<Answer> {
    // Every question and call listens to it: as many as are asked at the same time.
    setMaxListeners(0, signal);
    return this.#slots.run(signal, () => this.#askUntilAnswered(question, spending, signal));
  }

  async #askUntilAnswered(question: Question, spending: Spending, signal: AbortSignal): Promise<Answer> {
    const transport = await this.#open();
    let asked = question;
    let failures = 0;
    while (true) {
      signal.throwIfAborted();
      const objection = this.#breaker.objection();
      if (objection !== undefined) return { kind: 'unavailable', ...objection };
      const capabilities = this.#capabilities;
      const call = planCall(asked, capabilities, this.#provider);
      const worst = this.#worstCost(asked);
      const reservation = spending.reserve(worst);
      if (reservation === undefined) return { kind: 'out-of-budget', problem: costProblem(worst) };
      const result = await this.#call(transport, asked, call, { worst, reservation, signal });
      if (result.kind !== 'failed') {
        this.#breaker.answered();
        return result;
      }
      const { failure } = result;
      if (failure.kind === 'transient') {
        failures++;
        const waitMs = retryDelayMs(failures, failure.retryAfterMs, this.#uniform());
        if (failures >= this.#tries || waitMs > LONGEST_WAIT_MS) return this.#givenUp(failure, failures);
        await this.#clock.sleep(waitMs, signal);
        continue;
      }
      this.#breaker.answered();
      // Servers that hold reply and prompt against one context say what is left for the reply.
      if (failure.kind === 'reply-limit') asked = { ...asked, maxReplyTokens: failure.maxReplyTokens };
      else if (!this.#learn(failure, capabilities)) return this.#told(failure);
    }
  }

  #open(): Promise<Transport> {
    this.#transport ??= openTransport(this.#provider.endpoint, this.#provider.apiKey);
    return this.#transport;
  }

  /** One call, paid for whatever comes of it. */
  async #call(
    transport: Transport,
    question: Question,
    call: Call,
    { worst, reservation, signal }: PaidCall,
  ): Promise<Answer | { readonly kind: 'failed'; readonly failure: Failure }> {
    try {
      const result = await transport.send(call, this.#limits, signal);
      if (result.kind === 'replied') return this.#settled(question, result.draft, reservation);
      const cost = result.mayBeBilled ? worst : NOTHING;
      const counted = result.mayBeBilled ? ` (${SETTLED_AT_WORST})` : '';
      reservation.settle({ ...cost, usage: undefined, outcome: `${result.failure.problem}${counted}` });
      return result;
    } catch (error) {
      if (signal.aborted)
        reservation.settle({ ...worst, usage: undefined, outcome: `interrupted (${SETTLED_AT_WORST})` });
      throw error;
    }
  }

  #settled(question: Question, draft: ReplyDraft, reservation: Reservation): Answer {
    const usage = usageOf(draft.usage, question, draft);
    const answer = answerOf(draft, usage.reasoningTokens);
    reservation.settle({
      tokens: usage.promptTokens + usage.replyTokens,
      usd: billedUsd(draft.usage) ?? costUsd(usage, this.#provider.price),
      usage,
      outcome: answer.kind === 'reply' ? answer.finish : answer.problem,
      ...(answer.kind === 'reply' ? { reply: answer.text } : {}),
    });
    return answer;
  }

  #worstCost({ messages, maxReplyTokens }: Question): CallCost {
    const promptTokens = mostPromptTokens(messages);
    return {
      tokens: promptTokens + maxReplyTokens,
      usd: worstCostUsd(promptTokens, maxReplyTokens, this.#provider.price),
    };
  }

  /** Whether asking again makes sense: this question has shown another way to ask, or one beside it has. */
  #learn(failure: Failure, usedBefore: Capabilities): boolean {
    if (failure.kind !== 'parameter' && failure.kind !== 'other-api') return false;
    if (this.#capabilities !== usedBefore) return true;
    const adapted = withoutRefused(usedBefore, failure, this.#provider.api);
    if (adapted === undefined) return false;
    this.#capabilities = adapted;
    this.#memory.learn(adapted);
    return true;
  }

  #told({ kind, problem }: Failure): Answer {
    const told = `${this.name}: ${problem}`;
    return { kind: kind === 'too-long' || kind === 'unusable' ? kind : 'refused', problem: told };
  }

  #givenUp(failure: Failure & { readonly kind: 'transient' }, tries: number): Answer {
    const problem = `${this.name}: ${failure.problem}, ${tries} ${tries === 1 ? 'try' : 'tries'}`;
    const retryInMs = this.#breaker.gaveUp(problem, failure.retryAfterMs);
    return { kind: 'unavailable', problem, retryInMs };
  }
}

interface PaidCall {
  readonly worst: CallCost;
  readonly reservation: Reservation;
  readonly signal: AbortSignal;
}

const NOTHING: CallCost = { tokens: 0, usd: 0 };

/** A reply as an answer. Thoughts are no text: code is never taken from them. */
function answerOf(draft: ReplyDraft, reasoningTokens: number): Answer {
  const text = plainReply(draft.text);
  const isCut = draft.isCut;
  if (draft.refusal !== '' && text === '')
    return { kind: 'unusable', problem: `the model refuses: ${printableLine(draft.refusal)}` };
  if (draft.isFiltered) return { kind: 'unusable', problem: 'the reply was held back by a content filter' };
  if (text !== '') return { kind: 'reply', text, finish: isCut ? 'cut' : 'complete' };
  const thought = reasoningTokens > 0 || draft.thoughtLength > 0 || draft.text.trim() !== '';
  if (thought && isCut)
    return { kind: 'unusable', problem: 'the reply limit was used up by thoughts; raise it' };
  return { kind: 'unusable', problem: thought ? 'the reply holds thoughts only' : 'the reply is empty' };
}

function costProblem({ tokens, usd }: CallCost): string {
  const price = usd === null ? '' : ` and $${usd.toFixed(4)}`;
  return `the next call may take ${tokens} tokens${price}, more than is left`;
}
