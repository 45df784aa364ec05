export { createBus } from './bus.ts';
export { createEditor } from './editor.ts';
export { createManagement, type Management, type ManagementOptions } from './management.ts';
