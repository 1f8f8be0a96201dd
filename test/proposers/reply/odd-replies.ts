/** The policy that the replies were written for. */
export const PARENT = `import type { Init, Policy } from 'autoresearch/contract';

const WEIGHT = 2;

export default function create(_init: Init): Policy {
  return {
    router: {
      cost(req, worker) {
        const blocks = worker.prefillTokens / req.blockSize;
        const load = worker.inFlight;
        if (load > 10) {
          return blocks + WEIGHT * load;
        }
        return blocks + load;
      },
    },
  };
}
`;

/** What a reply comes to: the changed policy, or a part of the reason for refusing it. */
export interface OddReply {
  readonly name: string;
  readonly reply: string;
  readonly cut?: true;
  readonly expected: { readonly source: string } | { readonly refused: string };
}

const WEIGHT_5 = PARENT.replace('WEIGHT = 2', 'WEIGHT = 5');
const NO_WEIGHT = PARENT.replace('WEIGHT * load', 'load');
const F = '```';
const OPEN = '<<<<<<< SEARCH';
const MIDDLE = '=======';
const CLOSE = '>>>>>>> REPLACE';

const EDIT = `${OPEN}\nconst WEIGHT = 2;\n${MIDDLE}\nconst WEIGHT = 5;\n${CLOSE}`;
const FILE = `${F}ts\n${WEIGHT_5}${F}`;

function edit(search: string, replace: string): string {
  return `${OPEN}\n${search}\n${MIDDLE}\n${replace}\n${CLOSE}`;
}

function good(name: string, reply: string, source = WEIGHT_5): OddReply {
  return { name, reply, expected: { source } };
}

function bad(name: string, reply: string, refused: string, cut?: true): OddReply {
  return { name, reply, expected: { refused }, ...(cut === undefined ? {} : { cut }) };
}

/** Odd in layout, clear in meaning. */
const UNDERSTOOD: readonly OddReply[] = [
  good('CRLF line ends', EDIT.replaceAll('\n', '\r\n')),
  good('a byte order mark', `\uFEFF${EDIT}`),
  good('the file name behind the opening marker', EDIT.replace('SEARCH', 'policy.ts')),
  good('a path behind the opening marker', EDIT.replace('SEARCH', 'SEARCH policies/router/policy.ts')),
  good('a bare opening marker', EDIT.replace(' SEARCH', '')),
  good('another word behind the closing marker', EDIT.replace('REPLACE', 'UPDATED')),
  good('short markers', EDIT.replace('<<<<<<<', '<<<<<').replace('=======', '=====')),
  good('indented markers', EDIT.replace(OPEN, `  ${OPEN}`).replace(CLOSE, `  ${CLOSE}`)),
  good('a fence around the block', `${F}typescript\n${EDIT}\n${F}`),
  good('a fence that is never closed around the block', `${F}diff\n${EDIT}`),
  good(
    'fences inside both parts',
    edit(`${F}ts\nconst WEIGHT = 2;\n${F}`, `${F}ts\nconst WEIGHT = 5;\n${F}`),
  ),
  good('thoughts', `<think>\n${OPEN}\nnever mind\n</think>\n${EDIT}`),
  good(
    'thoughts whose beginning the server swallowed',
    `maybe WEIGHT = 3?\n${OPEN}\n</think>\nIDEA: x\n${EDIT}`,
  ),
  good('two stretches of thought', `<think>a</think>\n<think>${OPEN}</think>\n${EDIT}`),
  good('an edit inside one line', edit('WEIGHT = 2;', 'WEIGHT = 5;')),
  good('an edit of a part that no line ends with', edit('WEIGHT * load', 'load'), NO_WEIGHT),
  good('trailing white space in SEARCH', edit('const WEIGHT = 2;   ', 'const WEIGHT = 5;')),
  good(
    'tabs for indentation',
    edit('\t\treturn blocks + WEIGHT * load;', '\t\treturn blocks + load;'),
    NO_WEIGHT,
  ),
  good('no indentation', edit('return blocks + WEIGHT * load;', 'return blocks + load;'), NO_WEIGHT),
  good('empty lines around SEARCH', edit('\n\nconst WEIGHT = 2;\n\n', 'const WEIGHT = 5;')),
  good(
    'prose between the blocks',
    `First:\n${EDIT}\nThat is all.\n${edit('load > 10', 'load > 20')}`,
    WEIGHT_5.replace('> 10', '> 20'),
  ),
  good('another tag on the fence', FILE.replace(`${F}ts`, `${F}TypeScript`)),
  good('a file name on the fence', FILE.replace(`${F}ts`, `${F}ts title="policy.ts"`)),
  good('the file name alone on the fence', FILE.replace(`${F}ts`, `${F}policy.ts`)),
  good('tildes', FILE.replaceAll(F, '~~~')),
  good('four backticks', FILE.replaceAll(F, `${F}\``)),
  good('a reply that is quoted as a whole', `${F}markdown\nIDEA: five\n\n${FILE}\n${F}`),
  good('no fence at all', `IDEA: five\n\n${WEIGHT_5}`),
  good('no fence, and prose behind it', `${WEIGHT_5}\nThis raises the weight.`),
  good('a fence that is never closed behind a whole module', FILE.slice(0, -3)),
  good('a lone fence at the end', `${FILE}\n${F}`),
  good('the same file twice', `${FILE}\nOnce more:\n${FILE}`),
  good('a shell command beside the file', `${F}sh\nnpm test\n${F}\n${FILE}`),
  good('a snippet beside the file', `${FILE}\nThe change:\n${F}ts\nconst WEIGHT = 5;\n${F}`),
  good('a whole file that was cut off behind its fence', `${FILE}\nThis works beca`),
];

