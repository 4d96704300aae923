"""Writes testdata/ndarray/indexing_cases.json: what NumPy says of indexing, movement and creation.

A case is a base array (dtype, size, and a list of views), an expression in NumPy and the same in ndpipe's eager API.
The test evaluates the second and compares it with what NumPy gave for the first, or with its refusal. Cases by rule
come first, then random ones of a fixed seed. Run: python3 tools/make_indexing_cases.py
"""

import json
import pathlib
import random
import re
import warnings

import numpy as np

DTYPES = {
    "bool": "bool", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64", "u8": "uint8",
    "u16": "uint16", "u32": "uint32", "u64": "uint64", "f32": "float32", "f64": "float64",
}
NAMES = {numpy: name for name, numpy in DTYPES.items()}
R = random.Random(20240607)


def base(dtype, shape):
    """The base array of a case; the test makes the same: (i * 7 + 3) % 11, of floats halved less 2.5, of bool even."""
    i = (np.arange(int(np.prod(shape))) * 7 + 3) % 11
    if dtype == "bool":
        flat = i % 2 == 0
    elif dtype in ("f32", "f64"):
        flat = (i / 2 - 2.5).astype(DTYPES[dtype])
    else:
        flat = i.astype(DTYPES[dtype])
    return flat.reshape(shape)


# views of the base as (NumPy, ndpipe)
VIEWS = {
    0: [("a", "a")],
    1: [("a", "a"), ("a[::-1]", 'a.slice("::-1")'), ("a[1::2]", 'a.slice("1::2")'), ("a[:0]", 'a.slice(":0")')],
    2: [("a", "a"), ("a.T", "a.T"), ("a[::-1, ::2]", 'a.slice("::-1, ::2")'), ("a[1:, ::-1].T", 'a.slice("1:, ::-1").T'),
        ("a[:, :0]", 'a.slice(":, :0")')],
    3: [("a", "a"), ("a.T", "a.T"), ("a[:, ::-1, ::-2]", 'a.slice(":, ::-1, ::-2")'),
        ("a.transpose(1, 0, 2)", "a.transpose([1, 0, 2])"), ("a[::-1].transpose(2, 0, 1)", 'a.slice("::-1").transpose([2, 0, 1])'),
        ("a[:, :0]", 'a.slice(":, :0")')],
    4: [("a", "a"), ("a.T", "a.T"), ("a[::-1, :, ::2].transpose(0, 2, 1, 3)", 'a.slice("::-1, :, ::2").transpose([0, 2, 1, 3])')],
}
SHAPES = {0: [()], 1: [(7,), (1,)], 2: [(3, 4), (4, 4), (5, 2)], 3: [(2, 3, 4), (3, 1, 5)], 4: [(2, 3, 2, 3)]}


def js(x):
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, (list, tuple)):
        return "[" + ", ".join(js(i) for i in x) + "]"
    if x is None:
        return "null"
    return repr(x)


def picked(rank=None):
    rank = R.choice([0, 1, 1, 2, 2, 2, 3, 3, 3, 4]) if rank is None else rank
    shape = R.choice(SHAPES[rank])
    view = R.choice(VIEWS[rank])
    return R.choice(list(DTYPES)), shape, view


def view_shape(dtype, shape, view):
    return eval(view[0], {"a": base(dtype, shape)}).shape


def random_list(shape, size, is_wild):
    low, high = (-size - 1, size) if is_wild else (-size, size - 1)
    if not shape:
        return R.randint(min(low, high), max(low, high))
    return [random_list(shape[1:], size, is_wild) for _ in range(shape[0])]


