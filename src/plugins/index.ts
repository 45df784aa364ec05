export {
  definePlugin,
  isPlugin,
  type Plugin,
  type PluginDefinition,
  PluginError,
} from './define-plugin.ts';
export { type LoadedPlugin, type LoadedPlugins, loadPlugins, type PluginProblem } from './load.ts';