/** Without one clear meaning, or incomplete. */
const REFUSED: readonly OddReply[] = [
  bad('nothing', '', 'neither a SEARCH/REPLACE block'),
  bad('prose', 'I would raise the weight.', 'neither a SEARCH/REPLACE block'),
  bad('thoughts only', `<think>\n${EDIT}`, 'neither a SEARCH/REPLACE block'),
  bad('a refusal', "I'm sorry, but I can't help with that.", 'neither a SEARCH/REPLACE block'),
  bad('a tool call', '{"name": "edit_file", "arguments": {"path": "policy.ts"}}', 'neither a SEARCH/REPLACE'),
  bad('one symbol over and over', '/'.repeat(4000), 'neither a SEARCH/REPLACE block'),
  bad('one placeholder over and over', '<lines>\n'.repeat(500), 'neither a SEARCH/REPLACE block'),
  bad('no divider', `${OPEN}\nconst WEIGHT = 2;\n${CLOSE}`, 'closes a block without'),
  bad('a stray closing marker', `${EDIT}\n${CLOSE}`, 'closes a block without'),
  bad('a closing marker alone', `${F}ts\nconst WEIGHT = 5;\n${CLOSE}\n${F}`, 'closes a block without'),
  bad('two dividers', edit('const WEIGHT = 2;', `const WEIGHT = 5;\n${MIDDLE}`), 'second divider'),
  bad('a divider for the closing marker', `${OPEN}\na\n${MIDDLE}\nb\n${MIDDLE}`, 'second divider'),
  bad('a block inside a block', `${OPEN}\nconst\n${EDIT}`, 'opens a block inside a block'),
  bad('repeated opening markers', `${OPEN}\n${EDIT}`, 'opens a block inside a block'),
  bad('a block that is cut off in REPLACE', EDIT.slice(0, -20), 'never closed'),
  bad('a block that is cut off in SEARCH', `${OPEN}\nconst WEI`, 'never closed'),
  bad('a second block that is cut off', `${EDIT}\n${OPEN}\nload >`, 'never closed'),
  bad(
    'whole blocks of a reply that was cut off',
    `${EDIT}\nand then, secondly,`,
    'cut off at its limit',
    true,
  ),
  bad('a file that is cut off', FILE.slice(0, -60), 'never closed'),
  bad('a file that is cut off without a fence', WEIGHT_5.slice(0, 120), 'neither a SEARCH/REPLACE block'),
  bad('an empty SEARCH', edit('', 'const MORE = 1;'), 'empty SEARCH'),
  bad('a blank SEARCH', edit('   ', 'const MORE = 1;'), 'empty SEARCH'),
  bad(
    'a SEARCH that is retyped',
    edit('function cost(req, worker): number {', 'function cost() {'),
    'matches nothing',
  ),
  bad('a SEARCH with line numbers', edit('3: const WEIGHT = 2;', '3: const WEIGHT = 5;'), 'matches nothing'),
  bad('a SEARCH of another file', edit('const LIMIT = 100;', 'const LIMIT = 10;'), 'matches nothing'),
  bad('a SEARCH in diff notation', edit('-const WEIGHT = 2;', '+const WEIGHT = 5;'), 'matches nothing'),
  bad('a SEARCH in two places', edit('blocks + ', 'blocks - '), 'more than one place'),
  bad('a brace for a SEARCH', edit('}', '};'), 'more than one place'),
  bad('a line that is there twice but for indentation', edit('},', '}'), 'more than one place'),
  bad(
    'a second edit that does not match',
    `${EDIT}\n${edit('const LIMIT = 1;', '')}`,
    'edit 2 of 2 matches nothing',
  ),
  bad(
    'a first edit that does not match',
    `${edit('const LIMIT = 1;', '')}\n${EDIT}`,
    'edit 1 of 2 matches nothing',
  ),
  bad('the same edit twice', `${EDIT}\n${EDIT}`, 'edit 2 of 2 matches nothing'),
  bad(
    'an edit of what another took away',
    `${edit('const load = worker.inFlight;', '')}\n${edit('load = worker.inFlight', 'load = 1')}`,
    'edit 2 of 2 matches nothing',
  ),
  bad(
    'placeholders that were echoed',
    edit('<lines of policy.ts to be replaced>', '<new lines>'),
    'placeholder',
  ),
  bad('a placeholder for the new lines', edit('const WEIGHT = 2;', '<new lines>'), 'placeholder'),
  bad('a placeholder for the file', `${F}ts\n<the whole policy file>\n${F}`, 'placeholder'),
  bad('dots for code', edit('const WEIGHT = 2;', '...'), 'leaves out code'),
  bad(
    'dots in a comment',
    edit('const load = worker.inFlight;', '// ... existing code ...'),
    'leaves out code',
  ),
  bad(
    'an ellipsis character',
    edit('const load = worker.inFlight;', '  // … rest unchanged'),
    'leaves out code',
  ),
  bad(
    'a comment for the rest of the file',
    FILE.replace('    router: {', '    // rest of the code remains the same'),
    'leaves out code',
  ),
  bad(
    'a block comment for code',
    FILE.replace('const WEIGHT = 5;', '/* existing code */'),
    'leaves out code',
  ),
  bad(
    'a comment for unchanged methods',
    FILE.replace('const WEIGHT = 5;', '// other methods unchanged'),
    'leaves out code',
  ),
  bad('two different files', `${FILE}\nor\n${FILE.replace('= 5', '= 7')}`, '2 code blocks'),
  bad('two snippets and no file', `${F}ts\na();\n${F}\n${F}ts\nb();\n${F}`, '2 code blocks'),
  bad(
    'a unified diff',
    `${F}diff\n-const WEIGHT = 2;\n+const WEIGHT = 5;\n${F}`,
    'neither a SEARCH/REPLACE block',
  ),
  bad('an empty code block', `${F}ts\n${F}`, 'empty'),
  bad('code in JSON', JSON.stringify({ idea: 'five', source: WEIGHT_5 }), 'neither a SEARCH/REPLACE block'),
];

export const ODD_REPLIES: readonly OddReply[] = [...UNDERSTOOD, ...REFUSED];