def random_index(shape):
    """Items of an index as (NumPy, ndpipe) text."""
    items, axis, has_rest = [], 0, False
    is_wild = R.random() < 0.05
    b = R.choice([(2,), (3,), (2, 2), (1,), ()])
    while axis < len(shape) and R.random() < 0.9:
        size, kind = shape[axis], R.random()
        if kind < 0.4:
            sizes = R.choice([b, b, b[1:], b[:-1] + (1,) if b else ()]) if not is_wild else R.choice([b, (3,), (2,)])
            if size == 0 and sizes != (0,):
                sizes = (0,) if R.random() < 0.7 else sizes
            if sizes == ():
                i = random_list((), size, is_wild)
                items.append((str(i), str(i)))
            else:
                text = js(random_list(sizes, size, is_wild))
                items.append((text, text if R.random() < 0.5 else f"nd.array({text}, {{ dtype: \"{R.choice(['i64', 'i32', 'i8'])}\" }})"))
            axis += 1
        elif kind < 0.5:
            count = 2 if axis + 1 < len(shape) and R.random() < 0.4 else 1
            sizes = list(shape[axis:axis + count])
            if is_wild and R.random() < 0.3:
                sizes[0] += 1
            mask = (np.array([R.random() < 0.5 for _ in range(int(np.prod(sizes)))], bool)).reshape(sizes).tolist()
            if not np.size(mask):
                continue
            text = js(mask)
            items.append((str(mask), text))
            axis += count
        elif kind < 0.75:
            bounds = [R.choice(["", str(R.randint(-size - 1, size + 1))]) for _ in range(2)]
            step = R.choice(["", "", ":-1", ":2", ":-2"])
            text = f"{bounds[0]}:{bounds[1]}{step}"
            items.append((text, f'"{text}"'))
            axis += 1
        elif kind < 0.82:
            items.append(("None", "null"))
        elif kind < 0.9 and not has_rest:
            items.append(("...", '"..."'))
            has_rest = True
            axis += R.randint(0, len(shape) - axis)
        elif kind < 0.93:
            value = R.random() < 0.7
            items.append((str(value), js(value)))
    if not items:
        items.append(("...", '"..."'))
    return ", ".join(i[0] for i in items) + ",", "[" + ", ".join(i[1] for i in items) + "]"


def indexing(count):
    for _ in range(count):
        dtype, shape, view = picked()
        numpy_index, index = random_index(view_shape(dtype, shape, view))
        yield dtype, shape, f"{view[0]}[{numpy_index}]", f"{view[1]}.get({index})"


def assignment(count):
    for _ in range(count):
        dtype, shape, view = picked()
        at = base(dtype, shape)
        numpy_index, index = random_index(view_shape(dtype, shape, view))
        try:
            part = eval(f"{view[0]}[{numpy_index}]", {"a": at})
        except Exception:
            part = np.zeros(())
        kind = R.random()
        if kind < 0.3:
            value = R.choice(["0", "1", "5"])
            numpy_value, js_value = value, value
        elif kind < 0.85:
            sizes = [n if R.random() < 0.8 else 1 for n in part.shape]
            while sizes and R.random() < 0.2:
                sizes.pop(0)
            if R.random() < 0.05:
                sizes.append(2)
            other = R.choice(list(DTYPES))
            n = int(np.prod(sizes))
            numpy_value = f"(np.arange({n}) % 5).astype('{DTYPES[other]}').reshape({tuple(sizes)})"
            js_value = f"nd.arange({n}).mod(5).astype(\"{other}\").reshape({js(sizes)})"
        else:
            # the array itself, repeated or reversed: source and target overlap
            numpy_value, js_value = (f"a.ravel()[:1]", 'a.ravel().slice(":1")') if R.random() < 0.5 else (view[0], view[1])
        yield (dtype, shape, f"assign(a, {view[0]}, np.s_[{numpy_index}], {numpy_value})",
               f"assign(a, {view[1]}, {index}, {js_value})")


