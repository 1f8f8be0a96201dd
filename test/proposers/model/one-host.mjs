// Loaded before the program: the only name that resolves is `provider.test`, and every connection is written down.
import { appendFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const require = createRequire(import.meta.url);
const dns = require('node:dns');
const net = require('node:net');
const log = process.env.ONE_HOST_LOG;

dns.lookup = (name, options, done = options) => {
  appendFileSync(log, `look up ${name}\n`);
  const answer = { address: '127.0.0.1', family: 4 };
  process.nextTick(() => {
    if (name !== 'provider.test')
      done(Object.assign(new Error(`no such host ${name}`), { code: 'ENOTFOUND' }));
    else if (options.all) done(null, [answer]);
    else done(null, answer.address, answer.family);
  });
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (options?.host !== undefined) appendFileSync(log, `connect to ${options.host}\n`);
  return connect.apply(this, args);
};
syncBuiltinESMExports();
