"""The works of bench/ndarray as one writes them in NumPy."""
from numpy_works import VERSIONS  # noqa: F401  (serve.py reads it)
import numpy as np


def spectrum(x):
    y = np.fft.fft(x)
    return {"re": y.real, "im": y.imag}


def histogram(x):
    counts, edges = np.histogram(x, bins=50)
    return {"counts": counts, "edges": edges}


def middle(x):
    return x[x.size // 2 : x.size // 2 + 1].copy()


WORKS = {
    "add": lambda x, y: {"r": x + y},
    "multiply": lambda x, y: {"r": x * y},
    "exp": lambda x: {"r": np.exp(x)},
    "sum": lambda x: {"r": x.sum()},
    "mean0": lambda x: {"r": x.mean(axis=0)},
    "mean1": lambda x: {"r": x.mean(axis=1)},
    "sort": lambda x: {"r": np.sort(x)},
    "argsort": lambda x: {"r": np.argsort(x)},
    "median": lambda x: {"r": np.median(x)},
    "cumsum": lambda x: {"r": np.cumsum(x)},
    "mask": lambda x, m: {"r": x[m]},
    "take": lambda x, i: {"r": x[i]},
    "where": lambda m, x, y: {"r": np.where(m, x, y)},
    "transpose": lambda x: {"r": x.T.copy()},
    "chain": lambda x, y: {"r": np.sqrt(np.abs(x * 2 + y)) - 1},
    "matmul": lambda x, y: {"r": x @ y},
    "fft": spectrum,
    "searchsorted": lambda x, y: {"r": np.searchsorted(x, y)},
    "interp": lambda x, points, values: {"r": np.interp(x, points, values)},
    "histogram": histogram,
    "bincount": lambda i: {"r": np.bincount(i)},
    "convolve": lambda x, y: {"r": np.convolve(x, y)},
    "lists": lambda x, i, j: {"r": x[i, j]},
    "along": lambda x, i: {"r": np.take_along_axis(x, i, axis=1)},
    "pad": lambda x: {"r": np.pad(x, 5, mode="reflect")},
    "argmax": lambda x: {"r": x.argmax()},
    "partition": lambda x: {"r": middle(np.partition(x, x.size // 2))},
    "unique": lambda x: {"r": np.unique(x)},
    "lexsort": lambda x, y: {"r": np.lexsort((x, y))},
    "narrow": lambda x: {"r": x.astype(np.float32)},
    "nonzero": lambda m: {"r": np.nonzero(m)[0]},
    "concatenate": lambda x, y: {"r": np.concatenate((x, y))},
    "any": lambda m: {"r": m.any()},
    "whole": lambda x: {"r": x.astype(np.int64)},
    "sort_rows": lambda x: {"r": np.sort(x)},
    "isin": lambda i, j: {"r": np.isin(i, j)},
    "isin_few": lambda i, j: {"r": np.isin(i, j)},
    "argmax_i64": lambda i: {"r": np.argmax(i)},
    "repeat": lambda x, i: {"r": np.repeat(x, i)},
    "norm": lambda x: {"r": np.linalg.norm(x)},
}
