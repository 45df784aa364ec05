import { describe, expect, it } from 'vitest';
import { passAlertGate } from './alert-gate.ts';

describe('an event is an alert', () => {
  it.each(['true', 'TRUE', 'yes', 'y', 'on', '1', true, 1])('when is_alert is %j', (value) => {
    const message: Record<string, unknown> = { is_alert: value };
    expect(passAlertGate(message)).toBe(true);
    expect(message).toEqual({ is_alert: 'true' });
  });

  it('when threat intelligence found something', () => {
    const message: Record<string, unknown> = {
      'threatintels.hbaseThreatIntel.ip_src_addr.malicious_ip': 'alert',
    };
    expect(passAlertGate(message)).toBe(true);
    expect(message['is_alert']).toBe('true');
  });
});

describe('an event is no alert', () => {
  it.each(['false', 'No', 'n', 'off', '0', false, 0])('when is_alert is %j, and the field goes', (value) => {
    const message = { is_alert: value, 'threatintels.x.y.z': 'alert' };
    expect(passAlertGate(message)).toBe(false);
    expect(message).toEqual({ 'threatintels.x.y.z': 'alert' });
  });

  it('when nothing says so', () => {
    const message = { a: 1, threat: 'x' };
    expect(passAlertGate(message)).toBe(false);
    expect(message).toEqual({ a: 1, threat: 'x' });
  });

  it('when threat intelligence left nothing but times', () => {
    expect(passAlertGate({ 'threatintels.joinbolt.joiner.ts': '1' })).toBe(false);
  });
});

it.each(['maybe', '', null, 2, {}])('is_alert of %j says neither; the event is kept as an alert', (value) => {
  const message: Record<string, unknown> = { is_alert: value };
  expect(passAlertGate(message)).toBeNull();
  expect(message['is_alert']).toBe('true');
});
