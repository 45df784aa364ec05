/** Sends lines over one TCP connection as fast as they are taken, or at a steady rate. Its own process: it must not disturb. */
import { createConnection } from 'node:net';
import { addressMix, proxyEvents } from './events.ts';

const [host = '127.0.0.1', port = '0', count = '0', rate = '0'] = process.argv.slice(2);
const next = proxyEvents(7, addressMix(1));
const distinct = 50_000;
const chunkEvents = 500;

const chunks: Buffer[] = [];
for (let at = 0; at < distinct; at += chunkEvents) {
  const lines = Array.from({ length: chunkEvents }, () => {
    const { guid: _guid, 'source.type': _type, ...event } = next();
    // One event in fifty is an alert.
    return JSON.stringify(Number(event['ip_src_port']) % 50 === 0 ? { ...event, is_alert: 'true' } : event);
  });
  chunks.push(Buffer.from(`${lines.join('\n')}\n`));
}

process.send?.({ type: 'ready', bytesPerEvent: chunks.reduce((sum, one) => sum + one.length, 0) / distinct });
await new Promise((resolve) => process.once('message', resolve));

const socket = createConnection(Number(port), host);
await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
const started = performance.now();
const total = Number(count);
for (let sent = 0, at = 0; sent < total; sent += chunkEvents, at++) {
  if (Number(rate) > 0) {
    const due = (sent / Number(rate)) * 1000 - (performance.now() - started);
    if (due > 1) await new Promise((resolve) => setTimeout(resolve, due));
  }
  if (!socket.write(chunks[at % chunks.length]!))
    await new Promise((resolve) => socket.once('drain', resolve));
}
await new Promise<void>((resolve) => socket.end(() => resolve()));
process.send?.({ type: 'sent', seconds: (performance.now() - started) / 1000 });
process.disconnect();
