"""What Polars can express on columns: a (N, k) table is k columns. Its threads are set by the environment."""
import numpy as np
import polars as pl


def a(frame, w, b):
    return {"y": frame.select(1 / (1 + (-(pl.col("x") * w + b)).exp()))}


def b(frame, m, s):
    columns = [((pl.col(c) - m[j]) / s[j]).clip(-3, 3) for j, c in enumerate(frame.columns)]
    return {"y": frame.select(columns)}


def e(frame):
    return {"y": frame.filter(pl.col("x") > 0)}


def f(frame, t, m):
    return {"y": frame.select(pl.when(pl.col("x") > t).then(m).otherwise(pl.col("x")).alias("x"))}


def i(frame):
    return {"y": frame.select(pl.col("x").abs().log1p() * pl.col("x").sign())}


def k(frame):
    mean = pl.mean_horizontal(pl.all())
    return {"y": frame.lazy().with_columns(mean.alias("mean")).select(pl.exclude("mean") - pl.col("mean")).collect()}


def prepare(letter, operands):
    x = operands.pop("x")
    columns = {"x": x} if x.ndim == 1 else {f"x{j}": np.ascontiguousarray(x[:, j]) for j in range(x.shape[1])}
    # a literal of the columns' own type: a number of Python's would be one of double precision
    scalars = {n: pl.lit(v) if np.ndim(v) == 0 else [pl.lit(one) for one in v] for n, v in operands.items()}
    return {"frame": pl.DataFrame(columns), **scalars}


def to_numpy(frame):
    array = frame.to_numpy()
    return array[:, 0] if frame.width == 1 else array


WORKS = {"a": a, "b": b, "e": e, "f": f, "i": i, "k": k}
VERSIONS = {"polars": pl.__version__}
