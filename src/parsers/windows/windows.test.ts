import { describe, expect, test } from 'vitest';
import { runParser } from '../parser-harness.ts';

const event = (body: string, system = '') =>
  `<Event xmlns="x"><System><Provider Name="P"/><EventID>1</EventID><TimeCreated SystemTime="2026-03-09T08:12:44Z"/>${system}</System>${body}</Event>`;

function run(text: string) {
  return runParser('windows-event', {}, text);
}

describe('Windows events in XML', () => {
  test('may stand one after another, inside of an outer element or not', () => {
    const text = `<?xml version="1.0"?>\n<Events>${event('')}\n${event('')}</Events>`;
    const { messages, skipped, rejected, failures } = run(text);
    expect([messages.length, skipped, rejected, failures]).toEqual([
      2,
      ['outer-element', 'outer-element'],
      [],
      [],
    ]);
    expect(messages[0]!['original_string']).toBe(event(''));
  });

  test('do not stop for a broken one in their midst', () => {
    const { messages, rejected } = run(`${event('')}<Event><System></Event>${event('')}`);
    expect(messages).toHaveLength(2);
    expect(rejected).toEqual(['<Event><System></Event>']);
  });

  test('say what stands around them when it is none', () => {
    expect(run(`${event('')} and more`).rejected).toEqual([' and more']);
    expect(run('no event at all').rejected).toEqual(['no event at all']);
  });

  test('hold no entities that expand', () => {
    const { messages, rejected } = run(
      `<!DOCTYPE x [<!ENTITY a "aaaa">]>${event('<EventData><Data Name="N">&a;</Data></EventData>')}`,
    );
    expect(rejected).toEqual(['<!DOCTYPE x [<!ENTITY a "aaaa">]>']);
    expect(messages).toMatchObject([{ 'winlog.event_data.N': '&a;' }]);
  });

  test('keep all data: unnamed, repeated, binary, of users and unknown elements', () => {
    const { messages } = run(
      event(
        '<EventData Name="T"><Data>one</Data><Data>two</Data><Data Name="D">a</Data><Data Name="D">b</Data><Binary>00FF</Binary></EventData>' +
          '<UserData><U a="1"><V><W>deep</W></V><V2>x</V2></U></UserData><Extra><Y z="q">t</Y></Extra>',
        '<Security UserID="S-1-5-18"/><New>n</New>',
      ),
    );
    expect(messages).toMatchObject([
      {
        'winlog.event_data.param1': 'one',
        'winlog.event_data.param2': 'two',
        'winlog.event_data.D': ['a', 'b'],
        'winlog.event_data.Binary': '00FF',
        'winlog.event_data.EventDataName': 'T',
        'winlog.user_data.xml_name': 'U',
        'winlog.user_data.a': '1',
        'winlog.user_data.V.W': 'deep',
        'winlog.user_data.V2': 'x',
        'winlog.Extra.Y': 't',
        'winlog.Extra.Y.z': 'q',
        'winlog.user.identifier': 'S-1-5-18',
        'winlog.New': 'n',
      },
    ]);
  });

  test('keep names as texts, digits or not', () => {
    const { messages } = run(
      '<Event><System><Provider Name="7"/><EventID>1</EventID><TimeCreated SystemTime="2026-03-09T08:12:44Z"/>' +
        '<Execution ProcessID="4"/><Channel>12</Channel><Computer>4711</Computer></System></Event>',
    );
    expect(messages).toMatchObject([
      {
        'winlog.event_id': 1,
        'winlog.process.pid': 4,
        'winlog.provider_name': '7',
        'winlog.channel': '12',
        'host.name': '4711',
      },
    ]);
  });

  test('need a time', () => {
    expect(run('<Event><System><EventID>1</EventID></System></Event>').rejected).toHaveLength(1);
  });
});

