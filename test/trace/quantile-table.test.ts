import { describe, expect, it } from 'vitest';
import { valueAt } from '../../harness/trace/quantile-table.ts';
import recipe from '../../traces/toolagent-like.json' with { type: 'json' };

describe('a quantile table', () => {
  const table = [
    [0, 3],
    [0.6, 3],
    [0.6, 20],
    [0.8, 30],
    [1, 130],
  ];

  it('is read on the line between its points', () => {
    expect(valueAt(table, 0)).toBe(3);
    expect(valueAt(table, 0.59)).toBe(3);
    expect(valueAt(table, 0.6)).toBe(20);
    expect(valueAt(table, 0.7)).toBeCloseTo(25, 12);
    expect(valueAt(table, 0.9)).toBeCloseTo(80, 12);
  });

  const { chat, tools, toolBurst } = recipe;
  const tables = {
    'tool bursts': toolBurst,
    'first prompts': chat.firstPromptTokens,
    'new tokens': chat.newTokens,
    'gaps between turns': chat.gapSeconds,
    'chat answers': chat.outputTokens,
    ...Object.fromEntries(tools.map((tool) => [`prompts of tool ${tool.kind}`, tool.promptTokens])),
    ...Object.fromEntries(tools.map((tool) => [`answers of tool ${tool.kind}`, tool.outputTokens])),
  };

  it.each(Object.entries(tables))('of the recipe never falls and covers 0 to 1: %s', (_, points) => {
    expect([points[0]?.[0], points.at(-1)?.[0]]).toEqual([0, 1]);
    points.slice(1).forEach((point, index) => {
      expect(point[0]).toBeGreaterThanOrEqual(points[index]?.[0] ?? Number.NaN);
      expect(point[1]).toBeGreaterThanOrEqual(points[index]?.[1] ?? Number.NaN);
    });
  });
});
