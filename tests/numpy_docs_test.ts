/**
 * docs/numpy.md: it is what the tables say, the tables are what the module has, and nothing in scope is missing.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as nd from "ndpipe/ndarray";
import { numpyDocs, numpySections } from "../tools/write_numpy_docs.ts";

const sections = await numpySections();
const rows = sections.flatMap((section) => section.rows);

/** NumPy's functions that this project set itself */
const SCOPE = `
array asarray zeros ones full empty zeros_like ones_like full_like empty_like arange linspace logspace geomspace eye identity
diag tri tril triu meshgrid indices fromfunction frombuffer
ndarray.shape ndarray.strides ndarray.ndim ndarray.size ndarray.itemsize ndarray.nbytes ndarray.dtype ndarray.base
ndarray.flags ndarray.T shares_memory may_share_memory broadcast_shapes broadcast_arrays broadcast_to ascontiguousarray
asfortranarray copy astype result_type promote_types can_cast finfo iinfo
take take_along_axis put put_along_axis putmask place compress extract choose select nonzero flatnonzero argwhere where
reshape ravel ndarray.flatten transpose permute_dims swapaxes moveaxis rollaxis roll flip rot90 squeeze expand_dims atleast_1d
atleast_2d atleast_3d concatenate stack vstack hstack dstack column_stack block split array_split vsplit hsplit dsplit tile
repeat pad insert delete append resize lib.stride_tricks.sliding_window_view
add subtract multiply divide floor_divide remainder fmod divmod power float_power bitwise_and bitwise_or bitwise_xor invert
left_shift right_shift equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor logical_not
exp exp2 expm1 log log2 log10 log1p logaddexp logaddexp2 sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh
arctanh hypot arctan2 degrees radians floor ceil trunc rint round fix sign signbit copysign nextafter frexp ldexp modf gcd lcm
minimum maximum fmin fmax isnan isinf isfinite isposinf isneginf nan_to_num heaviside sinc cbrt reciprocal clip
ufunc.reduce ufunc.accumulate ufunc.outer ufunc.at ufunc.reduceat
sum prod mean var std min max ptp argmin argmax any all count_nonzero cumsum cumprod diff ediff1d gradient trapezoid average
median percentile quantile nansum nanprod nanmean nanvar nanstd nanmin nanmax nanargmin nanargmax nanmedian nanpercentile
nanquantile nancumsum nancumprod histogram bincount digitize searchsorted unique sort argsort partition argpartition lexsort
matmul dot vdot inner outer tensordot einsum kron cross trace linalg.norm linalg.solve linalg.inv linalg.det linalg.slogdet
linalg.cholesky linalg.qr linalg.svd linalg.eigh linalg.eigvalsh linalg.eig linalg.eigvals linalg.pinv linalg.lstsq
linalg.matrix_rank linalg.matrix_power linalg.cond fft.fft fft.ifft fft.rfft fft.irfft fft.fft2 fft.fftn fft.ifft2 fft.ifftn
fft.fftfreq fft.rfftfreq fft.fftshift random.Generator.uniform random.Generator.normal random.Generator.integers
random.Generator.permutation random.Generator.choice
cov corrcoef intersect1d union1d setdiff1d setxor1d isin interp convolve correlate
`.trim().split(/\s+/);

function find(here: string): unknown {
  if (here.startsWith(".")) {
    const array = nd.zeros([3, 2]) as unknown as Record<string, unknown>;
    return array[here.slice(1)] === undefined ? undefined : true;
  }
  return here.split(".").reduce<unknown>(
    (at, name) => {
      const holder = at as
        | { readonly [key: string]: unknown; readonly prototype?: Record<string, unknown> }
        | undefined;
      return holder?.[name] ?? holder?.prototype?.[name];
    },
    nd,
  );
}

Deno.test("docs/numpy.md is what the tables say: deno task docs writes it", () => {
  strictEqual(Deno.readTextFileSync("docs/numpy.md"), numpyDocs(sections));
});

Deno.test("every row of docs/numpy.md names something that is there", () => {
  nd.scope(() => deepStrictEqual(rows.filter(({ here }) => find(here) === undefined), []));
});

Deno.test("every function in scope has one row, and none says that it is not implemented", () => {
  const names = rows.map(({ numpy }) => numpy);
  deepStrictEqual(SCOPE.filter((name) => !names.includes(name)), []);
  deepStrictEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
  ok(rows.every(({ difference = "" }) => !/not implemented/i.test(difference)));
});
