/** Numbers and names of Linux audit: system calls that detection asks for, and what record types are about. */

import { detached } from '../fields.ts';

function numbered(list: string): ReadonlyMap<string, string> {
  return new Map(
    list
      .trim()
      .split(/\s+/)
      .map((pair): [string, string] => {
        const [number = '', name = ''] = pair.split(':');
        return [number, name];
      }),
  );
}

/** Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl (arm64). */
const x86 = numbered(`
  0:read 1:write 2:open 3:close 4:stat 5:fstat 6:lstat 9:mmap 10:mprotect 16:ioctl 21:access 22:pipe 32:dup 33:dup2 40:sendfile 41:socket 42:connect 43:accept
  44:sendto 45:recvfrom 46:sendmsg 47:recvmsg 48:shutdown 49:bind 50:listen 53:socketpair 54:setsockopt 56:clone 57:fork 58:vfork 59:execve 60:exit 61:wait4
  62:kill 72:fcntl 76:truncate 77:ftruncate 80:chdir 81:fchdir 82:rename 83:mkdir 84:rmdir 85:creat 86:link 87:unlink 88:symlink 89:readlink 90:chmod 91:fchmod
  92:chown 93:fchown 94:lchown 95:umask 101:ptrace 105:setuid 106:setgid 113:setreuid 114:setregid 116:setgroups 117:setresuid 119:setresgid 122:setfsuid
  123:setfsgid 125:capget 126:capset 132:utime 133:mknod 135:personality 155:pivot_root 157:prctl 159:adjtimex 161:chroot 163:acct 164:settimeofday 165:mount
  166:umount2 167:swapon 168:swapoff 169:reboot 170:sethostname 171:setdomainname 175:init_module 176:delete_module 188:setxattr 189:lsetxattr 190:fsetxattr
  197:removexattr 198:lremovexattr 199:fremovexattr 200:tkill 227:clock_settime 231:exit_group 234:tgkill 235:utimes 246:kexec_load 257:openat 258:mkdirat
  259:mknodat 260:fchownat 261:futimesat 262:newfstatat 263:unlinkat 264:renameat 265:linkat 266:symlinkat 267:readlinkat 268:fchmodat 269:faccessat 272:unshare
  280:utimensat 288:accept4 298:perf_event_open 299:recvmmsg 304:open_by_handle_at 305:clock_adjtime 307:sendmmsg 308:setns 310:process_vm_readv
  311:process_vm_writev 313:finit_module 316:renameat2 317:seccomp 319:memfd_create 320:kexec_file_load 321:bpf 322:execveat 425:io_uring_setup 428:open_tree
  429:move_mount 435:clone3 437:openat2 438:pidfd_getfd 439:faccessat2 452:fchmodat2`);
const arm64 = numbered(`
  5:setxattr 33:mknodat 34:mkdirat 35:unlinkat 36:symlinkat 37:linkat 38:renameat 39:umount2 40:mount 45:truncate 46:ftruncate 48:faccessat 49:chdir 51:chroot
  52:fchmod 53:fchmodat 54:fchownat 55:fchown 56:openat 57:close 63:read 64:write 78:readlinkat 79:newfstatat 80:fstat 88:utimensat 91:capset 93:exit 94:exit_group
  97:unshare 104:kexec_load 105:init_module 106:delete_module 117:ptrace 129:kill 142:reboot 143:setregid 144:setgid 145:setreuid 146:setuid 147:setresuid
  149:setresgid 159:setgroups 161:sethostname 167:prctl 170:settimeofday 171:adjtimex 198:socket 199:socketpair 200:bind 201:listen 202:accept 203:connect
  206:sendto 207:recvfrom 211:sendmsg 212:recvmsg 220:clone 221:execve 226:mprotect 242:accept4 268:setns 270:process_vm_readv 271:process_vm_writev
  273:finit_module 276:renameat2 279:memfd_create 280:bpf 281:execveat 435:clone3 437:openat2`);

const architectures: Readonly<Record<string, string>> = {
  c000003e: 'x86_64',
  '40000003': 'i386',
  c00000b7: 'aarch64',
  '40000028': 'arm',
  c00000f3: 'riscv64',
  c0000015: 'ppc64le',
  '80000016': 's390x',
};

export function architectureName(arch: string): string | undefined {
  return Object.hasOwn(architectures, arch) ? architectures[arch] : undefined;
}

export function systemCallName(arch: string, number: string): string | undefined {
  if (arch === 'c000003e') return x86.get(number);
  return arch === 'c00000b7' ? arm64.get(number) : undefined;
}

const callCategories = new Map<string, string>();
for (const name of 'execve execveat fork vfork clone clone3 kill tkill tgkill ptrace exit exit_group process_vm_readv process_vm_writev setuid setgid setreuid setregid setresuid setresgid capset prctl'.split(
  ' ',
))
  callCategories.set(name, 'process');
for (const name of 'connect accept accept4 bind listen socket sendto sendmsg recvfrom recvmsg'.split(' '))
  callCategories.set(name, 'network');
for (const name of 'init_module finit_module delete_module'.split(' ')) callCategories.set(name, 'driver');
for (const name of 'mount umount2 settimeofday clock_settime adjtimex sethostname setdomainname reboot kexec_load kexec_file_load bpf'.split(
  ' ',
))
  callCategories.set(name, 'configuration');
for (const name of 'open openat openat2 creat unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat mkdir mkdirat rmdir chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat truncate ftruncate setxattr lsetxattr fsetxattr removexattr mknod mknodat utimensat'.split(
  ' ',
))
  callCategories.set(name, 'file');

export function callCategory(name: string): string | undefined {
  return callCategories.get(name);
}

/** By how a type of record begins; the first that fits. */
const typeCategories: readonly (readonly [prefix: string, category: string])[] = [
  ['USER_LOGIN', 'authentication'],
  ['USER_AUTH', 'authentication'],
  ['USER_ACCT', 'authentication'],
  ['USER_ERR', 'authentication'],
  ['USER_LOGOUT', 'session'],
  ['USER_START', 'session'],
  ['USER_END', 'session'],
  ['LOGIN', 'session'],
  ['CRED_', 'authentication'],
  ['CRYPTO_', 'network'],
  ['GRP_', 'iam'],
  ['ADD_', 'iam'],
  ['DEL_', 'iam'],
  ['USER_MGMT', 'iam'],
  ['USER_CHAUTHTOK', 'iam'],
  ['ACCT_', 'iam'],
  ['CHUSER_ID', 'iam'],
  ['ROLE_', 'iam'],
  ['USER_CMD', 'process'],
  ['EXECVE', 'process'],
  ['SECCOMP', 'process'],
  ['TTY', 'process'],
  ['USER_TTY', 'process'],
  ['SERVICE_', 'process'],
  ['SYSTEM_', 'host'],
  ['ANOM_', 'intrusion_detection'],
  ['AVC', 'process'],
  ['USER_AVC', 'process'],
  ['LANDLOCK_', 'process'],
  ['MAC_', 'configuration'],
  ['CONFIG_CHANGE', 'configuration'],
  ['DAEMON_', 'configuration'],
  ['NETFILTER_CFG', 'configuration'],
  ['KERN_MODULE', 'driver'],
  ['BPF', 'process'],
];

const knownCategories = new Map<string, string | undefined>();

export function typeCategory(type: string): string | undefined {
  if (knownCategories.has(type)) return knownCategories.get(type);
  const category = typeCategories.find(([prefix]) => type.startsWith(prefix))?.[1];
  // Types come from data.
  if (knownCategories.size < 512) knownCategories.set(detached(type), category);
  return category;
}
