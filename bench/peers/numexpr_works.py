"""What numexpr can express."""
import numexpr as ne
import numpy as np


def a(x, w, b):
    return {"y": ne.evaluate("1 / (1 + exp(-(x * w + b)))")}


def b(x, m, s):
    # its minimum and maximum are of double precision only
    z, low, high = ne.evaluate("(x - m) / s"), np.float32(-3), np.float32(3)
    return {"y": ne.evaluate("where(z < low, low, where(z > high, high, z))")}


def f(x, t, m):
    return {"y": ne.evaluate("where(x > t, m, x)")}


def i(x):
    return {"y": ne.evaluate("log1p(abs(x)) * where(x > 0, 1.0, where(x < 0, -1.0, x))")}


def prepare(_letter, operands):
    # its constants are of double precision, which would make the work another: numbers go in as f32
    return {n: np.float32(v) if np.ndim(v) == 0 else v for n, v in operands.items()}


WORKS = {"a": a, "b": b, "f": f, "i": i}
VERSIONS = {"numexpr": ne.__version__}
