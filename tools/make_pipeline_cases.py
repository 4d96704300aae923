"""Writes testdata/expr/pipeline_cases.json.gz: random transforms over extreme values, each step as NumPy computes it.

A case has inputs and params of every dtype (NaN, infinities, signed zeros, subnormals, ends of integer ranges) and up to
twenty steps. What a step gives that is exact may be the operand of the next; what is not (exp, a sum of floats) ends its
line, so that errors do not add up. Where ndpipe differs knowingly (no float16; f32 sums in f64), NumPy is asked in those
terms; what C leaves open (floats beyond an integer dtype) and what NumPy raises is left out.

Run: python3 tools/make_pipeline_cases.py
"""

import base64
import gzip
import json
import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")
NAMES = {
    "bool": "bool", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64", "uint8": "u8",
    "uint16": "u16", "uint32": "u32", "uint64": "u64", "float32": "f32", "float64": "f64",
}
DTYPES = {short: np.dtype(name) for name, short in NAMES.items()}
NUM_ROWS, NUM_CASES, MOST_WIDTH = 13, 160, 24
rng = np.random.default_rng(2024)


class Refused(Exception):
    """What ndpipe refuses, or what is not compared."""


def pick(options):
    return options[int(rng.integers(len(options)))]


def values(dtype, shape):
    size, kind = int(np.prod(shape)), rng.integers(3)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind == "f":
        info = np.finfo(dtype)
        special = np.array([
            np.nan, np.inf, -np.inf, 0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, info.max, info.min, info.tiny,
            info.smallest_subnormal, -info.smallest_subnormal, 1e10, 2.0**31, -(2.0**31) - 1, 255, 256, 88.8, -104, 709.9,
        ], dtype)
        small = (rng.normal(0, 4, size) if kind else rng.integers(-9, 10, size)).astype(dtype)
        return np.where(rng.random(size) < (0.1, 0.5, 0.9)[kind], rng.choice(special, size), small).reshape(shape)
    info = np.iinfo(dtype)
    ends = np.array([info.min, info.max, info.min + 1, info.max - 1, 0, 1, 2, 3, info.bits - 1, info.bits], dtype)
    small = rng.integers(max(info.min, -10), 11, size).astype(dtype)
    if kind == 2:
        small = rng.integers(info.min, info.max, size, dtype=dtype, endpoint=True)
    return np.where(rng.random(size) < (0.1, 0.5, 0.3)[kind], rng.choice(ends, size), small).reshape(shape)


def float_of(x):
    """the floats in which ndpipe computes an array, where NumPy may take float16"""
    return x if x.dtype.kind == "f" else x.astype("f4" if x.dtype.itemsize <= 2 else "f8")


def erf(x):
    import math
    return np.vectorize(math.erf, otypes=["f8"])(x)


def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


SAME = {
    "neg": np.negative, "abs": np.abs, "sign": np.sign, "square": np.square, "floor": np.floor, "ceil": np.ceil,
    "trunc": np.trunc, "invert": np.invert, "logicalNot": np.logical_not, "bitwiseCount": np.bitwise_count,
}
EXACT_FLOAT = {"sqrt": np.sqrt, "reciprocal": lambda x: 1 / x, "spacing": np.spacing}
NEAR = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "log2": np.log2,
    "log10": np.log10, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh,
    "atanh": np.arctanh, "cbrt": np.cbrt, "erf": erf, "sigmoid": sigmoid, "deg2rad": np.deg2rad, "rad2deg": np.rad2deg,
}
BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "floorDivide": np.floor_divide,
    "mod": np.mod, "fmod": np.fmod, "minimum": np.minimum, "maximum": np.maximum, "fmin": np.fmin, "fmax": np.fmax,
    "bitwiseAnd": np.bitwise_and, "bitwiseOr": np.bitwise_or, "bitwiseXor": np.bitwise_xor, "leftShift": np.left_shift,
    "rightShift": np.right_shift, "gcd": np.gcd, "lcm": np.lcm, "eq": np.equal, "ne": np.not_equal, "lt": np.less,
    "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "logicalAnd": np.logical_and,
    "logicalOr": np.logical_or, "logicalXor": np.logical_xor,
}
FLOAT_BINARY = {"copysign": np.copysign, "heaviside": np.heaviside, "nextafter": np.nextafter}
NEAR_BINARY = {"atan2": np.arctan2, "hypot": np.hypot, "pow": np.power}
REDUCED = {"min": np.min, "max": np.max, "any": np.any, "all": np.all, "argmin": np.argmin, "argmax": np.argmax,
           "countNonzero": np.count_nonzero}
