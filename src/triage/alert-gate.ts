/** Whether an event is an alert: only alerts are triaged. */

type Message = Record<string, unknown>;

const yes = new Set(['true', 'yes', 'y', 'on', '1']);
const no = new Set(['false', 'no', 'n', 'off', '0']);

/**
 * Decides by `is_alert`, else by any key that begins with `threatintels` and does not end in `.ts`; writes the decision
 * into the message (`is_alert` becomes "true" or goes). `intel`: something beside the message names it a known indicator. Returns null when `is_alert` is not convertible: the event is then
 * treated as an alert, since leaving it unseen would be worse, and the caller reports it.
 */
export function passAlertGate(message: Message, intel = false): boolean | null {
  const value = message['is_alert'];
  if (value === undefined) {
    if (intel) {
      message['is_alert'] = 'true';
      return true;
    }
    for (const key in message) {
      if (key.charCodeAt(0) === 116 && key.startsWith('threatintels') && !key.endsWith('.ts')) {
        message['is_alert'] = 'true';
        return true;
      }
    }
    return false;
  }
  const text = String(value).toLowerCase();
  if (no.has(text)) {
    delete message['is_alert'];
    return false;
  }
  message['is_alert'] = 'true';
  return yes.has(text) ? true : null;
}
