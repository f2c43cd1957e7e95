"""Calls for the tests of each row that is not elementwise: operands, and every option.

    "numpy.sum": [call(M), call(M, axis=0), ...]

M is a matrix of random numbers, drawn anew for each case; data(..) has no derivative.
"""

from __future__ import annotations

import numpy as np
from rules.drawn import (
    POSITIVE,
    ROW,
    SQUARE,
    T3,
    Complex,
    Draw,
    M,
    S,
    V,
    array_data,
    call,
    data,
    realised,
)
from rules.linalg_cases import LINALG
from rules.numpy_cases import NUMPY_CASES, NUMPY_CONSTANTS
from rules.row_checks import AnyLength, Case

REDUCED = [
    call(V), call(M), call(M, axis=0), call(M, axis=-1), call(M, axis=1, keepdims=True),
    call(M, keepdims=True), call(T3, axis=(0, 2)), call(T3, axis=(1, -1), keepdims=True),
    call(Draw(1, 3), axis=0),
]  # fmt: skip
ONE_AXIS = [call(V), call(M), call(M, axis=0), call(M, axis=-1), call(T3, axis=1)]
PRODUCTS = [(V, V), (M, V), (ROW, M), (M, Draw(4, 2))]
STACKS = [
    (T3, Draw(2, 4, 2)), (T3, Draw(4, 2)), (Draw(2, 3), Draw(5, 3, 4)),
    (Draw(2, 1, 3, 4), Draw(3, 4, 2)), (T3, V),
    (ROW, Draw(5, 3, 2)),
]  # fmt: skip
LISTS = [call([V, V]), call((V, V, V)), call([M, M])]

