/**
 * target: router
 * attack: grows a text beyond all bounds
 * expected: policy-error: Invalid string length
 */
import type { Init, Policy } from 'autoresearch/contract';

export default function create(init: Init): Policy {
  let text = 'x';
  for (let i = 0; i < 40; i++) text += text;
  return {
    router: {
      cost(req, worker) {
        return worker.id + text.length;
      },
    },
  };
}
