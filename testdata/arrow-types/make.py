"""Writes the tables of this folder with pyarrow: python3 make.py"""
import decimal, os
import numpy as np, pyarrow as pa

OUT = os.path.dirname(os.path.abspath(__file__))
N = 40


def nulls(values, every=5):
    return [None if i % every == 3 else value for i, value in enumerate(values)]


def deep(depth):
    kind, value = pa.int32(), list(range(N))
    for level in range(depth):
        if level % 3 == 0:
            kind, value = pa.list_(kind), [[one] * (i % 3) for i, one in enumerate(value)]
        elif level % 3 == 1:
            kind, value = pa.struct([pa.field(f's{level}', kind)]), [{f's{level}': one} for one in value]
        else:
            kind, value = pa.large_list(kind), [[one] for one in value]
    return pa.array(nulls(value, 7), kind)


words = [f'word {i % 6}' if i % 2 else f'something longer than twelve bytes {i % 4}' for i in range(N)]
raw = [word.encode() for word in words]
index = pa.array([i % 4 for i in range(N)], pa.int8())
types = pa.array([i % 2 for i in range(N)], pa.int8())
half = pa.array([i // 2 for i in range(N)], pa.int32())
columns = {
    'utf8': pa.array(nulls(words)), 'large_utf8': pa.array(nulls(words), pa.large_string()),
    'utf8_view': pa.array(nulls(words), pa.string_view()),
    'binary': pa.array(nulls(raw)), 'large_binary': pa.array(raw, pa.large_binary()),
    'binary_view': pa.array(nulls(raw), pa.binary_view()),
    'fixed_size_binary': pa.array(nulls([b'%04d' % i for i in range(N)]), pa.binary(4)),
    'bool': pa.array(nulls([i % 3 == 0 for i in range(N)])), 'null': pa.nulls(N),
    'float16': pa.array(np.arange(N, dtype='f2')),
    'list': pa.array(nulls([[i] * (i % 4) for i in range(N)])),
    'large_list': pa.array([[words[i]] * (i % 3) for i in range(N)], pa.large_list(pa.string())),
    'list_view': pa.array(nulls([[i, i + 1] for i in range(N)]), pa.list_view(pa.int16())),
    'large_list_view': pa.array([[0.5] * (i % 2) for i in range(N)], pa.large_list_view(pa.float64())),
    'fixed_size_list_of_text': pa.array(nulls([[words[i], None] for i in range(N)]), pa.list_(pa.string(), 2)),
    'struct': pa.array(nulls([{'a': i, 'b': words[i], 'c': [i]} for i in range(N)])),
    'map': pa.array(nulls([[(words[i], i)] for i in range(N)]), pa.map_(pa.string(), pa.int32())),
    'sorted_map': pa.array([[('a', i), ('b', 1)] for i in range(N)], pa.map_(pa.string(), pa.int8(), keys_sorted=True)),
    'dense_union': pa.UnionArray.from_dense(types, half, [pa.array(range(N // 2)), pa.array(words[:N // 2])], ['n', 't'], [0, 1]),
    'sparse_union': pa.UnionArray.from_sparse(pa.array([5 + i % 2 * 2 for i in range(N)], pa.int8()),
                                              [pa.array(range(N)), pa.array(words)], ['n', 't'], [5, 7]),
    'run_end_encoded': pa.RunEndEncodedArray.from_arrays(pa.array([7, 30, N], pa.int16()), pa.array(['x', None, 'y'])),
    'dictionary': pa.DictionaryArray.from_arrays(index, pa.array(['a', 'b', 'c', 'd'])),
    'ordered_dictionary': pa.DictionaryArray.from_arrays(index.cast(pa.uint16()), pa.array([1.5, 2.5, 3.5, 4.5]), ordered=True),
    'dictionary_in_list': pa.ListArray.from_arrays(pa.array(range(N + 1), pa.int32()), pa.DictionaryArray.from_arrays(index, pa.array(list('wxyz')))),
    'dictionary_of_structs': pa.DictionaryArray.from_arrays(index, pa.array([{'k': one} for one in 'wxyz'])),
    'decimal32': pa.array(nulls([decimal.Decimal(i) / 4 for i in range(N)]), pa.decimal32(7, 2)),
    'decimal64': pa.array([decimal.Decimal(i) / 4 for i in range(N)], pa.decimal64(15, 2)),
    'decimal128': pa.array(nulls([decimal.Decimal(i) / 4 for i in range(N)]), pa.decimal128(30, 2)),
    'decimal256': pa.array([decimal.Decimal(i) / 4 for i in range(N)], pa.decimal256(60, 2)),
    'date32': pa.array(range(N), pa.date32()), 'date64': pa.array([86400000 * i for i in range(N)], pa.date64()),
    **{f'time_{u}': pa.array(range(N), pa.time32(u) if u in ('s', 'ms') else pa.time64(u)) for u in ('s', 'ms', 'us', 'ns')},
    **{f'timestamp_{u}': pa.array(nulls(range(N)), pa.timestamp(u, zone)) for u, zone in
       (('s', None), ('ms', 'UTC'), ('us', 'Europe/Berlin'), ('ns', '+02:00'))},
    **{f'duration_{u}': pa.array(range(N), pa.duration(u)) for u in ('s', 'ms', 'us', 'ns')},
    'month_day_nano': pa.array(nulls([pa.MonthDayNano([i, 2, 3]) for i in range(N)])),
    'deep_16': deep(16), 'deep_24': deep(24),
}
fields = [pa.field(name, column.type, nullable=name not in ('float16', 'date32'),
                   metadata={'unit': f'of {name}', 'empty': ''} if i % 3 == 0 else None)
          for i, (name, column) in enumerate(columns.items())]
schema = pa.schema(fields, metadata={'origin': 'ndpipe', 'ü': '{"json": [1, 2]}'})
table = pa.table(list(columns.values()), schema=schema)


def write(name, table, is_stream, chunk=25, **options):
    opened = (pa.ipc.new_stream if is_stream else pa.ipc.new_file)(f'{OUT}/{name}', table.schema,
                                                                   options=pa.ipc.IpcWriteOptions(**options))
    opened.write_table(table, max_chunksize=chunk)
    opened.close()


for codec in (None, 'lz4', 'zstd'):
    write(f'all_{codec or "none"}.arrow', table, False, compression=codec)
    write(f'all_{codec or "none"}.arrows', table, True, compression=codec)

# dictionaries that grow, and that are replaced
pieces = [['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e']]
grown = pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array([0, len(p) - 1, None], pa.int8()), pa.array(p)) for p in pieces])
write('delta_dictionary.arrow', pa.table({'word': grown}), False, emit_dictionary_deltas=True)
write('delta_dictionary.arrows', pa.table({'word': grown}), True, emit_dictionary_deltas=True)
others = pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(p)) for p in (['a', 'b'], ['c', 'd'])])
write('replaced_dictionary.arrows', pa.table({'word': others}), True)

