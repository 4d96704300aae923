#!/usr/bin/env python3
"""Minimax coefficients of src/kernel/math, by Lawson's iteration in mpmath, rounded one after the other.

Each fit is  f(x) = sum c_k * x^k  with the weighted error minimised over an interval. The lowest power is rounded
to the target precision first, then the rest is fitted again to what is left, so that a later coefficient takes up
an earlier one's rounding. `python3 tools/minimax.py [part of a name]` prints the tables; needs mpmath.

Source: C. L. Lawson, "Contributions to the theory of linear least maximum approximation", thesis, UCLA, 1961.
"""
import struct
import sys

from mpmath import (
    acosh, asin, atan, atanh, cos, cosh, erf, erfc, exp, expm1, log, log1p, lu_solve, matrix, mp, mpf, pi, sin, sinh,
    sqrt, tanh,
)

mp.dps = 60
LN2 = log(2)
POINTS = 240


def rounded(value, precision):
    if precision == "f32":
        return mpf(struct.unpack("f", struct.pack("f", float(value)))[0])
    return mpf(float(value))


def lawson(samples, powers, rounds=24):
    """samples: (x, f(x), weight). The coefficients and the largest weighted error."""
    n = len(powers)
    rows = [([x**p * w for p in powers], fx * w) for x, fx, w in samples]
    mass = [mpf(1) / len(rows)] * len(rows)
    best = None
    for _ in range(rounds):
        a, b = matrix(n, n), matrix(n, 1)
        for (row, target), m in zip(rows, mass):
            for i in range(n):
                scaled = row[i] * m
                b[i] += scaled * target
                for j in range(i, n):
                    a[i, j] += scaled * row[j]
        for i in range(n):
            for j in range(i):
                a[i, j] = a[j, i]
        c = list(lu_solve(a, b))
        errors = [abs(target - sum(ci * ri for ci, ri in zip(c, row))) for row, target in rows]
        worst = max(errors)
        if best is None or worst < best[1]:
            best = (c, worst)
        mass = [m * e for m, e in zip(mass, errors)]
        total = sum(mass)
        if total == 0:
            break
        mass = [m / total for m in mass]
    return best


def fit(name, f, powers, low, high, precision, weight=lambda x: mpf(1)):
    low, high = mpf(low), mpf(high)
    xs = [low + (high - low) * (1 - cos(pi * (i + mpf(1) / 2) / POINTS)) / 2 for i in range(POINTS)]
    powers, done = list(powers), []
    rest = [(x, f(x), weight(x)) for x in xs]
    rounds = 24
    while powers:
        c, _ = lawson(rest, powers, rounds)
        rounds = 8
        power, value = powers.pop(0), rounded(c[0], precision)
        done.append(value)
        rest = [(x, fx - value * x**power, w) for x, fx, w in rest]
    worst = max(abs(fx * w) for _, fx, w in rest)
    print(f"// {name}: 2^{float(log(worst) / LN2):.2f} on [{float(low):.6g}, {float(high):.6g}]")
    print("[" + ", ".join(repr(float(value)) for value in done) + "]")
    sys.stdout.flush()


