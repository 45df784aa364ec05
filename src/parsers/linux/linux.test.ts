import { describe, expect, test } from 'vitest';
import { runParser, testClock } from '../parser-harness.ts';

const head = 'Mar  9 08:12:44 host ';

function auth(text: string, config: Record<string, unknown> = {}) {
  return runParser('linux-auth', config, head + text);
}

describe('logins', () => {
  test('believe the last address of a line: a user may call itself one', () => {
    const [message] = auth(
      'sshd[1]: Invalid user x from 10.0.0.1 port 1 from 198.51.100.7 port 40000',
    ).messages;
    expect(message).toMatchObject({
      'user.name': 'x from 10.0.0.1 port 1',
      ip_src_addr: '198.51.100.7',
      ip_src_port: 40000,
    });
  });

  test('keep a command whole, separators too', () => {
    const [message] = auth(
      'sudo:  a : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh -c x ; USER=bob',
    ).messages;
    expect(message).toMatchObject({
      'process.command_line': '/bin/sh -c x ; USER=bob',
      'user.effective.name': 'root',
      'event.outcome': 'success',
    });
  });

  test.each([
    [
      'sshd[1]: Timeout before authentication for connection from 192.0.2.7 to 198.51.100.1, pid = 4711',
      { 'event.action': 'ssh_timeout', ip_src_addr: '192.0.2.7', ip_dst_addr: '198.51.100.1' },
    ],
    [
      'sshd[1]: Timeout before authentication for 192.0.2.7 port 22',
      { 'event.action': 'ssh_timeout', ip_src_addr: '192.0.2.7', ip_src_port: 22 },
    ],
    [
      'sshd[1]: error: PAM: Authentication failure for root from host.example',
      { 'source.domain': 'host.example', 'user.name': 'root' },
    ],
    [
      'sshd[1]: Accepted password for root from fe80::1%eth0 port 5 ssh2',
      { ip_src_addr: 'fe80::1%eth0', ip_src_port: 5 },
    ],
    [
      'sudo: pam_unix(sudo:auth): auth could not identify password for [maria]',
      { 'event.action': 'pam_authentication', 'event.outcome': 'failure', 'user.name': 'maria' },
    ],
    [
      'su[1]: Successful su for root by maria',
      { 'user.name': 'maria', 'user.effective.name': 'root', 'event.outcome': 'success' },
    ],
    ['su[1]: FAILED su for root by maria', { 'event.outcome': 'failure' }],
    ['su[1]: - /dev/pts/1 maria:root', { 'system.auth.su.tty': '/dev/pts/1', 'event.outcome': 'failure' }],
    ['su[1]: + pts/1 maria:root', { 'user.effective.name': 'root', 'event.outcome': 'success' }],
  ])('%s', (text, expected) => {
    expect(auth(text).messages).toMatchObject([expected]);
  });

  test('of other programs keep header and text, or are refused when only known ones are wanted', () => {
    expect(auth('foo[3]: hello').messages).toMatchObject([
      { 'process.name': 'foo', message: 'hello', 'event.kind': 'event' },
    ]);
    expect(auth('foo[3]: hello', { onlyKnown: true }).rejected).toHaveLength(1);
  });

  test('are refused without a time', () => {
    expect(runParser('linux-auth', {}, 'sshd[1]: Failed password for root').rejected).toHaveLength(1);
  });

  test('are read line by line, blank ones counted', () => {
    const { messages, rejected, skipped } = runParser(
      'linux-auth',
      {},
      `${head}su: x\r\n\nnonsense\n${head}su: y\n`,
    );
    expect([messages.length, rejected, skipped]).toEqual([2, ['nonsense'], ['blank']]);
    expect(messages[0]!['original_string']).toBe(`${head}su: x`);
  });

  test('are in the zone of the device', () => {
    const [message] = auth('su: x', { deviceTimeZone: 'Asia/Tokyo' }).messages;
    expect(new Date(Number(message!['timestamp'])).toISOString()).toBe('2026-03-08T23:12:44.000Z');
    expect(message!['timestamp']).toBeLessThan(testClock);
  });
});

describe('Linux audit', () => {
  const line = (type: string, rest: string, id = '1773043981.604:7') =>
    `type=${type} msg=audit(${id}): ${rest}`;

  test('decodes texts in hex, and leaves quoted ones that look like it', () => {
    const { messages } = runParser('auditd', {}, line('PATH', 'name=2F746D702F6120 comm="ABCD" inode=10'));
    expect(messages).toMatchObject([
      { 'auditd.path.name': '/tmp/a ', 'auditd.path.comm': 'ABCD', 'auditd.path.inode': 10 },
    ]);
  });

  test('joins an argument that came in pieces over several lines', () => {
    const text = [
      line('EXECVE', 'argc=3 a0="sh" a1="-c" a2_len=12 a2[0]=6563686F20'),
      line('EXECVE', 'a2[1]=68656C6C6F a3="end"'),
    ].join('\n');
    expect(runParser('auditd', {}, text).messages).toMatchObject([
      { 'process.args': ['sh', '-c', 'echo hello', 'end'] },
    ]);
  });

  test('has the values of several lines of one type as lists', () => {
    const text = [line('PATH', 'item=0 name="/a"'), line('PATH', 'item=1 name="/b"')].join('\n');
    expect(runParser('auditd', {}, text).messages).toMatchObject([
      { 'auditd.path.item': [0, 1], 'file.path': ['/a', '/b'], 'auditd.record_types': ['PATH', 'PATH'] },
    ]);
  });

  test('reads addresses of sockets: where a connection goes, or where an accepted one comes from', () => {
    const socket = (call: number, saddr: string) =>
      runParser(
        'auditd',
        {},
        [line('SYSCALL', `arch=c000003e syscall=${call}`), line('SOCKADDR', `saddr=${saddr}`)].join('\n'),
      ).messages[0];
    expect(socket(42, '0200005009090909')).toMatchObject({ ip_dst_addr: '9.9.9.9', ip_dst_port: 80 });
    expect(socket(43, `0A00C94600000000${'20010DB8000000000000000000000017'}`)).toMatchObject({
      ip_src_addr: '2001:db8::17',
      ip_src_port: 51526,
    });
    expect(socket(42, '01002F72756E2F782E736F636B00')).toMatchObject({
      'auditd.socket.family': 'unix',
      'auditd.socket.path': '/run/x.sock',
    });
  });

  test('makes no message of the mark that an event has ended', () => {
    const end = line('EOE', '');
    const { messages, skipped } = runParser('auditd', {}, end);
    expect([messages, skipped]).toEqual([[], ['end-of-event']]);
    expect(runParser('auditd', {}, `${line('CWD', 'cwd="/"')}\n${end}`).messages).toHaveLength(1);
  });

  test('names the account of a program, whatever name auditd adds for the number', () => {
    for (const text of ['uid=0 acct="maria" UID="root"', 'UID="root" acct="maria"'])
      expect(runParser('auditd', {}, line('USER_LOGIN', text)).messages).toMatchObject([
        { 'user.name': 'maria' },
      ]);
  });

  test('refuses other lines and goes on', () => {
    const { messages, rejected } = runParser('auditd', {}, `hello\n${line('LOGIN', 'pid=1')}`);
    expect([messages.length, rejected]).toEqual([1, ['hello']]);
  });
});
