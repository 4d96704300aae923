"""Writes the inputs of this folder and what they hold (expected.json), with pyarrow, Polars and DuckDB:
python3 make.py"""
import json, os, datetime as dt, decimal
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, polars as pl, duckdb

out = os.path.dirname(os.path.abspath(__file__))
n = 60
ints = {'i8': 'int8', 'i16': 'int16', 'i32': 'int32', 'i64': 'int64', 'u8': 'uint8', 'u16': 'uint16', 'u32': 'uint32', 'u64': 'uint64'}
rows = np.arange(n)

def numbers(nulls):
    d = {}
    for k, v in ints.items():
        info = np.iinfo(v)
        a = (rows * 3 + 1).astype(v); a[5] = info.min; a[6] = min(info.max, 2**53); a[7] = max(info.min, -2**53)
        d[k] = pa.array(a, mask=(rows % 3 == 1) if nulls else None)
    d['f32'] = pa.array((rows / 4 - 0.5).astype('f4'), mask=(rows % 7 == 2) if nulls else None)
    d['f64'] = pa.array(rows / 8 - 0.5, mask=(rows < 20) if nulls else None)
    d['bool'] = pa.array(rows % 5 < 2, mask=(rows == 33) if nulls else None)
    d['same'] = pa.array(np.full(n, 7, 'i4'), mask=(rows > 40) if nulls else None)
    return d

plain, nulls = pa.table(numbers(False)), pa.table(numbers(True))
required = plain.cast(pa.schema([pa.field(f.name, f.type, nullable=False) for f in plain.schema]))

def write(name, table, **options):
    pq.write_table(table, f'{out}/{name}.parquet', **{'row_group_size': 40, **options})

for codec in ('none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli'):
    write(f'pyarrow_{codec}', nulls if codec in ('snappy', 'lz4') else plain, compression=codec, write_page_checksum=codec == 'zstd')
for version in ('1.0', '2.0'):
    v = version[0]
    options = dict(data_page_version=version, compression='snappy', data_page_size=32, write_batch_size=4)
    write(f'pyarrow_v{v}_dictionary', nulls, **options)
    write(f'pyarrow_v{v}_plain', nulls, use_dictionary=False, **options)
    write(f'pyarrow_v{v}_required', required, use_dictionary=False, **options)
    by_type = {name: 'DELTA_BINARY_PACKED' for name in (*ints, 'same')}
    by_type |= {'f32': 'BYTE_STREAM_SPLIT', 'f64': 'BYTE_STREAM_SPLIT', 'bool': 'RLE'}
    write(f'pyarrow_v{v}_encoded', nulls, use_dictionary=False, column_encoding=by_type, **options)
    write(f'pyarrow_v{v}_encoded_required', required, use_dictionary=False, column_encoding=by_type, **{**options, 'data_page_size': 1 << 20, 'write_batch_size': 1024})
    streams = {name: 'BYTE_STREAM_SPLIT' for name in (*ints, 'same')}
    write(f'pyarrow_v{v}_streams', plain, use_dictionary=False, column_encoding=streams, **options)
write('pyarrow_v2_uncompressed', nulls, data_page_version='2.0', compression='none')
write('pyarrow_nulls_only', pa.table({'x': pa.array([None] * n, pa.float32()), 'k': pa.array([None] * n, pa.int64())}))
write('pyarrow_empty', plain.slice(0, 0))
write('pyarrow_legacy', nulls, version='1.0', store_schema=False)

