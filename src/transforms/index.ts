export { createFilter } from './filters.ts';
export { createTransformations, type TransformationServices } from './transformations.ts';
export { createCheck } from './validations.ts';