def main():
    half, tiny = LN2 / 2 * mpf("1.0001"), mpf("1e-8")
    root = sqrt(mpf(2))
    low, high = (1 / root - 1) * mpf("1.0001"), (root - 1) * mpf("1.0001")
    s_max = (root - 1) / (root + 1) * mpf("1.0001")
    turn = (pi / 4 * mpf("1.0002")) ** 2
    k = 1 / LN2
    curve = lambda r: (expm1(r) - r) / r**2
    log_ratio = lambda z: atanh(sqrt(z)) / sqrt(z)
    sine = lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z
    cosine = lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2
    fits = {
        # exponential.ts; EXP is 1, then these
        "EXP f32": (curve, range(5), -half, half, "f32", lambda r: r**2 / exp(r)),
        "EXP f64": (curve, range(10), -half, half, "f64", lambda r: r**2 / exp(r)),
        "EXPM1 f32": (curve, range(5), -half, half, "f32", lambda r: r**2 / expm1(r)),
        "EXPM1 f64": (curve, range(11), -half, half, "f64", lambda r: r**2 / expm1(r)),
        "TANH_F32": (
            lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z, range(5), mpf("1e-6"), mpf("0.56") ** 2, "f32",
            lambda z: z * sqrt(z) / tanh(sqrt(z)),
        ),
        # logarithm.ts
        "F32 e terms": (lambda f: (log1p(f) - f) / f**2, range(9), low, high, "f32", lambda f: f**2 / log1p(f)),
        "F32 2 terms": (lambda f: (log1p(f) - f) * k / f**2, range(10), low, high, "f32", lambda f: f**2 / log1p(f) / k),
        "F32 10 terms": (
            lambda f: (log1p(f) - f) / log(mpf(10)) / f**2, range(10), low, high, "f32",
            lambda f: f**2 / log1p(f) * log(mpf(10)),
        ),
        "R_F64": (
            lambda z: (2 * log_ratio(z) - 2) / z, range(7), tiny, s_max**2, "f64", lambda z: z / (2 * log_ratio(z)),
        ),
        # trigonometric.ts
        "SIN f32": (sine, range(3), tiny, turn, "f32", lambda z: z * sqrt(z) / sin(sqrt(z))),
        "SIN f64": (sine, range(6), tiny, turn, "f64", lambda z: z * sqrt(z) / sin(sqrt(z))),
        "COS f32": (cosine, range(3), tiny, turn, "f32", lambda z: z**2 / cos(sqrt(z))),
        "COS f64": (cosine, range(6), tiny, turn, "f64", lambda z: z**2 / cos(sqrt(z))),
        # power.ts
        "LOG2_SHORT": (
            lambda z: 2 * k * log_ratio(z), range(5), tiny, s_max**2, "f64", lambda z: 1 / (2 * k * log_ratio(z)),
        ),
        "EXP2_SHORT": (lambda f: mpf(2) ** f, range(7), -mpf("0.5001"), mpf("0.5001"), "f64", lambda f: mpf(2) ** -f),
        "LOG2_TAIL": (
            lambda z: k * ((2 * log_ratio(z) - 2) / z - mpf(2) / 3) / z, range(7), mpf("1e-6"), s_max**2, "f64",
            lambda z: z**2 / (2 * k * log_ratio(z)),
        ),
        "EXP2_TAIL": (
            lambda f: (expm1(f * LN2) - f * LN2) / f**2, range(11), -mpf("0.5001"), mpf("0.5001"), "f64",
            lambda f: f**2 / mpf(2) ** f,
        ),
    }
    odd = lambda f: lambda z: (f(sqrt(z)) / sqrt(z) - 1) / z
    odd_weight = lambda f: lambda z: z * sqrt(z) / f(sqrt(z))
    near_one = lambda t: acosh(1 + t) / sqrt(2 * t)
    fraction, fold = mpf("0.5001"), half**2
    fits |= {
        # exponential.ts
        "EXP2 f32": (lambda f: (mpf(2) ** f - 1) / f, range(6), -fraction, fraction, "f32", lambda f: f * mpf(2) ** -f),
        "EXP2 f64": (lambda f: (mpf(2) ** f - 1) / f, range(11), -fraction, fraction, "f64", lambda f: f * mpf(2) ** -f),
        # hyperbolic.ts
        "SINH f32": (odd(sinh), range(3), tiny, fold, "f32", odd_weight(sinh)),
        "SINH f64": (odd(sinh), range(6), tiny, fold, "f64", odd_weight(sinh)),
        "COSH f32": (lambda z: (cosh(sqrt(z)) - 1) / z, range(3), tiny, fold, "f32", lambda z: z / cosh(sqrt(z))),
        "COSH f64": (lambda z: (cosh(sqrt(z)) - 1) / z, range(6), tiny, fold, "f64", lambda z: z / cosh(sqrt(z))),
        "ATANH f32": (odd(atanh), range(6), tiny, mpf("0.2502"), "f32", odd_weight(atanh)),
        "ATANH f64": (odd(atanh), range(13), tiny, mpf("0.2502"), "f64", odd_weight(atanh)),
        "LOG_RATIO f32": (odd(atanh), range(4), tiny, mpf("0.1112"), "f32", odd_weight(atanh)),
        "LOG_RATIO f64": (odd(atanh), range(10), tiny, mpf("0.1112"), "f64", odd_weight(atanh)),
        "ACOSH f32": (lambda t: (near_one(t) - 1) / t, range(4), tiny, mpf("0.2501"), "f32", lambda t: t / near_one(t)),
        "ACOSH f64": (lambda t: (near_one(t) - 1) / t, range(9), tiny, mpf("0.2501"), "f64", lambda t: t / near_one(t)),
        # inverse_trigonometric.ts
        "ASIN f32": (odd(asin), range(5), tiny, mpf("0.2501"), "f32", odd_weight(asin)),
        "ASIN f64": (odd(asin), range(12), tiny, mpf("0.2501"), "f64", odd_weight(asin)),
        "ATAN f32": (odd(atan), range(9), tiny, mpf("1.0001"), "f32", odd_weight(atan)),
        "ATAN f64": (odd(atan), range(20), tiny, mpf("1.0001"), "f64", odd_weight(atan)),
        # error_function.ts
        "ERF f32": (
            lambda z: erf(sqrt(z)) / sqrt(z) - 1, range(7), tiny, mpf("0.93") ** 2, "f32", lambda z: sqrt(z) / erf(sqrt(z)),
        ),
        "ERF f64": (
            lambda z: erf(sqrt(z)) / sqrt(z) - 1, range(12), tiny, mpf("0.93") ** 2, "f64",
            lambda z: sqrt(z) / erf(sqrt(z)),
        ),
        "LOG_ERFC f32": (lambda t: log(erfc(t)), range(7), mpf("0.92"), mpf("3.95"), "f32", lambda t: erfc(t) / erf(t)),
        "LOG_ERFC f64": (lambda t: log(erfc(t)), range(18), mpf("0.92"), mpf("5.95"), "f64", lambda t: erfc(t) / erf(t)),
    }
    for name, row in fits.items():
        if len(sys.argv) < 2 or sys.argv[1] in name:
            fit(name, *row)


if __name__ == "__main__":
    main()
