"""Writes numpy_values.json: what NumPy answers for every elementwise primitive and cast, for scalar_test.ts.

Run it as `python3 numpy_values.py > numpy_values.json`, then `deno fmt`. Functions over the reals are computed in
80-bit floats and rounded, so that the test measures the interpreter's error and not NumPy's.
"""

import json
import math

import numpy as np

np.seterr(all="ignore")
NAMES = {
    "bool": np.bool_, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64,
    "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64, "f32": np.float32, "f64": np.float64,
}
DTYPES = list(NAMES)
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.3, -1.5, 2.5, -7.25, 1e5, np.inf, -np.inf, np.nan]


def values(name):
    if name == "bool":
        return np.array([False, True])
    if name[0] == "f":
        return np.array(FLOATS, NAMES[name])
    info = np.iinfo(NAMES[name])
    return np.array([0, 1, 3, 7, info.max, info.min if name[0] == "i" else info.max - 2, -5 if name[0] == "i" else 100],
                    NAMES[name])


def name_of(array):
    return next(name for name in DTYPES if np.dtype(NAMES[name]) == array.dtype)


def listed(array):
    """the values as text, one space between them; floats in the shortest form that reads back"""
    if array.dtype.kind == "f":
        return " ".join(repr(float(x)) for x in array.ravel())
    return " ".join(str(int(x)) for x in array.ravel())


def exactly(function):
    return lambda x: function(x.astype(np.longdouble)).astype(x.dtype)


REAL = {
    "sqrt": np.sqrt, "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "log2": np.log2,
    "log10": np.log10, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "exp2": np.exp2, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "cbrt": np.cbrt,
    # correctly rounded but for halves, unlike what NumPy has none of
    "erf": lambda x: np.array([math.erf(v) for v in x], np.longdouble),
    "reciprocal": lambda x: 1 / x, "deg2rad": np.deg2rad, "rad2deg": np.rad2deg,
}
UNARY = {
    "spacing": np.spacing, "frexpMantissa": lambda x: np.frexp(x)[0], "frexpExponent": lambda x: np.frexp(x)[1].astype(x.dtype),
    "neg": np.negative, "abs": np.abs, "sign": np.sign, "square": np.square, "floor": np.floor, "ceil": np.ceil,
    "trunc": np.trunc, "round": np.round, "isNan": np.isnan, "isFinite": np.isfinite,
    "isInf": np.isinf, "signbit": np.signbit, "invert": np.invert,
}
BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "floorDivide": np.floor_divide,
    "mod": np.mod, "pow": np.power, "minimum": np.minimum, "maximum": np.maximum, "eq": np.equal,
    "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
}
BITS = {"bitwiseAnd": np.bitwise_and, "bitwiseOr": np.bitwise_or, "bitwiseXor": np.bitwise_xor}
SHIFTS = {"leftShift": np.left_shift, "rightShift": np.right_shift, "gcd": np.gcd, "lcm": np.lcm}
REAL_PAIRS = {"atan2": np.arctan2, "hypot": np.hypot}
FLOATING = {"copysign": np.copysign, "heaviside": np.heaviside, "nextafter": np.nextafter, "ldexp": np.ldexp} | REAL_PAIRS
FLOAT_ONLY = ("spacing", "frexpMantissa", "frexpExponent")
BINARY |= {"fmin": np.fmin, "fmax": np.fmax, "fmod": np.fmod} | BITS | SHIFTS | FLOATING
LOGICAL = {"logicalAnd": np.logical_and, "logicalOr": np.logical_or, "logicalXor": np.logical_xor}


def case(op, args, result):
    return {"op": op, "compute": name_of(args[0]), "args": [listed(a) for a in args], "result": listed(result)}


cases = []
for dtype in ("f32", "f64"):
    x = np.array(FLOATS + [1e-3, -20.0, 20.0, -80.0, 0.9999, 3.0], NAMES[dtype])
    cases += [case(op, [x], exactly(function)(x)) for op, function in REAL.items()]
for dtype in DTYPES:
    x = values(dtype)
    for op, function in UNARY.items():
        if dtype[0] == "f" and op == "invert" or dtype[0] != "f" and op in FLOAT_ONLY:
            continue
        # NumPy has no negative, sign or exact rounding of bools, and squares them as int8
        if dtype == "bool" and op in ("neg", "sign", "square", "floor", "ceil", "trunc", "round"):
            continue
        cases.append(case(op, [x], function(x)))
    a, b = (m.ravel() for m in np.meshgrid(x, x, indexing="ij"))
    for op, function in BINARY.items():
        p, q = a, b
        if dtype == "bool" and op in ("sub", "floorDivide", "mod", "pow", "div", "fmod") or dtype == "bool" and op in SHIFTS:
            continue
        if dtype[0] == "f" and (op in BITS or op in SHIFTS) or dtype[0] != "f" and op in FLOATING:
            continue
        if dtype[0] != "f" and op == "div":
            continue
        if dtype[0] == "f" and op in ("minimum", "maximum", "fmin", "fmax"):
            # which of two zeros it is depends on NumPy's build
            keep = ~((p == 0) & (q == 0))
            p, q = p[keep], q[keep]
        if dtype[0] == "i" and op == "pow":
            p, q = p[b >= 0], q[b >= 0]
        if op == "ldexp":
            # a whole exponent, which NumPy takes as an integer
            keep = np.isfinite(q) & (q == np.trunc(q))
            exact = np.ldexp(p[keep], q[keep].astype(np.int32))
            cases.append(case(op, [p[keep], q[keep]], exact))
            continue
        if op in REAL_PAIRS:
            cases.append(case(op, [p, q], function(p.astype(np.longdouble), q.astype(np.longdouble)).astype(p.dtype)))
            continue
        if dtype[0] == "f" and op == "pow":
            cases.append(case(op, [p, q], np.power(p.astype(np.longdouble), q.astype(np.longdouble)).astype(p.dtype)))
            continue
        cases.append(case(op, [p, q], function(p, q)))
x, y = np.array([False, False, True, True]), np.array([False, True, False, True])
cases += [case(op, [x, y], function(x, y)) for op, function in LOGICAL.items()]
cases.append(case("logicalNot", [x], np.logical_not(x)))

casts = []
for source in DTYPES:
    x = values(source)
    if source in ("i64", "u64"):
        # values between two floats, where rounding twice differs from rounding once
        x = np.append(x, np.array([9007199254740993, 9007199791611905, 4611686293305294849], x.dtype))
    for target in DTYPES:
        y = x
        if source[0] == "f":
            # NumPy leaves what is out of range undefined; 8 and 16 bits go through 32 on x86
            y = np.array([0.0, -0.0, 0.7, -0.7, 2.5, -3.9, 200.0, 300.5, 70000.0, 1e9], NAMES[source])
            if target[0] == "f" or target == "bool":
                y = np.append(x, np.array([0.1, 1e-50], x.dtype))
            elif target[0] == "u" and target in ("u32", "u64"):
                y = y[y > -1]
        casts.append({"from": source, "to": target, "values": listed(y), "result": listed(y.astype(NAMES[target]))})

print(json.dumps({"numpy": np.__version__, "elementwise": cases, "casts": casts}))
