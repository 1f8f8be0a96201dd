import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  const names = 'alpha,beta,gamma'.split(',').map((name) => name.trim().toUpperCase().padEnd(8, '.'));
  const ranked = names
    .map((name, index) => ({ name, index, key: name.charCodeAt(0) }))
    .filter(({ name }) => name.includes('A') && !name.startsWith('_'))
    .toSorted((a, b) => a.key - b.key || (a.name < b.name ? -1 : 1));
  const grouped = ranked.reduce<Record<string, number[]>>((groups, { name, index }) => {
    (groups[name[0]!] ??= []).push(index);
    return groups;
  }, {});
  const flat = Object.values(grouped).flat().concat([1, 2]).flatMap((x) => [x, x * 2]);
  const [first = 0, , third, ...rest] = flat;
  return {
    router: {
      cost: (_req, worker) =>
        (flat.findLast((x) => x < worker.inFlight) ?? first) +
        (third ?? 0) +
        rest.length +
        (flat.some((x) => x > 3) ? 1 : 0) +
        (flat.every(Number.isInteger) ? 1 : 0) +
        flat.at(-1)! +
        Number.parseInt(String(init.workers), 10) +
        flat.join('-').length +
        (1.005).toFixed(2).length,
    },
  };
}