PICKS_ZERO = {"minimum", "maximum", "fmin", "fmax", "min", "max", "clip"}


def scalar_for(x):
    options = [0, 1, 2, 3, 7, 100, 0.5, -1, -3, 1.5] if x.dtype.kind != "f" else [0, 1, 2, -1, 0.5, -2.5, 100]
    value = pick(options)
    if isinstance(value, int) and x.dtype.kind == "u" and value < 0:
        raise Refused
    return value


def joined(f, x, y):
    """of floats alone: a plain number is weak, beside integers a fraction gives f64"""
    if not isinstance(y, np.ndarray):
        plain = x.dtype.kind == "b" or (isinstance(y, float) and x.dtype.kind != "f")
        out = np.dtype("f8") if plain else float_of(x).dtype
        return f(x.astype(out), np.asarray(y, out)), out
    out = np.result_type(float_of(x), float_of(y))
    return f(x.astype(out), y.astype(out)), out


def near(result, out, scale=None):
    """a step that ends its line: within so many units in the last place, or so much of a scale"""
    return result.astype(out), {"scale": None if scale is None else np.asarray(scale, "f8").ravel().tolist()}


def unary(x):
    kind = rng.integers(4)
    if kind < 2:
        op = pick(list(SAME))
        return op, [x], {}, (SAME[op](x), None)
    if kind == 2:
        op = pick([*EXACT_FLOAT, "round", "isNan", "isFinite", "isInf", "signbit", "nanToNum", "frexpMantissa", "frexpExponent"])
        if op in EXACT_FLOAT:
            return op, [x], {}, (EXACT_FLOAT[op](float_of(x)), None)
        if op.startswith("frexp"):
            y = float_of(x)
            mantissa, exponent = np.frexp(y)
            return op, [x], {}, (mantissa if op == "frexpMantissa" else np.where(np.isfinite(y), exponent, 0).astype(y.dtype), None)
        if x.dtype.kind != "f":
            plain = {"isNan": x != x, "isInf": x != x, "isFinite": x == x, "signbit": x < 0}
            return op, [x], {}, (plain.get(op, x.copy()), None)
        f = {"round": np.rint, "isNan": np.isnan, "isFinite": np.isfinite, "isInf": np.isinf, "signbit": np.signbit, "nanToNum": np.nan_to_num}
        return op, [x], {}, (f[op](x), None)
    op, y = pick(list(NEAR)), float_of(x)
    return op, [x], {}, near(NEAR[op](y.astype("f8")), y.dtype)


def binary(x, y):
    kind = rng.integers(6)
    if kind < 4:
        op = pick(list(BINARY))
        return op, [x, y], {}, (BINARY[op](x, y), None)
    if kind == 4:
        op = pick(list(FLOAT_BINARY))
        return op, [x, y], {}, (joined(FLOAT_BINARY[op], x, y)[0], None)
    op = pick(list(NEAR_BINARY))
    if op != "pow":
        return op, [x, y], {}, near(*joined(lambda a, b: NEAR_BINARY[op](a.astype("f8"), b.astype("f8")), x, y))
    out = np.power(x[:1], y[:1] if isinstance(y, np.ndarray) and y.shape[:1] == x.shape[:1] else abs(y)).dtype
    if out.kind in "iu":
        if np.any(np.asarray(y) < 0):
            raise Refused
        return op, [x, y], {}, (np.power(x, y), None)
    # NumPy takes the root of a power of 0.5: another sign of zero, NaN of -inf
    exponent = y if isinstance(y, np.ndarray) else np.full((1,) * x.ndim, y)
    return op, [x, y], {}, near(np.power(x.astype("f8"), np.broadcast_to(exponent.astype("f8"), x.shape).copy()), out)