def rules():
    """(rank or None for any, NumPy with V for the view, ndpipe with V)"""
    any_rank = [
        ("np.flatnonzero(V)", "nd.flatnonzero(V)"), ("np.argwhere(V)", "nd.argwhere(V)"),
        ("np.ravel(V, order='F')", 'V.ravel({ order: "F" })'), ("np.ravel(V, order='A')", 'V.ravel({ order: "A" })'),
        ("np.ravel(V, order='K')", 'V.ravel({ order: "K" })'), ("V.flatten('F')", 'V.flatten({ order: "F" })'),
        ("np.reshape(V, -1, order='F')", 'nd.reshape(V, -1, { order: "F" })'),
        ("np.reshape(V, -1, order='A')", 'nd.reshape(V, -1, { order: "A" })'),
        ("np.reshape(V, -1, copy=True)", "nd.reshape(V, -1, { copy: true })"),
        ("np.reshape(V, -1, copy=False)", "nd.reshape(V, -1, { copy: false })"),
        ("np.take(V, [0, -1, 2], mode='wrap')", 'nd.take(V, [0, -1, 2], { mode: "wrap" })'),
        ("np.take(V, [[0, -9], [22, 1]], mode='clip')", 'nd.take(V, [[0, -9], [22, 1]], { mode: "clip" })'),
        ("np.take(V, [0, 22])", "nd.take(V, [0, 22])"), ("np.take(V, 0)", "nd.take(V, 0)"),
        ("np.roll(V, 2)", "nd.roll(V, 2)"), ("np.roll(V, -15)", "nd.roll(V, -15)"),
        ("np.repeat(V, 2)", "nd.repeat(V, 2)"), ("np.repeat(V, 0)", "nd.repeat(V, 0)"),
        ("np.tile(V, 2)", "nd.tile(V, 2)"), ("np.tile(V, (2, 1, 3))", "nd.tile(V, [2, 1, 3])"), ("np.tile(V, (2, 0))", "nd.tile(V, [2, 0])"),
        ("np.resize(V, (3, 5))", "nd.resize(V, [3, 5])"), ("np.resize(V, 50)", "nd.resize(V, 50)"),
        ("np.atleast_1d(V)", "nd.atleast1d(V)"), ("np.atleast_2d(V)", "nd.atleast2d(V)"), ("np.atleast_3d(V)", "nd.atleast3d(V)"),
        ("np.append(V, 3)", "nd.append(V, nd.array(3))"), ("np.append(V, V)", "nd.append(V, V)"),
        ("np.delete(V, 0)", "nd.deleteAt(V, 0)"), ("np.delete(V, [0, -1])", "nd.deleteAt(V, [0, -1])"),
        ("np.delete(V, np.s_[::2])", 'nd.deleteAt(V, "::2")'), ("np.delete(V, 99)", "nd.deleteAt(V, 99)"),
        ("np.insert(V, 0, 1)", "nd.insert(V, 0, 1)"), ("np.insert(V, [0, 1, 0], [1, 0, 1])", "nd.insert(V, [0, 1, 0], [1, 0, 1])"),
        ("np.insert(V, -1, [1, 0, 1])", "nd.insert(V, -1, [1, 0, 1])"),
        ("np.extract(V > 1, V)", "nd.extract(V.gt(1), V)"), ("np.compress([True, False, True], V)", "nd.compress([true, false, true], V)"),
        ("assign2(a, V, lambda v: np.put(v, [0, -1], [1, 0]))", "assign2(a, V, (v) => v.put([0, -1], [1, 0]))"),
        ("assign2(a, V, lambda v: np.put(v, [0, 30, 5], [1, 0], mode='wrap'))", 'assign2(a, V, (v) => v.put([0, 30, 5], [1, 0], { mode: "wrap" }))'),
        ("assign2(a, V, lambda v: np.put(v, [0, 30, -3], 1, mode='clip'))", 'assign2(a, V, (v) => v.put([0, 30, -3], 1, { mode: "clip" }))'),
        ("assign2(a, V, lambda v: np.putmask(v, v == v, [1, 0, 1]))", "assign2(a, V, (v) => nd.putmask(v, v.eq(v), [1, 0, 1]))"),
        ("assign2(a, V, lambda v: np.putmask(v, v > 2, v * 0))", "assign2(a, V, (v) => nd.putmask(v, v.gt(2), v.mul(nd.zeros([], { dtype: v.dtype }))))"),
        ("assign2(a, V, lambda v: np.place(v, v > 0, [1, 0, 1]))", "assign2(a, V, (v) => nd.place(v, v.gt(0), [1, 0, 1]))"),
        ("np.select([V > 2, V > 0], [V, -5])", "nd.select([V.gt(2), V.gt(0)], [V, -5])"),
        ("np.select([V > 2, V > 0], [V, 2.5], 7)", "nd.select([V.gt(2), V.gt(0)], [V, 2.5], 7)"),
        ("np.choose((V > 1).astype('i8'), [V, V[..., ::-1]])" , 'nd.choose(V.gt(1).astype("i64"), [V, V.slice("..., ::-1")])'),
        ("np.flip(V)", "nd.flip(V)"), ("np.stack([V, V], -1)", "nd.stack([V, V], -1)"),
        ("np.zeros_like(V)", "nd.zerosLike(V)"), ("np.full_like(V, 1)", "nd.fullLike(V, 1)"),
        ("np.block([[V, V], [V, V]])", "nd.block([[V, V], [V, V]])"),
        ("np.vstack([V, V])", "nd.vstack([V, V])"), ("np.hstack([V, V])", "nd.hstack([V, V])"), ("np.dstack([V, V])", "nd.dstack([V, V])"),
        ("np.trim_zeros(V)", "nd.trimZeros(V)"), ("np.trim_zeros(V, 'f')", 'nd.trimZeros(V, "f")'), ("np.trim_zeros(V, 'b')", 'nd.trimZeros(V, "b")'),
    ]
    one = [
        ("np.column_stack([V, V])", "nd.columnStack([V, V])"), ("np.diag(V)", "nd.diag(V)"), ("np.diag(V, -2)", "nd.diag(V, -2)"),
        ("np.tril(V)", "nd.tril(V)"), ("np.triu(V, 1)", "nd.triu(V, 1)"), ("np.diagflat(V, 1)", "nd.diagflat(V, 1)"),
        ("np.lib.stride_tricks.sliding_window_view(V, 3)", "nd.slidingWindowView(V, 3)"),
        ("np.insert(V, np.s_[1:3], 1)", 'nd.insert(V, "1:3", 1)'), ("np.flipud(V)", "nd.flipud(V)"), ("np.fliplr(V)", "nd.fliplr(V)"),
        ("np.delete(V, np.arange(V.size) == 1)", "nd.deleteAt(V, nd.arange(V.size).eq(1))"),
        ("np.meshgrid(V, V[:2])[0]", 'nd.meshgrid([V, V.slice(":2")])[0]'),
        ("np.meshgrid(V, V[:2], V, indexing='ij', sparse=True)[1]", 'nd.meshgrid([V, V.slice(":2"), V], { indexing: "ij", sparse: true })[1]'),
        ("np.meshgrid(V, V[:2], indexing='ij')[1]", 'nd.meshgrid([V, V.slice(":2")], { indexing: "ij" })[1]'),
    ]
    some = []
    for axis in (0, -1):
        some += [
            (f"np.take(V, [0, -1, 0], {axis})", f"V.take([0, -1, 0], {axis})"),
            (f"np.take(V, [[0], [1]], {axis})", f"V.take(nd.array([[0], [1]]), {axis})"),
            (f"np.take(V, 1, {axis})", f"V.take(1, {axis})"), (f"np.take(V, [9, -9], {axis}, mode='wrap')", f'V.take([9, -9], {axis}, {{ mode: "wrap" }})'),
            (f"np.take_along_axis(V, np.zeros([1] * V.ndim, int), {axis})", f"nd.takeAlongAxis(V, nd.zeros(V.shape.map(() => 1), {{ dtype: \"i64\" }}), {axis})"),
            (f"np.take_along_axis(V, (V > 1).astype('i8') - 1, {axis})", f"nd.takeAlongAxis(V, V.gt(1).astype(\"i64\").sub(1), {axis})"),
            (f"assign2(a, V, lambda v: np.put_along_axis(v, (v > 1).astype('i8') - 1, 1, {axis}))", f"assign2(a, V, (v) => nd.putAlongAxis(v, v.gt(1).astype(\"i64\").sub(1), 1, {axis}))"),
            (f"np.roll(V, 1, {axis})", f"nd.roll(V, 1, {axis})"), (f"np.roll(V, (1, -2), (0, {axis}))", f"nd.roll(V, [1, -2], [0, {axis}])"),
            (f"np.repeat(V, 2, {axis})", f"nd.repeat(V, 2, {axis})"),
            (f"np.repeat(V, np.arange(V.shape[{axis}]) % 3, {axis})", f"nd.repeat(V, nd.arange(V.shape.at({axis})).mod(3), {axis})"),
            (f"np.delete(V, 0, {axis})", f"nd.deleteAt(V, 0, {axis})"), (f"np.delete(V, [-1, 0], {axis})", f"nd.deleteAt(V, [-1, 0], {axis})"),
            (f"np.delete(V, np.s_[1::2], {axis})", f'nd.deleteAt(V, "1::2", {axis})'),
            (f"np.insert(V, 1, 1, {axis})", f"nd.insert(V, 1, 1, {axis})"), (f"np.insert(V, [0, 0], 1, {axis})", f"nd.insert(V, [0, 0], 1, {axis})"),
            (f"np.insert(V, V.shape[{axis}], V.max(initial=0), {axis})", f"nd.insert(V, V.shape.at({axis}), V.size > 0 ? nd.maximum(V.max(), V.max().mul(nd.zeros([], {{ dtype: V.dtype }}))) : 0, {axis})"),
            (f"np.append(V, V, {axis})", f"nd.append(V, V, {axis})"), (f"np.concatenate([V, V], {axis})", f"nd.concatenate([V, V], {axis})"),
            (f"np.concatenate([V, V.astype('f4')], {axis})", f'nd.concatenate([V, V.astype("f32")], {axis})'),
            (f"np.compress([False, True], V, {axis})", f"nd.compress([false, true], V, {axis})"),
            (f"np.array_split(V, 3, {axis})[1]", f"nd.arraySplit(V, 3, {axis})[1]"), (f"np.array_split(V, [1, -1], {axis})[2]", f"nd.arraySplit(V, [1, -1], {axis})[2]"),
            (f"np.split(V, 2, {axis})[1]", f"nd.split(V, 2, {axis})[1]"),
            (f"np.rollaxis(V, {axis})", f"nd.rollaxis(V, {axis})"), (f"np.flip(V, {axis})", f"nd.flip(V, {axis})"),
            (f"np.trim_zeros(V, axis={axis})", f"nd.trimZeros(V, \"fb\", {axis})"),
            (f"np.lib.stride_tricks.sliding_window_view(V, 2, {axis})", f"nd.slidingWindowView(V, 2, {{ axis: {axis} }})"),
            (f"np.nonzero(V)[{axis}]", f"V.nonzero().at({axis})"),
        ]
    two = [
        ("np.rot90(V)", "nd.rot90(V)"), ("np.rot90(V, 2)", "nd.rot90(V, 2)"), ("np.rot90(V, -1, (1, 0))", "nd.rot90(V, -1, [1, 0])"),
        ("np.fliplr(V)", "nd.fliplr(V)"), ("np.diagonal(V)", "V.diagonal()"), ("np.diagonal(V, -1, 1, 0)", "V.diagonal(-1, [1, 0])"),
        ("np.tril(V)", "nd.tril(V)"), ("np.triu(V, -1)", "nd.triu(V, -1)"), ("np.diag(V, 1)", "nd.diag(V, 1)"), ("np.trace(V)", "V.trace()"),
        ("np.hsplit(V, [1])[1]", "nd.hsplit(V, [1])[1]"), ("np.vsplit(V, [1, 2])[1]", "nd.vsplit(V, [1, 2])[1]"),
        ("np.dsplit(V, [1])[0]", "nd.dsplit(V, [1])[0]"), ("np.rollaxis(V, 1, 0)", "nd.rollaxis(V, 1, 0)"), ("np.rollaxis(V, 0, 2)", "nd.rollaxis(V, 0, 2)"),
        ("np.lib.stride_tricks.sliding_window_view(V, (2, 1), (0, 1))", "nd.slidingWindowView(V, [2, 1], { axis: [0, 1] })"),
        ("np.matrix_transpose(V)", "nd.matrixTranspose(V)"), ("np.roll(V, 1, (0, 1))", "nd.roll(V, 1, [0, 1])"),
        ("np.insert(V, 1, np.arange(V.shape[0]) % 2, 1)", "nd.insert(V, 1, nd.arange(V.shape[0]).mod(2), 1)") ,
        ("np.block([V, V])", "nd.block([V, V])"), ("np.column_stack([V, V])", "nd.columnStack([V, V])"),
    ]
    for rank in range(5):
        for shape in SHAPES[rank]:
            for view in VIEWS[rank]:
                dtypes = list(DTYPES)
                for numpy_text, text in any_rank + (one if rank == 1 else []) + (some if rank >= 1 else []) + (two if rank >= 2 else []):
                    if rank == 0 and "trim" in numpy_text:
                        continue
                    dtype = R.choice(dtypes)
                    if dtype == "bool" and ("v * 0" in numpy_text or "-5" in numpy_text or "max(" in numpy_text):
                        dtype = "i16"
                    if dtype.startswith("u") and "-5" in numpy_text:
                        dtype = "f32"
                    # NumPy's negative powers of masks aside, the same text over the view
                    yield dtype, shape, re.sub(r"\bV\b", view[0], numpy_text), re.sub(r"\bV\b", lambda _: view[1], text)


