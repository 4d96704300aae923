/**
 * erf: near zero an odd polynomial; elsewhere 1 - exp(q), where q is a polynomial for log(erfc x), of which less counts the
 * smaller erfc is. Coefficients: tools/minimax.py.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import { EXP, FORMAT, reduce } from "./exponential.ts";
import type { MathContext, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

type Terms = Readonly<Record<VectorShape, readonly number[]>>;

/** erf(x) = x + x P(z), z = x^2; relative errors 2^-30 and 2^-56 */
const ERF: Terms = {
  "f32x4": [
    0.12837916612625122,
    -0.37612631916999817,
    0.11283676326274872,
    -0.026858530938625336,
    0.005199139472097158,
    -0.0008123064180836082,
    8.292424899991602e-05,
  ],
  "f64x2": [
    0.12837916709551256,
    -0.37612638903183354,
    0.11283791670937673,
    -0.026866170642041144,
    0.005223977596814538,
    -0.0008548325448667946,
    0.00012055277888464938,
    -1.4924380042481588e-05,
    1.6442574871125757e-06,
    -1.6167268418919784e-07,
    1.3521009715153804e-08,
    -7.378910798143768e-10,
  ],
};

/** log(erfc(t)) = P(t), from `BORDER` to where erf is 1; the errors this makes in erf are 2^-29 and 2^-56 of it */
const LOG_ERFC: Terms = {
  "f32x4": [
    -0.00019562142551876605,
    -1.1276758909225464,
    -0.6371816992759705,
    -0.1039322093129158,
    0.02222730591893196,
    -0.0030433456413447857,
    0.00019595466437749565,
  ],
  "f64x2": [
    -2.8367679301402557e-07,
    -1.1283761745531529,
    -0.6366344199520686,
    -0.10272850460346901,
    0.019037269552533542,
    0.00034584082737590383,
    -0.0018483659501332698,
    0.0007160657170028072,
    -0.00010050279398584042,
    -3.7502827314582456e-05,
    2.9599638905663766e-05,
    -1.075517698766552e-05,
    2.63356863648279e-06,
    -4.6326000667636333e-07,
    5.831580586876357e-08,
    -5.018432360693853e-09,
    2.6534737059148696e-10,
    -6.512012517483314e-12,
  ],
};

const BORDER = 0.92;
/** from here on erfc is below half a unit in the last place of 1 */
const LIMIT: Readonly<Record<VectorShape, number>> = { "f32x4": 3.95, "f64x2": 5.95 };

/** erf */
export function emitErf(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias } = FORMAT[shape];
  const a = v.let(v.abs(x));
  const z = v.let(v.mul(a, a));
  const near = v.let(v.fma(a, v.longPoly(z, ERF[shape]), a));
  const t = v.let(v.op(`${shape}.pmin`, a, v.c(LIMIT[shape])));
  const { r, shifted } = reduce(v, v.longPoly(t, LOG_ERFC[shape]), bias);
  const p = v.fma(v.poly(r, EXP[shape]), r, v.c(1));
  const far = v.fnma(v.shl(shifted, mantissaBits), p, v.c(1));
  return v.finish(v.withSignOf(x, v.select(v.compare("lt", a, v.c(BORDER)), near, far)));
}
