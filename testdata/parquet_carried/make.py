"""Writes the inputs of this folder with pyarrow, Polars and DuckDB: python3 make.py"""
import os, datetime as dt, decimal
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, polars as pl, duckdb

out = os.path.dirname(os.path.abspath(__file__))
n = 120
D = decimal.Decimal
def nulls(values, every=7): return [None if i % every == 3 else v for i, v in enumerate(values)]
def ints(scale, shift=0): return nulls([i * scale + shift for i in range(n)])

table = pa.table({
    'utf8': pa.array(nulls([f'text {i * 7919 % 100003}' + 'é' * (i % 50) for i in range(n)])),
    'repeated': pa.array(nulls([['red', 'green', 'blue', ''][i % 4] for i in range(n)], 5)),
    'large': pa.array(nulls([f'L{i % 3}' for i in range(n)]), pa.large_string()),
    'binary': pa.array(nulls([bytes([i % 256, 255 - i % 256]) for i in range(n)])),
    'fsb': pa.array(nulls([bytes([i % 256] * 3) for i in range(n)]), pa.binary(3)),
    'dec': pa.array(nulls([D(i - 100) / D(4) for i in range(n)]), pa.decimal128(10, 2)),
    'dec256': pa.array(nulls([D(i - 100) * 10**30 for i in range(n)]), pa.decimal256(60, 2)),
    'half': pa.array(nulls([np.float16(i / 3) for i in range(n)]), pa.float16()),
    'date': pa.array(nulls([dt.date(1960, 1, 1) + dt.timedelta(days=i * 99) for i in range(n)])),
    'time_ms': pa.array(ints(1000), pa.time32('ms')), 'time_us': pa.array(ints(10**6), pa.time64('us')),
    'time_ns': pa.array(ints(10**9), pa.time64('ns')),
    'ts_ms': pa.array(ints(10**9, -5), pa.timestamp('ms', 'UTC')),
    'ts_us': pa.array(ints(10**12, -5), pa.timestamp('us', 'Europe/Berlin')),
    'ts_ns': pa.array(ints(10**15, -5), pa.timestamp('ns')), 'duration': pa.array(ints(10**5, -5), pa.duration('us')),
    'bool': pa.array(nulls([i % 3 == 0 for i in range(n)])), 'i8': pa.array(ints(1, -100), pa.int8()),
    'u16': pa.array(ints(300), pa.uint16()), 'u32': pa.array(ints(21474836), pa.uint32()),
    'u64': pa.array(ints(-1, 2**64 - 1), pa.uint64()), 'i64': pa.array(ints(-1, 2**62), pa.int64()),
    'f32': pa.array(nulls([i / 7 for i in range(n)]), pa.float32()),
    'f64': pa.array(nulls([i / 7 for i in range(n)]), pa.float64()),
    'only_nulls': pa.array([None] * n, pa.string()),
    'long': pa.array(['x' * (i * 37 % 300) for i in range(n)]),
})
with pa.ipc.new_file(f'{out}/table.arrow', table.schema) as writer: writer.write_table(table)

def write(name, **options): pq.write_table(table, f'{out}/{name}.parquet', **{'row_group_size': 50, **options})

text = ['utf8', 'repeated', 'large', 'binary', 'only_nulls', 'long']
small = dict(data_page_size=64, write_batch_size=8)
write('v1_dictionary', data_page_version='1.0', **small)
write('v2_dictionary', data_page_version='2.0', compression='zstd', **small)
write('v1_plain', data_page_version='1.0', use_dictionary=False, compression='none', **small)
write('v2_delta', data_page_version='2.0', use_dictionary=False,
      column_encoding={name: 'DELTA_BYTE_ARRAY' for name in text + ['fsb', 'dec']})
write('v1_lengths', data_page_version='1.0', use_dictionary=False,
      column_encoding={name: 'DELTA_LENGTH_BYTE_ARRAY' for name in text}
      | {'fsb': 'BYTE_STREAM_SPLIT', 'half': 'BYTE_STREAM_SPLIT', 'i64': 'DELTA_BINARY_PACKED', 'u32': 'DELTA_BINARY_PACKED', 'bool': 'RLE'})
write('integer_decimals', store_decimal_as_integer=True)
pq.write_table(table.select(['ts_ns', 'utf8']), f'{out}/int96.parquet', use_deprecated_int96_timestamps=True)
picked = table.select(['utf8', 'repeated', 'binary', 'dec', 'date', 'time_us', 'ts_ns', 'bool', 'i64', 'f32', 'long'])
pl.from_arrow(picked).write_parquet(f'{out}/polars.parquet', row_group_size=70, compression='lz4')
duckdb.sql(f"copy (select * from picked) to '{out}/duckdb.parquet' (format parquet, codec 'snappy')")
