import type { Init, Policy } from 'autoresearch/contract';

class Heap<T> {
  private items: T[] = [];
  constructor(private readonly before: (a: T, b: T) => boolean) {}
  get size() {
    return this.items.length;
  }
  push(item: T) {
    const { items } = this;
    let i = items.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.before(items[i]!, items[parent]!)) break;
      [items[i], items[parent]] = [items[parent]!, items[i]!];
      i = parent;
    }
  }
  pop(): T | undefined {
    const [top] = this.items;
    const last = this.items.pop();
    if (this.items.length > 0 && last !== undefined) this.items[0] = last;
    return top;
  }
}

type ListNode = { value: number; next: ListNode | null };

export default function create(_init: Init): Policy {
  const heap = new Heap<number>((a, b) => a < b);
  let head: ListNode | null = null;
  return {
    router: {
      cost(_req, worker) {
        let length = 0;
        for (let node = head; node !== null; node = node.next) length += node.value;
        return worker.inFlight + heap.size * 0.01 + length * 0;
      },
      onRouted(req) {
        heap.push(req.isl);
        if (heap.size > 50) heap.pop();
        head = { value: 1, next: null };
      },
    },
  };
}
