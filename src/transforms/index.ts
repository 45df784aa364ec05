export {
  builtInFilters,
  createFilter,
  type Filter,
  type FilterRegistry,
  type FilterType,
  filterRegistry,
} from './filters.ts';
export { type Named, NamedRegistry } from './named-registry.ts';
export {
  builtInTransformations,
  type Change,
  createTransformations,
  type TransformationRegistry,
  type TransformationServices,
  type TransformationType,
  transformationRegistry,
} from './transformations.ts';
export {
  builtInValidations,
  createCheck,
  type Passes,
  type ValidationRegistry,
  type ValidationType,
  validationRegistry,
} from './validations.ts';
