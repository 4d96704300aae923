"""Writes testdata/ndarray/numpy_cases.json: what NumPy says of views, copies, strides, reductions and printing.

Each case is a NumPy expression and the same in ndpipe's eager API; the test evaluates the second and compares it with
what NumPy gave for the first. Run: python3 tools/make_ndarray_cases.py
"""

import json
import pathlib

import numpy as np

NAMES = {
    "bool": "bool", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64", "uint8": "u8",
    "uint16": "u16", "uint32": "u32", "uint64": "u64", "float32": "f32", "float64": "f64",
}

# (NumPy, ndpipe): `a` is arange(24).reshape(2, 3, 4), `v` is arange(10), `f` an array of floats with NaN and -0,
# `m` a (3, 4) of f32, `t` its transpose
CASES = [
    # views by basic indexing
    ("a[1]", 'a.slice("1")'),
    ("a[:, ::-1, 1:3]", 'a.slice(":, ::-1, 1:3")'),
    ("a[..., 0]", 'a.slice("..., 0")'),
    ("a[:, None, -1, ::2]", 'a.slice(":, None, -1, ::2")'),
    ("a[..., None]", 'a.slice("..., None")'),
    ("v[2:8]", 'v.slice("2:8")'),
    ("v[8:2:-2]", 'v.slice("8:2:-2")'),
    ("v[-3:100]", 'v.slice("-3:100")'),
    ("v[::-1]", 'v.slice([{ step: -1 }])'),
    ("v[5:5]", 'v.slice("5:5")'),
    ("v[20:]", 'v.slice("20:")'),
    ("v[::-3][1:]", 'v.slice("::-3").slice("1:")'),
    ("a[1, 2, 3]", 'a.slice("1, 2, 3")'),
    # movement
    ("a.T", "a.T"),
    ("a.transpose(1, 2, 0)", "a.transpose([1, 2, 0])"),
    ("np.permute_dims(a, (2, 0, 1))", "a.permuteDims([2, 0, 1])"),
    ("a.swapaxes(0, -1)", "a.swapaxes(0, -1)"),
    ("np.moveaxis(a, 0, -1)", "a.moveaxis(0, -1)"),
    ("np.moveaxis(a, [0, 1], [-1, -2])", "a.moveaxis([0, 1], [-1, -2])"),
    ("a.reshape(4, 6)", "a.reshape([4, 6])"),
    ("a.reshape(-1, 2)", "a.reshape([-1, 2])"),
    ("a.T.reshape(4, 6)", "a.T.reshape([4, 6])"),
    ("a.T.reshape(4, 3, 1, 2)", "a.T.reshape([4, 3, 1, 2])"),
    ("a[:, ::2].reshape(2, 8)", 'a.slice(":, ::2").reshape([2, 8])'),
    ("a[:, ::2].reshape(2, 2, 2, 2)", 'a.slice(":, ::2").reshape([2, 2, 2, 2])'),
    ("v[::-1].reshape(2, 5)", 'v.slice("::-1").reshape([2, 5])'),
    ("v[:0].reshape(0, 3)", 'v.slice(":0").reshape([0, 3])'),
    ("a.ravel()", "a.ravel()"),
    ("a.T.ravel()", "a.T.ravel()"),
    ("v[::2].ravel()", 'v.slice("::2").ravel()'),
    ("a.flatten()", "a.flatten()"),
    ("a[:, :1].squeeze()", 'a.slice(":, :1").squeeze()'),
    ("a[:1, :, :1].squeeze(0)", 'a.slice(":1, :, :1").squeeze(0)'),
    ("np.expand_dims(v, 0)", "v.expandDims(0)"),
    ("np.expand_dims(a, (0, -1))", "a.expandDims([0, -1])"),
    ("np.broadcast_to(v, (2, 10))", "v.broadcastTo([2, 10])"),
    ("np.broadcast_to(m[:1], (3, 4))", 'm.slice(":1").broadcastTo([3, 4])'),
    ("np.flip(a)", "a.flip()"),
    ("np.flip(a, 1)", "a.flip(1)"),
    # copies and their layout
    ("t.copy()", "t.copy()"),
    ("t.astype('f8')", 't.astype("f64")'),
    ("a.transpose(1, 0, 2).astype('i2')", 'a.transpose([1, 0, 2]).astype("i16")'),
    ("np.ascontiguousarray(t)", "nd.ascontiguousarray(t)"),
    ("np.ascontiguousarray(m)", "nd.ascontiguousarray(m)"),
    ("np.concatenate([m, t.T], 1)", "nd.concatenate([m, t.T], 1)"),
    ("np.concatenate([v, m[0]])", 'nd.concatenate([v, m.slice("0")])'),
    ("np.stack([v, v[::-1]], 1)", 'nd.stack([v, v.slice("::-1")], 1)'),
    ("a[a % 3 == 1]", "a.mask(a.mod(3).eq(1))"),
    ("a[np.array([False, True])]", "a.mask(nd.array([false, true]))"),
    ("t[t > 3]", "t.mask(t.gt(3))"),
    ("np.take(a, [0, -1, 0], 1)", "a.take([0, -1, 0], 1)"),
    ("np.take(t, [1, 2])", "t.take([1, 2])"),
    ("np.take(a, np.array([[0, 1], [2, 0]]), 2)", "a.take(nd.array([[0, 1], [2, 0]]), 2)"),
    # elementwise: dtypes, broadcasting, layouts
    ("t + 1", "t.add(1)"),
    ("t[::-1] * 2.5", 't.slice("::-1").mul(2.5)'),
    ("a.transpose(2, 0, 1) + v[:3]", 'a.transpose([2, 0, 1]).add(v.slice(":3"))'),
    ("m + v[:4]", 'm.add(v.slice(":4"))'),
    ("v / 4", "v.div(4)"),
    ("v // -3", "v.floorDivide(-3)"),
    ("v % -3", "v.mod(-3)"),
    ("1 - v", "nd.sub(1, v)"),
    ("v[:, None] * v[None, :3]", 'v.expandDims(1).mul(v.slice("None, :3"))'),
    ("v.astype('u1') + 250", 'v.astype("u8").add(250)'),
    ("v.astype('i1') * v.astype('u1')", 'v.astype("i8").mul(v.astype("u8"))'),
    ("(v > 3) & (v < 7)", "v.gt(3).logicalAnd(v.lt(7))"),
    ("np.where(m > 5, m, -m)", "nd.where(m.gt(5), m, m.neg())"),
    ("np.where(t > 5, t, 0)", "nd.where(t.gt(5), t, 0)"),
    ("np.where(v > 5, 1, 0.5)", "nd.where(v.gt(5), 1, 0.5)"),
    ("np.clip(v, 2, 6)", "v.clip(2, 6)"),
    ("np.clip(f, -1, 1)", "f.clip(-1, 1)"),
    ("np.minimum(f, f[::-1])", 'nd.minimum(f, f.slice("::-1"))'),
    ("np.rint(f)", "f.round()"),
    ("np.sign(f)", "f.sign()"),
    ("np.isnan(f)", "f.isNan()"),
    ("np.sqrt(v)", "v.sqrt()"),
    ("np.square(v > 4)", "v.gt(4).square()"),
    # reductions
    ("a.sum()", "a.sum()"),
    ("a.sum(0)", "a.sum(0)"),
    ("a.sum((0, 2))", "a.sum([0, 2])"),
    ("a.sum(1, keepdims=True)", "a.sum(1, { keepdims: true })"),
    ("a.T.sum(1)", "a.T.sum(1)"),
    ("a.sum(())", "a.sum([])"),
    ("m.sum(0)", "m.sum(0)"),
    ("t[::-1, ::2].sum(1)", 't.slice("::-1, ::2").sum(1)'),
    ("m.prod(1)", "m.prod(1)"),
    ("(v > 3).sum()", "v.gt(3).sum()"),
    ("v.astype('u1').sum()", 'v.astype("u8").sum()'),
    ("a.max((1, 2))", "a.max([1, 2])"),
    ("a.min(0, keepdims=True)", "a.min(0, { keepdims: true })"),
    ("f.max()", "f.max()"),
    ("f[2:].min()", 'f.slice("2:").min()'),
    ("f.argmax()", "f.argmax()"),
    ("a.argmax()", "a.argmax()"),
    ("a.T.argmax(1)", "a.T.argmax(1)"),
    ("(a % 5).argmin(2)", "a.mod(5).argmin(2)"),
    ("(a % 5).argmin(keepdims=True)", "a.mod(5).argmin(null, { keepdims: true })"),
    ("(a[:, ::-1] % 7).argmax()", 'a.slice(":, ::-1").mod(7).argmax()'),
    ("a.any(1)", "a.any(1)"),
    ("a.all()", "a.all()"),
    ("f.any()", "f.any()"),
    ("a.mean((0, 1))", "a.mean([0, 1])"),
    ("m.mean()", "m.mean()"),
    ("t.var(0)", "t.var(0)"),
    ("m.std(1, ddof=1)", "m.std(1, { correction: 1 })"),
    ("np.count_nonzero(a % 2, axis=2)", "a.mod(2).countNonzero(2)"),
    ("v[:0].sum()", 'v.slice(":0").sum()'),
    ("a[:, :0].prod(1)", 'a.slice(":, :0").prod(1)'),
    ("a[:, :, :0].any(2)", 'a.slice(":, :, :0").any(2)'),
    ("v[:0].mean()", 'v.slice(":0").mean()'),
    # products
    ("a @ a.transpose(0, 2, 1)", "a.matmul(a.transpose([0, 2, 1]))"),
    ("m @ t", "m.matmul(t)"),
    ("v @ v", "v.matmul(v)"),
    ("m @ m[0]", 'm.matmul(m.slice("0"))'),
    ("t[:, 0] @ t", 't.slice(":, 0").matmul(t)'),
    ("a @ m.T", "a.matmul(m.T)"),
    ("np.dot(a, np.stack([t, t]))", "a.dot(nd.stack([t, t]))"),
    ("np.dot(v[:4], a.transpose(0, 2, 1))", 'v.slice(":4").dot(a.transpose([0, 2, 1]))'),
    ("a[:, :0] @ m.T", 'a.slice(":, :0").matmul(m.T)'),
    ("m[:, :0] @ t[:0]", 'm.slice(":, :0").matmul(t.slice(":0"))'),
    ("(a > 4) @ (a > 20).transpose(0, 2, 1)", "a.gt(4).matmul(a.gt(20).transpose([0, 2, 1]))"),
    # creation
    ("np.arange(2, 11, 3)", "nd.arange(2, 11, { step: 3 })"),
    ("np.arange(1, 0, -0.1)", "nd.arange(1, 0, { step: -0.1 })"),
    ("np.linspace(0, 1, 7)", "nd.linspace(0, 1, { num: 7 })"),
    ("np.linspace(-3, 9, 5, endpoint=False, dtype='i4')", 'nd.linspace(-3, 9, { num: 5, endpoint: false, dtype: "i32" })'),
    ("np.eye(3, 4, 1)", "nd.eye(3, 4, { k: 1 })"),
    ("np.eye(4, 3, -2, dtype='i2')", 'nd.eye(4, 3, { k: -2, dtype: "i16" })'),
    ("np.full((2, 2), 7)", "nd.full([2, 2], 7)"),
    ("np.full(3, 0.5)", "nd.full(3, 0.5)"),
    ("np.zeros((0, 3), 'u2')", 'nd.zeros([0, 3], { dtype: "u16" })'),
    ("np.array([[True, 2], [3, 4]])", "nd.array([[true, 2], [3, 4]])"),
    ("np.array([1, 2.5])", "nd.array([1, 2.5])"),
    ("np.array([True, False])", "nd.array([true, false])"),
    ("np.array([])", "nd.array([])"),
    ("np.array(2**63)", "nd.array(2n ** 63n)"),
    ("np.array([1.7, -1.7], 'i8')", 'nd.array([1.7, -1.7], { dtype: "i64" })'),
    # printing beyond the values themselves
    ("np.arange(2000)", "nd.arange(2000)"),
    ("np.arange(2000).reshape(2, 10, 100)", "nd.arange(2000).reshape([2, 10, 100])"),
    ("np.ones((40, 40), 'f4')", 'nd.ones([40, 40], { dtype: "f32" })'),
    ("np.array([1e-5, 3])", "nd.array([1e-5, 3])"),
    ("np.array([1e10, -2.5])", "nd.array([1e10, -2.5])"),
    ("np.array([123456.789, 0.001])", "nd.array([123456.789, 0.001])"),
    ("np.array([0.001953125, 1/3, -2])", "nd.array([0.001953125, 1 / 3, -2])"),
    ("np.array([np.nan, -np.inf, 1])", "nd.array([NaN, -Infinity, 1])"),
    ("np.array([np.inf])", "nd.array([Infinity])"),
    ("np.array([0.1, 16777216], 'f4')", 'nd.array([0.1, 16777216], { dtype: "f32" })'),
    ("np.array([0.1, 0.2, 100], 'f4')", 'nd.array([0.1, 0.2, 100], { dtype: "f32" })'),
    ("np.array(1e20)", "nd.array(1e20)"),
    ("np.array(-0.0)", "nd.array(-0)"),
    ("np.array(0.1, 'f4')", 'nd.array(0.1, { dtype: "f32" })'),
    ("np.linspace(0, 1, 40)", "nd.linspace(0, 1, { num: 40 })"),
    ("np.arange(30) * -1.5", "nd.arange(30).mul(-1.5)"),
    ("np.array([[True], [False]])", "nd.array([[true], [false]])"),
    ("np.array([1e300, 1e-300])", "nd.array([1e300, 1e-300])"),
]