# custom metadata of record batches, which a reader gets by read_next_batch_with_custom_metadata
batch = pa.record_batch({'x': pa.array([1, 2, 3], pa.int64())})
with pa.ipc.new_stream(f'{OUT}/batch_metadata.arrows', batch.schema) as opened:
    opened.write_batch(batch, custom_metadata={'source': 'first', 'empty': ''})
    opened.write_batch(batch, custom_metadata={'source': 'второй'})
    opened.write_batch(batch)

# text of record batch 1 is a hundred times as long as that of record batch 0
opened = pa.ipc.new_stream(f'{OUT}/../../tests/fixtures/grown_text_zstd.arrows', pa.schema({'text': pa.string()}),
                           options=pa.ipc.IpcWriteOptions(compression='zstd'))
for length in (10, 1000):
    opened.write_batch(pa.record_batch({'text': [f'{i} text '.ljust(length, '.') for i in range(4000)]}))
opened.close()

# lists that are empty in record batch 0, and have so many numbers a row in record batch 1, on the average
for length in (9, 30):
    opened = pa.ipc.new_stream(f'{OUT}/../../tests/fixtures/grown_lists_{length}_zstd.arrows',
                               pa.schema({'list': pa.list_(pa.int64())}), options=pa.ipc.IpcWriteOptions(compression=pa.Codec('zstd', 6)))
    for lists in ([[]] * 20_000, [[7] * length * 1_000, *[[]] * 999] * 20):
        opened.write_batch(pa.record_batch({'list': pa.array(lists, pa.list_(pa.int64()))}))
    opened.close()
