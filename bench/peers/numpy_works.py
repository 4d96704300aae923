"""The NumPy that one would write first."""
import sys

import numpy as np


def a(x, w, b):
    return {"y": 1 / (1 + np.exp(-(x * w + b)))}


def b(x, m, s):
    return {"y": np.clip((x - m) / s, -3, 3)}


def c(x, w):
    return {"y": x @ w}


def d(x):
    return {"mean": x.mean(axis=0), "std": x.std(axis=0)}


def e(x):
    return {"y": x[x > 0]}


def f(x, t, m):
    return {"y": np.where(x > t, m, x)}


def g(x, m, s, w):
    z = np.clip((x - m) / s, -3, 3)
    logits = z @ w
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    return {"cluster": p.argmax(axis=1), "score": p.max(axis=1)}


def h(x, c):
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    return {"y": unit @ (c / np.linalg.norm(c, axis=1, keepdims=True)).T}


def i(x):
    return {"y": np.log1p(np.abs(x)) * np.sign(x)}


def j(x, y):
    return {"z": x @ y}


def k(x):
    return {"y": x - x.mean(axis=1, keepdims=True)}


def l(x, w):  # noqa: E741  (the letter of the table)
    # x is stored column after column: its rows here are the 784 separate columns
    return {"y": (np.stack(list(x), axis=1).astype(np.float32) / 255) @ w}


WORKS = {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g, "h": h, "i": i, "j": j, "k": k, "l": l}


def blas():
    try:
        return np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    except Exception:  # the form of show_config differs between versions; it is only shown
        return "unknown"


VERSIONS = {"python": sys.version.split()[0], "numpy": np.__version__, "blas": blas()}
