import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainReply } from '../../../src/proposers/model/plain-reply.ts';
import { mostPromptTokens, usualPromptTokens } from '../../../src/proposers/model/token-estimate.ts';

const piece = fc.constantFrom(
  '<think>',
  '</think>',
  '<Thinking>',
  '</thinking>',
  'code',
  '\n',
  '```',
  '<',
  '>',
);
const replyText = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('a plain reply', () => {
  it('holds no tag of a thought, and is plain already', () => {
    fc.assert(
      fc.property(replyText, (text) => {
        const plain = plainReply(text);
        expect(plain).not.toMatch(/^<think(ing)?>/i);
        expect(plainReply(plain)).toBe(plain);
      }),
    );
  });

  it('is the text itself where nobody thinks', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/[<>\r\uFEFF]/.test(text));
        expect(plainReply(text)).toBe(text.trim());
      }),
    );
  });

  it('takes time in proportion to its length', () => {
    const text = '<think>'.repeat(200_000);
    expect(plainReply(text)).toBe('');
    expect(plainReply(`${'</think>'.repeat(200_000)}x`)).toBe('x');
  });
});

describe('the most tokens of a prompt', () => {
  // Digits, signs and characters beyond ASCII may be a token each; words are a few.
  it.each<[string, number]>([
    ['1234567890', 10],
    ['{}[]();:,.', 10],
    ['値値値', 3],
    ['antidisestablishmentarianism', 7],
    ['return 0.5 * worker.prefillTokens;', 10],
  ])('of %j are at least %i', (content, tokens) => {
    const empty = mostPromptTokens([{ role: 'user', content: '' }]);
    expect(mostPromptTokens([{ role: 'user', content }]) - empty).toBeGreaterThanOrEqual(tokens);
  });

  it('are never fewer than the usual ones, nor many more than bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const messages = texts.map((content) => ({ role: 'user' as const, content }));
        const bytes = Buffer.byteLength(texts.join(''));
        expect(mostPromptTokens(messages)).toBeGreaterThanOrEqual(usualPromptTokens(messages));
        expect(mostPromptTokens(messages)).toBeLessThanOrEqual(bytes + 64 + 17 * texts.length);
      }),
    );
  });
});
