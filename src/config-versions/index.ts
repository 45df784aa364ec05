/** The versions of a configuration in a topic of the log: who made which, and processes that follow them. */
export { changeFile, type FileChange } from './change-file.ts';
export { checkFileSet } from './check-files.ts';
export { ConfigVersions, firstLine, type Pushed, type PushOptions } from './config-versions.ts';
export { VersionsError, type VersionsErrorCode } from './errors.ts';
export {
  changesBetween,
  countOf,
  type FileChanges,
  type FileSet,
  hashesOf,
  type ReadFileSet,
  readFileSet,
  removeFiles,
  writeFiles,
} from './file-set.ts';
export { type FolderBase, readFolderBase, writeFolderBase } from './folder-base.ts';
export {
  type ProcessReport,
  type Reporting,
  readReports,
  reportsTopic,
  silentMs,
  startReporting,
} from './process-reports.ts';
export {
  openSharedConfig,
  type SharedConfig,
  type SharedConfigOptions,
  type SharedConfigStatus,
} from './shared-config.ts';
export { unifiedDiff } from './unified-diff.ts';
export { type ConfigVersion, listed } from './version-history.ts';