describe('events of the Security log', () => {
  function security(id: number, data: Record<string, string>) {
    const members = Object.entries(data).map(([name, value]) => `<Data Name="${name}">${value}</Data>`);
    return run(
      `<Event><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>${id}</EventID>` +
        `<TimeCreated SystemTime="2026-03-09T08:12:44Z"/></System><EventData>${members.join('')}</EventData></Event>`,
    ).messages;
  }

  test('about a group tell it from who joins it', () => {
    expect(
      security(4728, {
        MemberName: 'CN=Lopez\\, Maria,OU=Staff,DC=corp',
        MemberSid: 'S-1-5-21-1-1163',
        TargetUserName: 'Domain Admins',
        TargetDomainName: 'CORP',
        TargetSid: 'S-1-5-21-1-512',
        SubjectUserName: 'admin',
      }),
    ).toMatchObject([
      {
        'event.action': 'added-member-to-group',
        'group.name': 'Domain Admins',
        'group.domain': 'CORP',
        'group.id': 'S-1-5-21-1-512',
        'user.name': 'admin',
        'user.target.name': 'Lopez\\, Maria',
        'user.target.id': 'S-1-5-21-1-1163',
      },
    ]);
    expect(security(4732, { MemberName: '-', TargetUserName: 'Administrators' })[0]).not.toHaveProperty([
      'user.target.name',
    ]);
    expect(security(4755, {})).toMatchObject([{ 'event.action': 'modified-group-account' }]);
  });

  test('about a service that was installed say which, and what it runs', () => {
    expect(
      security(4697, {
        SubjectUserName: 'maria',
        ServiceName: 'PSEXESVC',
        ServiceFileName: '%SystemRoot%\\PSEXESVC.exe',
      }),
    ).toMatchObject([
      {
        'user.name': 'maria',
        'service.name': 'PSEXESVC',
        'service.executable': '%SystemRoot%\\PSEXESVC.exe',
      },
    ]);
  });

  test('about a session say whose it is', () => {
    expect(
      security(4778, {
        AccountName: 'maria',
        AccountDomain: 'CORP',
        LogonID: '0x1a2b',
        ClientName: 'WS-0417',
        ClientAddress: '10.20.4.17',
      }),
    ).toMatchObject([
      {
        'event.action': 'session-reconnected',
        'user.name': 'maria',
        'user.domain': 'CORP',
        'winlog.logon.id': '0x1a2b',
        'source.domain': 'WS-0417',
        ip_src_addr: '10.20.4.17',
      },
    ]);
  });
});

describe('Windows events in JSON', () => {
  const winlog = { '@timestamp': '2026-03-09T08:12:44Z', winlog: { provider_name: 'P', event_id: 1 } };

  test('may stand one a line', () => {
    const { messages, rejected } = run(`${JSON.stringify(winlog)}\n{"x":1}\n${JSON.stringify(winlog)}`);
    expect([messages.length, rejected.length]).toEqual([2, 1]);
  });

  test('cannot say where they come from, nor mark themselves', () => {
    const [message] = run(
      JSON.stringify({
        ...winlog,
        ip_src_addr: '6.6.6.6',
        timestamp: 1,
        is_alert: 'true',
        original_string: 'x',
      }),
    ).messages;
    expect(message).toMatchObject({
      timestamp: Date.UTC(2026, 2, 9, 8, 12, 44),
      'winlogbeat.ip_src_addr': '6.6.6.6',
      'winlogbeat.is_alert': 'true',
    });
    expect(message).not.toHaveProperty('ip_src_addr');
    expect(message).not.toHaveProperty('is_alert');
  });

  test('keep keywords of 64 bits to the last digit', () => {
    const text =
      '{"EventTime":"2026-03-09T08:12:44Z","EventID":1,"Keywords":-9218868437227405311,"SourceName":"P","Message":"\\"Keywords\\":1"}';
    expect(run(text).messages).toMatchObject([
      { 'winlog.keywords_mask': '-9218868437227405311', message: '"Keywords":1', 'event.outcome': 'failure' },
    ]);
  });

  test('of NXLog are in the zone of the device when they name none', () => {
    const text = '{"EventTime":"2026-03-09 08:12:44","EventID":1,"SourceName":"P"}';
    const { messages } = runParser('windows-event', { deviceTimeZone: 'Europe/Berlin' }, text);
    expect(messages).toMatchObject([{ timestamp: Date.UTC(2026, 2, 9, 7, 12, 44) }]);
  });

  test.each(['{', '[]', '{}', '{"winlog":{}}', '{"EventID":1}', '{"EventID":1,"EventTime":"soon"}'])(
    'refuse %s',
    (text) => {
      const { messages, rejected, failures } = run(text);
      expect([messages.length, rejected.length + failures.length]).toEqual([0, 1]);
    },
  );
});
