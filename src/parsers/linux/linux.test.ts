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

  // Linux Audit, field-dictionary.csv and typetab.h.
  test.each<[string, string, Record<string, unknown>]>([
    [
      'CONFIG_CHANGE',
      'op=set audit_backlog_limit=8192 old=64 auid=0 res=1',
      { 'auditd.config_change.old': 64, 'auditd.config_change.audit_backlog_limit': 8192 },
    ],
    [
      'FEATURE_CHANGE',
      'feature=loginuid_immutable old=10 new=11 res=0',
      { 'auditd.feature_change.new': 11, 'event.outcome': 'failure' },
    ],
    [
      'USER_AUTH',
      "pid=1 msg='op=login acct=6D61726961 addr=3A3A31 result=failed'",
      { 'user.name': 'maria', ip_src_addr: '::1', 'event.outcome': 'failure' },
    ],
    [
      'VIRT_RESOURCE',
      'pid=1 msg=\'virt=kvm resrc=disk old-disk=? new-disk="/a" vm=64622031\'',
      { 'auditd.virt_resource.vm': 'db 1' },
    ],
    [
      'NETFILTER_PKT',
      'mark=0x2 saddr=192.0.2.1 daddr=192.0.2.2 proto=17',
      { ip_src_addr: '192.0.2.1', ip_dst_addr: '192.0.2.2', protocol: 'udp' },
    ],
    [
      'AVC',
      'avc:  granted  { send } for  pid=9 comm="a" saddr=192.0.2.1 src=33 daddr=192.0.2.2 dest=80 netif=eth0',
      {
        ip_src_addr: '192.0.2.1',
        ip_src_port: 33,
        ip_dst_addr: '192.0.2.2',
        ip_dst_port: 80,
        'event.outcome': 'success',
      },
    ],
    [
      'CRYPTO_SESSION',
      'pid=1 msg=\'op=start direction=from-client cipher=aes spid=2 rport=50000 laddr=192.0.2.9 lport=22 exe="/usr/sbin/sshd" addr=192.0.2.1 res=success\'',
      { ip_src_addr: '192.0.2.1', ip_src_port: 50000, ip_dst_addr: '192.0.2.9', ip_dst_port: 22 },
    ],
    [
      'DEL_USER',
      'pid=1 uid=0 msg=\'op=delete-user id=1004 exe="/usr/sbin/userdel" res=success\'',
      { 'user.id': '0', 'user.target.id': '1004' },
    ],
  ])('reads %s as its fields are described', (type, text, expected) => {
    expect(runParser('auditd', {}, line(type, text)).messages).toMatchObject([expected]);
  });

  test('reads an enriched address without its braces', () => {
    const [message] = runParser(
      'auditd',
      {},
      line('SOCKADDR', 'saddr=02000035C0000201\x1dSADDR={ saddr_fam=inet laddr=192.0.2.1 lport=53 }'),
    ).messages;
    expect(message).toMatchObject({
      'auditd.sockaddr.laddr': '192.0.2.1',
      'auditd.sockaddr.lport': 53,
      ip_dst_addr: '192.0.2.1',
      ip_dst_port: 53,
    });
    expect(message).not.toHaveProperty('auditd.sockaddr.text');
    expect(message).not.toHaveProperty('auditd.sockaddr.SADDR');
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
