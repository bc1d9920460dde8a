// As much of a NATS client as the tests need: one request, one message.
import { connect } from 'node:net';

function talk(port, lines, until) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => socket.destroy(new Error('the broker does not answer')), 5000);
    socket.on('connect', () => socket.write(`CONNECT {"verbose":false}\r\n${lines}PING\r\n`, 'latin1'));
    socket.on('data', (part) => {
      text += part.toString('latin1');
      if (/-ERR/.test(text)) return socket.destroy(new Error(text.match(/-ERR.*/)[0]));
      const found = until(text);
      if (found !== undefined) {
        clearTimeout(timer);
        socket.end();
        resolve(found);
      }
    });
    socket.on('error', (e) => { clearTimeout(timer); reject(e); });
  });
}

const pub = (subject, body, reply = '') => {
  const bytes = Buffer.from(body, 'latin1');
  return `PUB ${subject} ${reply ? `${reply} ` : ''}${bytes.length}\r\n${bytes.toString('latin1')}\r\n`;
};

/** Publishes `body` (latin1 text: any bytes) without waiting for an ack. */
export const publish = (port, subject, body) =>
  talk(port, pub(subject, body), (text) => (/PONG/.test(text) ? true : undefined));

/** The JSON answer of a request to the broker's API. */
export async function ask(port, subject, body = '') {
  const inbox = `_INBOX.${process.pid}.${Math.random().toString(36).slice(2)}`;
  return talk(port, `SUB ${inbox} 1\r\n${pub(subject, body, inbox)}`, (text) => {
    const begin = text.search(/MSG _INBOX/);
    if (begin < 0) return undefined;
    const [, bytes] = text.slice(begin).match(/^MSG \S+ \S+ (\d+)\r\n/) ?? [];
    if (!bytes) return undefined;
    const from = text.indexOf('\r\n', begin) + 2;
    return text.length >= from + Number(bytes) ? JSON.parse(text.slice(from, from + Number(bytes))) : undefined;
  });
}