f = np.arange(n * 3, dtype='f4') / 2
t = pa.table({
    'list': pa.FixedSizeListArray.from_arrays(pa.array(f), 3),
    'child_nulls': pa.FixedSizeListArray.from_arrays(pa.array(f, mask=np.arange(n * 3) % 5 == 1), 3),
    'list_nulls': pa.array([None if i % 11 == 2 else [float(i), float(i) + .5, float(i) + .25] for i in range(n)], pa.list_(pa.float32(), 3)),
    'bits': pa.FixedSizeListArray.from_arrays(pa.array(np.arange(n * 3) % 3 == 0), 3),
    'small': pa.FixedSizeListArray.from_arrays(pa.array(np.arange(n * 2).astype('u1')), 2),
    'any_size': pa.array([[1, 2], [], None, [3]] * (n // 4)),
})
write('pyarrow_lists', t)
write('pyarrow_lists_v2', t, data_page_version='2.0', data_page_size=40, write_batch_size=4, use_dictionary=False)

cols = {'first': pa.array(np.arange(n, dtype='i8')), 'utf8': pa.array((['one', None, 'three'] * n)[:n]),
    'binary': pa.array([b'x'] * n), 'fsb': pa.array([b'xyz'] * n, pa.binary(3)),
    'struct': pa.array([{'a': i, 'b': str(i), 'c': {'d': i / 2}} for i in range(n)]),
    'map': pa.array([[('k', 1)]] * n, pa.map_(pa.string(), pa.int32())),
    'decimal': pa.array([decimal.Decimal('1.25')] * n, pa.decimal128(5, 2)), 'half': pa.array(np.arange(n, dtype='f2')),
    'date32': pa.array([dt.date(1970, 1, 1) + dt.timedelta(days=i) for i in range(n)]),
    'time32': pa.array(range(n), pa.time32('ms')), 'time64': pa.array(range(n), pa.time64('us')),
    'timestamp': pa.array([i * 1000 for i in range(n)], pa.timestamp('us', 'UTC')),
    'nested': pa.array([[[1], [2, 3]]] * n), 'last': pa.array(np.arange(n) / 2)}
write('pyarrow_all_types', pa.table(cols), store_decimal_as_integer=True)

halves = (rows * 37 % 64).astype('f2') / 8 - 4; halves[:4] = [-0.0, 2.0**-24, 65504, -1 / 3]
lists = pa.FixedSizeListArray.from_arrays(pa.array(np.repeat(halves, 2)), 2)
half_columns = {'half': pa.array(halves), 'null_half': pa.array(halves, mask=rows % 3 == 1), 'half_list': lists,
    'any_size': pa.array([[1.5] * (i % 3) for i in range(n)], pa.list_(pa.float16()))}
for version in ('1.0', '2.0'):
    options = dict(data_page_version=version, data_page_size=32, write_batch_size=4)
    write(f'pyarrow_v{version[0]}_half_dictionary', pa.table(half_columns), **options)
    write(f'pyarrow_v{version[0]}_half_plain', pa.table(half_columns), use_dictionary=False, compression='none', **options)
    streams = {'half': 'BYTE_STREAM_SPLIT', 'null_half': 'BYTE_STREAM_SPLIT'}
    write(f'pyarrow_v{version[0]}_half_streams', pa.table(half_columns), use_dictionary=False, column_encoding=streams, **options)
pl.DataFrame({'half': halves, 'null_half': pl.Series(half_columns['null_half'].to_pylist(), dtype=pl.Float16)}).write_parquet(f'{out}/polars_half.parquet')

frame = pl.DataFrame({k: pl.Series(k, v) for k, v in numbers(True).items()})
for codec in ('zstd', 'snappy', 'lz4', 'uncompressed'):
    frame.write_parquet(f'{out}/polars_{codec}.parquet', compression=codec, row_group_size=40, data_page_size=64)
pl.DataFrame({'vec': pl.Series([[i, i + 1] for i in range(n)], dtype=pl.Array(pl.Float32, 2)), 'id': rows}).write_parquet(f'{out}/polars_array.parquet')
for codec in ('snappy', 'zstd', 'uncompressed', 'lz4_raw', 'gzip', 'brotli'):
    for version in ('V1', 'V2'):
        duckdb.sql(f"copy (select * from nulls) to '{out}/duckdb_{codec}_{version.lower()}.parquet' (format parquet, codec '{codec}', row_group_size 2048, parquet_version '{version}')")

def computable(t):
    if pa.types.is_fixed_size_list(t): return computable(t.value_type)
    return any(test(t) for test in (pa.types.is_integer, pa.types.is_boolean, pa.types.is_float16, pa.types.is_float32, pa.types.is_float64, pa.types.is_temporal))

def values(column):
    t = column.type
    if pa.types.is_temporal(t): column = column.cast(pa.int32() if t.bit_width == 32 else pa.int64())
    return column.to_pylist()

contents, expected = [], {}
for name in sorted(os.listdir(out)):
    if not name.endswith('.parquet'): continue
    try: table = pq.read_table(f'{out}/{name}')
    except OSError: table = pl.read_parquet(f'{out}/{name}').to_arrow() # DuckDB's differences of 33 bits
    content = {'rows': table.num_rows,
        'columns': {f.name: values(table[f.name]) for f in table.schema if computable(f.type)},
        'others': [f.name for f in table.schema if not computable(f.type)]}
    if content not in contents: contents.append(content)
    expected[name] = contents.index(content)
json.dump({'files': expected, 'contents': contents}, open(f'{out}/expected.json', 'w'))
