"""Copies the small files of apache/parquet-testing into testdata/parquet_testing, and writes beside each what pyarrow
reads from it. Files that pyarrow cannot read, or that are refused here by name, are in refused.json.

python3 tools/make_parquet_testing.py CHECKOUT
"""
import json
import pathlib
import shutil
import sys

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

MOST_BYTES = 5000
# by file, the code of the refusal here where pyarrow reads it: an instant beyond 64 bits of nanoseconds, a page that
# does not match its checksum
REFUSED = {
    "int96_from_spark.parquet": "FMT005",
    "rle-dict-uncompressed-corrupt-checksum.parquet": "FMT004",
}
# pyarrow wants a map's keys to be required; the others are encrypted or damaged
OTHERS = {
    "data/encrypt_columns_and_footer.parquet.encrypted": "FMT005",
    "data/encrypt_columns_plaintext_footer.parquet.encrypted": "FMT005",
    "bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet": "FMT004",
    "bad_data/ARROW-RS-GH-6229-LEVELS.parquet": "FMT004",
    "bad_data/ARROW-GH-45185.parquet": "FMT004",
    "bad_data/PARQUET-1481.parquet": "SCH005",
}

checkout = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).parent.parent / "testdata" / "parquet_testing"
target.mkdir(exist_ok=True)
refused = {}
for path in sorted((checkout / "data").glob("*.parquet")):
    if path.stat().st_size > MOST_BYTES:
        continue
    if path.name in REFUSED:
        refused[path.name] = REFUSED[path.name]
    else:
        try:
            table = pq.ParquetFile(path).read()
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            print("not copied:", path.name, error)
            continue
        with ipc.new_file(target / (path.stem + ".arrow"), table.schema.remove_metadata()) as writer:
            writer.write_table(table.replace_schema_metadata(None).combine_chunks())
    shutil.copy(path, target / path.name)
for name, code in OTHERS.items():
    path = checkout / name
    refused[path.name] = code
    shutil.copy(path, target / path.name)
shutil.copy(checkout / "LICENSE.txt", target / "LICENSE.txt")
(target / "refused.json").write_text(json.dumps(refused, indent=2) + "\n")
