"""Writes testdata/ndarray/statistics_cases.json: what NumPy says of sorting, searching, statistics, sets,
polynomials and bits.

Each case is a JavaScript expression over the eager API with its operands; the test evaluates it and compares it with
what NumPy gave. Floats are written by their hexadecimal digits. Run: python3 tools/make_statistics_cases.py
"""

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
DTYPES = list(NAMES)
rng = np.random.default_rng(5)
cases = []


def text(value):
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        if value != value:
            return "NaN"
        if np.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return repr(float(value))
    return str(int(value))


def packed(a):
    a = np.asarray(a)
    return {"dtype": NAMES[a.dtype.name], "shape": list(a.shape), "values": [text(v) for v in a.ravel()]}


def operand(shape, dtype, kind="any", nans=True):
    """An array, and how it is laid out: a base in row-major order and a JavaScript view of it."""
    size = int(np.prod(shape))
    dt = np.dtype(dtype)
    if dt.kind == "b":
        a = rng.integers(0, 2, size).astype(bool)
    elif dt.kind == "f":
        a = rng.choice([0.0, -0.0, 1.5, -2.25, 3, 3, 1e10, -1e-5, 0.1, 7], size) if rng.random() < 0.5 else rng.normal(0, 10, size)
        if nans and kind == "any" and rng.random() < 0.4:
            a[rng.random(size) < 0.25] = np.nan
        if kind == "any" and rng.random() < 0.2:
            a[rng.random(size) < 0.15] = rng.choice([np.inf, -np.inf])
        a = a.astype(dt)
    else:
        info = np.iinfo(dt)
        if kind == "any" and rng.random() < 0.3:
            a = np.array([info.min, info.max, 0, 1, info.max - 1, info.min + 1], dt)[rng.integers(0, 6, size)]
        else:
            a = rng.integers(0 if dt.kind == "u" else -9, 10, size).astype(dt)
    a = a.reshape(shape)
    layout = rng.integers(0, 3)
    spec = packed(a)
    if layout == 1 and a.ndim > 0:
        spec["view"] = "::-1"
        a = a[::-1]
    elif layout == 2 and a.ndim > 1:
        spec["view"] = "T"
        a = a.T
    return a, spec


def js(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(js(v) for v in value) + "]"
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, float) and np.isnan(value):
        return "NaN"
    return repr(value).replace("inf", "Infinity")


def case(code, operands, result, ulp=0):
    results = result if isinstance(result, (tuple, list)) else [result]
    try:
        expected = [packed(r) for r in results]
    except KeyError:
        return
    cases.append({"code": code, "operands": operands, "expected": expected, "tolerance": ulp})


def attempt(code, operands, run, ulp=0):
    try:
        result = run()
    except Exception:
        cases.append({"code": code, "operands": operands, "expected": None, "tolerance": 0})
        return
    case(code, operands, result, ulp)


SHAPES = [(0,), (1,), (2,), (7,), (33,), (3, 4), (2, 3, 4), (0, 3), (1, 1), (5, 1)]


def shape():
    return SHAPES[rng.integers(0, len(SHAPES))]


def axis_of(a, none=True):
    choices = list(range(-a.ndim, a.ndim)) + ([None] if none else [])
    return choices[rng.integers(0, len(choices))]


