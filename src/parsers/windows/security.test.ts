import { describe, expect, test } from 'vitest';
import { runParser } from '../parser-harness.ts';

function security(id: number, data: Readonly<Record<string, string>>): unknown {
  const values = Object.entries(data).map(([name, value]) => `<Data Name='${name}'>${value}</Data>`);
  const text = `<Event><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>${id}</EventID><TimeCreated SystemTime='2026-03-09T08:12:44Z'/></System><EventData>${values.join('')}</EventData></Event>`;
  return runParser('windows-event', {}, text).messages[0];
}

// Microsoft, the pages of these events.
describe('the Security log', () => {
  test('names the computer that an account was locked out from (4740)', () => {
    const message = security(4740, {
      TargetUserName: 'maria',
      TargetDomainName: 'WS-0417',
      TargetSid: 'S-1-5-21-1',
      SubjectUserSid: 'S-1-5-18',
      SubjectUserName: 'DC01$',
      SubjectDomainName: 'CORP',
      SubjectLogonId: '0x3e7',
    });
    expect(message).toMatchObject({
      'user.name': 'maria',
      'user.id': 'S-1-5-21-1',
      'source.domain': 'WS-0417',
      'event.action': 'locked-out-user-account',
    });
    expect(message).not.toHaveProperty('user.domain');
  });

  test.each([
    [
      '%%14592',
      {
        'network.direction': 'ingress',
        ip_src_addr: '10.0.0.100',
        ip_src_port: 49278,
        ip_dst_addr: '10.0.0.10',
        ip_dst_port: 3333,
      },
    ],
    [
      '%%14593',
      {
        'network.direction': 'egress',
        ip_src_addr: '10.0.0.10',
        ip_src_port: 3333,
        ip_dst_addr: '10.0.0.100',
        ip_dst_port: 49278,
      },
    ],
  ])('tells the caller of a connection by its direction %s (5156)', (direction, expected) => {
    const data = {
      ProcessID: '4556',
      Application: '\\device\\harddiskvolume2\\listener.exe',
      Direction: direction,
      SourceAddress: '10.0.0.10',
      SourcePort: '3333',
      DestAddress: '10.0.0.100',
      DestPort: '49278',
      Protocol: '47',
    };
    expect(security(5156, data)).toMatchObject({
      ...expected,
      protocol: 'gre',
      'process.name': 'listener.exe',
    });
  });

  test.each([
    ['0xC000006D', '0xC0000064', 'unknown user name'],
    ['0xc0000234', '0x0', 'account locked'],
    ['0x1', '0x0', undefined],
  ])('says why a logon failed: %s, %s (4625)', (status, subStatus, reason) => {
    const message = security(4625, {
      TargetUserName: 'maria',
      Status: status,
      SubStatus: subStatus,
      LogonType: '0',
    });
    expect(message).toMatchObject({ 'winlog.logon.type': 'System' });
    expect((message as Record<string, unknown>)['event.reason']).toBe(reason);
  });

  test('tells values of the registry (4657) and its keys (4663) from files', () => {
    expect(
      security(4657, { ObjectName: '\\REGISTRY\\MACHINE', ObjectValueName: 'Run', NewValue: 'a.exe' }),
    ).toMatchObject({
      'registry.path': '\\REGISTRY\\MACHINE',
      'registry.value': 'Run',
      'registry.data.strings': 'a.exe',
    });
    const key = security(4663, { ObjectType: 'Key', ObjectName: '\\REGISTRY\\USER' });
    expect(key).toMatchObject({ 'registry.path': '\\REGISTRY\\USER' });
    expect(key).not.toHaveProperty('file.path');
    expect(security(4663, { ObjectType: 'File', ObjectName: 'C:\\a' })).toMatchObject({
      'file.path': 'C:\\a',
    });
  });

  test('names the server that a logon with explicit credentials was for (4648)', () => {
    expect(
      security(4648, { SubjectUserName: 'maria', TargetUserName: 'admin', TargetServerName: 'fs01' }),
    ).toMatchObject({ 'user.name': 'maria', 'user.target.name': 'admin', 'destination.domain': 'fs01' });
  });
});
