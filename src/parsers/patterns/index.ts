/** The pattern files that come with the program, by the path under which a sensor's `grokPath` names them. */
import { asaPatterns } from './asa.ts';
import { commonPatterns } from './common.ts';
import { fireEyePatterns } from './fireeye.ts';
import { snortPatterns } from './snort.ts';
import { sourcefirePatterns } from './sourcefire.ts';
import { squidPatterns } from './squid.ts';
import { webspherePatterns } from './websphere.ts';
import { yafPatterns } from './yaf.ts';

export const builtInPatterns: ReadonlyMap<string, string> = new Map([
  ['/patterns/common', commonPatterns],
  ['/patterns/asa', `${commonPatterns}\n${asaPatterns}`],
  ['/patterns/squid', squidPatterns],
  ['/patterns/yaf', yafPatterns],
  ['/patterns/snort', snortPatterns],
  ['/patterns/websphere', webspherePatterns],
  ['/patterns/fireeye', fireEyePatterns],
  ['/patterns/sourcefire', sourcefirePatterns],
]);
