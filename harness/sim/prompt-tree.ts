import { NONE } from '../ds/key-table.ts';
import type { RequestColumns } from './request-columns.ts';

/**
 * All prompts of a trace as a tree. A node is a stretch of blocks with consecutive keys in whose middle no prompt ends
 * and none branches off: a prompt is a path of whole nodes, few of them.
 */
export interface PromptTree {
  readonly nodeCount: number;
  /** The node of each key. */
  readonly nodeOf: Int32Array;
  /** By node: its first key, and how many it has. */
  readonly firstKey: Int32Array;
  readonly length: Int32Array;
  /** Request r goes through path[pathStart[r] .. pathStart[r + 1]). */
  readonly pathStart: Int32Array;
  readonly path: Int32Array;
}

const known = new WeakMap<RequestColumns, PromptTree>();

export function promptTreeOf(columns: RequestColumns): PromptTree {
  let tree = known.get(columns);
  if (tree === undefined) {
    tree = plantTree(columns);
    known.set(columns, tree);
  }
  return tree;
}

function plantTree(columns: RequestColumns): PromptTree {
  const { count, keyStart, keys, keyCount } = columns;
  const isNodeEnd = findNodeEnds(columns);
  const nodeOf = new Int32Array(keyCount).fill(NONE);
  const firstKey: number[] = [];
  const length: number[] = [];
  const pathStart = new Int32Array(count + 1);
  const path: number[] = [];
  for (let request = 0; request < count; request++) {
    const end = keyStart[request + 1]!;
    let at = keyStart[request]!;
    while (at < end) {
      let node = nodeOf[keys[at]!]!;
      if (node === NONE) {
        node = firstKey.length;
        firstKey.push(keys[at]!);
        let last = at;
        nodeOf[keys[last]!] = node;
        while (isNodeEnd[keys[last]!] === 0 && keys[last + 1] === keys[last]! + 1) {
          last += 1;
          nodeOf[keys[last]!] = node;
        }
        length.push(last + 1 - at);
      }
      path.push(node);
      at += length[node]!;
    }
    pathStart[request + 1] = path.length;
  }
  return {
    nodeCount: firstKey.length,
    nodeOf,
    firstKey: Int32Array.from(firstKey),
    length: Int32Array.from(length),
    pathStart,
    path: Int32Array.from(path),
  };
}

/** 1 for keys after which a prompt ends or prompts part. */
function findNodeEnds({ count, keyStart, keys, keyCount }: RequestColumns): Uint8Array {
  const isNodeEnd = new Uint8Array(keyCount);
  const next = new Int32Array(keyCount).fill(NONE);
  for (let request = 0; request < count; request++) {
    const last = keyStart[request + 1]! - 1;
    for (let at = keyStart[request]!; at < last; at++) {
      const key = keys[at]!;
      if (next[key] === NONE) next[key] = keys[at + 1]!;
      else if (next[key] !== keys[at + 1]) isNodeEnd[key] = 1;
    }
    if (last >= keyStart[request]!) isNodeEnd[keys[last]!] = 1;
  }
  return isNodeEnd;
}
