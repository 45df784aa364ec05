/**
 * HyperLogLog++: how many different elements a stream has, within 1.04/√m, in m registers (S. Heule, M. Nunkesser, A. Hall, "HyperLogLog in
 * Practice", 2013). While few elements were seen it keeps their hashes to `sp` bits (sparse), which is all but exact.
 *
 * The estimate over the registers is O. Ertl's ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, section 4): without
 * bias over the whole range, so the empirical tables of the former paper are not needed.
 */
import { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';
import { type Hash64, murmur64OfText } from './murmur64.ts';

export const defaultPrecision = 14;
export const defaultSparsePrecision = 25;

const version = 1;
const noHash: Hash64 = { high: 0, low: 0 };

export class HyperLogLog {
  /** 2^precision registers. */
  readonly precision: number;
  /** 0: never sparse. */
  readonly sparsePrecision: number;
  /** Of what was hashed: its first `sparsePrecision` bits → its longest run, as long as it is sparse. */
  #sparse: Map<number, number> | null;
  #registers: Uint8Array | null = null;

  constructor(precision: number = defaultPrecision, sparsePrecision: number = defaultSparsePrecision) {
    const whole = Number.isInteger(precision) && Number.isInteger(sparsePrecision);
    if (!whole || precision < 4 || precision > 24) throw wrongPrecision(precision, sparsePrecision);
    if (sparsePrecision !== 0 && (sparsePrecision < precision || sparsePrecision > 32)) {
      throw wrongPrecision(precision, sparsePrecision);
    }
    this.precision = precision;
    this.sparsePrecision = sparsePrecision;
    this.#sparse = sparsePrecision === 0 ? null : new Map();
    if (this.#sparse === null) this.#registers = new Uint8Array(2 ** precision);
  }

  get isSparse(): boolean {
    return this.#sparse !== null;
  }

  /** Elements are the same when their texts are; null is an element. */
  add(element: string | null): void {
    const hash = element === null ? noHash : murmur64OfText(element);
    this.addHash(hash);
  }

  addHash({ high, low }: Hash64): void {
    if (this.#sparse === null) {
      this.#register(high >>> (32 - this.precision), runLength(high, low, this.precision));
      return;
    }
    const index = high >>> (32 - this.sparsePrecision);
    const run = runLength(high, low, this.sparsePrecision);
    const before = this.#sparse.get(index) ?? 0;
    if (run > before) this.#sparse.set(index, run);
    if (this.#sparse.size > 0.75 * 2 ** this.precision) this.#toRegisters();
  }

  /** How many different elements were added, about. */
  cardinality(): number {
    if (this.#sparse !== null) {
      const all = 2 ** this.sparsePrecision;
      return Math.round(all * Math.log(all / (all - this.#sparse.size)));
    }
    return Math.round(estimate(this.#registers ?? new Uint8Array(1), this.precision));
  }

  /** Takes in what another one holds; the other stays as it is. Both need the same precision. */
  merge(other: HyperLogLog): void {
    if (other.precision !== this.precision) {
      throw new SketchError(
        'SKP_SKETCH_MERGE',
        `Cardinality sketches of the precisions ${this.precision} and ${other.precision} cannot be merged`,
        { hint: 'Make them with the same precision.' },
      );
    }
    const { sparsePrecision } = this;
    if (this.#sparse !== null && other.#sparse !== null && other.sparsePrecision === sparsePrecision) {
      for (const [index, run] of other.#sparse) {
        if (run > (this.#sparse.get(index) ?? 0)) this.#sparse.set(index, run);
      }
      if (this.#sparse.size > 0.75 * 2 ** this.precision) this.#toRegisters();
      return;
    }
    if (this.#sparse !== null) this.#toRegisters();
    if (other.#sparse !== null) {
      for (const [index, run] of other.#sparse) this.#registerSparse(index, run, other.sparsePrecision);
      return;
    }
    const registers = other.#registers ?? new Uint8Array();
    for (let i = 0; i < registers.length; i++) this.#register(i, registers[i] ?? 0);
  }

  /** Layout: precision, sparse precision, 1 while sparse; then count and pairs of index (32 bits) and run, or the registers. */
  toBytes(): Uint8Array {
    const writer = new SketchWriter('cardinality', version);
    writer.u8(this.precision);
    writer.u8(this.sparsePrecision);
    writer.u8(this.#sparse === null ? 0 : 1);
    if (this.#sparse === null) writer.bytes(this.#registers ?? new Uint8Array());
    else {
      writer.u32(this.#sparse.size);
      for (const [index, run] of [...this.#sparse].sort(([a], [b]) => a - b)) {
        writer.u32(index);
        writer.u8(run);
      }
    }
    return writer.finish();
  }

  toJSON(): unknown {
    return { cardinality: this.cardinality(), precision: this.precision };
  }

  static fromBytes(bytes: Uint8Array): HyperLogLog {
    const reader = new SketchReader(bytes, 'cardinality', version);
    const precision = reader.u8();
    const sparsePrecision = reader.u8();
    const sparse = reader.u8() === 1;
    let sketch: HyperLogLog;
    try {
      sketch = new HyperLogLog(precision, sparsePrecision);
    } catch {
      throw reader.wrong('its precision cannot be');
    }
    if (sparse) {
      if (sketch.#sparse === null) throw reader.wrong('its precision says that it is never sparse');
      const count = reader.u32();
      if (count > 0.75 * 2 ** precision) throw reader.wrong('it is too full to be sparse');
      for (let i = 0; i < count; i++) {
        const index = reader.u32();
        const run = reader.u8();
        if (index >= 2 ** sparsePrecision || run < 1 || run > 65 - sparsePrecision) {
          throw reader.wrong('an entry of it cannot be');
        }
        sketch.#sparse.set(index, run);
      }
    } else {
      const registers = reader.bytes();
      if (registers.length !== 2 ** precision) throw reader.wrong('it has another number of registers');
      for (const run of registers) if (run > 65 - precision) throw reader.wrong('a register of it cannot be');
      sketch.#sparse = null;
      sketch.#registers = registers;
    }
    reader.end();
    return sketch;
  }

  #toRegisters(): void {
    const sparse = this.#sparse ?? new Map<number, number>();
    this.#sparse = null;
    this.#registers = new Uint8Array(2 ** this.precision);
    for (const [index, run] of sparse) this.#registerSparse(index, run, this.sparsePrecision);
  }

  /** The bits between the two precisions belong to the run when they are all zero, and end it when not. */
  #registerSparse(index: number, run: number, sparsePrecision: number): void {
    const between = sparsePrecision - this.precision;
    const register = between === 0 ? index : Math.floor(index / 2 ** between);
    const bits = index - register * 2 ** between;
    const length = bits === 0 ? between + run : between - (32 - Math.clz32(bits)) + 1;
    this.#register(register, length);
  }

  #register(index: number, run: number): void {
    const registers = this.#registers;
    if (registers !== null && run > (registers[index] ?? 0)) registers[index] = run;
  }
}

/** One more than the number of zeros behind the first `skip` bits (4 to 32) of 64. */
function runLength(high: number, low: number, skip: number): number {
  const rest = skip === 32 ? 0 : (high << skip) >>> 0;
  if (rest !== 0) return Math.clz32(rest) + 1;
  return Math.min(32 - skip + Math.clz32(low) + 1, 65 - skip);
}

/** Ertl 2017, algorithm 6. */
function estimate(registers: Uint8Array, precision: number): number {
  const q = 64 - precision;
  const m = registers.length;
  const counts = new Float64Array(q + 2);
  for (const run of registers) counts[run] = (counts[run] ?? 0) + 1;
  let z = m * tau(1 - (counts[q + 1] ?? 0) / m);
  for (let k = q; k >= 1; k--) z = 0.5 * (z + (counts[k] ?? 0));
  z += m * sigma((counts[0] ?? 0) / m);
  return (m * m) / (2 * Math.LN2 * z);
}

function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let square = x;
  let y = 1;
  let z = x;
  for (let last = Number.NaN; z !== last; ) {
    square *= square;
    last = z;
    z += square * y;
    y += y;
  }
  return z;
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let y = 1;
  let z = 1 - x;
  for (let last = Number.NaN; z !== last; ) {
    root = Math.sqrt(root);
    last = z;
    y *= 0.5;
    z -= (1 - root) ** 2 * y;
  }
  return z / 3;
}

function wrongPrecision(precision: number, sparsePrecision: number): SketchError {
  return new SketchError(
    'SKP_SKETCH_OPTIONS',
    `A cardinality sketch cannot have the precisions ${precision} and ${sparsePrecision}`,
    { hint: 'Use 4 to 24 for the first, and 0 or the first to 32 for the second.' },
  );
}
