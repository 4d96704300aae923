"""A Python peer of the bench: python3 serve.py LIBRARY, one of those with a LIBRARY_works.py beside this file.

Reads one JSON request a line, answers one JSON line each:
  {"load": DIRECTORY, "names": [...], "letter": LETTER}   loads NAME.npy of every operand, as the library holds it
  {"run": LETTER, "fresh": BOOL, "repeat": N}   {"seconds": s}, the mean of N runs (default 1); fresh: the allocator
                                   keeps no pages of earlier runs.
                                   A peer that cannot do it at this size answers {"error": MESSAGE}
  {"save": DIRECTORY}              writes NAME.npy of every result of the last run
  {"describe": true}               {"letters": [...], "versions": {...}}

A LIBRARY_works.py has WORKS, a function for each letter of the table; VERSIONS; and, where the library does not
work on NumPy's arrays, prepare(letter, operands), which gives the function's keyword arguments.
"""
import ctypes
import importlib
import json
import os
import sys
import time

THREADS = os.environ.get("NDPIPE_BENCH_THREADS", "1")
for name in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "NUMEXPR_NUM", "NUMEXPR_MAX", "POLARS_MAX"):
    os.environ[name + "_THREADS"] = THREADS

import numpy as np  # noqa: E402  (the thread counts must be set before)


def release_pages():
    """Gives freed memory back to the system, as a process has it that evaluates an expression for the first time."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (AttributeError, OSError):
        pass  # no glibc: its allocator is the one that keeps pages


def serve(library):
    works = importlib.import_module(library + "_works")
    prepare = getattr(works, "prepare", lambda _letter, operands: operands)
    operands, results = {}, {}
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "describe" in request:
            answer = {"letters": sorted(works.WORKS), "versions": works.VERSIONS}
        elif "load" in request:
            results = {}
            arrays = {n: np.load(os.path.join(request["load"], n + ".npy")) for n in request["names"]}
            # a 0-d array would make every result an array of another kind: NumPy users hold scalars
            arrays = {n: v[()] if v.ndim == 0 else v for n, v in arrays.items()}
            operands = prepare(request["letter"], arrays)
        elif "run" in request:
            work = works.WORKS[request["run"]]
            if request["fresh"]:
                results = {}
                release_pages()
            # else the result before stays until this one takes its name, as in any loop that assigns
            repeat = request.get("repeat", 1)
            start = time.perf_counter()
            for _ in range(repeat):
                results = work(**operands)
            answer = {"seconds": (time.perf_counter() - start) / repeat}
        elif "save" in request:
            for n, value in results.items():
                array = works.to_numpy(value) if hasattr(works, "to_numpy") else value
                np.save(os.path.join(request["save"], n + ".npy"), np.ascontiguousarray(array))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
