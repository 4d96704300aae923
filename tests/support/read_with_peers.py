"""Reads tables with pyarrow, Polars or DuckDB and says which columns hold other values than the original has.

python3 read_with_peers.py ENGINE ORIGINAL < lines of {"path", "format"}: one line of JSON a table,
{"rows", "compared", "differing": {column: why}}.
"""
import json, sys
import pyarrow as pa, pyarrow.compute as pc, pyarrow.csv, pyarrow.ipc, pyarrow.json, pyarrow.parquet


def plain(column):
    """the values, whatever they are referred to by; times as numbers"""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            return [value for chunk in column.chunks for value in plain(chunk)]
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.dictionary.take(column.indices))
    if pa.types.is_run_end_encoded(kind):
        return plain(pc.run_end_decode(column))
    if pa.types.is_time(kind) or pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        width = {'s': 10**9, 'ms': 10**6, 'us': 10**3, 'ns': 1}[kind.unit]
        whole = column.cast(pa.int32() if kind.bit_width == 32 else pa.int64())
        return [None if value is None else value * width for value in whole.to_pylist()]
    return column.to_pylist()


def read(engine, path, form):
    if engine == 'polars':
        import polars as pl
        readers = {'arrow': pl.read_ipc, 'arrows': pl.read_ipc_stream, 'parquet': pl.read_parquet,
                   'csv': lambda path: pl.read_csv(path, try_parse_dates=False), 'ndjson': pl.read_ndjson}
        return readers[form](path).to_arrow()
    if engine == 'duckdb' and form in ('parquet', 'csv', 'ndjson'):
        import duckdb
        reader = {'parquet': 'read_parquet', 'csv': 'read_csv_auto', 'ndjson': 'read_json_auto'}[form]
        found = duckdb.sql(f"select * from {reader}('{path}')").arrow()
        return found.read_all() if hasattr(found, 'read_all') else found
    if form == 'csv':
        options = pyarrow.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
        return pyarrow.csv.read_csv(path, convert_options=options)
    if form == 'ndjson':
        return pyarrow.json.read_json(path)
    if form == 'parquet':
        return pyarrow.parquet.read_table(path)
    opened = pa.ipc.open_file(path) if form == 'arrow' else pa.ipc.open_stream(path)
    table = opened.read_all()
    table.validate(full=True)
    if engine == 'duckdb':
        import duckdb
        found = duckdb.from_arrow(table).arrow()
        return found.read_all() if hasattr(found, 'read_all') else found
    return table


def compare(engine, original, path, form):
    table, differing, compared = read(engine, path, form), {}, 0
    for name in table.column_names:
        compared += 1
        try:
            wanted, found = plain(original[name]), plain(table[name])
            if wanted != found:
                at = next((i for i, pair in enumerate(zip(wanted, found)) if pair[0] != pair[1]), len(found))
                differing[name] = f'row {at}: {wanted[at:at + 1]} was written, {found[at:at + 1]} is read'
        except Exception as error:
            differing[name] = repr(error)
    return {'rows': table.num_rows, 'compared': compared, 'differing': differing}


engine, original = sys.argv[1], pa.ipc.open_file(sys.argv[2]).read_all()
for line in sys.stdin:
    print(json.dumps(compare(engine, original, **{('form' if key == 'format' else key): value
                                                  for key, value in json.loads(line).items()})), flush=True)