PADS = []
for mode in ("constant", "edge", "reflect", "symmetric", "wrap", "linear_ramp", "maximum", "mean", "median", "minimum"):
    PADS += [(mode, ", 2", ", 2", "", "{}"), (mode, ", (1, 3)", ", [1, 3]", "", "{}")]
PADS += [
    ("constant", ", 1", ", 1", ", constant_values=1", "{ constantValues: 1 }"),
    ("constant", ", (0, 2)", ", [0, 2]", ", constant_values=(1, 0)", "{ constantValues: [1, 0] }"),
    ("linear_ramp", ", 3", ", 3", ", end_values=(1, 4)", "{ endValues: [1, 4] }"),
    ("reflect", ", 4", ", 4", ", reflect_type='odd'", '{ reflectType: "odd" }'),
    ("symmetric", ", 5", ", 5", ", reflect_type='odd'", '{ reflectType: "odd" }'),
    ("reflect", ", 9", ", 9", "", "{}"), ("symmetric", ", 9", ", 9", "", "{}"), ("wrap", ", 9", ", 9", "", "{}"),
    ("mean", ", 1", ", 1", ", stat_length=2", "{ statLength: 2 }"), ("median", ", 1", ", 1", ", stat_length=(1, 2)", "{ statLength: [1, 2] }"),
    ("maximum", ", 2", ", 2", ", stat_length=2", "{ statLength: 2 }"),
]


