/** How the pairs of audit's lines are called in events: by ECS' and Metron's names, and by their own below `auditd.<type>.`. */
import { type PrefixedName, PrefixedNames } from '../shared/event-fields.ts';
import { isArgument, mayBeHex } from './audit-values.ts';

/** Fields of ECS and Metron by audit's names, whatever record they stand in. The first value holds. */
const standardNames = new PrefixedNames('');
const standard: ReadonlyMap<string, PrefixedName> = new Map(
  (
    [
      ['pid', 'process.pid'],
      ['ppid', 'process.parent.pid'],
      ['exe', 'process.executable'],
      ['comm', 'process.name'],
      ['cwd', 'process.working_directory'],
      ['uid', 'user.id'],
      ['UID', 'user.name'],
      ['auid', 'user.audit.id'],
      ['AUID', 'user.audit.name'],
      ['euid', 'user.effective.id'],
      ['EUID', 'user.effective.name'],
      ['gid', 'group.id'],
      ['GID', 'group.name'],
      ['ses', 'auditd.session'],
      ['terminal', 'auditd.terminal'],
      ['tty', 'auditd.terminal'],
      ['op', 'auditd.operation'],
    ] as const
  ).map(([key, name]) => [key, standardNames.entry(name)]),
);
export const userName = standardNames.entry('user.name');
export const filePath = standardNames.entry('file.path');

/** What is known of a key in lines of one type. */
interface KeyInfo {
  readonly entry: PrefixedName;
  /** Whether it may be text in hex. */
  readonly hex: boolean;
  /** An argument of a program (`EXECVE`). */
  readonly isArgument: boolean;
  /** An argument of a system call: hex, with digits alone too. */
  readonly isText: boolean;
  readonly standard: PrefixedName | undefined;
  /** Numbers of users and groups are text. */
  readonly isId: boolean;
}

/** Names of the pairs of one type of lines. */
export class TypeNames {
  readonly names: PrefixedNames;
  readonly #type: string;
  readonly #keys = new Map<string, KeyInfo>();

  constructor(type: string) {
    this.#type = type;
    this.names = new PrefixedNames(`auditd.${type.toLowerCase()}.`);
  }

  key(key: string): KeyInfo {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const named = standard.get(key);
    const argument = isArgument(key);
    const info = {
      entry: this.names.entry(key),
      hex: mayBeHex(this.#type, key),
      isArgument: argument && this.#type === 'EXECVE',
      isText: argument && this.#type === 'SYSCALL',
      standard: named,
      isId: named?.full.endsWith('.id') ?? false,
    };
    if (info.entry.record !== 0 && this.#keys.size < 1024) this.#keys.set(key, info);
    return info;
  }
}
