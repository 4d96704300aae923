"""The NumPy that one would write first, timed on one thread.

Reads one JSON request a line, answers one JSON line each:
  {"load": DIRECTORY, "names": [...]}   loads NAME.npy of every operand
  {"run": LETTER, "fresh": BOOL}        {"seconds": s}; fresh: the allocator keeps no pages of earlier runs
  {"save": DIRECTORY}                   writes NAME.npy of every result of the last run
  {"versions": true}                    {"python": ..., "numpy": ..., "blas": ...}
"""
import ctypes
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402  (the thread counts must be set before)


def a(x, w, b):
    return {"y": 1 / (1 + np.exp(-(x * w + b)))}


def b(x, m, s):
    return {"y": np.clip((x - m) / s, -3, 3)}


def c(x, w):
    return {"y": x @ w}


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


def k(x):
    return {"y": x - x.mean(axis=1, keepdims=True)}


def l(x, w):  # noqa: E741  (the letter of the table)
    # x is stored column after column: its rows here are the 784 separate columns
    return {"y": (np.stack(list(x), axis=1).astype(np.float32) / 255) @ w}


WORKS = {"a": a, "b": b, "c": c, "e": e, "f": f, "g": g, "h": h, "i": i, "k": k, "l": l}


def versions():
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    except Exception:  # the form of show_config differs between versions; it is only shown
        blas = "unknown"
    return {"python": sys.version.split()[0], "numpy": np.__version__, "blas": blas}


def release_pages():
    """Gives freed memory back to the system, as a process has it that evaluates an expression for the first time."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (AttributeError, OSError):
        pass  # no glibc: its allocator is the one that keeps pages


def main():
    operands, results = {}, {}
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "versions" in request:
            answer = versions()
        elif "load" in request:
            operands = {n: np.load(os.path.join(request["load"], n + ".npy")) for n in request["names"]}
            # a 0-d array would make every result an array of another kind: NumPy users hold scalars
            operands = {n: v[()] if v.ndim == 0 else v for n, v in operands.items()}
        elif "run" in request:
            work = WORKS[request["run"]]
            if request["fresh"]:
                results = {}
                release_pages()
            # else the result before stays until this one takes its name, as in any loop that assigns
            start = time.perf_counter()
            results = work(**operands)
            answer = {"seconds": time.perf_counter() - start}
        elif "save" in request:
            for n, value in results.items():
                np.save(os.path.join(request["save"], n + ".npy"), np.ascontiguousarray(value))
        print(json.dumps(answer), flush=True)


main()
