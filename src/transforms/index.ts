export { createTransformations, type TransformationServices } from './transformations.ts';
