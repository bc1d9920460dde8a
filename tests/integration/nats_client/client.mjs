// An independent NATS client for the integration tests: it shares no code with Beckon but the .proto files.
//
//   node client.mjs publish   --url URL [--token T] --subject S [--format json|protobuf] [--repeat N]
//       Events as NDJSON on standard input: {"type": …, "time": …, "id": …, …}; `time` and `id` may be left out, every other
//       member is an attribute. Each is published N times and counts when a stream has stored it.
//       Prints {"published": n, "stored": n, "last": sequence}.
//   node client.mjs subscribe --url URL [--token T] --subject S [--count N] [--for MS]
//       Prints {"ready": true} once the subscription is in force, then a line per message:
//       {"subject": …, "headers": {…}, "data": …}; `data` is JSON where it is JSON, else text.
//       Ends after N messages or MS milliseconds; fewer than N is exit code 1.
//   node client.mjs track     --url URL [--token T] [--stream BECKON_track]
//       Decodes what the stream holds now: a line per decision record, ids in hex, repeats by Msg-Id left out.
import {readFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';

import {jetstream, jetstreamManager} from '@nats-io/jetstream';
import {connect} from '@nats-io/transport-node';
import protobuf from 'protobufjs';

const protoRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../../messages/proto');

function loadType(file, name) {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => resolve(protoRoot, target);
  return root.loadSync(file).lookupType(name);
}

function printLine(value) {
  process.stdout.write(JSON.stringify(value) + '\n');
}

function toField(name, value) {
  if (value === null) return {name};
  if (typeof value === 'boolean') return {name, boolean: value};
  if (typeof value === 'string') return {name, text: value};
  if (Array.isArray(value)) return {name, list: {items: value.map((v) => toField('', v))}};
  if (typeof value === 'number') return Number.isInteger(value) ? {name, integer: value} : {name, real: value};
  throw new Error(`${name}: objects are no attribute values`);
}

function toMilliseconds(time) {
  if (time === undefined) return 0;
  const ms = typeof time === 'number' ? time : Date.parse(time);
  if (Number.isNaN(ms)) throw new Error(`not a time: ${time}`);
  return ms;
}

function encoderFor(format) {
  if (format === 'json') return (event) => JSON.stringify(event);
  if (format !== 'protobuf') throw new Error(`--format ${format}: json or protobuf`);
  const Event = loadType('beckon/v1/event.proto', 'beckon.v1.Event');
  return ({type, id = '', time, ...rest}) => {
    const attributes = Object.entries(rest).map(([name, value]) => toField(name, value));
    return Event.encode(Event.fromObject({type, id, timeMs: toMilliseconds(time), attributes})).finish();
  };
}

async function publish(connection, {subject, format, repeat}) {
  const encode = encoderFor(format);
  const js = jetstream(connection);
  let published = 0;
  let last = 0;
  for await (const line of createInterface({input: process.stdin})) {
    if (line.trim() === '') continue;
    const payload = encode(JSON.parse(line));
    for (let i = 0; i < Number(repeat); ++i) {
      ++published;
      last = (await js.publish(subject, payload)).seq;
    }
  }
  printLine({published, stored: published, last});
}

function readData(message) {
  const text = message.string();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function headersOf(message) {
  const all = {};
  for (const [name, values] of message.headers ?? []) all[name] = values.join(', ');
  return all;
}

async function subscribe(connection, {subject, count, for: span}) {
  const most = count === undefined ? undefined : Number(count);
  const subscription = connection.subscribe(subject, most === undefined ? {} : {max: most});
  await connection.flush();
  printLine({ready: true});
  const timer = span === undefined ? undefined : setTimeout(() => subscription.unsubscribe(), Number(span));
  let received = 0;
  for await (const message of subscription) {
    ++received;
    printLine({subject: message.subject, headers: headersOf(message), data: readData(message)});
  }
  clearTimeout(timer);
  if (most !== undefined && received < most) process.exitCode = 1;
}

function fieldValue(field) {
  switch (field.content) {
    case undefined:
      return null;
    case 'list':
      return field.list.items.map(fieldValue);
    default:
      return field[field.content];
  }
}

function recordLine(Record, record) {
  const line = Record.toObject(record, {enums: String, longs: Number, defaults: true});
  const named = (fields) => Object.fromEntries(fields.map((f) => [f.name, fieldValue(f)]));
  for (const bytes of ['traceId', 'deliveryId', 'key']) line[bytes] = Buffer.from(record[bytes]).toString('hex');
  line.returns = named(plain(record.returns));
  line.values = named(plain(record.values));
  return line;
}

// Fields with their oneof's name and 64-bit numbers as numbers.
function plain(fields) {
  return fields.map((f) => f.constructor.toObject(f, {oneofs: true, longs: Number}));
}

async function track(connection, {stream}) {
  const Batch = loadType('beckon/v1/track.proto', 'beckon.v1.TrackBatch');
  const Record = Batch.root.lookupType('beckon.v1.TrackRecord');
  const streams = (await jetstreamManager(connection)).streams;
  const {first_seq: first, last_seq: last} = (await streams.info(stream)).state;
  const seen = new Set();
  for (let seq = first; seq <= last; ++seq) {
    const message = await streams.getMessage(stream, {seq});
    if (message === null) continue;
    const id = message.header?.get('Nats-Msg-Id') ?? '';
    if (id !== '' && seen.has(id)) continue;
    seen.add(id);
    for (const record of Batch.decode(message.data).records) printLine(recordLine(Record, record));
  }
}

const commands = {publish, subscribe, track};

async function main() {
  const {values: options, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      url: {type: 'string'},
      token: {type: 'string'},
      subject: {type: 'string'},
      format: {type: 'string', default: 'json'},
      repeat: {type: 'string', default: '1'},
      count: {type: 'string'},
      for: {type: 'string'},
      stream: {type: 'string', default: 'BECKON_track'},
    },
  });
  const command = commands[positionals[0]];
  if (command === undefined || options.url === undefined) {
    const usage = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\nimport ')[0];
    process.stderr.write(usage.replace(/^\/\/ ?/gm, '') + '\n');
    return 64;
  }
  const connection = await connect({servers: options.url, token: options.token, maxReconnectAttempts: 2});
  try {
    await command(connection, options);
  } finally {
    await connection.close();
  }
  return process.exitCode ?? 0;
}

process.exitCode = await main().catch((error) => {
  process.stderr.write(`client.mjs: ${error.message}\n`);
  return 1;
});
