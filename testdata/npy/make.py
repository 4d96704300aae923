"""Writes the files of this folder and expected.json. Run with NumPy 2 from any folder."""

import json
import pathlib

import numpy as np
from numpy.lib import format as npy_format

folder = pathlib.Path(__file__).parent
steps = np.arange(24).reshape(2, 3, 4)
DTYPES = {
    "bool": "bool", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64", "uint8": "u8", "uint16": "u16",
    "uint32": "u32", "uint64": "u64", "float16": "f32", "float32": "f32", "float64": "f64",
}
expected = {}


def expect(file, entry, array):
    """What ndpipe reads: dtype, shape, the elements in C order as text (NumPy's repr reads back exactly)."""
    values = [str(int(x)) if array.dtype.kind in "biu" else repr(float(x)) for x in array.flatten(order="C")]
    expected.setdefault(file, {})[entry] = {
        "dtype": DTYPES[array.dtype.name], "shape": list(array.shape), "values": values,
    }


def every_dtype():
    for name in DTYPES:
        dtype = np.dtype(name)
        if dtype.kind == "b":
            yield name, (steps % 2).astype(bool)
        elif dtype.kind == "f":
            yield name, (steps.astype(dtype) - dtype.type(12)) / dtype.type(8)
        elif dtype.kind == "i":
            yield name, steps.astype(dtype) + dtype.type(np.iinfo(dtype).min)
        else:
            yield name, dtype.type(np.iinfo(dtype).max) - steps.astype(dtype)


arrays = dict(every_dtype())
arrays["float16"].flat[:5] = [np.nan, np.inf, -np.inf, 2.0**-24, 65504]
writers = {
    "stored.npz": (np.savez, lambda a: a),
    "deflated.npz": (np.savez_compressed, np.asfortranarray),
    "big_endian.npz": (np.savez, lambda a: a.astype(a.dtype.newbyteorder(">"))),
}
for file, (save, change) in writers.items():
    save(folder / file, **{name: change(array) for name, array in arrays.items()})
    for name, array in arrays.items():
        expect(file, name, array)

special = np.array([1.5, -0.0, np.nan, np.inf, 5e-324])
for version in (1, 2, 3):
    with open(folder / f"version_{version}.npy", "wb") as stream:
        npy_format.write_array(stream, special, version=(version, 0))
    expect(f"version_{version}.npy", "", special)

shapes = {
    "scalar": np.float64(2.5), "empty": np.zeros((0, 3), np.float32), "vector": np.arange(3),
    "column": np.arange(3).reshape(3, 1, order="F"),
}
np.savez(folder / "shapes.npz", **shapes)
for name, array in shapes.items():
    expect("shapes.npz", name, np.asarray(array))

refused = {
    "objects": np.array([{"a": 1}], dtype=object), "strings": np.array(["ab"]), "bytes": np.array([b"ab"]),
    "complex": np.array([1j]), "dates": np.array(["2020-01-01"], "M8[D]"), "deltas": np.array([1], "m8[s]"),
    "structured": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), "void": np.array([b"ab"], "V2"),
}
np.savez(folder / "refused.npz", **refused)
words = {
    "objects": "Python objects", "strings": "strings", "bytes": "byte strings", "complex": "complex numbers",
    "dates": "dates", "deltas": "time differences", "structured": "a structured dtype", "void": "raw bytes",
}
expected["refused.npz"] = {name: {"refused": "FMT005", "words": words[name]} for name in refused}

(folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
