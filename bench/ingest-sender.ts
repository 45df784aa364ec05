/** Sends syslog over TCP as fast as it is taken: `node ingest-sender.ts PORT MESSAGES BYTES`. */
import { connect } from 'node:net';

const [port = 0, messages = 0, bytes = 500] = process.argv.slice(2).map(Number);
const PER_WRITE = 1000;

const socket = connect(port, '127.0.0.1');
const batch: string[] = [];
for (let i = 0; i < PER_WRITE; i++) {
  const start = `<134>Oct 11 22:14:${String(i % 60).padStart(2, '0')} host${i % 40} app[${i}]: `;
  batch.push(start.padEnd(bytes - 1, 'abcdefghij klmnopqrstuvwxyz '));
}
const block = Buffer.from(`${batch.join('\n')}\n`);
for (let sent = 0; sent < messages; sent += PER_WRITE) {
  if (!socket.write(block)) await new Promise((resolve) => socket.once('drain', resolve));
}
socket.end();
await new Promise((resolve) => socket.once('close', resolve));