for dtype in DTYPES:
    for _ in range(10):
        a, spec = operand(shape(), dtype)
        axis = axis_of(a)
        case(f"nd.sort(a, {{ axis: {js(axis)} }})", [spec], np.sort(a, axis=axis, kind="stable"))
        case(f"nd.argsort(a, {{ axis: {js(axis)} }})", [spec], np.argsort(a, axis=axis, kind="stable"))
        case(f"nd.cumsum(a, {{ axis: {js(axis)} }})", [spec], np.cumsum(a, axis=axis), 4)
        case(f"nd.cumprod(a, {{ axis: {js(axis)} }})", [spec], np.cumprod(a, axis=axis), 8)
        case("nd.unique(a)", [spec], np.unique(a))
        case("Object.values(nd.uniqueAll(a, { equalNan: true }))", [spec], np.unique(a, True, True, True))
        keep = bool(rng.integers(0, 2))
        options = f"{{ keepdims: {js(keep)} }}"
        if a.size:
            case(f"nd.median(a, {js(axis)}, {options})", [spec], np.median(a, axis=axis, keepdims=keep), 2)
            if dtype != "bool":
                case(f"nd.ptp(a, {js(axis)}, {options})", [spec], np.ptp(a, axis=axis, keepdims=keep))
        for name, js_name in [("nansum", "nansum"), ("nanmean", "nanmean"), ("nanstd", "nanstd"), ("nanvar", "nanvar"),
                              ("nanprod", "nanprod"), ("nanmedian", "nanmedian")]:
            if a.size == 0 and name != "nansum":
                continue
            wide = a
            value = getattr(np, name)(wide, axis=axis, keepdims=keep)
            if np.asarray(value).dtype == np.float16:
                continue
            case(f"nd.{js_name}(a, {js(axis)}, {options})", [spec], value, 64)
        if a.size:
            for name in ["nanmin", "nanmax", "nanargmin", "nanargmax"]:
                attempt(f"nd.{name}(a, {js(axis)}, {options})", [spec],
                        lambda: getattr(np, name)(a, axis=axis, keepdims=keep))
        case(f"nd.nancumsum(a, {{ axis: {js(axis)} }})", [spec], np.nancumsum(a, axis=axis), 4)
        axis = axis_of(a, none=False)
        n = int(rng.integers(0, 3))
        case(f"nd.diff(a, {{ n: {n}, axis: {axis} }})", [spec], np.diff(a, n=n, axis=axis))
        if dtype != "bool":
            case("nd.ediff1d(a)", [spec], np.ediff1d(a))
        case("nd.isin(a, b)", [spec, (second := operand((5,), dtype))[1]], np.isin(a, second[0]))
        other, other_spec = operand((int(rng.integers(0, 9)),), DTYPES[rng.integers(0, 11)])
        for name in ["intersect1d", "union1d", "setdiff1d", "setxor1d"]:
            floats = [x for x in (a, other) if x.dtype.kind == "f"]
            # 64-bit integers that meet in a float may become equal, which NumPy then takes for members of both
            wide = [x for x in (a, other) if x.dtype.kind in "iu" and x.dtype.itemsize == 8]
            meets = wide and np.result_type(a, other).kind == "f"
            if meets or any(np.isnan(x).any() for x in floats):
                continue
            case(f"nd.{name}(a, b)", [spec, other_spec], getattr(np, name)(a, other))
        row, row_spec = operand((int(rng.integers(0, 12)),), dtype)
        row = np.sort(row)
        values, values_spec = operand(shape(), DTYPES[rng.integers(0, 11)])
        side = ["left", "right"][rng.integers(0, 2)]
        case(f'nd.searchsorted(nd.sort(a), b, {{ side: "{side}" }})', [row_spec, values_spec],
             np.searchsorted(row, values, side=side))
        keys = [operand((9,), DTYPES[rng.integers(0, 11)]) for _ in range(3)]
        case("nd.lexsort([a, b, c])", [k[1] for k in keys], np.lexsort([k[0] for k in keys]))
        if a.ndim == 2 and a.dtype.kind != "f":
            along = int(rng.integers(0, 2))
            case(f"Object.values(nd.uniqueAll(a, {{ axis: {along} }}))", [spec], np.unique(a, True, True, True, axis=along))

for dtype in ["bool", "int8", "uint16", "int32", "int64", "uint64", "float32", "float64"]:
    for _ in range(6):
        a, spec = operand([(1,), (2,), (7,), (33,), (3, 4), (2, 3, 4)][rng.integers(0, 6)], dtype, kind="tame")
        tame = a
        axis = axis_of(a)
        keep = bool(rng.integers(0, 2))
        for method in ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
                       "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher",
                       "midpoint", "nearest"]:
            if dtype == "bool" and method not in ("inverted_cdf", "closest_observation", "lower", "higher", "nearest"):
                continue
            for q in [float(rng.choice([0, 0.25, 0.5, 0.75, 1])), float(rng.random()), [0.1, 0.5, 1.0]]:
                attempt(f'nd.quantile(a, {js(q)}, {js(axis)}, {{ keepdims: {js(keep)}, method: "{method}" }})', [spec],
                        lambda: np.quantile(tame, q, axis=axis, keepdims=keep, method=method), 4)
        if dtype != "bool":
            case(f"nd.percentile(a, [5, 50, 99.5], {js(axis)})", [spec], np.percentile(tame, [5, 50, 99.5], axis=axis), 4)
        w = rng.integers(0, 4, a.shape)
        w.ravel()[0] = 1
        if (np.asarray(w.sum(axis=axis)) > 0).all():
            case(f'nd.quantile(a, 0.5, {js(axis)}, {{ method: "inverted_cdf", weights: b }})', [spec, packed(w)],
                 np.quantile(a, 0.5, axis=axis, method="inverted_cdf", weights=w))
            case(f"nd.average(a, {js(axis)}, {{ weights: b }})", [spec, packed(w)], np.average(a, axis=axis, weights=w), 16)
        one = axis_of(a, none=False)
        if dtype in ("int32", "int64", "float64", "float32"):
            case(f"nd.trapezoid(a, {{ axis: {one} }})", [spec], np.trapezoid(a, axis=one), 16)
            if a.shape[one] > 2:
                for order in (1, 2):
                    case(f"nd.gradient(a, 2, {{ axis: {one}, edgeOrder: {order} }})", [spec],
                         np.gradient(a, 2, axis=one, edge_order=order), 64)
                    x = np.cumsum(rng.random(a.shape[one]) + 0.1)
                    case(f"nd.gradient(a, b, {{ axis: {one}, edgeOrder: {order} }})", [spec, packed(x)],
                         np.gradient(a, x, axis=one, edge_order=order), 1e5)

