"""Writes uuid_json.parquet: the logical types UUID and JSON, without Arrow's schema beside Parquet's.

python3 testdata/parquet_extensions/make.py
"""
import pathlib
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

table = pa.table({
    "id": pa.array([uuid.UUID(int=7).bytes, None], pa.uuid()),
    "doc": pa.array(['{"a":1}', None], pa.json_()),
    "raw": pa.array([b"x" * 16] * 2, pa.binary(16)),
    "text": pa.array(["a", "b"]),
})
pq.write_table(table, pathlib.Path(__file__).parent / "uuid_json.parquet", store_schema=False, compression="none")
