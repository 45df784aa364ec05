import type { FunctionParameter } from '../expression.ts';

/** Short ways to write down a function's parameters. */
export function parameter(name: string, type: string, description: string): FunctionParameter {
  return { name, type, description };
}

export function optional(name: string, type: string, description: string): FunctionParameter {
  return { name, type, description, optional: true };
}

export function variadic(name: string, type: string, description: string): FunctionParameter {
  return { name, type, description, optional: true, variadic: true };
}