def reduction(x):
    axis = x.ndim - 1
    if axis == 0:
        raise Refused
    op, keep = pick([*REDUCED, "sum", "prod", "mean", "var", "std", "softmax", "logSumExp", "norm"]), bool(rng.integers(2))
    options = {"axis": axis, "keepdims": keep}
    if op in REDUCED:
        return op, [x], options, (np.asarray(REDUCED[op](x, axis=axis, keepdims=keep)), None)
    if op in ("sum", "prod") and x.dtype.kind != "f":
        return op, [x], options, (getattr(np, op)(x, axis=axis, keepdims=keep), None)
    big = x.astype("f8")
    if op in ("softmax", "logSumExp", "norm"):
        options = {"axis": axis}
        if not np.all(np.abs(big) < 1e6):
            raise Refused
        out = x.dtype if x.dtype.kind == "f" else np.dtype("f8") if op == "norm" else float_of(x).dtype
        if op == "norm":
            return op, [x], options, near(np.sqrt(np.sum(big * big, axis)), out)
        most = big.max(axis, keepdims=True)
        parts = np.exp(big - most)
        total = parts.sum(axis, keepdims=True)
        if op == "softmax":
            return op, [x], options, near(parts / total, out, np.ones(x.shape))
        return op, [x], options, near((np.log(total) + most).squeeze(axis), out, np.abs(most).ravel() + 1)
    if not np.all(np.abs(big) < 1e12) or op == "prod":
        raise Refused
    out = x.dtype if x.dtype.kind == "f" else np.dtype("f8")
    scale = np.abs(big).max(axis)
    scale = scale * x.shape[axis] if op == "sum" else scale * scale * x.shape[axis] if op == "var" else scale
    if op == "std":
        # near 0, a root doubles the digits that were lost
        scale = scale * np.sqrt(x.shape[axis]) / np.sqrt(np.finfo(out).eps)
    return op, [x], options, near(np.asarray(getattr(np, op)(big, axis=axis, keepdims=keep)), out, scale)


def movement(x, y):
    last, op = x.ndim - 1, pick(["expandDims", "slice", "concat", "stack", "take", "outer", "matmul"])
    if op == "expandDims":
        return op, [x], {"axis": last + 1}, (x[..., None], None)
    if last == 0 or x.shape[last] < 2 or not isinstance(y, np.ndarray):
        raise Refused
    if op == "slice":
        text = ":, " * last + pick(["1:", "::-1", "::2", "-1:", "0"])
        return op, [x], {"text": text}, (eval(f"x[{text}]", {"x": x}), None)
    if op == "take":
        places = [1, 0, -1, 1]
        return op, [x], {"indices": places, "axis": last}, (np.take(x, places, last), None)
    if y.shape[:1] != x.shape[:1] and op in ("concat", "stack"):
        raise Refused
    if op == "concat":
        return op, [x, y], {"axis": last}, (np.concatenate([x, y], last), None)
    if op == "stack":
        return op, [x, y], {"axis": 1}, (np.stack([x, y], 1), None)
    if y.ndim != 1 or y.shape[0] == NUM_ROWS or x.dtype.kind == y.dtype.kind == "b":
        raise Refused
    if op == "outer":
        return op, [x, y], {}, (x[..., None] * y, None)
    out = np.result_type(x, y)
    if out.kind != "f":
        return op, [x, y], {}, (np.matmul(x.astype(out), y.astype(out)), None)
    a, b = x.astype("f8"), y.astype("f8")
    if not (np.all(np.abs(a) < 1e12) and np.all(np.abs(b) < 1e12)):
        raise Refused
    return op, [x, y], {}, near(a @ b, out, np.abs(a) @ np.abs(b))


def cast(x):
    dtype = pick(list(DTYPES))
    to = DTYPES[dtype]
    if x.dtype.kind == "f" and to.kind in "iu":
        info = np.iinfo(to)
        if not np.all((np.trunc(x) >= float(info.min)) & (np.trunc(x) < float(info.max))):
            raise Refused
    return "astype", [x], {"dtype": dtype}, (x.astype(to), None)