def environment():
    a = np.arange(24).reshape(2, 3, 4)
    m = np.arange(12, dtype="f4").reshape(3, 4)
    return {
        "np": np, "a": a, "v": np.arange(10), "m": m, "t": m.T,
        "f": np.array([1.5, -2.5, np.nan, -0.0, 0.25, -np.inf]),
    }


def element(x):
    if isinstance(x, (np.bool_, bool)):
        return bool(x)
    if isinstance(x, np.floating):
        return float(x).hex() if np.isfinite(x) else str(float(x))
    return str(int(x))


def main():
    np.seterr(all="ignore")
    import warnings
    warnings.simplefilter("ignore")
    cases = []
    for numpy_text, text in CASES:
        env = environment()
        result = np.asarray(eval(numpy_text, env))
        # a view of a view names the array that owns the bytes; arange().reshape() has an owner of its own
        sources = [name for name in "avmtf" if np.may_share_memory(result, env[name])]
        cases.append({
            "numpy": numpy_text,
            "code": text,
            "dtype": NAMES[result.dtype.name],
            "shape": list(result.shape),
            # strides of axes of size 0 or 1 carry nothing
            "strides": [s if n > 1 else None for n, s in zip(result.shape, result.strides)] if result.size else None,
            "isView": bool(sources) and result.size > 0,
            "writeable": bool(result.flags.writeable) if result.ndim else None,
            "cContiguous": bool(result.flags.c_contiguous),
            "fContiguous": bool(result.flags.f_contiguous),
            "values": [element(x) for x in result.ravel()] if result.size <= 200 else None,
            "str": str(result),
            "repr": repr(result),
        })
    path = pathlib.Path(__file__).parent.parent / "testdata" / "ndarray" / "numpy_cases.json"
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    path.write_text(f'{{\n"numpy": "{np.__version__}",\n"cases": [\n{lines}\n]}}\n')


main()