def pads():
    for rank in range(5):
        for shape in SHAPES[rank]:
            for view in VIEWS[rank]:
                for mode, np_width, js_width, np_option, js_option in PADS:
                    dtype = R.choice([d for d in DTYPES if d != "bool"])
                    name = {"linear_ramp": "linearRamp"}.get(mode, mode)
                    yield (dtype, shape, f"np.pad({view[0]}{np_width}, mode='{mode}'{np_option})",
                           f'nd.pad({view[1]}{js_width}, "{name}", {js_option})')


CREATION = [
    ("np.identity(3)", "nd.identity(3)"), ("np.tri(3, 5, 1)", "nd.tri(3, 5, { k: 1 })"), ("np.tri(4, 2, -1, dtype='i2')", 'nd.tri(4, 2, { k: -1, dtype: "i16" })'),
    ("np.logspace(0, 3, 4)", "nd.logspace(0, 3, { num: 4 })"), ("np.logspace(0, 3, 4, base=2)", "nd.logspace(0, 3, { num: 4, base: 2 })"),
    ("np.logspace(0, 4, 4, endpoint=False)", "nd.logspace(0, 4, { num: 4, endpoint: false })"),
    ("np.geomspace(1, 1000, 4)", "nd.geomspace(1, 1000, { num: 4 })"), ("np.geomspace(1, 256, 9)", "nd.geomspace(1, 256, { num: 9 })"),
    ("np.geomspace(1000, 1, 4)", "nd.geomspace(1000, 1, { num: 4 })"), ("np.geomspace(-1000, -1, 4)", "nd.geomspace(-1000, -1, { num: 4 })"),
    ("np.geomspace(1, 1000, 3, endpoint=False)", "nd.geomspace(1, 1000, { num: 3, endpoint: false })"), ("np.geomspace(1, 0)", "nd.geomspace(1, 0)"),
    ("np.geomspace(1, 2, 1)", "nd.geomspace(1, 2, { num: 1 })"), ("np.logspace(0, 3, 0)", "nd.logspace(0, 3, { num: 0 })"),
    ("np.indices((2, 3))", "nd.indices([2, 3])"), ("np.indices((2, 0, 3))", "nd.indices([2, 0, 3])"), ("np.indices((2, 3), 'i4')", 'nd.indices([2, 3], { dtype: "i32" })'),
    ("np.indices((2, 3), sparse=True)[1]", "nd.indices([2, 3], { sparse: true })[1]"),
    ("np.fromfunction(lambda i, j: i * 10 + j, (2, 3))", "nd.fromfunction((i, j) => i.mul(10).add(j), [2, 3])"),
    ("np.fromfunction(lambda i, j: i == j, (3, 3), dtype='i4')", 'nd.fromfunction((i, j) => i.eq(j), [3, 3], { dtype: "i32" })'),
    ("np.frombuffer(bytes(range(16)), 'u2')", 'nd.frombuffer(Uint8Array.from({ length: 16 }, (_, i) => i), { dtype: "u16" })'),
    ("np.frombuffer(bytes(range(16)), 'i4', 2, 5)", 'nd.frombuffer(Uint8Array.from({ length: 16 }, (_, i) => i), { dtype: "i32", count: 2, offset: 5 })'),
    ("np.frombuffer(bytes(range(15)), 'u2')", 'nd.frombuffer(Uint8Array.from({ length: 15 }, (_, i) => i), { dtype: "u16" })'),
    ("np.broadcast_arrays(np.arange(3), np.zeros((2, 1)))[0]", "nd.broadcastArrays(nd.arange(3), nd.zeros([2, 1]))[0]"),
]


