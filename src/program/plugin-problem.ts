/** A plug-in that was left out, told as other problems of the configuration are. */
import type { ConfigProblem } from '../config/index.ts';
import type { PluginProblem } from '../plugins/index.ts';

export function pluginProblem({ file, line, message, hint }: PluginProblem): ConfigProblem {
  return {
    code: 'SKP_CONFIG_PLUGIN',
    severity: 'error',
    file,
    path: '',
    line,
    column: 1,
    message,
    ...(hint === null ? {} : { hint }),
  };
}
