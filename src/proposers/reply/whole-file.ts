import type { Change } from '../proposer.ts';
import { fenceLine, isCode, isProse } from './code-fence.ts';
import { asText } from './edit-blocks.ts';
import { malformed } from './malformed.ts';
import { omissionOf } from './omissions.ts';

interface Block {
  readonly openedOn: number;
  readonly marker: string;
  readonly language: string;
  readonly lines: readonly string[];
  readonly isClosed: boolean;
}

/** The whole policy file of a reply: its only code block, or its only one with a module in it, or all there is. */
export function readWholeFile(lines: readonly string[]): Change {
  const blocks = codeBlocks(lines);
  const unclosed = blocks.find((block) => !block.isClosed && !endsLikeAModule(block));
  if (unclosed !== undefined) {
    const what = `the code block opened on line ${unclosed.openedOn} of the reply`;
    return malformed(`${what} is never closed; is the reply cut off?`);
  }
  const candidates = blocks.filter(({ language }) => isCode(language));
  return candidates.length === 0 ? readBareModule(lines) : chooseFile(candidates);
}

/** Blocks in order. A reply that is quoted as a whole counts as if it were not. */
function codeBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let open: { openedOn: number; marker: string; language: string; lines: string[] } | undefined;
  for (const [index, line] of lines.entries()) {
    const fence = fenceLine(line);
    const opening = { openedOn: index + 1, ...(fence ?? { marker: '', language: '' }), lines: [] };
    if (open === undefined) {
      if (fence !== undefined) open = opening;
    } else if (fence !== undefined && fence.language === '' && fence.marker.startsWith(open.marker)) {
      blocks.push({ ...open, isClosed: true });
      open = undefined;
    } else if (fence !== undefined && isProse(open.language)) {
      open = opening;
    } else {
      open.lines.push(line);
    }
  }
  // A lone fence at the end closes nothing and holds nothing.
  const lastLine = open?.lines.findLastIndex((line) => line.trim() !== '') ?? -1;
  if (open !== undefined && lastLine >= 0)
    blocks.push({ ...open, lines: open.lines.slice(0, lastLine + 1), isClosed: false });
  return blocks;
}

function isModule({ lines }: Pick<Block, 'lines'>): boolean {
  return lines.some((line) => line.startsWith('export default'));
}

/** A forgotten end is no loss behind the last brace of a module. */
function endsLikeAModule(block: Block): boolean {
  const last = block.lines.findLast((line) => line.trim() !== '');
  return isModule(block) && /^\}\)?;?\s*$/.test(last ?? '');
}

function chooseFile(blocks: readonly Block[]): Change {
  const modules = blocks.filter(isModule);
  const candidates = blocks.length === 1 ? blocks : modules;
  const [file] = candidates;
  if (file === undefined || candidates.some((other) => asText(other.lines) !== asText(file.lines))) {
    return malformed(`the reply has ${blocks.length} code blocks; one must be the whole policy file`);
  }
  return fileOf(file.lines, file.openedOn);
}

const MODULE_START =
  /^(?:import|export|const|let|function|class|interface|type|declare|\/\*|\/\/)(?:[\s*/]|$)/;

/** A module without any fence around it, from its first line of code to its last brace. */
function readBareModule(lines: readonly string[]): Change {
  const from = lines.findIndex((line) => MODULE_START.test(line));
  const to = lines.findLastIndex((line) => /^\}\)?;?\s*$/.test(line));
  const code = lines.slice(from, to + 1);
  if (from < 0 || to < from || !isModule({ lines: code }))
    return malformed('the reply has neither a SEARCH/REPLACE block nor a fenced file');
  return fileOf(code, from);
}

/** `before`: lines of the reply before the file. */
function fileOf(lines: readonly string[], before: number): Change {
  for (const [index, line] of lines.entries()) {
    const omission = omissionOf(line);
    if (omission !== undefined) return malformed(`line ${before + index + 1} of the reply ${omission}`);
  }
  return { kind: 'source', source: asText(lines) };
}
