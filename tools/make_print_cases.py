"""Writes testdata/ndarray/print_cases.json.gz: NumPy's str and repr of arrays under its print options.

Run: python3 tools/make_print_cases.py
"""

import base64
import gzip
import json
import pathlib

import numpy as np

NAMES = {"bool": "bool", "int8": "i8", "int64": "i64", "uint8": "u8", "uint64": "u64", "float32": "f32", "float64": "f64"}
SHAPES = [(), (0,), (1,), (3,), (7,), (40,), (2, 3), (0, 3), (3, 0), (2, 0, 3), (1, 1), (2, 3, 4), (2, 1, 2, 3), (12, 12), (30, 50)]
rng = np.random.default_rng(3)
cases = []


def values(dtype, size):
    kind = rng.integers(0, 8)
    if dtype.kind == "b":
        return rng.integers(0, 2, size).astype(bool)
    if dtype.kind != "f":
        info = np.iinfo(dtype)
        if kind < 3:
            return rng.integers(info.min, info.max, size, dtype=dtype, endpoint=True)
        return rng.integers(max(info.min, -20), 21, size).astype(dtype)
    a = [
        lambda: rng.normal(0, 1, size), lambda: rng.normal(0, 1, size) * 10.0 ** rng.integers(-12, 12, size),
        lambda: rng.integers(-50, 50, size) / 4, lambda: rng.integers(-5, 5, size).astype(float),
        lambda: np.round(rng.normal(0, 100, size), 2), lambda: rng.integers(0, 100, size) / 8 + 0.5,
        lambda: 10.0 ** rng.integers(-320, 300, size), lambda: rng.integers(0, 10**9, size) * 1.0,
    ][kind]().astype(dtype)
    if size and rng.random() < 0.3:
        special = rng.choice([np.nan, np.inf, -np.inf, -0.0, 0.0], size).astype(dtype)
        a = np.where(rng.random(size) < rng.choice([0.2, 1]), special, a)
    return a


for i in range(2600):
    dtype = np.dtype(rng.choice(list(NAMES)))
    if rng.random() < 0.5:
        dtype = np.dtype(rng.choice(["float32", "float64"]))
    shape = SHAPES[int(rng.integers(0, len(SHAPES)))]
    if int(np.prod(shape)) > 1000 and rng.random() < 0.8:
        shape = (2, 3)
    with np.errstate(all="ignore"):
        a = values(dtype, int(np.prod(shape))).reshape(shape)
    options = {}
    if rng.random() < 0.5:
        options = {"precision": int(rng.integers(0, 12)), "suppress": bool(rng.integers(0, 2))}
    if rng.random() < 0.3:
        options |= {"threshold": int(rng.integers(0, 30)), "edgeitems": int(rng.integers(1, 4))}
    if rng.random() < 0.3:
        options["linewidth"] = int(rng.integers(20, 100))
    with np.printoptions(**options):
        cases.append([NAMES[dtype.name], list(shape), base64.b64encode(a.tobytes()).decode(), options, str(a), repr(a)])

path = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "ndarray" / "print_cases.json.gz"
path.write_bytes(gzip.compress("\n".join(["["] + [json.dumps(c, separators=(",", ":")) + "," for c in cases] + ["null]"]).encode(), 9, mtime=0))
print(len(cases), path.stat().st_size)
