"""Writes testdata/parquet_nested with pyarrow, Polars and DuckDB: python3 tools/make_nested_parquet.py

Every column stands in table.arrow as pyarrow made it; the Parquet files hold the same values, written by three
engines with the encodings, page versions, codecs and splits that they have.
"""
import datetime as dt, decimal, os, random
import pyarrow as pa, pyarrow.parquet as pq, polars as pl, duckdb

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'testdata', 'parquet_nested')
os.makedirs(out, exist_ok=True)
n, rng, D = 130, random.Random(7), decimal.Decimal


def maybe(value, odds=5):
    return None if rng.randrange(odds) == 0 else value


def lists(make, most=4, odds=6):
    return [maybe([make(i * 10 + k) for k in range(rng.randrange(most + 1))], odds) for i in range(n)]


def word(i):
    return maybe(['red', 'green', '', 'ä€😀', 'x' * (i % 40)][i % 5])


point = pa.struct([('x', pa.float32()), ('label', pa.utf8()), pa.field('id', pa.int64(), nullable=False)])
def a_point(i): return {'x': maybe(i / 4), 'label': word(i), 'id': i}


columns = {
    'row': pa.array(range(n), pa.int32()),
    'ints': pa.array(lists(lambda i: maybe(i - 300)), pa.list_(pa.int32())),
    'whole': pa.array([[i, i + 1, i + 2] for i in range(n)], pa.list_(pa.field('item', pa.float32(), nullable=False))),
    'texts': pa.array(lists(word), pa.list_(pa.utf8())),
    'large': pa.array(lists(lambda i: maybe(2**62 - i)), pa.large_list(pa.int64())),
    'fixed': pa.array([maybe([maybe(i + k / 2) for k in range(3)]) for i in range(n)], pa.list_(pa.float64(), 3)),
    'fixed_texts': pa.array([maybe([word(i), word(i + 3)]) for i in range(n)], pa.list_(pa.utf8(), 2)),
    'point': pa.array([maybe(a_point(i)) for i in range(n)], point),
    'points': pa.array(lists(a_point), pa.list_(point)),
    'of_lists': pa.array([maybe({'a': maybe([maybe(i + k) for k in range(i % 3)]), 'b': maybe({'c': maybe([word(i)])})})
                          for i in range(n)], pa.struct([('a', pa.list_(pa.uint16())), ('b', pa.struct([('c', pa.list_(pa.utf8()))]))])),
    'deep': pa.array(lists(lambda i: maybe([maybe([maybe(i + k) for k in range(rng.randrange(3))]) for _ in range(rng.randrange(3))])),
                     pa.list_(pa.list_(pa.list_(pa.int16())))),
    'map': pa.array([maybe([(f'k{k}', maybe(i + k)) for k in range(i % 4)]) for i in range(n)], pa.map_(pa.utf8(), pa.int64())),
    'map_of_lists': pa.array([maybe([(i + k, maybe([word(k)])) for k in range(i % 3)]) for i in range(n)],
                             pa.map_(pa.int32(), pa.list_(pa.utf8()))),
    'bools': pa.array(lists(lambda i: maybe(i % 3 == 0)), pa.list_(pa.bool_())),
    'dates': pa.array(lists(lambda i: maybe(dt.date(1970, 1, 1) + dt.timedelta(days=i))), pa.list_(pa.date32())),
    'times': pa.array(lists(lambda i: maybe(i * 10**6)), pa.list_(pa.timestamp('us', 'UTC'))),
    'decimals': pa.array(lists(lambda i: maybe(D(i - 500) / D(4))), pa.list_(pa.decimal128(10, 2))),
    'binary': pa.array(lists(lambda i: maybe(bytes([i % 256, 1]))), pa.list_(pa.binary())),
    'bytes': pa.array(lists(lambda i: maybe(bytes([i % 256] * 3))), pa.list_(pa.binary(3))),
    'halves': pa.array(lists(lambda i: maybe(i / 2)), pa.list_(pa.float16())),
    'numbers': pa.array([maybe({t: maybe(i % 100) for t in ('i8', 'u8', 'u32', 'u64', 'f32')}) for i in range(n)], pa.struct(
        [('i8', pa.int8()), ('u8', pa.uint8()), ('u32', pa.uint32()), ('u64', pa.uint64()), ('f32', pa.float32())])),
    'durations': pa.array(lists(lambda i: maybe(i)), pa.list_(pa.duration('ms'))),
    'nothing': pa.array([maybe([None] * (i % 3)) for i in range(n)], pa.list_(pa.null())),
    'empty': pa.array([[]] * n, pa.list_(pa.int32())),
    'all_null': pa.array([None] * n, pa.list_(point)),
}
table = pa.table(columns)
with pa.ipc.new_file(f'{out}/table.arrow', table.schema) as writer: writer.write_table(table)


def write(name, what=table, **options):
    pq.write_table(what, f'{out}/{name}.parquet', **{'row_group_size': 60, **options})


# pages end after a few values, and row groups inside nothing in particular
small = dict(data_page_size=48, write_batch_size=5)
write('v1_dictionary', data_page_version='1.0', **small)
write('v2_dictionary', data_page_version='2.0', compression='zstd', **small)
write('v1_plain', data_page_version='1.0', use_dictionary=False, compression='none', write_page_checksum=True, **small)
leaves = {'texts.list.element': 'DELTA_BYTE_ARRAY', 'ints.list.element': 'DELTA_BINARY_PACKED',
          'large.list.element': 'DELTA_BINARY_PACKED', 'fixed.list.element': 'BYTE_STREAM_SPLIT',
          'point.label': 'DELTA_LENGTH_BYTE_ARRAY', 'points.list.element.label': 'DELTA_BYTE_ARRAY',
          'bytes.list.element': 'BYTE_STREAM_SPLIT', 'decimals.list.element': 'DELTA_BYTE_ARRAY',
          'bools.list.element': 'RLE', 'map.key_value.key': 'DELTA_BYTE_ARRAY'}
write('v2_encoded', data_page_version='2.0', use_dictionary=False, column_encoding=leaves, compression='lz4', **small)
write('v1_whole', data_page_version='1.0', compression='gzip', row_group_size=1000)
write('no_hints', store_schema=False, use_compliant_nested_type=False)
write('no_rows', table.slice(0, 0))
polars = [name for name in table.column_names if name not in ('map', 'map_of_lists', 'halves', 'nothing', 'bytes', 'fixed', 'fixed_texts')]
pl.from_arrow(table.select(polars)).write_parquet(f'{out}/polars.parquet', row_group_size=70, compression='zstd')
known = [name for name in table.column_names if name not in ('halves', 'nothing', 'durations', 'bytes', 'fixed', 'fixed_texts')]
picked = table.select(known)
duckdb.sql(f"copy (select *, [row, row + 1]::float[2] as pair from picked) to '{out}/duckdb.parquet' (format parquet, codec 'snappy')")