LIST_ROWS = {
    "widths.as_wide": [call(V, data(np.ones(2, np.float64)))],
    "widths.as_real": [call(V, data(np.ones(2).dtype))],
    "widths.as_columns": [call(V, data(np.ones(2))), call(M, data(np.ones((2, 2))))],
    "lists.concat": [call([0.5], [1.5, 0.7]), call([V], [V, V])],
    "lists.repeat": [call([0.5, 0.7], data(3))],
    "lists.fold": [call([0.5, 0.7, 0.1, 0.2], data(2))],
    "lists.add": [call([0.5, 0.7], [1.5, 0.2])],
    "lists.formed": [
        call([0.5, 0.7], data("t")), call([V, V], data("t")), call([[0.5], [0.7, 0.1]], data("lt")),
        call([[0.5], [0.7, 0.1]], data("tl")),
    ],
    "lists.opened": [
        call(AnyLength((0.5, 0.7)), data("t")), call(AnyLength((V, V)), data("t")),
        call([AnyLength((0.5,)), AnyLength((0.7, 0.1))], data("lt")),
        call(AnyLength(([0.5], [0.7, 0.1])), data("tl")),
    ],
}  # fmt: skip
OPERATORS = {
    "operator.neg": [call(S), call(M)],
    "operator.pos": [call(S), call(M)],
    "operator.matmul": [call(*pair) for pair in PRODUCTS + STACKS],
}
BUILTINS = {
    "builtins.max": [call([1.5, 0.3, 0.7]), call(V), call((1.5, 0.3))],
    "builtins.min": [call([1.5, 0.3, 0.7]), call(V)],
    "builtins.sum": [
        call([1.5, 0.3]),
        call(V),
        call(M),
        call([V, V]),
        call((0.5, 0.2)),
        call([0.5, 0.2], data(1)),
        call([0.5, 0.2], S),
    ],
    "builtins.float": [call(S)],
    "builtins.list": [call(V), call(M), call([0.5, 0.7])],
    "builtins.divmod": [call(7.3, 2.1)],
}
MATH = {
    "math.degrees": [call(S)],
    "builtins.complex": [call(S), call(S, S), call(0.3 + 0.4j)],
    "cmath.polar": [call(0.3 - 0.4j), call(1.2)],
    "math.radians": [call(S)],
    "math.fsum": [call([0.5, 1.5]), call(V), call((0.5, 1.5))],
    "math.dist": [call([0.5, 1.5], [0.1, 0.7]), call((0.5, 1.5), (0.1, 0.7)), call(V, V)],
    "math.modf": [call(1.3), call(-1.3)],
    "math.frexp": [call(1.3)],
    "math.ldexp": [call(1.3, data(3))],
    "math.prod": [call([0.5, 1.5, 0.7]), call(V), call((0.5, 1.5)), call([0.5, 0.0, 2.0])],
}
ELEMENTWISE = {
    "numpy.negative": [call(S), call(M)],
    "numpy.lib.stride_tricks.sliding_window_view": [
        call(V, data(2)), call(M, data((2, 3))), call(M, data(2), axis=1), call(V, data((3,))),
        call(T3, data((2, 1)), axis=(-1, 0)), call(M, data((2, 2)), axis=(1, 1)), call(V, data(4)),
    ],
    "numpy.positive": [call(S), call(M)],
    "numpy.deg2rad": [call(S), call(M)],
    "numpy.radians": [call(S), call(M)],
    "numpy.rad2deg": [call(S), call(M)],
    "numpy.degrees": [call(S), call(M)],
    "numpy.real": [call(S), call(M)],
    "numpy.imag": [call(M)],
    "numpy.conj": [call(S), call(M)],
    "numpy.conjugate": [call(S), call(M)],
    "numpy.nan_to_num": [call(S), call(M), call(M, nan=1.0, posinf=2.0, neginf=3.0, copy=True)],
    "numpy.where": [
        call(array_data(True, False, True), ROW, ROW), call(array_data(True, False, True), ROW, S),
        call(array_data([True], [False]), ROW, Draw(2, 3)),
        call(array_data(True, False, True), ROW, data(0.0)),
    ],
}  # fmt: skip
REDUCTIONS = {
    "numpy.sum": [*REDUCED, call(S)],
    "numpy.nansum": REDUCED,
    "numpy.mean": REDUCED,
    "numpy.average": [
        *ONE_AXIS,
        call(V, weights=POSITIVE),
        call(M, weights=POSITIVE, axis=1),
        call(M, weights=Draw(3, 4, low=0.5)),
        call(M, weights=Draw(3, 4, low=0.5), axis=0),
        call(T3, weights=Draw(3, low=0.5), axis=1),
        call(V, weights=array_data(1.0, 2.0, 0.0, 1.0)),
    ],
    "numpy.max": REDUCED,
    "numpy.amax": REDUCED,
    "numpy.min": REDUCED,
    "numpy.amin": REDUCED,
    "numpy.ptp": REDUCED,
    "numpy.prod": [*ONE_AXIS, call(M, axis=0, keepdims=True), call(V, keepdims=True)],
    "numpy.var": [*REDUCED, call(M, axis=0, ddof=1), call(V, ddof=1)],
    "numpy.std": [*REDUCED, call(M, axis=0, ddof=1), call(V, ddof=1)],
    "numpy.cumsum": ONE_AXIS,
    "numpy.cumprod": ONE_AXIS,
    "numpy.diff": [
        call(V, prepend=S),
        call(V, append=S),
        call(V, prepend=ROW, append=S, n=2),
        call(M, prepend=Draw(3, 2)),
        call(M, append=Draw(1, 4), axis=0),
        call(V, prepend=data(0.0)),
        call(V),
        call(M),
        call(M, axis=0),
        call(V, n=2),
        call(T3, axis=1),
        call(Draw(5), n=3),
    ],
    "numpy.ediff1d": [call(V), call(M)],
    "numpy.sort": [call(V), call(M), call(M, axis=0), call(M, axis=None)],
    "numpy.quantile": [
        call(V, data(0.3)), call(M, data(0.3)), call(M, data(0.8), axis=0),
        call(M, data(0.5), axis=-1, keepdims=True), call(V, data(0)), call(V, data(1)),
    ],
    "numpy.percentile": [call(V, data(30)), call(M, data(95.0), axis=1),
                         call(V, data(50), keepdims=True)],
    "numpy.median": [call(V), call(ROW), *ONE_AXIS, call(M, axis=1, keepdims=True)],
    "numpy.bincount": [
        call(array_data(0, 2, 0, 1), weights=V),
        call(array_data(0, 2, 0, 1), weights=V, minlength=5),
    ],
}
PRODUCT_ROWS = {
    "numpy.matmul": [call(*pair) for pair in PRODUCTS + STACKS],
    "numpy.dot": [call(*p) for p in [*PRODUCTS, (S, M), (M, S), (T3, V), (T3, Draw(4, 2)),
                                     (V, Draw(2, 4, 3)),
                                     (M, Draw(2, 4, 3)), (T3, Draw(2, 4, 3)), (S, S)]],
    "numpy.inner": [call(V, V), call(M, V), call(M, M), call(T3, M), call(S, M), call(V, T3)],
    "numpy.outer": [call(V, ROW), call(M, ROW), call(V, S)],
    "numpy.vdot": [call(V, V), call(M, M), call(M, Draw(12)), call(S, S)],
    "numpy.tensordot": [
        call(T3, M), call(M, Draw(4, 2), axes=1), call(V, ROW, axes=0),
        call(T3, T3, axes=((0, 2), (0, 2))),
        call(T3, Draw(4, 5, 2), axes=((0, 2), (2, 0))),
        call(T3, Draw(4, 5, 2), axes=((2, 0), (0, 2))),
        call(M, Draw(5, 4), axes=(1, 1)), call(T3, T3, axes=3),
    ],
    "numpy.kron": [call(M, Draw(2, 2)), call(V, ROW), call(V, Draw(2, 2))],
    "numpy.cross": [call(ROW, ROW), call(Draw(4, 3), Draw(4, 3)), call(Draw(4, 3), ROW)],
    "numpy.trace": [call(SQUARE), call(M), call(M, offset=1)],
    "numpy.diag": [call(V), call(V, k=1), call(SQUARE), call(M, k=1), call(M, k=-1),
        call(SQUARE, k=-1)],
    "numpy.diagonal": [call(SQUARE), call(M, offset=1), call(T3), call(T3, offset=-1)],
    "numpy.tril": [call(M), call(M, k=-1)],
    "numpy.triu": [call(M), call(M, k=1)],
    "numpy.einsum": [
        call(data("ij->ji"), M), call(data("ij->"), M), call(data("ij->i"), M),
        call(data("ii->"), SQUARE),
        call(data("ii->i"), SQUARE), call(data("ij"), M),
        call(data("ij,jk->ik"), M, Draw(4, 2)), call(data("ij,jk"), M, Draw(4, 2)),
        call(data("i,i->"), V, V),
        call(data("ij,ij->i"), M, M), call(data("i,j->ij"), V, ROW), call(data("ij,k->i"), M, V),
        call(data("bij,bjk->bik"), T3, Draw(2, 4, 3)),
        call(data("...ij,...jk->...ik"), T3, Draw(4, 2)),
        call(data("ii,ij->j"), SQUARE, M), call(data("ij,jk,kl->il"), M, Draw(4, 2), Draw(2, 2)),
        call(data("i,ij,j->"), ROW, M, V), call(data("ji,jk->k"), M, SQUARE),
    ],
}  # fmt: skip
SHAPES = {
    "numpy.reshape": [call(M, data((4, 3))), call(M, data(-1)), call(M, data((2, -1))),
        call(S, data((1,)))],
    "numpy.ravel": [call(M), call(V)],
    "numpy.transpose": [call(M), call(T3), call(T3, axes=(1, 2, 0)),
        call(T3, axes=(-1, 0, 1)), call(V)],
    "numpy.swapaxes": [call(T3, data(0), data(2)), call(M, data(-1), data(0))],
    "numpy.moveaxis": [call(T3, data(0), data(-1)), call(T3, data((0, 1)), data((1, 2)))],
    "numpy.matrix_transpose": [call(M), call(T3)],
    "numpy.expand_dims": [call(V, data(0)), call(M, data(-1)), call(M, data((0, 2))),
        call(S, data(0))],
    "numpy.squeeze": [call(Draw(1, 4)), call(Draw(1, 4, 1), axis=0),
        call(Draw(1, 4, 1), axis=(0, 2)), call(Draw(1), axis=0)],
    "numpy.broadcast_to": [call(V, data((3, 4))), call(Draw(3, 1), data((2, 3, 4))),
        call(S, data((2, 3)))],
    "numpy.atleast_1d": [call(V), call(S), call(M)],
    "numpy.atleast_2d": [call(V), call(S), call(M)],
    "numpy.atleast_3d": [call(V), call(S), call(M), call(T3)],
    "numpy.flip": [call(V), call(M), call(M, axis=0), call(T3, axis=(0, 1))],
    "numpy.fliplr": [call(M)],
    "numpy.flipud": [call(M), call(V)],
    "numpy.rot90": [call(M), call(M, k=2), call(M, k=-1)],
    "numpy.roll": [call(V, data(1)), call(M, data(2)), call(M, data(-1), axis=0),
        call(M, data((1, 2)), axis=(0, 1))],
    "numpy.repeat": [
        call(V, data(3)), call(M, data(2)), call(M, data(2), axis=0), call(T3, data(3), axis=-1),
        call(ROW, array_data(2, 0, 1)), call(M, array_data(2, 0, 1), axis=0),
    ],
    "numpy.tile": [call(V, data(3)), call(M, data((2, 3))), call(M, data(2)),
        call(V, data((2, 3))), call(M, data((2, 1, 1)))],
    "numpy.pad": [call(V, data(2)), call(M, data((1, 2))), call(M, data(((1, 0), (2, 1)))),
        call(V, data((1, 3)), mode="constant"), call(M, data(1), constant_values=2.0),
        *(call(o, data(w), mode=m) for m in ("edge", "reflect", "symmetric", "wrap")
          for o, w in ((V, 2), (M, ((1, 0), (2, 1))), (T3, 1), (M, ((0, 0), (1, 2)))))],
    "numpy.take": [
        call(V, array_data(0, 2, 2)), call(M, array_data(0, 2, 2), axis=0),
        call(V, data((0, 2, 2))), call(M, data((0, 2)), axis=0), call(M, data((5, 1))),
        call(M, array_data(3, 1), axis=-1),
        call(M, array_data(5, 1)), call(M, data(1), axis=0),
        call(M, array_data([0, 1], [1, 1]), axis=1),
    ],
    "numpy.take_along_axis": [
        call(M, array_data([0, 2, 1, 2]), data(0)),
        call(M, array_data([0, 0], [1, 2], [3, 3]), data(1)),
        call(M, array_data([0], [2], [0]), data(0)),
        call(M, array_data([3, 0, 3]), data(1)),
        call(T3, array_data([[1]]), data(-2)),
        call(M, array_data(3, 7, 3), data(None)),
    ],
    "numpy.concatenate": [*LISTS, call([M, Draw(2, 4)]), call((M, Draw(3, 2)), axis=1),
        call([T3, T3], axis=-1),
                          call([M, M], axis=None), call((T3, Draw(2, 1, 4)), axis=-2), call(M)],
    "numpy.hstack": [*LISTS, call((M, Draw(3, 2))), call((0.5, 1.5))],
    "numpy.vstack": [*LISTS, call((M, V)), call((M, Draw(2, 4)))],
    "numpy.column_stack": [*LISTS, call((ROW, M))],
    "numpy.append": [call(V, S), call(V, ROW), call(M, Draw(1, 4), axis=0), call(M, V)],
    "numpy.delete": [
        call(V, data(1)), call(V, data(-1)), call(M, data(1), axis=1), call(V, array_data(0, 2)),
        call(T3, array_data(0, 2), axis=-1),
    ],
    "numpy.insert": [
        call(V, data(1), S), call(V, data(-1), S), call(M, data(1), V, axis=0),
        call(V, data(4), data(0.0)),
        call(M, data(-2), ROW, axis=1), call(V, data(1), Draw(2)), call(V, data(-2), Draw(3)),
        call(V, data(0), Draw(0)), call(Draw(0), data(0), V),
    ],
    "numpy.stack": [*LISTS, call([V, V], axis=1), call((M, M), axis=-1), call((0.5, 1.5))],
    "numpy.split": [call(V, data(2)), call(M, data((1, 3)), axis=1), call(M, data(3))],
    "numpy.array_split": [call(V, data(3)), call(M, data(2), axis=1)],
}  # fmt: skip
CONSTRUCTORS = {
    "numpy.full": [call(data((2, 3)), S), call(data(3), S), call(data((2, 3)), ROW)],
    "numpy.full_like": [call(M, S), call(M, V)],
    "numpy.arange": [call(0.5, stop=4.1), call(0.5, stop=4.2, step=0.7), call(0.5, stop=data(4.2)),
                     call(4.2, stop=0.5, step=data(-0.7))],
    "numpy.linspace": [call(S, S), call(S, S, num=5), call(S, S, num=5, endpoint=False)],
    "numpy.logspace": [call(0.5, 1.5, num=5), call(0.5, 1.5, num=5, endpoint=False)],
    "numpy.geomspace": [call(0.5, 1.5, num=5), call(0.5, 1.5, num=5, endpoint=False)],
    "numpy.meshgrid": [call(V, ROW), call(V, ROW, indexing="ij")],
    "numpy.array": [call([0.5, 1.5]), call((0.5, 1.5)), call([[0.5, 1.5], [0.2, 0.3]]),
        call([V, V]), call(M),
                    call(((0.5, 1.5), (0.2, 0.3)))],
    "numpy.asarray": [call([0.5, 1.5]), call(M)],
    "numpy.ascontiguousarray": [call(M)],
    "numpy.asfortranarray": [call(M)],
    "numpy.copy": [call(M)],
    "numpy.astype": [call(M, data("numpy.float64"))],
    "numpy.float64": [call(S), call(M)],
    "numpy.double": [call(S)],
    "numpy.float32": [],
    "numpy.ndarray.tolist": [call(V), call(M)],
}  # fmt: skip
NODES = array_data(0.0, 1.0, 2.5, 3.0)
SIGNALS = {
    "numpy.interp": [
        call(1.7, NODES, V), call(Draw(5, low=0.1, high=2.9), NODES, V),
        call(array_data(-1.0, 0.5, 9.0), NODES, V),
        call(array_data(0.3, 1.4, 2.8), np.array([0.0, 1.0, 2.5, 3.0]), V),
        call(0.7, np.array([1.0]), Draw(1)), call(Draw(5), np.array([1.0]), Draw(1)),
    ],
    "numpy.trapezoid": [
        call(V), call(M), call(V, dx=0.5), call(V, x=V), call(M, x=NODES),
        call(V, x=data(None), dx=S),
        call(M, axis=-1), call(M, x=V), call(M, x=M), call(T3, x=V),
    ],
    "numpy.polyval": [call(V, S), call(V, ROW), call(V, M)],
    "numpy.polyder": [call(V)],
    "numpy.roots": [
        call(np.array([1.0, 0.3, 2.0])), call(np.array([1.0, 2.0, 5.0, 1.0])), call(Complex(4)),
    ],
    "numpy.convolve": [call(V, ROW), call(ROW, V), call(V, ROW, mode="same"),
        call(V, ROW, mode="valid"),
                       call(Draw(5), Draw(2), mode="same"), call(Draw(6), Draw(4), mode="same")],
    "numpy.correlate": [call(V, ROW), call(V, ROW, mode="full"),
        call(Draw(6), Draw(4), mode="same"),
        # what is shorter stands first
        call(Draw(4), Draw(6), mode="same"), call(Draw(3), Draw(6), mode="same"),
        call(Draw(2), Draw(5)), call(Draw(1), Draw(3), mode="full")],
    "numpy.add.outer": [call(V, ROW), call(M, V), call(V, S)],
    "numpy.subtract.outer": [call(V, ROW), call(M, V)],
    "numpy.multiply.outer": [call(V, ROW), call(M, V)],
    **{f"numpy.{name}.reduce": [call(V), call(M), call(M, axis=1), call(M, axis=None),
    call(M, keepdims=True)]
       for name in ("add", "multiply", "maximum", "minimum", "logaddexp")},
    "numpy.add.accumulate": [call(V), call(M), call(M, axis=1)],
}  # fmt: skip

