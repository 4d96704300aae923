"""Writes testdata/ndarray/ufunc_cases.json.gz: what NumPy says of elementwise functions, reductions and their methods.

Each case is a JavaScript expression over the eager API with its operands, which are views of a pool of arrays: whole,
reversed, transposed, strided, repeated, 0-d, empty. The test evaluates it and compares dtype, shape, strides and
elements with NumPy's. Where ndpipe differs knowingly (float16, f32 sums in f64), NumPy is asked in those terms.

Over 400 lines because all cases are drawn from one generator of random numbers, in one order, into one file.

Run: python3 tools/make_ufunc_cases.py
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
DTYPES = [np.dtype(name) for name in NAMES]
SHAPES = [(), (0,), (1,), (2,), (5,), (9,), (19,), (3, 4), (2, 3, 4), (0, 3), (3, 0), (1, 1), (5, 1), (4, 7)]
rng = np.random.default_rng(17)
pool, keys, cases = [], {}, []


def stored(a):
    """The index of an array in the pool."""
    a = np.ascontiguousarray(a) if a.ndim else a
    entry = [NAMES[a.dtype.name], list(a.shape), base64.b64encode(a.tobytes()).decode()]
    key = json.dumps(entry)
    if key not in keys:
        keys[key] = len(pool)
        pool.append(entry)
    return keys[key]


def values(shape, dtype, tame=False):
    size = int(np.prod(shape))
    if dtype.kind == "b":
        return rng.integers(0, 2, size).astype(bool).reshape(shape)
    if dtype.kind == "f":
        a = rng.choice([0.0, -0.0, 1.0, 1.5, -2.25, 3.0, 0.1, -7.0, 1e-5, 12.0, 0.5], size)
        if rng.random() < 0.5:
            a = rng.normal(0, 5, size)
        if not tame and rng.random() < 0.5:
            special = rng.choice([np.nan, np.inf, -np.inf, 1e300, -1e30, 5e-324, -0.0, 1e-40], size)
            a = np.where(rng.random(size) < 0.3, special, a)
        return a.astype(dtype).reshape(shape)
    info = np.iinfo(dtype)
    a = rng.integers(0 if dtype.kind == "u" else -6, 7, size).astype(dtype)
    if not tame and rng.random() < 0.4:
        special = np.array([info.min, info.max, 0, 1, info.max - 1, info.min + 1, info.max // 2], dtype)
        a = np.where(rng.random(size) < 0.5, special[rng.integers(0, 7, size)], a)
    return a.astype(dtype).reshape(shape)


def operand(shape, dtype, tame=False, layout=None):
    """An array of the shape and how to make it: [index in the pool, JavaScript view of it]."""
    layout = int(rng.integers(0, 7)) if layout is None else layout
    if layout == 1 and len(shape) > 0:
        base = values(shape, dtype, tame)
        return base[::-1], [stored(base), ".slice('::-1')"]
    if layout == 2 and len(shape) > 1:
        base = values(shape[::-1], dtype, tame)
        return base.T, [stored(base), ".T"]
    if layout == 3 and len(shape) > 0:
        base = values((*shape[:-1], 2 * shape[-1] + 1), dtype, tame)
        view = base[..., 1::2]
        return view, [stored(base), ".slice('..., 1::2')"]
    if layout == 4 and len(shape) > 0:
        base = values(shape, dtype, tame)
        return base[..., ::-1], [stored(base), ".slice('..., ::-1')"]
    if layout == 5 and len(shape) > 1:
        base = values(shape[1:], dtype, tame)
        return np.broadcast_to(base, shape), [stored(base), f".broadcastTo({json.dumps(shape)})"]
    base = values(shape, dtype, tame)
    return base, [stored(base)]


def strides_of(a):
    return [s if n > 1 else None for s, n in zip(a.strides, a.shape)] if a.ndim and a.size else None


def case(code, operands, run, ulp=0, scale=0.0):
    """A case; where NumPy refuses, that is what is expected. Tolerance: ulp, or an absolute number."""
    try:
        result = run()
    except Exception:
        cases.append([code, operands, None])
        return
    scalar = not isinstance(result, np.ndarray)
    result = np.asarray(result)
    if result.dtype.name not in NAMES:
        return
    # where the axes of repeated elements go is not worth a promise
    is_open = any(name in code for name in ("reduceat", "countNonzero", "isclose", "histogram", "round", "nanquantile", "nanpercentile", "nancumprod"))
    entry = [code, operands, stored(result), None if scalar or is_open else strides_of(result)]
    if ulp or scale:
        entry.append(ulp)
    if scale:
        entry.append(float(scale) if np.isfinite(scale) else 0)
    cases.append(entry)


def some(items):
    return items[int(rng.integers(0, len(items)))]


def narrow(a):
    """float16 has no place here: bool and 8 bits compute in f32. Repeated axes stay repeated."""
    if a.dtype.name not in ("bool", "int8", "uint8"):
        return a
    return retyped(a, np.float32)


def retyped(a, dtype):
    """As another dtype; repeated axes stay repeated."""
    own = a[tuple(slice(0, 1) if stride == 0 else slice(None) for stride in a.strides)]
    return np.broadcast_to(own.astype(dtype, order="K"), a.shape) if own.shape != a.shape else a.astype(dtype)


def js(value):
    if value is None:
        return "null"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(js(v) for v in value) + "]"
    if isinstance(value, float):
        return "NaN" if value != value else repr(value).replace("inf", "Infinity")
    if isinstance(value, int) and abs(value) >= 2**53:
        return f"{value}n"
    return json.dumps(value) if isinstance(value, str) else repr(value)


# NumPy's name, ndpipe's, float only (computes in floating point), ULP that both may be off together
UNARY = [
    ("negative", "neg", False, 0), ("positive", "positive", False, 0), ("absolute", "abs", False, 0), ("sign", "sign", False, 0), ("square", "square", False, 0),
    ("sqrt", "sqrt", True, 0), ("exp", "exp", True, 4), ("expm1", "expm1", True, 4), ("log", "log", True, 4),
    ("log1p", "log1p", True, 4), ("log2", "log2", True, 4), ("log10", "log10", True, 4), ("sin", "sin", True, 4),
    ("cos", "cos", True, 4), ("tanh", "tanh", True, 4), ("floor", "floor", False, 0), ("ceil", "ceil", False, 0),
    ("trunc", "trunc", False, 0), ("invert", "invert", False, 0), ("deg2rad", "deg2rad", True, 3),
    ("rad2deg", "rad2deg", True, 3), ("isnan", "isNan", False, 0), ("isfinite", "isFinite", False, 0),
    ("isinf", "isInf", False, 0), ("signbit", "signbit", False, 0), ("logical_not", "logicalNot", False, 0),
    ("exp2", "exp2", True, 4), ("tan", "tan", True, 4), ("arcsin", "asin", True, 4), ("arccos", "acos", True, 4),
    ("arctan", "atan", True, 4), ("sinh", "sinh", True, 4), ("cosh", "cosh", True, 4), ("arcsinh", "asinh", True, 4),
    ("arccosh", "acosh", True, 4), ("arctanh", "atanh", True, 4), ("cbrt", "cbrt", True, 4), ("spacing", "spacing", True, 0),
    ("degrees", "degrees", True, 3), ("radians", "radians", True, 3), ("bitwise_not", "bitwiseNot", False, 0),
    ("fabs", "fabs", True, 0), ("isposinf", "isposinf", False, 0), ("isneginf", "isneginf", False, 0),
]
BINARY = [
    ("add", "add", False, 0), ("subtract", "sub", False, 0), ("multiply", "mul", False, 0), ("divide", "div", False, 0),
    ("floor_divide", "floorDivide", False, 0), ("remainder", "mod", False, 0), ("fmod", "fmod", False, 0),
    ("power", "pow", False, 4), ("minimum", "minimum", False, 0), ("maximum", "maximum", False, 0),
    ("fmin", "fmin", False, 0), ("fmax", "fmax", False, 0), ("copysign", "copysign", True, 0),
    ("heaviside", "heaviside", True, 0), ("bitwise_and", "bitwiseAnd", False, 0), ("bitwise_or", "bitwiseOr", False, 0),
    ("bitwise_xor", "bitwiseXor", False, 0), ("left_shift", "leftShift", False, 0), ("right_shift", "rightShift", False, 0),
    ("gcd", "gcd", False, 0), ("lcm", "lcm", False, 0), ("equal", "eq", False, 0), ("not_equal", "ne", False, 0),
    ("less", "lt", False, 0), ("less_equal", "le", False, 0), ("greater", "gt", False, 0), ("greater_equal", "ge", False, 0),
    ("logical_and", "logicalAnd", False, 0), ("logical_or", "logicalOr", False, 0), ("logical_xor", "logicalXor", False, 0),
    ("float_power", "floatPower", False, 4), ("arctan2", "atan2", True, 4), ("hypot", "hypot", True, 4),
    ("nextafter", "nextafter", True, 0), ("true_divide", "trueDivide", False, 0),
]
CASTINGS = ["no", "safe", "same_kind", "unsafe"]


def is_settled(name, *arrays):
    """Whether C settles the value: shifts beyond the width, lcm and gcd of the smallest integer do not agree between
    machines, float remainders of infinities neither."""
    if name in ("gcd", "lcm", "power") and any(a.dtype.kind == "i" and a.size and (a == np.iinfo(a.dtype).min).any() for a in arrays):
        return False
    if name in ("floor_divide", "remainder", "fmod") and any(a.dtype.kind == "f" for a in arrays):
        return all(np.isfinite(a).all() and (np.abs(a) < 1e15).all() for a in arrays)
    if name in ("left_shift", "right_shift"):
        return arrays[1].size == 0 or ((arrays[1] >= 0) & (arrays[1] < 8 * np.result_type(*arrays).itemsize)).all()
    return True


def partner(shape):
    """A shape that broadcasts with another one (or, rarely, does not)."""
    pick = rng.random()
    if pick < 0.5:
        return shape
    if pick < 0.7:
        return ()
    if pick < 0.95:
        return tuple(1 if rng.random() < 0.4 else n for n in shape[int(rng.integers(0, len(shape) + 1)):])
    return (*shape[:-1], 6)


for numpy_name, name, is_float, ulp in UNARY:
    f = getattr(np, numpy_name)
    for dtype in DTYPES:
        for i in range(8):
            a, spec = operand(some(SHAPES), dtype, layout=i if i < 6 else None)
            wide = narrow(a) if is_float or numpy_name == "signbit" else a
            case(f"nd.{name}(a)", [spec], lambda: f(wide), ulp)
    for dtype in DTYPES:
        for _ in range(3):
            a, spec = operand(some(SHAPES), dtype)
            wide = narrow(a) if is_float else a
            target = some(DTYPES)
            out = values(a.shape, target, True)
            mask, mask_spec = operand(a.shape, np.dtype(bool))
            out_spec = [stored(out)]
            if numpy_name in ("isposinf", "isneginf"):
                continue
            # casting a NaN to an integer is not settled, so only what NumPy refuses or does in floats is asked
            casts = "same_kind" if target.kind in "biu" else some(CASTINGS[2:])
            if is_float and dtype.name in ("bool", "int8", "uint8"):
                casts = "same_kind"
            # what is computed in f32 has its ULP in an out of f64 too
            loose = ulp * (2**29 if target == np.float64 and np.result_type(wide, np.float32) == np.float32 else 1)
            case(f"nd.{name}(a, {{ out: c, where: b, casting: {js(casts)} }})", [spec, mask_spec, out_spec],
                 lambda: f(wide, out=out.copy(), where=mask, casting=casts), loose)
            asked = some(DTYPES)
            case(f"nd.{name}(a, {{ dtype: {js(NAMES[asked.name])} }})", [spec],
                 lambda: f(a, dtype=asked), ulp)

for numpy_name, name, is_float, ulp in BINARY:
    f = getattr(np, numpy_name)
    for left in DTYPES:
        for right in DTYPES:
            shape = some(SHAPES)
            # a signed and an unsigned integer of up to 16 bits meet in i32, and so in f64; NumPy finds f32
            if is_float and left.kind + right.kind in ("iu", "ui") and max(left.itemsize, right.itemsize) == 2 and "u2" in (left.str[1:], right.str[1:]):
                continue
            a, a_spec = operand(shape, left)
            b, b_spec = operand(partner(shape), right)
            if not is_settled(numpy_name, a, b):
                a, a_spec = operand(shape, left, tame=True)
                b = np.abs(values(b.shape, right, True)) if right.kind != "b" else values(b.shape, right)
                b_spec = [stored(b)]
            if not is_settled(numpy_name, a, b):
                continue
            x, y = (narrow(a), narrow(b)) if is_float else (a, b)
            case(f"nd.{name}(a, b)", [a_spec, b_spec], lambda: f(x, y), ulp)
    for dtype in DTYPES:
        for scalar in [0, 1, 3, -2, 300, 2.5, True, 2**40, -(2**63), 2**63]:
            a, spec = operand(some(SHAPES), dtype, tame=True)
            if not is_settled(numpy_name, a, np.array(scalar)) or numpy_name in ("gcd", "lcm", "float_power", "power") and abs(scalar) > 300:
                continue
            if abs(scalar) > 2**60 and (dtype.kind in "fb"):
                continue
            if is_float and dtype.name in ("bool", "int8", "uint8"):
                continue
            case(f"nd.{name}(a, {js(scalar)})", [spec], lambda: f(a, scalar), ulp)
            if numpy_name not in ("left_shift", "right_shift", "power", "float_power"):
                case(f"nd.{name}({js(scalar)}, a)", [spec], lambda: f(scalar, a), ulp)
    for dtype in DTYPES:
        for _ in range(4):
            shape = some(SHAPES)
            other = dtype if rng.random() < 0.6 else some(DTYPES)
            a, a_spec = operand(shape, dtype, tame=True)
            b, b_spec = operand(shape, other, tame=True)
            if not is_settled(numpy_name, a, b):
                b = np.abs(b) if other.kind != "b" else b
                b_spec = [stored(b)]
            if is_float and "float16" in str(np.result_type(a, b)) or is_float:
                a, b = narrow(a), narrow(b)
                a_spec, b_spec = [stored(a)], [stored(b)]
            target = some(DTYPES)
            out, (mask, mask_spec) = values(shape, target, True), operand(shape, np.dtype(bool))
            if numpy_name == "float_power":
                continue
            case(f"nd.{name}(a, b, {{ out: d, where: c }})", [a_spec, b_spec, mask_spec, [stored(out)]],
                 lambda: f(a, b, out=out.copy(), where=mask),
                 ulp * (2**29 if target == np.float64 and np.result_type(a, b, np.float32) == np.float32 else 1))
            asked, casts = some(DTYPES), some(CASTINGS)
            if asked.kind in "iu" and "f" in (a.dtype.kind + b.dtype.kind):
                casts = "same_kind"
            if numpy_name in ("left_shift", "right_shift", "gcd", "lcm"):
                continue
            if is_float and asked.itemsize < 4:
                continue
            case(f"nd.{name}(a, b, {{ dtype: {js(NAMES[asked.name])}, casting: {js(casts)} }})", [a_spec, b_spec],
                 lambda: f(a, b, dtype=asked, casting=casts), ulp)
    # out overlaps an operand
    for dtype in DTYPES:
        # an infinite quotient has no integer
        if numpy_name in ("float_power", "divide", "true_divide") or is_float or f.types[0][-1] == "?" and numpy_name not in ("add", "multiply"):
            continue
        base = values((3, 7), dtype, True)
        if not is_settled(numpy_name, base, base):
            base = np.abs(base)

        def overlapping():
            a = base.copy()
            f(a[:, 1:], a[:, :-1], out=a[:, 1:], casting="unsafe")
            return a

        def reversing():
            a = base.copy()
            f(a, a[::-1, ::-1], out=a, casting="unsafe")
            return a

        case(f"(nd.{name}(a.slice(':, 1:'), a.slice(':, :-1'), {{ out: a.slice(':, 1:'), casting: 'unsafe' }}), a)",
             [[stored(base)]], overlapping, ulp)
        case(f"(nd.{name}(a, a.slice('::-1, ::-1'), {{ out: a, casting: 'unsafe' }}), a)", [[stored(base)]], reversing, ulp)


def axis_of(a, several=True):
    if a.ndim == 0 or rng.random() < 0.25:
        return None
    if several and a.ndim > 1 and rng.random() < 0.3:
        return tuple(int(x) for x in rng.permutation(a.ndim)[:2])
    if rng.random() < 0.03:
        return a.ndim
    return int(rng.integers(-a.ndim, a.ndim))


def exact(a):
    """What a sum is compared with: elements that add without error in f64, or a scale for the tolerance."""
    finite = np.abs(a.astype(np.float64))
    return float(np.sum(finite[np.isfinite(finite)])) if a.size else 0.0


REDUCTIONS = ["sum", "prod", "min", "max", "any", "all", "mean", "var", "std"]
for name in REDUCTIONS:
    f = getattr(np, name)
    for dtype in DTYPES:
        for _ in range(26):
            a, spec = operand(some(SHAPES), dtype, tame=rng.random() < 0.7)
            if dtype.kind == "f" and name in ("sum", "prod", "mean", "var", "std") and np.nanmax(np.abs(a), initial=0, where=np.isfinite(a)) > 1e20:
                continue
            axis, keepdims = axis_of(a), bool(rng.integers(0, 2))
            options, arguments, operands = [f"axis: {js(axis)}", f"keepdims: {js(keepdims)}"], {"axis": axis, "keepdims": keepdims}, [spec]
            if rng.random() < 0.35:
                mask, mask_spec = operand(a.shape if rng.random() < 0.8 else a.shape[1:], np.dtype(bool))
                options.append("where: b")
                operands.append(mask_spec)
                arguments["where"] = mask
            if name in ("sum", "prod", "min", "max") and rng.random() < 0.4:
                initial = some([0, 2, 5]) if dtype.kind != "b" else True
                options.append(f"initial: {js(initial)}")
                arguments["initial"] = initial
            if name in ("sum", "prod") and rng.random() < 0.3 and dtype.kind != "f":
                asked = some(DTYPES[1:])
                options.append(f"dtype: {js(NAMES[asked.name])}")
                arguments["dtype"] = asked
            if name in ("var", "std") and rng.random() < 0.5:
                options.append("ddof: 1")
                arguments["ddof"] = 1
            wide = a
            result_type = None
            if dtype == np.float32 and name not in ("min", "max", "any", "all"):
                wide, result_type = retyped(a, np.float64), np.float32

            def run():
                result = f(wide, **arguments)
                return result if result_type is None else np.asarray(result).astype(result_type)[()]

            base = exact(a)
            eps = 2.0**-22 if a.dtype == np.float32 else 2.0**-49
            scale = eps * (base + 10) if name in ("sum", "mean") else eps * (base + 10) ** 2 if name == "var" else eps * (base + 10) if name == "std" else 0
            if dtype.kind != "f" and name in ("sum",):
                scale = 0 if arguments.get("dtype", dtype).kind != "f" else scale
            case(f"nd.{name}(a, {{ {', '.join(options)} }})", operands, run, 64 if name == "prod" else 4 if scale else 0, scale)
            # into out
            if "where" in arguments or rng.random() < 0.5:
                continue
            try:
                shape = np.asarray(run()).shape
            except Exception:
                continue
            target = some([d for d in DTYPES if np.can_cast(dtype, d) and (d.kind == "f" if dtype.kind == "f" or name in ("mean", "var", "std") else d.kind in "iu")] or [np.dtype(float)])
            if name in ("sum", "prod") and (target.kind == "f" or "dtype" in arguments):
                continue
            out = values(shape, target, True)
            case(f"nd.{name}(a, {{ {', '.join(options)}, out: b }})", [*operands, [stored(out)]],
                 lambda: f(a, **arguments, out=out.copy()), 4 if scale else 0, scale * (2.0**27 if target == np.float32 and a.dtype != np.float32 else 4))

for name in ["argmin", "argmax", "count_nonzero"]:
    f, own = getattr(np, name), "countNonzero" if name == "count_nonzero" else name
    for dtype in DTYPES:
        for _ in range(12):
            a, spec = operand(some(SHAPES), dtype)
            axis, keepdims = axis_of(a, several=False), bool(rng.integers(0, 2))
            case(f"nd.{own}(a, {{ axis: {js(axis)}, keepdims: {js(keepdims)} }})", [spec], lambda: f(a, axis=axis, keepdims=keepdims))

METHODS = [(n, o, u) for n, o, is_float, u in BINARY if n not in ("float_power", "divide", "power", "fmod", "remainder", "floor_divide", "true_divide", "arctan2", "nextafter", "copysign", "heaviside", "left_shift", "right_shift")]
for numpy_name, name, ulp in METHODS:
    f = getattr(np, numpy_name)
    for dtype in DTYPES:
        for _ in range(5):
            a, spec = operand(some([s for s in SHAPES if s]), dtype, tame=True)
            if not is_settled(numpy_name, a) or numpy_name == "hypot" and dtype.kind != "f":
                continue
            axis, keepdims = axis_of(a), bool(rng.integers(0, 2))
            wide = retyped(a, np.float64) if dtype == np.float32 and numpy_name in ("add", "multiply") else a
            back = (lambda r: np.asarray(r).astype(np.float32)[()]) if wide is not a else (lambda r: r)
            scale = 2.0**-22 * (exact(a) + 10) if dtype.kind == "f" and numpy_name == "add" else 0
            loose = 64 if numpy_name == "multiply" and dtype.kind == "f" else ulp
            case(f"nd.{name}.reduce(a, {{ axis: {js(axis)}, keepdims: {js(keepdims)} }})", [spec],
                 lambda: back(f.reduce(wide, axis=axis, keepdims=keepdims)), loose, scale)
            one = int(rng.integers(-a.ndim, a.ndim))
            case(f"nd.{name}.accumulate(a, {{ axis: {one} }})", [spec], lambda: back(f.accumulate(wide, axis=one)), loose, scale)
            n = a.shape[one]
            if n > 0:
                places = [int(x) for x in rng.integers(0, n + (rng.random() < 0.1), 3)]
                case(f"nd.{name}.reduceat(a, {js(places)}, {{ axis: {one} }})", [spec],
                     lambda: back(f.reduceat(wide, places, axis=one)), loose, scale)
            b, b_spec = operand(some([(), (2,), (0,), (2, 3)]), dtype, tame=True)
            if is_settled(numpy_name, a, b):
                case(f"nd.{name}.outer(a, b)", [spec, b_spec], lambda: f.outer(a, b), ulp)
            if f.types[0][-1] == "?" and dtype.kind != "b" or a.shape[0] == 0:
                continue
            index = rng.integers(-a.shape[0], a.shape[0], 6)
            given = values(a.shape[1:], dtype, True)

            def at():
                target = np.array(a, order="C")
                f.at(target, index, given)
                return target

            if is_settled(numpy_name, a, given):
                case(f"(() => {{ const t = a.copy(); nd.{name}.at(t, b, c); return t; }})()", [spec, [stored(index)], [stored(given)]], at, ulp)

for source in DTYPES:
    for target in DTYPES:
        for _ in range(2):
            a, spec = operand(some(SHAPES), source, tame=source.kind == "f")
            if source.kind == "f" and target.kind == "u":
                a = np.abs(a)
                spec = [stored(a)]
                a = pool_array = np.array(a)
            casts = some(CASTINGS)
            case(f"a.astype({js(NAMES[target.name])}, {{ casting: {js(casts)} }})", [spec], lambda: a.astype(target, casting=casts))
            case(f"nd.array([nd.canCast({js(NAMES[source.name])}, {js(NAMES[target.name])}, {js(casts)})])", [],
                 lambda: np.array([np.can_cast(source, target, casts)]))

for dtype in DTYPES:
    for _ in range(24):
        a, spec = operand(some(SHAPES), dtype, tame=True)
        lo, hi = sorted(int(x) for x in rng.integers(0, 6, 2))
        case(f"nd.clip(a, {lo}, {hi})", [spec], lambda: np.clip(a, lo, hi))
        b, b_spec = operand(a.shape, dtype, tame=True)
        case("nd.clip(a, b, null)", [spec, b_spec], lambda: np.clip(a, b, None))
        mask, mask_spec = operand(a.shape, np.dtype(bool))
        case("nd.where(a, b, c)", [mask_spec, spec, b_spec], lambda: np.where(mask, a, b))
        axis = axis_of(a, several=False)
        asked = some(DTYPES[1:])
        if dtype.kind != "f":
            for name in ["cumsum", "cumprod"]:
                if asked.kind == "f":
                    continue
                case(f"nd.{name}(a, {{ axis: {js(axis)}, dtype: {js(NAMES[asked.name])} }})", [spec],
                     lambda: getattr(np, name)(a, axis=axis, dtype=asked))
        decimals = int(rng.integers(-2, 3))
        if dtype.kind == "f" or (dtype.kind != "b" and decimals >= 0):
            case(f"nd.round(a, {decimals})", [spec], lambda: np.round(a, decimals), 1)
        case("nd.array([nd.arrayEqual(a, b, { equalNan: true }), nd.arrayEqual(a, a)])", [spec, b_spec],
             lambda: np.array([np.array_equal(a, b, equal_nan=dtype.kind == "f"), np.array_equal(a, a)]))
        if a.size and a.ndim and dtype.kind == "f":
            present, present_spec = operand(a.shape, np.dtype(bool))
            for name in ["nansum", "nanmin", "nanmax"]:
                extra = {"initial": 2.0} if name != "nansum" else {}
                text = ", initial: 2" if extra else ""
                case(f"nd.{name}(a, {{ axis: {js(axis)}, where: b{text} }})", [spec, present_spec],
                     lambda: getattr(np, name)(a, axis=axis, where=present, **extra), 4, 2.0**-20 * (exact(a) + 1))
        if a.ndim == 1 and a.size and dtype.kind != "b":
            y, y_spec = operand(a.shape, dtype, tame=True)
            case("nd.histogram2d(a, b, { bins: 4 }).counts", [spec, y_spec], lambda: np.histogram2d(a, y, bins=4)[0])
            case("nd.histogram2d(a, b, { bins: [3, [-5, 0, 2, 9]], density: true }).counts", [spec, y_spec],
                 lambda: np.histogram2d(a, y, bins=[3, [-5, 0, 2, 9]], density=True)[0], 4 if dtype != np.float32 else 2**31)

# what is made of several primitives, layouts, dtypes and places
for dtype in DTYPES:
    for _ in range(10):
        shape = some(SHAPES)
        a, spec = operand(shape, dtype)
        tame, tame_spec = operand(shape, dtype, tame=True)
        other, other_spec = operand(shape, dtype, tame=True)
        wide, wide_other = narrow(tame), narrow(other)
        eps = 2.0**-20 if np.result_type(wide, np.float32) == np.float32 else 2.0**-48
        case("nd.logaddexp(a, b)", [tame_spec, other_spec], lambda: np.logaddexp(wide, wide_other), 4, 16 * eps)
        case("nd.logaddexp2(a, b)", [tame_spec, other_spec], lambda: np.logaddexp2(wide, wide_other), 4, 16 * eps)
        case("nd.sinc(a)", [tame_spec], lambda: np.sinc(tame), 4, 4 * eps)
        case("nd.nanToNum(a)", [spec], lambda: np.nan_to_num(a))
        case("nd.nanToNum(a, { nan: 2, posinf: 5, neginf: -5 })", [spec], lambda: np.nan_to_num(a, nan=2, posinf=5, neginf=-5))
        for i in range(2):
            case(f"nd.modf(a)[{i}]", [tame_spec], lambda: np.modf(wide)[i])
            if dtype.kind == "f":
                case(f"nd.frexp(a)[{i}]", [tame_spec], lambda: np.frexp(wide)[i])
            if dtype.kind != "f":
                case(f"nd.divmod(a, b)[{i}]", [spec, other_spec], lambda: np.divmod(a, other)[i])
        case("nd.isclose(a, b, { rtol: 0.1, atol: 0.5 })", [spec, other_spec], lambda: np.isclose(a, other, rtol=0.1, atol=0.5))
        case("nd.isclose(a, a, { equalNan: true })", [spec], lambda: np.isclose(a, a, equal_nan=True))
        case("nd.array([nd.allclose(a, b), nd.allclose(a, a)])", [tame_spec, other_spec],
             lambda: np.array([np.allclose(tame, other), np.allclose(tame, tame)]))
        small, small_spec = operand((), dtype, tame=True)
        case("nd.array([nd.arrayEquiv(a, b), nd.arrayEquiv(a, c)])", [tame_spec, other_spec, small_spec],
             lambda: np.array([np.array_equiv(tame, other), np.array_equiv(tame, small)]))
        if dtype.kind in "iu":
            case("nd.bitwiseCount(a)", [spec], lambda: np.bitwise_count(a))
            power, power_spec = operand(shape, np.dtype(np.int32), tame=True)
            case("nd.ldexp(a, b)", [tame_spec, power_spec], lambda: np.ldexp(wide, power))
        elif dtype.kind == "f":
            power, power_spec = operand(shape, np.dtype(np.int32), tame=True)
            case("nd.ldexp(a, b)", [spec, power_spec], lambda: np.ldexp(a, power))
            case("nd.reciprocal(a)", [spec], lambda: np.reciprocal(a))
            case("nd.fix(a)", [spec], lambda: np.fix(a))
            if a.size and a.ndim:
                axis = axis_of(a, several=False)
                case(f"nd.nanquantile(a, [0.25, 1], {js(axis)})", [tame_spec], lambda: np.nanquantile(tame, [0.25, 1], axis=axis), 8, 8 * eps * 20)
                case(f"nd.nanpercentile(a, 40, {js(axis)})", [tame_spec], lambda: np.nanpercentile(tame, 40, axis=axis), 8, 8 * eps * 20)
        case(f"nd.around(a, 1)", [tame_spec], lambda: np.around(tame, 1), 1) if dtype.kind == "f" else None
        case("nd.amin(a, 0)", [spec], lambda: np.amin(a, 0))
        case("nd.amax(a, 0)", [spec], lambda: np.amax(a, 0))
        case("nd.asfortranarray(a)", [spec], lambda: np.asfortranarray(a) if a.ndim else a)
        case("nd.ascontiguousarray(a)", [spec], lambda: np.ascontiguousarray(a) if a.ndim else a)
        case("nd.zerosLike(a)", [spec], lambda: np.zeros_like(a))
        case("nd.onesLike(a)", [spec], lambda: np.ones_like(a))
        case("nd.emptyLike(a).mul(0)", [spec], lambda: np.zeros_like(a) if dtype.kind != "f" and a.flags.c_contiguous else 1 / 0) if dtype.kind != "f" and a.flags.c_contiguous and dtype.kind != "b" else None
        case("nd.array([a.itemsize, a.nbytes, a.ndim, a.size, ...a.strides.map((s, i) => a.shape[i] > 1 && a.size > 0 ? s : 0)])", [spec],
             lambda: np.array([a.itemsize, a.nbytes, a.ndim, a.size, *(s if n > 1 and a.size else 0 for s, n in zip(a.strides, a.shape))]))
        case("nd.array([a.flags.cContiguous, a.flags.fContiguous])", [spec], lambda: np.array([a.flags.c_contiguous, a.flags.f_contiguous]))
        case("nd.array([...a.tobytes()].map(Number), { dtype: 'u8' })", [spec], lambda: np.frombuffer(a.tobytes(), np.uint8))
        case("nd.fromNpy(nd.toNpy(a))", [spec], lambda: np.array(a, order="F" if a.flags.f_contiguous and not a.flags.c_contiguous else "C"))
        case("(() => { const t = a.copy(); t.fill(b.item()); return t; })()", [spec, small_spec], lambda: np.full(a.shape, small))
        case("nd.asarray(a).copy()", [spec], lambda: a.copy())
        if a.ndim:
            last = a.shape[-1]
            if last and not (dtype.kind == "f" and np.isnan(a).any()):
                kth = int(rng.integers(0, last))
                case(f"nd.partition(a, {kth}).slice('..., {kth}')", [spec], lambda: np.sort(a)[..., kth].copy()) if a.ndim == 1 else None
                case(f"nd.takeAlongAxis(a, nd.argpartition(a, {kth}), -1).slice('..., {kth}').copy()", [spec], lambda: np.sort(a)[..., kth].copy())
            case("nd.uniqueValues(a)", [tame_spec], lambda: np.unique(tame))
            for i, part in enumerate(["values", "counts"]):
                case(f"nd.uniqueCounts(a).{part}", [tame_spec], lambda: np.unique_counts(tame)[i])
            for i, part in enumerate(["values", "inverseIndices"]):
                case(f"nd.uniqueInverse(a).{part}", [tame_spec], lambda: np.unique_inverse(tame)[i])
            window = int(rng.integers(1, 4))
            case(f"nd.lib.strideTricks.slidingWindowView(a, {window}, 0)", [spec],
                 lambda: np.lib.stride_tricks.sliding_window_view(a, window, 0))
            case("nd.concat([a, b], 0)", [tame_spec, other_spec], lambda: np.concatenate([tame, other], 0))
            if dtype.kind != "b" and a.size:
                case("nd.histogramBinEdges(a, { bins: 3 })", [tame_spec], lambda: np.histogram_bin_edges(tame, bins=3), 2)
            if a.ndim == 2 and a.size and a.shape[1] < 5 and dtype.kind != "b":
                case("nd.histogramdd(a, { bins: 2 }).counts", [tame_spec], lambda: np.histogramdd(tame, bins=2)[0])
            axis = axis_of(a, several=False)
            if dtype.kind == "f":
                case(f"nd.nancumprod(a, {{ axis: {js(axis)} }})", [tame_spec], lambda: retyped(np.nancumprod(retyped(tame, np.float64), axis=axis), dtype), 64)
        b, b_spec = operand(partner(shape), some(DTYPES), tame=True)
        case("nd.array(nd.broadcastShapes(a.shape, b.shape), { dtype: 'i64' })", [spec, b_spec],
             lambda: np.array(np.broadcast_shapes(a.shape, b.shape), np.int64))
        case("nd.zeros(0, { dtype: nd.resultType(a, b) })", [spec, b_spec], lambda: np.zeros(0, np.result_type(a.dtype, b.dtype)))
        case("nd.zeros(0, { dtype: nd.resultType(a, 1) })", [spec], lambda: np.zeros(0, np.result_type(a.dtype, 1)))
        case("nd.zeros(0, { dtype: nd.resultType(a, 1.5) })", [spec], lambda: np.zeros(0, np.result_type(a.dtype, 1.5)))
    for other in DTYPES:
        case(f"nd.zeros(0, {{ dtype: nd.promoteTypes({js(NAMES[dtype.name])}, {js(NAMES[other.name])}) }})", [],
             lambda: np.zeros(0, np.promote_types(dtype, other)))
    if dtype.kind in "iu":
        given = ', { dtype: "u64" }' if dtype == np.uint64 else ""
        case(f"nd.array([BigInt(nd.iinfo({js(NAMES[dtype.name])}).min), BigInt(nd.iinfo({js(NAMES[dtype.name])}).max)]{given})", [],
             lambda: np.array([int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)], np.uint64 if dtype == np.uint64 else np.int64))
    if dtype.kind == "f":
        for name in ["eps", "max", "min", "tiny", "resolution"]:
            case(f"nd.array([nd.finfo({js(NAMES[dtype.name])}).{name}])", [], lambda: np.array([float(getattr(np.finfo(dtype), name))]))

path = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "ndarray" / "ufunc_cases.json.gz"
lines = ["[" + json.dumps(pool, separators=(",", ":"))] + ["," + json.dumps(c, separators=(",", ":")) for c in cases]
path.write_bytes(gzip.compress(("\n".join(lines) + "]").encode(), 9, mtime=0))
print(len(cases), "cases", len(pool), "arrays", path.stat().st_size, "bytes")
