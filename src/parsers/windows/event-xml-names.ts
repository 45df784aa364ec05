/** Fields of what stands in the XML of a Windows event, by names of elements and attributes (Microsoft, "Event Schema"). */

/** Elements of `System` whose text is a field. */
export const systemFields: ReadonlyMap<string, string> = new Map([
  ['EventID', 'winlog.event_id'],
  ['Version', 'winlog.version'],
  ['Level', 'winlog.level'],
  ['Task', 'winlog.task_id'],
  ['Opcode', 'winlog.opcode_id'],
  ['Keywords', 'winlog.keywords_mask'],
  ['EventRecordID', 'winlog.record_id'],
  ['Channel', 'winlog.channel'],
  ['Computer', 'host.name'],
]);

/** Attributes of `System`'s elements. */
export const systemAttributes: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'Provider',
    new Map([
      ['Name', 'winlog.provider_name'],
      ['Guid', 'winlog.provider_guid'],
      ['EventSourceName', 'winlog.event_source_name'],
    ]),
  ],
  ['EventID', new Map([['Qualifiers', 'winlog.qualifiers']])],
  ['TimeCreated', new Map([['SystemTime', 'winlog.time_created']])],
  [
    'Correlation',
    new Map([
      ['ActivityID', 'winlog.activity_id'],
      ['RelatedActivityID', 'winlog.related_activity_id'],
    ]),
  ],
  [
    'Execution',
    new Map([
      ['ProcessID', 'winlog.process.pid'],
      ['ThreadID', 'winlog.process.thread.id'],
    ]),
  ],
  ['Security', new Map([['UserID', 'winlog.user.identifier']])],
]);

/** `RenderingInfo`: what the numbers mean, in the language of the machine. */
export const renderedFields: ReadonlyMap<string, string> = new Map([
  ['Message', 'message'],
  ['Level', 'log.level'],
  ['Task', 'winlog.task'],
  ['Opcode', 'winlog.opcode'],
  ['Channel', 'winlog.channel_title'],
  ['Provider', 'winlog.provider_title'],
  ['Keyword', 'winlog.keywords'],
]);

/** Level by number, where nothing is rendered (Microsoft, "LevelType"). */
export const levels: Readonly<Record<string, string>> = {
  0: 'information',
  1: 'critical',
  2: 'error',
  3: 'warning',
  4: 'information',
  5: 'verbose',
};

/** Elements whose text and attributes are names, digits or not; other numbers are numbers where they lose nothing. */
export const namesOnly = new Set(['Channel', 'Computer', 'Provider', 'Security', 'Correlation']);

/** Who cleared a log (1102, 104), which `UserData` says. */
export const userDataFields: ReadonlyMap<string, string> = new Map([
  ['winlog.user_data.SubjectUserName', 'user.name'],
  ['winlog.user_data.SubjectDomainName', 'user.domain'],
  ['winlog.user_data.SubjectUserSid', 'user.id'],
  ['winlog.user_data.SubjectLogonId', 'winlog.logon.id'],
]);
