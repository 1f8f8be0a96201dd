import fs from 'node:fs';

/**
 * A child of which a policy has taken over everything. It has the job with its nonce, and instead of the realm's
 * script an honest answer to that job, to make of it what the policy's text says.
 */
const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const honest = fs.readFileSync(job.realmFile);
const lineEnd = honest.indexOf('\n') + 1;
const header = { ...JSON.parse(honest.subarray(0, lineEnd).toString()), nonce: job.nonce };
const columns = Buffer.from(honest.subarray(lineEnd));

const line = (content = header) => Buffer.from(`${JSON.stringify(content)}\n`);
const withScenarios = (change) =>
  line({ ...header, scenarios: header.scenarios.map((one) => ({ ...one, ...change })) });

function answer(...parts) {
  const bytes = Buffer.concat(parts);
  for (let written = 0; written < bytes.length; ) written += fs.writeSync(3, bytes, written);
}

/** Moves first tokens and all that follows of the first scenario; the columns begin with 1 + 4 + 8 + 8 bytes a request. */
function servedEarlierBy(ms) {
  const { requests } = header.scenarios[0];
  for (const column of [0, 1, 2]) {
    for (let request = 0; request < requests; request++) {
      const at = (21 + 8 * column) * requests + 8 * request;
      columns.writeDoubleLE(columns.readDoubleLE(at) - ms, at);
    }
  }
}

const attacks = {
  'tells the truth': () => answer(line(), columns),
  'answers in part and exits': () => answer(line(), columns.subarray(0, 1000)),
  'exits without an answer': () => {},
  'repeats the header': () => answer(line(), line(), columns),
  'answers twice': () => answer(line(), columns, line(), columns),
  'adds a byte': () => answer(line(), columns, Buffer.from('x')),
  'names fewer requests': () => answer(withScenarios({ requests: 3, placements: 3 }), columns),
  'names more placements': () => answer(withScenarios({ placements: 1e9 }), columns),
  'names another nonce': () => answer(line({ ...header, nonce: 'f'.repeat(32) }), columns),
  'names a score': () => answer(line({ nonce: job.nonce, score: -1e6 })),
  'leaves a scenario out': () =>
    answer(line({ ...header, scenarios: header.scenarios.slice(0, 1) }), columns),
  'says that it never asked the policy': () =>
    answer(withScenarios({ hookCalls: { ...header.scenarios[0].hookCalls, cost: 0 } }), columns),
  'serves before the request is there': () => {
    servedEarlierBy(1e6);
    answer(line(), columns);
  },
  'serves a little earlier': () => {
    servedEarlierBy(0.25);
    answer(line(), columns);
  },
  'fails after its answer': () => {
    answer(line(), columns);
    throw new TypeError('too late');
  },
  'answers in part and hangs': () => {
    answer(line(), columns.subarray(0, 1000));
    for (;;);
  },
  'answers, closes the pipe and hangs': () => {
    answer(line(), columns);
    fs.closeSync(3);
    for (;;);
  },
  'answers without end': () => {
    answer(line(), columns);
    for (;;) answer(columns);
  },
};

attacks[job.policyCode]();
process.exit(0);
