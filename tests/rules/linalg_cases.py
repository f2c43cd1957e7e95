"""Calls of numpy.linalg for the tests of rows, as in cases.py: matrices, stacks, complex ones.

Eigenvectors and singular vectors of complex matrices are known but for a phase, so that no
difference of them tells their derivative: tests/values/test_complex.py asks what does not depend on
it.
"""

from __future__ import annotations

import math

from rules.drawn import (
    ROW,
    SQUARE,
    T3,
    Complex,
    ComplexDominant,
    Dominant,
    Draw,
    Hermitian,
    M,
    Symmetric,
    Turning,
    V,
    call,
    data,
)
from rules.row_checks import Case

A, SPD, TALL = Dominant(3, 3), Symmetric(3, 3), Draw(4, 3)
STACK, SPDS = Dominant(2, 3, 3), Symmetric(2, 3, 3)
Z, ZS, ZM, ZT = ComplexDominant(3, 3), ComplexDominant(2, 3, 3), Complex(3, 4), Complex(4, 3)
HERMITIAN, HERMITIANS = Hermitian(3, 3), Hermitian(2, 3, 3)
ONE = Symmetric(1, 1)

SYSTEMS: dict[str, list[Case]] = {
    "numpy.linalg.inv": [call(A), call(STACK), call(Z), call(ZS), call(ONE)],
    "scipy.linalg.solve_triangular": [
        call(A, ROW), call(A, Draw(3, 2), lower=True), call(A, Draw(3, 2), trans=1),
        call(A, ROW, trans="T", lower=True), call(A, ROW, unit_diagonal=True),
    ],
    "numpy.linalg.solve": [
        call(A, ROW), call(A, Draw(3, 2)), call(STACK, Draw(2, 3, 2)), call(STACK, Draw(3, 2)),
        call(STACK, ROW), call(A, Draw(2, 3, 2)), call(Z, Complex(3)), call(ZS, Complex(3)),
        call(ZS, Complex(2, 3, 2)), call(Dominant(4, 2, 3, 3), Draw(2, 3, 1)),
    ],
    "numpy.linalg.det": [call(A), call(STACK), call(Z), call(ZS)],
    "numpy.linalg.slogdet": [call(A), call(STACK), call(Z), call(ZS)],
    "numpy.linalg.multi_dot": [
        call((M, Draw(4, 2), Draw(2, 3))), call((SQUARE, M)), call((ROW, M, V)),
        call((ROW, SQUARE, M)), call((M, Draw(4, 2), Draw(2))), call((ROW, M)), call((ZM, ZT)),
    ],
    "numpy.linalg.matrix_power": [
        call(A, data(1)), call(A, data(3)), call(STACK, data(2)), call(A, data(0)),
        call(A, data(-1)), call(STACK, data(-2)), call(A, data(-3)), call(Z, data(3)),
    ],
    "numpy.linalg.pinv": [
        call(M), call(TALL), call(A), call(T3), call(ZM), call(ZT), call(Complex(2, 4, 3)),
        call(M, rcond=1e-10, hermitian=False), call(M, rcond=0.6), call(TALL, rcond=0.6),
        call(A, rcond=0.6), call(T3, rcond=0.5), call(ZM, rcond=0.6), call(ZT, rcond=0.6),
    ],
    "numpy.linalg.lstsq": [
        call(Draw(4, 2), V, rcond=None), call(Draw(2, 4), Draw(2)), call(Draw(4, 2), Draw(4, 3)),
        call(A, ROW), call(Draw(4, 2), Draw(4, 1)),
    ],
}  # fmt: skip
FACTORS: dict[str, list[Case]] = {
    "numpy.linalg.cholesky": [
        call(SPD), call(SPDS), call(HERMITIAN), call(HERMITIANS), call(SPD, upper=True),
        call(HERMITIANS, upper=True), call(ONE),
    ],
    "numpy.linalg.eigh": [
        call(SPD), call(SPDS, UPLO="L"), call(SPD, UPLO="U"), call(SPDS, UPLO="U"), call(ONE),
    ],
    "numpy.linalg.eigvalsh": [
        call(SPD), call(SPDS), call(SPD, UPLO="U"), call(HERMITIAN, order=1),
        call(HERMITIANS, UPLO="U", order=1),
    ],
    "numpy.linalg.svd": [
        call(M, full_matrices=False), call(TALL, full_matrices=False), call(A, full_matrices=False),
        call(T3, full_matrices=False), call(Draw(2, 4, 3), full_matrices=False),
        call(STACK, full_matrices=False, hermitian=False), call(M), call(TALL), call(A), call(T3),
        call(Draw(1, 2)),
        call(M, full_matrices=False, compute_uv=False), call(T3, compute_uv=False),
        call(ZM, compute_uv=False, order=1),
    ],
    "numpy.linalg.svdvals": [call(M), call(TALL), call(T3), call(ZM, order=1)],
    "numpy.linalg.qr": [
        call(TALL), call(A), call(TALL, mode="r"), call(M), call(M, mode="r"), call(T3),
        call(Draw(2, 4, 3)), call(STACK, mode="r"), call(Z), call(ZM), call(ZT), call(ZS),
        call(ZM, mode="r"), call(ZT, mode="r"), call(Draw(1, 1)),
    ],
    "numpy.linalg.eigvals": [
        call(Turning(3, 3)), call(Turning(2, 3, 3)), call(Z), call(ZS),
    ],
    "numpy.linalg.eig": [call(Turning(3, 3)), call(Turning(2, 3, 3)), call(Z), call(ZS)],
}  # fmt: skip
ORDERS = (1, -1, 2, -2, math.inf, -math.inf, "nuc", "fro")
POWERS = (0, 1, 2, 3, 0.5, -1, -2.5, math.inf, -math.inf)
NORMS: dict[str, list[Case]] = {
    "numpy.linalg.norm": [
        call(V), call(M), call(M, axis=0), call(M, axis=-1, keepdims=True), call(T3, axis=(0, 1)),
        *(call(V, ord=p) for p in POWERS), *(call(Complex(4), ord=p, order=1) for p in POWERS[1:]),
        call(M, ord=1, axis=0), call(M, ord=3, axis=1, keepdims=True), call(V, ord=1, axis=(0,)),
        call(M, ord=math.inf, axis=0), call(M, ord=-2, axis=1),
        *(call(M, ord=p) for p in ORDERS),
        *(call(T3, ord=p, axis=(0, 2)) for p in ORDERS),
        *(call(T3, ord=p, axis=(-1, 1), keepdims=True) for p in ORDERS[:-1]),
        *(call(ZM, ord=p, order=1) for p in ORDERS),
        *(call(Complex(2, 3, 4), ord=p, axis=(1, 2), order=1) for p in ORDERS),
    ],
    "numpy.linalg.vector_norm": [
        call(V), call(M), call(M, axis=0), call(V, ord=1, keepdims=True), call(T3, axis=(0, 2)),
        *(call(M, ord=p) for p in POWERS), *(call(T3, ord=p, axis=(0, 2)) for p in POWERS),
    ],
}  # fmt: skip
LINALG: dict[str, list[Case]] = {**SYSTEMS, **FACTORS, **NORMS}
