"""What pyarrow.compute can express: one call an operation, as it has no expressions over arrays."""
import os

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

pa.set_cpu_count(int(os.environ["OMP_NUM_THREADS"]))


def a(x, w, b):
    one = pa.scalar(np.float32(1))
    return {"y": pc.divide(one, pc.add(one, pc.exp(pc.negate(pc.add(pc.multiply(x, w), b)))))}


def b(x, m, s):
    low, high = pa.scalar(np.float32(-3)), pa.scalar(np.float32(3))
    columns = []
    for column, mean, std in zip(x, m, s):
        z = pc.divide(pc.subtract(column, mean), std)
        columns.append(pc.min_element_wise(pc.max_element_wise(z, low), high))
    return {"y": columns}


def e(x):
    return {"y": pc.filter(x, pc.greater(x, pa.scalar(np.float32(0))))}


def f(x, t, m):
    return {"y": pc.if_else(pc.greater(x, t), m, x)}


def i(x):
    return {"y": pc.multiply(pc.log1p(pc.abs(x)), pc.sign(x))}


def prepare(_letter, operands):
    def convert(value):
        if np.ndim(value) == 2:
            return [pa.array(np.ascontiguousarray(column)) for column in value.T]
        return pa.array(value) if np.ndim(value) == 1 else pa.scalar(value)

    return {n: convert(v) for n, v in operands.items()}


def to_numpy(value):
    return np.stack([c.to_numpy() for c in value], axis=1) if isinstance(value, list) else value.to_numpy()


WORKS = {"a": a, "b": b, "e": e, "f": f, "i": i}
VERSIONS = {"pyarrow": pa.__version__}