def choice(x, y, masks):
    kind = rng.integers(3)
    if kind == 0 and masks:
        mask = pick(masks)
        return "where", [mask, x, y], {}, (np.where(mask, x, y), None)
    if kind == 1:
        low, high = scalar_for(x), scalar_for(x)
        return "clip", [x, low, high], {}, (np.clip(x, low, high), None)
    value = pick([0, 1.5, -1])
    return "fillNan", [x, value], {}, (np.where(np.isnan(x), x.dtype.type(value), x) if x.dtype.kind == "f" else x.copy(), None)


def step(pool, masks):
    x = pool[pick(range(max(0, len(pool) - 7), len(pool)))] if rng.random() < 0.8 else pick(pool)
    if x.ndim == 0 or x.shape[0] != NUM_ROWS:
        raise Refused
    y = pick(pool) if rng.random() < 0.7 else scalar_for(x)
    kind = rng.integers(20)
    if kind < 6:
        made = unary(x)
    elif kind < 12:
        made = binary(x, y)
    elif kind < 14:
        made = cast(x)
    elif kind < 16:
        made = reduction(x)
    elif kind < 18:
        made = choice(x, y, masks)
    else:
        made = movement(x, y)
    op, operands, options, (result, ends) = made
    result = np.array(result)
    shapes = [operand.shape for operand in operands if isinstance(operand, np.ndarray)]
    if result.ndim == 0 or result.shape[0] != NUM_ROWS or int(np.prod(result.shape[1:])) > MOST_WIDTH:
        raise Refused
    if op in BINARY or op in FLOAT_BINARY or op in NEAR_BINARY or op == "where":
        if result.shape not in shapes or any(s[:1] == (NUM_ROWS,) and len(s) < result.ndim for s in shapes):
            raise Refused
    if str(result.dtype) not in NAMES:
        raise Refused
    if op in PICKS_ZERO and result.dtype.kind == "f" and np.any(result == 0):
        if any(isinstance(o, np.ndarray) and o.dtype.kind == "f" and np.any((o == 0) & np.signbit(o)) for o in operands):
            raise Refused
    if result.dtype.kind == "f":
        result[np.isnan(result)] = np.nan
    return op, operands, options, result, ends


def stored(a):
    return {"dtype": NAMES[str(a.dtype)], "shape": list(a.shape), "data": base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()}


def make_case():
    width = pick([2, 3, 5, 8])
    kinds = {"a": (NUM_ROWS, width), "b": (NUM_ROWS, width), "c": (NUM_ROWS,), "v": (width,), "d": (NUM_ROWS, width)}
    leaves = {name: values(pick(list(DTYPES.values())), shape) for name, shape in kinds.items()}
    pool, names, steps = list(leaves.values()), list(leaves), []
    for _ in range(400):
        if len(steps) >= 20:
            break
        masks = [a for a in pool if a.dtype.kind == "b"]
        try:
            op, operands, options, result, ends = step(pool, masks)
        except (Refused, TypeError, ValueError, OverflowError, np.exceptions.AxisError):
            continue
        place = lambda operand: next(names[i] for i, a in enumerate(pool) if a is operand)
        args = [place(o) if isinstance(o, np.ndarray) else {"number": o} for o in operands]
        name = f"s{len(steps)}"
        steps.append({"name": name, "op": op, "args": args, **options, "expected": stored(result), **({} if ends is None else {"near": ends})})
        if ends is None:
            pool.append(result)
            names.append(name)
    return {"leaves": {name: stored(a) for name, a in leaves.items()}, "steps": steps}


cases = [make_case() for _ in range(NUM_CASES)]
path = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "expr" / "pipeline_cases.json.gz"
path.parent.mkdir(exist_ok=True)
path.write_bytes(gzip.compress(json.dumps(cases, separators=(",", ":")).encode(), 9, mtime=0))
print(len(cases), "cases", sum(len(case["steps"]) for case in cases), "steps", path.stat().st_size, "bytes")