def element(x):
    if isinstance(x, (np.bool_, bool)):
        return int(x)
    if isinstance(x, np.floating):
        return float(x) if np.isfinite(x) else str(float(x)).replace("inf", "Infinity").replace("nan", "NaN")
    return int(x) if abs(int(x)) < 2**53 else str(int(x))


def assign(a, view, index, value):
    view[index] = value
    return a


def assign2(a, view, run):
    run(view)
    return a


def expectation(dtype, shape, numpy_text):
    a = base(dtype, shape)
    try:
        result = eval(numpy_text, {"np": np, "a": a, "assign": assign, "assign2": assign2})
    except Exception as error:
        # an element takes an array of one element here, as it does a number
        return None if "setting an array element" in str(error) else {"error": type(error).__name__}
    # NumPy's scalars are copies; here they are arrays without axes
    is_scalar = not isinstance(result, np.ndarray)
    result = np.asarray(result)
    if result.dtype.name not in NAMES:
        return None
    shares = bool(np.shares_memory(result, a)) and result is not a
    return {
        "dtype": NAMES[result.dtype.name], "shape": list(result.shape), "isView": None if is_scalar else shares,
        "strides": [s if n > 1 else None for n, s in zip(result.shape, result.strides)]
        # lists of indices are arrays of their own here, columns of one array in NumPy
        if result.size and "np.nonzero" not in numpy_text else None,
        "values": [element(x) for x in result.ravel()],
    }


def main():
    np.seterr(all="ignore")
    warnings.simplefilter("ignore")
    made, seen = [], set()
    sources = [*indexing(2200), *assignment(1500), *rules(), *pads()]
    for dtype, shape, numpy_text, text in sources + [("f64", (1,), *case) for case in CREATION]:
        key = (dtype, shape, text)
        if key in seen:
            continue
        seen.add(key)
        wanted = expectation(dtype, shape, numpy_text)
        if wanted is not None and len(wanted.get("values", [])) <= 400:
            made.append({"a": f"{dtype} {','.join(map(str, shape))}", "numpy": numpy_text, "code": text, **wanted})
    path = pathlib.Path(__file__).parent.parent / "testdata" / "ndarray" / "indexing_cases.json"
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in made)
    path.write_text(f'{{"numpy":"{np.__version__}","cases":[\n{lines}\n]}}\n')
    print(len(made), "cases,", sum("error" in case for case in made), "refused")


main()
