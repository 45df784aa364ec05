export { createFilter } from './filters.ts';
export {
  createTransformations,
  type TransformationServices,
  transformationNames,
} from './transformations.ts';
export { createCheck } from './validations.ts';
