import { describe, expect, it } from 'vitest';
import { groupFields, groupOf } from './group-fields.ts';
import { isAlert, triageRules, triageScore } from './triage.ts';

const event = {
  guid: 'g',
  'source.type': 'bro',
  timestamp: 1,
  ip_src_addr: '10.0.0.1',
  is_alert: 'true',
  'threat.triage.score': 80,
  'threat.triage.rules.0.name': 'small',
  'threat.triage.rules.0.score': '5',
  'threat.triage.rules.10.name': 'large',
  'threat.triage.rules.10.score': 75,
  'threat.triage.rules.10.reason': 'because',
  'threat.triage.rules.2.score': null,
  'enrichments.geo.ip_dst_addr.country': 'DE',
  'threatintels.hostfilter.ip_src_addr.malicious_ip': 'alert',
  'parallelenricher.splitter.begin.ts': 3,
  nothing: null,
};

describe('the fields of an event', () => {
  it.each([
    ['ip_src_addr', 'source'],
    ['source.type', 'source'],
    ['enrichments.geo.ip_dst_addr.country', 'enrichment'],
    ['enrichments:geo:ip_dst_addr:country', 'enrichment'],
    ['threatintels.x.y', 'intel'],
    ['threat.triage.score', 'triage'],
    ['alert_status', 'triage'],
    ['parallelenricher.enrich.end.ts', 'system'],
    ['guid', 'system'],
  ])('%s belongs to %s', (field, group) => expect(groupOf(field)).toBe(group));

  it('are grouped in the order an analyst reads them, without empty ones', () => {
    const groups = groupFields(event);
    expect(groups.map((group) => group.id)).toEqual(['source', 'enrichment', 'intel', 'triage', 'system']);
    expect(groups.flatMap((group) => group.entries).map((entry) => entry.field)).not.toContain('nothing');
  });

  it('can be narrowed by name or value', () => {
    expect(groupFields(event, 'COUNTRY').flatMap((group) => group.entries)).toEqual([
      { field: 'enrichments.geo.ip_dst_addr.country', value: 'DE' },
    ]);
    expect(groupFields(event, '10.0.0.1')[0]?.entries).toHaveLength(1);
  });
});

describe('the reasons of a score', () => {
  it('come with most points first and names for those without', () => {
    expect(triageRules(event).map((rule) => [rule.name, rule.points])).toEqual([
      ['large', 75],
      ['small', 5],
      ['Rule 3', null],
    ]);
    expect(triageRules(event)[0]?.reason).toBe('because');
  });
  it('are empty for an event that no rule met', () => {
    expect(triageRules({ a: 1 })).toEqual([]);
    expect(triageScore({ a: 1 })).toBeNull();
  });
  it('read scores and flags written as text', () => {
    expect(triageScore({ 'threat.triage.score': '12.5' })).toBe(12.5);
    expect(isAlert({ is_alert: true })).toBe(true);
    expect(isAlert({})).toBe(false);
  });
});
