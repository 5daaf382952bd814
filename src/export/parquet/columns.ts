import type { ParquetWriter } from 'hyparquet-writer';
import { DAY_MS } from '../../core/time/instant.ts';
import type { PublicColumn, Value } from '../../ledger/queries/publicTables.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** A column of a Parquet file: its name and type there, and how a value of the ledger is converted. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  readonly convert: (value: Value) => unknown;
}

const SCALE = 24;
const PRECISION = 38;
/** 38 digits fit into 127 bits. */
const DECIMAL_BYTES = 16;

/** The Parquet columns for one column of the ledger: several for an instant (also as text) and for a price. */
export function parquetColumns({ name, kind, isNullable }: PublicColumn): ParquetColumn[] {
  const repetition_type = isNullable ? 'OPTIONAL' : 'REQUIRED';
  const text = (name: string): ParquetColumn => ({
    element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type, name },
    convert: unlessNull(String),
  });
  const double = (name: string): ParquetColumn => ({
    element: { name, type: 'DOUBLE', repetition_type },
    convert: unlessNull(Number),
  });
  switch (kind) {
    case 'integer':
      return [{ element: { name, type: 'INT64', repetition_type }, convert: unlessNull(BigInt) }];
    case 'real':
      return [double(name)];
    case 'boolean':
      return [
        { element: { name, type: 'BOOLEAN', repetition_type }, convert: unlessNull((value) => Number(value) === 1) },
      ];
    case 'date':
      return [
        { element: { name, type: 'INT32', converted_type: 'DATE', repetition_type }, convert: unlessNull(toDay) },
      ];
    case 'instant':
      return [{ element: timestamp(name), convert: toMilliseconds }, text(`${name}_text`)];
    case 'price':
      return [text(name), { element: decimal(`${name}_decimal`), convert: toDecimal }, double(`${name}_double`)];
    default:
      return [text(name)];
  }
}

/** A conversion that leaves null as it is. */
function unlessNull(convert: (value: NonNullable<Value>) => unknown): ParquetColumn['convert'] {
  return (value) => (value === null ? null : convert(value));
}

/** Always optional, because a text that is not an instant has no timestamp. */
function timestamp(name: string): SchemaElement {
  return {
    name,
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    repetition_type: 'OPTIONAL',
  };
}

function decimal(name: string): SchemaElement {
  return {
    name,
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: DECIMAL_BYTES,
    converted_type: 'DECIMAL',
    scale: SCALE,
    precision: PRECISION,
    repetition_type: 'OPTIONAL',
  };
}

function toDay(value: NonNullable<Value>): number {
  return Math.floor(Date.parse(String(value)) / DAY_MS);
}

function toMilliseconds(value: Value): bigint | null {
  const ms = value === null ? Number.NaN : Date.parse(String(value));
  return Number.isNaN(ms) ? null : BigInt(ms);
}

/** An amount in units of 10^-24; null if it has too many decimals, or too many digits before the point, for that. */
export function toDecimal(value: Value): bigint | null {
  const [whole = '', fraction = ''] = String(value ?? '').split('.');
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction)) return null;
  if (fraction.length > SCALE || whole.length > PRECISION - SCALE) return null;
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}