for _ in range(40):
    a, spec = operand(shape(), ["int32", "int64", "uint8", "float32", "float64"][rng.integers(0, 5)], kind="tame")
    bins = int(rng.integers(1, 12))
    case(f"Object.values(nd.histogram(a, {{ bins: {bins} }}))", [spec], np.histogram(a, bins), 4)
    case(f"Object.values(nd.histogram(a, {{ bins: {bins}, range: [-3, 4], density: true }}))", [spec],
         np.histogram(a, bins, range=(-3, 4), density=True), 16)
    edges = np.sort(rng.integers(-8, 9, 5))
    w = rng.random(a.shape)
    case("Object.values(nd.histogram(a, { bins: b, weights: c }))", [spec, packed(edges), packed(w)],
         np.histogram(a, edges, weights=w), 4096)
    for right in (False, True):
        case(f"nd.digitize(a, b, {{ right: {js(right)} }})", [spec, packed(edges)], np.digitize(a, edges, right))
        down = edges[::-1]
        case(f"nd.digitize(a, b, {{ right: {js(right)} }})", [spec, packed(down)], np.digitize(a, down, right))
    x = rng.integers(0, 9, 7)
    case("nd.bincount(a, { minlength: 4 })", [packed(x)], np.bincount(x, minlength=4))
    w = rng.random(7)
    case("nd.bincount(a, { weights: b })", [packed(x), packed(w)], np.bincount(x, w), 16)
    xp, fp, at = np.cumsum(rng.random(6)), rng.normal(size=6), rng.normal(2, 2, 9)
    case("nd.interp(a, b, c)", [packed(at), packed(xp), packed(fp)], np.interp(at, xp, fp), 4096)
    case("nd.interp(a, b, c, { left: -1, right: NaN })", [packed(at), packed(xp), packed(fp)],
         np.interp(at, xp, fp, left=-1, right=np.nan), 4096)
    case("nd.interp(a, b, c, { period: 2.5 })", [packed(at), packed(xp), packed(fp)],
         np.interp(at, xp, fp, period=2.5), 65536)
    one, one_spec = operand((int(rng.integers(1, 8)),), DTYPES[rng.integers(0, 11)], kind="tame")
    two, two_spec = operand((int(rng.integers(1, 8)),), DTYPES[rng.integers(0, 11)], kind="tame")
    for mode in ("full", "same", "valid"):
        case(f'nd.convolve(a, b, "{mode}")', [one_spec, two_spec], np.convolve(one, two, mode), 1e7)
        case(f'nd.correlate(a, b, "{mode}")', [one_spec, two_spec], np.correlate(one, two, mode), 1e7)
    m = rng.normal(size=(3, 8))
    case("nd.cov(a)", [packed(m)], np.cov(m), 1e4)
    case("nd.cov(a, null, { rowvar: false, correction: 0 })", [packed(m)], np.cov(m, rowvar=False, ddof=0), 1e6)
    case("nd.cov(a, b)", [packed(m[0]), packed(m[1])], np.cov(m[0], m[1]), 1e4)
    counts, factors = rng.integers(1, 4, 8), rng.random(8)
    case("nd.cov(a, null, { fweights: b, aweights: c })", [packed(m), packed(counts), packed(factors)],
         np.cov(m, fweights=counts, aweights=factors), 1e5)
    case("nd.corrcoef(a)", [packed(m)], np.corrcoef(m), 1e4)

# polynomials, bits, values copied
def coefficients(dtype, size=None):
    return operand((int(rng.integers(1, 7)) if size is None else size,), dtype, kind="tame", nans=False)


def ramp(values, dtype):
    a = np.asarray(values).astype(dtype)
    return a, packed(a)