CASES: dict[str, list[Case]] = {}
for group in (
    LIST_ROWS, OPERATORS, BUILTINS, MATH, ELEMENTWISE, REDUCTIONS, PRODUCT_ROWS, SHAPES,
    CONSTRUCTORS, LINALG, SIGNALS, NUMPY_CASES,
):  # fmt: skip
    CASES |= group

I, B = array_data(3, 1, 2), array_data(True, False, True)
NAMED_DTYPES = [
    data("numpy.float32"),
    data("numpy.int64"),
    data("builtins.float"),
    data("builtins.bool"),
]
COMPARISONS = [call(S, S), call(V, V), call(M, V), call(V, S), call(V, data(0))]
COUNTED = [call(S), call(M)]
CONSTANT_REDUCED = [call(V), call(M), call(M, axis=0), call(M, axis=1, keepdims=True)]
CONSTANTS: dict[str, list[Case]] = {
    **{f"operator.{name}": COMPARISONS for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    "operator.floordiv": COMPARISONS[:-1],
    **{f"operator.{name}": [call(S, data(None))] for name in ("is_", "is_not")},
    **{f"operator.{name}": [call(data(2), data((1, 2)))] for name in ("in_", "not_in")},
    "operator.not_": [call(data(True)), call(S)],
    "operator.invert": [call(B), call(I), call(data(3))],
    **{f"operator.{name}": [call(I, I), call(data(6), data(3))] for name in ("and_", "or_", "xor")},
    "operator.lshift": [call(I, data(2)), call(data(3), data(2))],
    "operator.rshift": [call(I, data(1)), call(data(3), data(2))],
    "builtins.len": [call(V), call([0.5, 1.0]), call((0.5, 1.0, 2.0))],
    "builtins.any": [call([True, False])],
    "builtins.all": [call([True, False])],
    "builtins.int": [call(S)],
    "builtins.bool": [call(S)],
    "builtins.ord": [call(data("a"))],
    "builtins.round": [call(S), call(S, ndigits=2)],
    **{f"math.{name}": [call(S)] for name in (
        "floor", "ceil", "trunc", "isfinite", "isinf", "isnan", "ulp")},
    "math.isclose": [call(S, S), call(S, S, rel_tol=0.1)],
    "math.factorial": [call(data(5))],
    "math.isqrt": [call(data(5))],
    "math.comb": [call(data(5), data(2))],
    "math.perm": [call(data(5)), call(data(5), k=2)],
    "math.gcd": [call(data(4), data(6))],
    "math.lcm": [call(data(4), data(6))],
    "numpy.floor_divide": COMPARISONS[:-1],
    "numpy.sign": COUNTED,
    **{f"cmath.{name}": [call(S)] for name in ("isnan", "isinf", "isfinite")},
    "numpy.signbit": COUNTED,
    **{f"numpy.{name}": COUNTED for name in ("floor", "ceil", "trunc", "rint", "fix")},
    "numpy.round": [*COUNTED, call(M, decimals=2)],
    "numpy.around": [*COUNTED, call(M, decimals=2)],
    **{f"numpy.{name}": COMPARISONS for name in (
        "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_and",
            "logical_or",
        "logical_xor", "isclose", "allclose", "array_equal")},
    **{f"numpy.{name}": COUNTED for name in ("logical_not", "isnan", "isinf", "isfinite",
    "isneginf", "isposinf")},
    **{f"numpy.{name}": [call(I, I),
    call(B, B)] for name in ("bitwise_and", "bitwise_or", "bitwise_xor")},
    "numpy.invert": [call(I), call(B)],
    **{f"numpy.{name}": [call(I, I)] for name in ("left_shift", "right_shift", "gcd", "lcm")},
    "numpy.spacing": COUNTED,
    "numpy.argmax": CONSTANT_REDUCED,
    "numpy.argmin": CONSTANT_REDUCED,
    "numpy.any": CONSTANT_REDUCED,
    "numpy.all": CONSTANT_REDUCED,
    "numpy.count_nonzero": CONSTANT_REDUCED,
    "numpy.argsort": [call(V), call(M), call(M, axis=0), call(M, axis=None)],
    "numpy.searchsorted": [call(V, S), call(V, ROW), call(V, ROW, side="right")],
    "bisect.bisect": [call(V, S)],
    "bisect.bisect_left": [call(V, S), call(V, S, lo=1), call(V, S, lo=0, hi=2)],
    "bisect.bisect_right": [call(V, S), call(V, S, lo=1)],
    "numpy.nonzero": [call(V), call(M)],
    "numpy.where": [call(V), call(M)],
    "numpy.argwhere": [call(V), call(M)],
    "numpy.flatnonzero": [call(V), call(M)],
    "numpy.digitize": [call(M, array_data(0.0, 1.0))],
    "numpy.isin": [call(I, I)],
    **{f"numpy.{name}": [
        call(data(3)), call(data((2, 3))), call(data((2, 3)), dtype="numpy.float32"),
        call(data(())),
        call(data((2,)), dtype="builtins.int"), call(data((2,)), dtype="numpy.bool_"),
    ] for name in ("zeros", "ones", "empty")},
    **{f"numpy.{name}_like": [
        call(M), call(I), call(M, dtype="numpy.int32"),
        call(M, dtype="numpy.float32", shape=(2,)), call(M, shape=4),
    ] for name in ("zeros", "ones", "empty")},
    "numpy.eye": [call(data(3)), call(data(3), M=4), call(data(3), k=1, dtype="numpy.float32")],
    "numpy.tri": [call(data(3)), call(data(3), M=4, k=1)],
    "numpy.identity": [call(data(3)), call(data(3), dtype="numpy.float32")],
    "numpy.indices": [call(data((2, 3)))],
    "numpy.tril_indices": [call(data(3)), call(data(3), k=-1)],
    "numpy.triu_indices": [call(data(3)), call(data(3), k=1)],
    "numpy.diag_indices": [call(data(3))],
    "numpy.ix_": [call(I, I)],
    **{f"numpy.{name}": [call(S), call(M)] for name in ("int64", "int32", "intp", "int_", "bool_")},
    "numpy.shape": [call(M), call(S), call(V)],
    "numpy.size": [call(M), call(M, axis=0)],
    "numpy.ndim": COUNTED,
    "numpy.result_type": [call(M), call(M, data(1j))],
    "numpy.iscomplexobj": COUNTED,
    "numpy.isscalar": COUNTED,
    "lists.positions": [call([0.5, 0.7], data(slice(0, 1)))],
    "lists.span": [call(data(0), data(7), data(2))],
    "lists.keys": [call(data({"a": 1, "b": 2}))],
}  # fmt: skip
CONSTANTS |= NUMPY_CONSTANTS

__all__ = ["CASES", "CONSTANTS", "realised"]
