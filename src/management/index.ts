export { createBus } from './bus.ts';
export {
  createManagement,
  type Management,
  type ManagementOptions,
  managementCapabilities,
} from './management.ts';
