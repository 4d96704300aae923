#!/usr/bin/env python3
"""Minimax coefficients of src/kernel/math, by Lawson's iteration in mpmath, rounded one after the other.

Each fit is  f(x) = sum c_k * x^k  with the weighted error minimised over an interval. The lowest power is rounded
to the target precision first, then the rest is fitted again to what is left, so that a later coefficient takes up
an earlier one's rounding. `python3 tools/minimax.py [part of a name]` prints the tables; needs mpmath.

Source: C. L. Lawson, "Contributions to the theory of linear least maximum approximation", thesis, UCLA, 1961.
"""
import struct
import sys

from mpmath import atanh, cos, exp, expm1, log, log1p, lu_solve, matrix, mp, mpf, pi, sin, sqrt, tanh

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


def fit(name, f, powers, low, high, precision, weight=lambda x: mpf(1), fixed=()):
    """`fixed` holds lowest coefficients that are given."""
    low, high = mpf(low), mpf(high)
    xs = [low + (high - low) * (1 - cos(pi * (i + mpf(1) / 2) / POINTS)) / 2 for i in range(POINTS)]
    powers, done = list(powers), []
    rest = [(x, f(x), weight(x)) for x in xs]
    for value in fixed:
        power = powers.pop(0)
        done.append(mpf(value))
        rest = [(x, fx - mpf(value) * x**power, w) for x, fx, w in rest]
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
