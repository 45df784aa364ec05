export { type Assignment, parseAssignment } from './assignment.ts';
export { CompileCache } from './cache.ts';
export * from './capabilities.ts';
export { checkExpression } from './check.ts';
export { compile } from './compiler.ts';
export { errorData, type StellarErrorData } from './error-data.ts';
export {
  argumentError,
  type SourcePosition,
  type SourceSpan,
  StellarError,
  type StellarErrorCode,
  typeError,
} from './errors.ts';
export { type ExplainedPlace, type Explanation, explain } from './explain.ts';
export * from './expression.ts';
export { standardFunctions, standardRegistry } from './functions/index.ts';
export { type CompiledPattern, compilePattern } from './java-regex.ts';
export { type LintCode, type LintFix, type LintOptions, type LintWarning, lint } from './lint.ts';
export { FunctionRegistry } from './registry.ts';
export { valueCodec, valueFromBytes, valueToBytes } from './stored-values.ts';
export { usage } from './usage.ts';
export {
  AllFields,
  describe,
  double,
  float,
  isNumber,
  kindOf,
  Lambda,
  long,
  type NumberKind,
  numberOf,
  StellarChar,
  StellarDouble,
  StellarFloat,
  StellarLong,
  textOf,
  toPlain,
  typeName,
} from './values.ts';
