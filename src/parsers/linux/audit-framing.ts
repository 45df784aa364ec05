/**
 * Cuts the lines of an audit log into records so that all lines of an event lie in one. The kernel writes an event as several lines that
 * share an id, `audit(TIME:SERIAL)`, and lines of other events may come in between. A record ends where no event is open, so it holds
 * whole events; a reader of the bus may begin at any of them.
 *
 * An event is whole when its `EOE` or `PROCTITLE` line has come, or at once when its type is one that has a single line (messages of
 * programs: `USER_*`, `CRED_*`, …). It is also taken for whole when `maxOpen` other events have begun since, when the record is full
 * (`maxLines`, `maxBytes`), or at `flush`: the caller flushes when nothing more came for a while. Lines that come after their event was cut
 * make an event of their own with the same id.
 */
import type { FrameListener } from '../framing.ts';

export interface AuditFramingOptions {
  /** Lines in a record. Default 1000. */
  readonly maxLines?: number;
  /** UTF-16 units in a record. Default 262144. */
  readonly maxBytes?: number;
  /** Events that may be open at once; the oldest is closed when there is one more. Default 64. */
  readonly maxOpen?: number;
}

/** Types of events that the kernel writes in several lines (linux/audit.h: 1300 to 1399, AVC and the like, 1400 to 1499, anomalies, 1700 to 1799). */
const manyLined =
  /^(?:SYSCALL|PATH|IPC|SOCKETCALL|CONFIG_CHANGE|SOCKADDR|CWD|EXECVE|IPC_SET_PERM|MQ_\w+|KERNEL_OTHER|FD_PAIR|OBJ_PID|TTY|BPRM_FCAPS|CAPSET|MMAP|NETFILTER_PKT|NETFILTER_CFG|SECCOMP|FEATURE_CHANGE|KERN_MODULE|FANOTIFY|TIME_\w+|BPF|EVENT_LISTENER|OPENAT2|URINGOP|DM_\w+|AVC|AVC_PATH|SELINUX_\w+|MAC_\w+|APPARMOR\w*|IPE_\w+|LANDLOCK_\w+|INTEGRITY_\w+|ANOM_\w+|UNKNOWN\[\d{4}\])$/;

const id = /\btype=([A-Z0-9_[\]]{1,40}) (?:msg=)?audit\((\d{1,12}(?:\.\d{1,9})?:\d{1,20})\)/;
/** Behind a node's or syslog's header the id stands within so many characters. */
const headLength = 400;

export interface AuditId {
  readonly type: string;
  /** `TIME:SERIAL`. */
  readonly id: string;
}

/** Type and id of an audit line; undefined when it is none. */
export function auditIdOf(line: string): AuditId | undefined {
  const found = id.exec(line.length > headLength ? line.slice(0, headLength) : line);
  return found === null ? undefined : { type: found[1]!, id: found[2]! };
}

export class AuditFraming {
  readonly #listener: FrameListener;
  readonly #maxLines: number;
  readonly #maxBytes: number;
  readonly #maxOpen: number;
  readonly #open = new Set<string>();
  #lines: string[] = [];
  #bytes = 0;
  #pushed = 0;

  constructor(listener: FrameListener, options: AuditFramingOptions = {}) {
    this.#listener = listener;
    this.#maxLines = options.maxLines ?? 1000;
    this.#maxBytes = options.maxBytes ?? 262_144;
    this.#maxOpen = options.maxOpen ?? 64;
  }

  /** Whether lines are held back for more of their event to come. */
  get holds(): boolean {
    return this.#lines.length > 0;
  }

  /** One line, without its line end. */
  push(line: string): void {
    if (this.#lines.length > 0 && this.#bytes + line.length + 1 > this.#maxBytes) this.flush();
    this.#pushed++;
    if (line === '' || line === '\r') return;
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    const found = auditIdOf(line);
    if (found !== undefined) this.#follow(found);
    if (this.#open.size === 0 || this.#lines.length >= this.#maxLines) this.flush();
  }

  #follow({ type, id: event }: AuditId): void {
    if (type === 'EOE' || type === 'PROCTITLE') this.#open.delete(event);
    else if (manyLined.test(type)) {
      this.#open.add(event);
      if (this.#open.size <= this.#maxOpen) return;
      for (const oldest of this.#open) {
        this.#open.delete(oldest);
        break;
      }
    }
  }

  /** Sends what is held back. */
  flush(): void {
    this.#open.clear();
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('\n');
    this.#lines = [];
    this.#bytes = 0;
    const pushed = this.#pushed;
    this.#pushed = 0;
    this.#listener(text, pushed);
  }
}
