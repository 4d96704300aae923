"""One run of one peer, file to file, written as one would write it well. Prints its milliseconds as JSON.

peers.py FOLDER WORK PEER THREADS [CHUNK_ROWS]
"""
import json
import os
import sys
import time

folder, work, peer, threads = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ[name] = str(threads)

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

pa.set_cpu_count(threads)
pa.set_io_thread_count(threads)
mean, std, weights = (np.load(f"{folder}/{name}.npy") for name in ("mean", "std", "weights"))
output = f"{folder}/{work}-{peer}.arrow"


def score_numpy(chunk_rows=1024):
    """Record batches by memory map, in pieces whose temporaries stay in the cache; every temporary is reused."""
    schema = pa.schema([("profile_id", pa.int64()), ("cluster", pa.int64()), ("score", pa.float32())])
    z = np.empty((chunk_rows, len(mean)), np.float32)
    p = np.empty((chunk_rows, weights.shape[1]), np.float32)
    with pa.memory_map(f"{folder}/list.arrow") as source, pa.OSFile(output, "wb") as sink:
        reader = ipc.open_file(source)
        with ipc.new_file(sink, schema) as writer:
            for index in range(reader.num_record_batches):
                batch = reader.get_batch(index)
                features = batch.column(1).flatten().to_numpy().reshape(batch.num_rows, -1)
                cluster = np.empty(batch.num_rows, np.int64)
                score = np.empty(batch.num_rows, np.float32)
                for start in range(0, batch.num_rows, chunk_rows):
                    rows = slice(start, start + chunk_rows)
                    x = features[rows]
                    zs, ps = z[: len(x)], p[: len(x)]
                    np.subtract(x, mean, out=zs)
                    np.divide(zs, std, out=zs)
                    np.clip(zs, -3, 3, out=zs)
                    np.matmul(zs, weights, out=ps)
                    ps -= ps.max(axis=1, keepdims=True)
                    np.exp(ps, out=ps)
                    ps /= ps.sum(axis=1, keepdims=True)
                    np.argmax(ps, axis=1, out=cluster[rows])
                    np.max(ps, axis=1, out=score[rows])
                columns = [batch.column(0), pa.array(cluster), pa.array(score)]
                writer.write_batch(pa.record_batch(columns, schema=schema))


def standardise_numpy():
    with pa.memory_map(f"{folder}/columns.arrow") as source, pa.OSFile(output, "wb") as sink:
        reader = ipc.open_file(source)
        with ipc.new_file(sink, reader.schema) as writer:
            buffers = None
            for index in range(reader.num_record_batches):
                batch = reader.get_batch(index)
                if buffers is None or buffers.shape[1] != batch.num_rows:
                    buffers = np.empty((batch.num_columns, batch.num_rows), np.float32)
                for i, z in enumerate(buffers):
                    np.subtract(batch.column(i).to_numpy(), mean[i], out=z)
                    np.divide(z, std[i], out=z)
                    np.clip(z, -3, 3, out=z)
                writer.write_batch(pa.record_batch([pa.array(z) for z in buffers], schema=reader.schema))


def standardise_polars():
    import polars as pl

    frame = pl.scan_ipc(f"{folder}/columns.arrow")
    names = [f"f{i:03d}" for i in range(len(mean))]
    f32 = lambda value: pl.lit(float(value), dtype=pl.Float32)
    frame.select(
        ((pl.col(name) - f32(mean[i])) / f32(std[i])).clip(f32(-3), f32(3)) for i, name in enumerate(names)
    ).sink_ipc(output, compression="uncompressed")


def standardise_duckdb():
    """DuckDB reads and writes Arrow files through pyarrow."""
    import duckdb
    import pyarrow.dataset as dataset

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    columns = dataset.dataset(f"{folder}/columns.arrow", format="ipc")
    connection.register("columns", columns)
    f32 = lambda value: f"{float(value)!r}::FLOAT"
    expressions = ", ".join(
        f"least(greatest((f{i:03d} - {f32(mean[i])}) / {f32(std[i])}, -3::FLOAT), 3::FLOAT) AS f{i:03d}"
        for i in range(len(mean))
    )
    reader = connection.sql(f"SELECT {expressions} FROM columns").to_arrow_reader(65536)
    with pa.OSFile(output, "wb") as sink, ipc.new_file(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def rows_of(path, kind):
    table = ipc.open_file(pa.memory_map(path)).read_all()
    if kind == "list":
        return table.column("features").combine_chunks().flatten().to_numpy().reshape(table.num_rows, -1)
    return np.column_stack([column.to_numpy() for column in table.columns])


def compare():
    """The peer's output against ours, which is refused where they differ."""
    ours = f"{folder}/{work}-ours.arrow"
    if work == "scoring":
        a, b = (ipc.open_file(pa.memory_map(path)).read_all() for path in (ours, output))
        assert a.column("profile_id").equals(b.column("profile_id"))
        different = np.count_nonzero(a.column("cluster").to_numpy() != b.column("cluster").to_numpy())
        distance = np.abs(a.column("score").to_numpy() - b.column("score").to_numpy()).max()
        assert different < a.num_rows / 10000 and distance < 1e-5, (different, distance)
        return f"{different} of {a.num_rows} clusters differ, scores by {distance:.1e} at most"
    a, b = rows_of(ours, "list"), rows_of(output, "columns")
    assert a.shape == b.shape
    distance = np.abs(a - b).max()
    assert distance < 1e-6, distance
    return f"elements differ by {distance:.1e} at most"


if len(sys.argv) > 5 and sys.argv[5] == "compare":
    print(json.dumps({"same": compare()}))
else:
    started = time.perf_counter()
    globals()[f"{'score' if work == 'scoring' else work}_{peer}"]()
    print(json.dumps({"ms": (time.perf_counter() - started) * 1e3}))
