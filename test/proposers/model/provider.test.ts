import { describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../../src/proposers/model/endpoint.ts';
import { costUsd, listPrice, parsePrice, worstCostUsd } from '../../../src/proposers/model/price.ts';
import { readProvider } from '../../../src/proposers/model/provider.ts';

const OPENAI = parseBaseUrl('https://api.openai.com');

describe('a base URL', () => {
  it.each([
    ['http://127.0.0.1:8089', 'http://127.0.0.1:8089/v1'],
    ['http://127.0.0.1:8089/', 'http://127.0.0.1:8089/v1'],
    ['http://127.0.0.1:8089/v1//', 'http://127.0.0.1:8089/v1'],
    ['https://openrouter.test/api/v1/chat/completions', 'https://openrouter.test/api/v1'],
    ['https://it.test/openai/deployments/mine?api-version=2024', 'https://it.test/openai/deployments/mine'],
  ])('%s means %s', (text, url) => {
    expect(parseBaseUrl(text).url).toBe(url);
  });

  it('keeps its query for every call', () => {
    expect(parseBaseUrl('https://it.test/openai?api-version=2024').query).toEqual({ 'api-version': '2024' });
  });

  it.each(['', '127.0.0.1:8089', 'ftp://127.0.0.1', 'file:///etc/passwd'])('is not %j', (text) => {
    expect(() => parseBaseUrl(text)).toThrow('not an http or https URL');
  });
});

describe('a provider', () => {
  it.each([
    [' sk-1\r\n', 'sk-1'],
    [' \n', undefined],
    ['', undefined],
  ])('takes its key without what surrounds it: %j', (key, apiKey) => {
    expect(readProvider({ model: 'm' }, { OPENAI_API_KEY: key }).apiKey).toBe(apiKey);
  });

  it.each(['sk-1\nsk-2', 'sk 1', 'sk-…1', 'sk-\u00e91'])('has no such key: %j', (key) => {
    const read = () => readProvider({ model: 'm' }, { OPENAI_API_KEY: key });
    expect(read).toThrow(/^OPENAI_API_KEY: /);
    expect(read).not.toThrow(key);
  });

  it('is that of the environment unless the flags name another', () => {
    const environment = { OPENAI_BASE_URL: 'http://lab.test/v1', OPENAI_API_KEY: 'sk-1' };
    expect(readProvider({ model: 'm' }, environment)).toMatchObject({
      endpoint: { host: 'lab.test' },
      apiKey: 'sk-1',
      api: 'auto',
      extra: {},
      price: null,
    });
    expect(readProvider({ model: 'm', baseUrl: 'http://here.test' }, environment).endpoint.host).toBe(
      'here.test',
    );
    expect(readProvider({ model: 'm' }, {}).endpoint.host).toBe('api.openai.com');
  });
});

describe('a price', () => {
  it('is known for the models on the list, dated versions included, at their host only', () => {
    expect(listPrice(OPENAI, 'gpt-4.1-mini')).toMatchObject({ prompt: 0.4, cached: 0.1, reply: 1.6 });
    expect(listPrice(OPENAI, 'gpt-4.1-mini-2025-04-14')).toEqual(listPrice(OPENAI, 'gpt-4.1-mini'));
    expect(listPrice(OPENAI, 'gpt-4o-2024-05-13')).toMatchObject({ prompt: 5, reply: 15 });
    expect(listPrice(OPENAI, 'gpt-99')).toBeNull();
    expect(listPrice(parseBaseUrl('http://127.0.0.1:8089'), 'gpt-4.1-mini')).toBeNull();
  });

  it('is given as three amounts', () => {
    expect(parsePrice('0.4, 0.1,1.6')).toEqual({ prompt: 0.4, cached: 0.1, reply: 1.6 });
    expect(parsePrice('0,0,0')).toEqual({ prompt: 0, cached: 0, reply: 0 });
    for (const text of ['', '1,2', '1,2,3,4', '1,,3', 'a,b,c', '1,2,Infinity'])
      expect(() => parsePrice(text)).toThrow('give three amounts');
  });

  it('that is not known makes a cost that is not known', () => {
    const usage = { promptTokens: 1000, cachedTokens: 400, replyTokens: 100 };
    expect(costUsd(usage, null)).toBeNull();
    expect(worstCostUsd(1000, 100, null)).toBeNull();
    const price = parsePrice('2,1,10');
    expect(costUsd(usage, price)).toBeCloseTo(0.0026, 12);
    expect(worstCostUsd(1000, 100, price)).toBeCloseTo(0.003, 12);
  });
});