for one in DTYPES:
    for two in [DTYPES[int(i)] for i in rng.integers(0, len(DTYPES), 4)]:
        (a, sa), (b, sb) = coefficients(one), coefficients(two)
        attempt("nd.polyadd(a, b)", [sa, sb], lambda: np.polyadd(a, b))
        attempt("nd.polysub(a, b)", [sa, sb], lambda: np.polysub(a, b))
        attempt("nd.polymul(a, b)", [sa, sb], lambda: np.polymul(a, b), 64)
        x, sx = operand(SHAPES[int(rng.integers(0, len(SHAPES)))], two, kind="tame", nans=False)
        attempt("nd.polyval(a, b)", [sa, sx], lambda: np.polyval(a, x), 64)
        divisor = np.arange(1, 1 + int(rng.integers(1, 4))).astype(two)
        attempt("Object.values(nd.polydiv(a, b))", [sa, packed(divisor)], lambda: np.polydiv(a, divisor), 4096)
    a, sa = coefficients(one)
    for m in range(4):
        attempt(f"nd.polyder(a, {m})", [sa], lambda: np.polyder(a, m))
        attempt(f"nd.polyint(a, {m})", [sa], lambda: np.polyint(a, m), 4)
        attempt(f"nd.polyint(a, {{ m: {m}, k: [2, 3, 5] }})", [sa], lambda: np.polyint(a, m, [2, 3, 5]), 4)
    attempt("nd.poly(a)", [sa], lambda: np.poly(a), 4096)
    square, ss = ramp([[2, 1, 0], [1, 3, 1], [0, 1, 1]], one)
    if np.dtype(one).kind != "b":
        attempt("nd.poly(a)", [ss], lambda: np.poly(square), 1e6)
    simple, sp = ramp([1, 3, 5, 1, 0][: int(rng.integers(1, 6))], one)
    parts = lambda r: [np.sort(r.real.astype(np.float32 if one == "float32" else float)),
                       np.sort(np.asarray(r.imag).astype(np.float32 if one == "float32" else float))]
    attempt("[nd.roots(a)].flatMap(({ re, im }) => [nd.sort(re), nd.sort(im)])", [sp],
            lambda: parts(np.roots(simple)), 1e6)
    if np.dtype(one).kind != "b":
        x, sx = ramp([0, 1, 2, 3, 4, 6], one)
        y, sy = ramp([1, 2, 2, 5, 7, 9], one)
        for degree in range(4):
            attempt(f"nd.polyfit(a, b, {degree})", [sx, sy], lambda: np.polyfit(x, y, degree), 1e6)
        weights, sw = ramp([1, 2, 1, 3, 1, 1], one)
        attempt("nd.polyfit(a, b, 2, { w: c })", [sx, sy, sw], lambda: np.polyfit(x, y, 2, w=weights), 1e6)
        two_y, s2 = ramp([[1, 0], [2, 1], [2, 4], [5, 9], [7, 16], [9, 36]], one)
        attempt("nd.polyfit(a, b, 2)", [sx, s2], lambda: np.polyfit(x, two_y, 2), 1e6)
    for _ in range(6):
        bits, sb = operand(SHAPES[int(rng.integers(0, len(SHAPES)))], one, nans=False)
        axis, order = axis_of(bits), ["big", "little"][int(rng.integers(0, 2))]
        as_bytes = bits.astype("uint8")
        attempt(f'nd.unpackbits(a, {{ axis: {js(axis)}, bitorder: "{order}" }})', [packed(as_bytes)],
                lambda: np.unpackbits(as_bytes, axis, None, order))
        attempt(f'nd.packbits(a, {{ axis: {js(axis)}, bitorder: "{order}" }})', [sb],
                lambda: np.packbits(bits, axis, order))
        # of no bytes NumPy gives bits that it did not set
        count = [None, 0, 3, 8, 11, -1, -20][int(rng.integers(0, 7))] if bits.size else None
        attempt(f'nd.unpackbits(a, {{ axis: {js(axis)}, bitorder: "{order}", count: {js(count)} }})', [sb],
                lambda: np.unpackbits(bits, axis, count, order))
    for two in [DTYPES[int(i)] for i in rng.integers(0, len(DTYPES), 6)]:
        target, st = ramp(np.arange(12).reshape(3, 4) % 5, one)
        values, sv = ramp(rng.integers(0, 9, [(3, 4), (4,), (1, 4), (1,)][int(rng.integers(0, 4))]), two)
        mask, sm = ramp(rng.integers(0, 2, [(3, 4), (4,), (3, 1), (1,)][int(rng.integers(0, 4))]), "bool")
        casting = ["same_kind", "safe", "no", "unsafe"][int(rng.integers(0, 4))]

        def copied(**options):
            result = target.copy()
            np.copyto(result, values, **options)
            return result

        attempt(f'(nd.copyto(a, b, {{ casting: "{casting}" }}), a)', [st, sv], lambda: copied(casting=casting))
        attempt("(nd.copyto(a, b, { where: c }), a)", [st, sv, sm], lambda: copied(where=mask))

path = pathlib.Path(__file__).parent.parent / "testdata/ndarray/statistics_cases.json"
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases")
