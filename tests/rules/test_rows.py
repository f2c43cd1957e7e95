"""Every row of the table: its kinds, its columns in both modes, of both orders.

A row without a case here fails `test_each_row_has_a_case`.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from interpreter import run
from rules import row_checks
from rules.cases import CASES, CONSTANTS, realised
from rules.row_checks import (
    Case,
    Data,
    assert_same_shapes,
    check,
    check_kinds,
    flat,
    flat_adjoint,
    operand_values,
    random_like,
    real_names,
    subsets,
    trace_of,
)

from adcompile.rules import table
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit
from adcompile.transforms.adjoint import adjoint
from adcompile.transforms.tangent import tangent

SHAPES = {
    1: [((),), ((3,),), ((2, 3),)],
    2: [
        ((), ()), ((3,), (3,)), ((2, 3), (3,)), ((2, 1), (3,)), ((), (3,)), ((2, 3), ()),
        ((1,), (3,)),
    ],
    3: [((), (), ()), ((3,), (3,), (3,)), ((2, 3), (3,), ())],
}  # fmt: skip
SCALAR_ONLY = ("math.", "cmath.", "builtins.max", "builtins.min", "builtins.pow")


def elementwise_calls() -> list[tuple[table.Row, Case]]:
    """Each elementwise row over shapes that broadcast; those with options are listed."""
    calls = []
    for row in table.rows():
        if row.form == "pointwise" and row.required == len(row.operands):
            shapes = SHAPES[len(row.operands)]
            if row.op.startswith(SCALAR_ONLY):
                shapes = shapes[:1]
            calls += [(row, Case(operand_values(row, shape))) for shape in shapes]
    return calls


def listed_calls() -> list[tuple[table.Row, Case]]:
    return [
        (table.lookup(op, len(case.operands)), realised(case, seed))
        for op, cases in CASES.items()
        for seed, case in enumerate(cases)
    ]


def name(value: object) -> str:
    return value.text if isinstance(value, table.Row) else str(value)


KIND_OF = row_checks.kind_of
CALLS = elementwise_calls() + listed_calls()


@pytest.mark.parametrize("row, case", CALLS, ids=name)
def test_row(row, case):
    trace, values = trace_of(row.op, case)
    names = real_names(values, row, case)
    movable = [n for n, column in zip(row.operands, row.columns) if column is not None]
    chosen = [n for n in names if n in movable or row.form == "function"]
    assert chosen
    for wrt in subsets(tuple(chosen)):
        check(trace, values, wrt, case.order)


# These make float64 of everything
WIDE = (
    "numpy.float_power", "numpy.interp", "numpy.float64", "numpy.double", "numpy.astype",
    "numpy.bincount", "builtins.float", "math.fsum", "math.dist", "math.prod",
    "numpy.ndarray.tolist",
    "builtins.list", "numpy.linspace", "numpy.logspace", "numpy.geomspace", "numpy.arange",
    "numpy.roots", "scipy.special.polygamma",
    *(f"scipy.stats.norm.{name}" for name in (
        "pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf")),
)  # fmt: skip


def is_wide(value: object) -> bool:
    return not isinstance(value, (list, tuple)) and np.asarray(value).dtype == np.float64


def narrow(operand: object) -> object:
    if isinstance(operand, np.ndarray):
        return operand if np.iscomplexobj(operand) else operand.astype(np.float32)
    if isinstance(operand, (list, tuple)) and any(isinstance(item, np.ndarray) for item in operand):
        return type(operand)(map(narrow, operand))
    return operand


CONSTANT_CALLS = [
    (table.lookup(op, len(case.operands)), realised(case, seed))
    for op, cases in CONSTANTS.items()
    for seed, case in enumerate(cases)
]


@pytest.mark.parametrize("row, case", CONSTANT_CALLS, ids=name)
def test_kind_of_constant_row(row, case):
    trace, values = trace_of(row.op, case)
    assert row.form == "constant"
    check_kinds(trace, values)


def test_each_row_has_a_case():
    covered = {id(row) for row, _ in CALLS + CONSTANT_CALLS}
    covered.add(id(table.lookup("numpy.float32")))
    assert [row.text for row in table.rows() if id(row) not in covered] == []


def test_each_option_has_a_case():
    used: dict[int, set[str]] = {}
    for row, case in CALLS + CONSTANT_CALLS:
        used.setdefault(id(row), set()).update(case.options)
    missing = [
        (row.text, option)
        for row in table.rows()
        for option in row.parameters[row.required :]
        if option not in used.get(id(row), set()) and option != "dtype" and row.form != "constant"
    ]
    assert missing == []


def test_rounding_to_float32():
    trace, values = trace_of("numpy.float32", Case((np.array([0.1, 0.2]),)))
    value, dot = run(tangent(trace, ("x",)), **values, x_dot=np.array([0.1, 0.3]))
    assert value.dtype == dot.dtype == np.float32
    _, bar = run(adjoint(trace, ("x",)), **values, y_bar=np.ones(2, np.float32))
    np.testing.assert_array_equal(bar, np.ones(2))


# Values of x and y, and the partials there: the policy of kinks.py

INF, NAN = math.inf, math.nan
KINKS = [
    ("builtins.abs", (0.0,), (0.0,)),
    ("math.fabs", (0.0,), (0.0,)),
    ("numpy.abs", (np.zeros(1),), (0.0,)),
    ("numpy.maximum", (1.5, 1.5), (0.5, 0.5)),
    ("numpy.maximum", (np.ones(1), np.ones(1)), (0.5, 0.5)),
    ("numpy.maximum", (np.ones(1, np.float32), np.ones(1, np.float32)), (0.5, 0.5)),
    ("numpy.maximum", (np.full(1, INF), np.full(1, INF)), (0.5, 0.5)),
    ("numpy.minimum", (np.zeros(1), 0.0), (0.5, 0.5)),
    ("numpy.fmax", (np.ones(1), np.ones(1)), (0.5, 0.5)),
    ("builtins.max", (1.0, 1.0), (1.0, 0.0)),
    ("builtins.min", (1.0, 1.0), (1.0, 0.0)),
    ("builtins.max", (1.0, 2.0, 2.0), (0.0, 1.0, 0.0)),
    ("numpy.max", (np.array([2.0, 1.0, 2.0]),), ([0.5, 0.0, 0.5],)),
    ("numpy.min", (np.array([1.0, 1.0, 1.0, 4.0]),), ([1 / 3, 1 / 3, 1 / 3, 0.0],)),
    ("builtins.max", ([2.0, 1.0, 2.0],), ([1.0, 0.0, 0.0],)),
    ("numpy.clip", (np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), Data(0.0), Data(1.0)),
     ([0.0, 1.0, 1.0, 1.0, 0.0],)),
    ("math.sqrt", (0.0,), (INF,)),
    ("math.cbrt", (0.0,), (INF,)),
    ("math.asin", (1.0,), (INF,)),
    ("math.acos", (-1.0,), (-INF,)),
    ("math.acosh", (1.0,), (INF,)),
    ("math.atan2", (0.0, 0.0), (NAN, NAN)),
    ("operator.pow", (0.0, Data(0.5)), (INF,)),
    ("math.hypot", (0.0, 0.0), (0.0, 0.0)),
    ("math.dist", ([1.0, 2.0], [1.0, 2.0]), ([0.0, 0.0], [0.0, 0.0])),
    ("numpy.hypot", (np.zeros(1), np.zeros(1)), (0.0, 0.0)),
    ("numpy.linalg.norm", (np.zeros(3),), ([0.0, 0.0, 0.0],)),
    ("numpy.std", (np.full(3, 2.0),), ([0.0, 0.0, 0.0],)),
    ("operator.pow", (0.0, Data(0)), (0.0,)),
    ("operator.pow", (0.0, Data(1)), (1.0,)),
    ("operator.pow", (0.0, Data(2)), (0.0,)),
    ("operator.pow", (0.0, 2.0), (0.0, 0.0)),
    ("operator.pow", (0.0, 0.0), (0.0, 0.0)),
    ("operator.pow", (-2.0, 3.0), (12.0, 0.0)),
    ("operator.pow", (np.zeros(2), np.array([2.0, 0.0])), ([0.0, 0.0], [0.0, 0.0])),
    ("operator.pow", (np.array([-2.0]), 3.0), (12.0, 0.0)),
    ("math.pow", (0.0, 0.0), (0.0, 0.0)),
    ("numpy.prod", (np.array([2.0, 0.0, 3.0]),), ([0.0, 6.0, 0.0],)),
    ("numpy.prod", (np.array([0.0, 0.0, 3.0]),), ([0.0, 0.0, 0.0],)),
    ("numpy.logaddexp", (-INF, -INF), (0.0, 0.0)),
    ("numpy.logaddexp", (1000.0, 0.0), (1.0, 0.0)),
    ("numpy.logaddexp", (np.full(1, -INF), np.zeros(1)), (0.0, 1.0)),
    ("numpy.sinc", (np.zeros(1),), (0.0,)),
    ("numpy.heaviside", (Data(np.zeros(1), static=False), np.full(1, 0.5)), (1.0,)),
    ("numpy.nextafter", (np.ones(1), Data(np.zeros(1), static=False)), (1.0,)),
    ("numpy.i0", (np.zeros(1),), (0.0,)),
    ("scipy.special.xlogy", (np.zeros(1), np.ones(1)), (0.0, 0.0)),
    ("scipy.special.logsumexp", (np.full(2, -INF),), ([0.0, 0.0],)),
    ("numpy.linalg.vector_norm", (np.zeros(3),), ([0.0, 0.0, 0.0],)),
    ("numpy.cumprod", (np.array([2.0, 0.0, 3.0]),), ([1.0, 8.0, 0.0],)),
]  # fmt: skip


@pytest.mark.parametrize("op, point, partials", KINKS, ids=str)
def test_kink(op, point, partials):
    """The adjoint of the sum of the results."""
    case = Case(point)
    trace, values = trace_of(op, case)
    row = table.lookup(op, len(point))
    wrt = real_names(values, row, case)
    turned = adjoint(trace, wrt)
    seed = next(p.name for p in turned.params if p.name not in values)
    value = run(trace, **values)
    _, bars = run(turned, **values, **{seed: np.ones_like(value) if np.shape(value) else 1.0})
    bars = bars if len(wrt) > 1 else (bars,)
    for bar, partial in zip(bars, partials, strict=True):
        np.testing.assert_allclose(flat(bar), np.ravel(partial), rtol=1e-15)


def test_square_root_of_zero_in_an_array():
    trace, values = trace_of("numpy.sqrt", Case((np.zeros(1),)))
    with np.errstate(divide="ignore"):
        assert run(tangent(trace, ("x",)), **values, x_dot=np.ones(1))[1] == INF


def test_nan_stays_nan_and_does_not_raise():
    trace, values = trace_of("numpy.max", Case((np.array([1.0, NAN]),)))
    run(adjoint(trace, ("x",)), **values, y_bar=1.0)


@pytest.mark.parametrize("x", [0.3, 1.0, 1.5, 4.2, 20.0, 300.0, -0.5, -3.7])
def test_digamma_and_its_derivative(x):
    special = pytest.importorskip("scipy.special")
    trace, _ = trace_of("math.lgamma", Case((x,)))
    first = tangent(trace, ("x",))
    _, dot = run(first, x=x, x_dot=1.0)
    assert dot == pytest.approx(special.digamma(x), rel=2e-14, abs=2e-15)
    second = tangent(first, ("x",))
    added = [p.name for p in second.params if p.name not in ("x", "x_dot")]
    (_, _), (_, second_dot) = run(second, x=x, x_dot=1.0, **{added[0]: 1.0})
    trigamma = (
        special.polygamma(1, x)
        if x > 0
        else (math.pi / math.sin(math.pi * x)) ** 2 - special.polygamma(1, 1 - x)
    )
    assert second_dot == pytest.approx(float(trigamma), rel=1e-12)


@pytest.mark.parametrize("x", [0.0, 1e-12, -1e-3, 0.7, -8.1, 50.0, 300.0, 700.0])
def test_derivative_of_the_bessel_function(x):
    special = pytest.importorskip("scipy.special")
    trace, values = trace_of("numpy.i0", Case((np.array([x]),)))
    _, dot = run(tangent(trace, ("x",)), **values, x_dot=np.ones(1))
    assert dot[0] == pytest.approx(special.i1(x), rel=1e-13, abs=0)


@pytest.mark.parametrize("x", [1e-9, 1e-3, 0.049, 0.051, 0.3])
def test_derivative_of_sinc_near_zero(x):
    mpmath = pytest.importorskip("mpmath")
    mpmath.mp.dps = 40
    exact = mpmath.diff(lambda t: mpmath.sin(mpmath.pi * t) / (mpmath.pi * t), x)
    trace, _ = trace_of("numpy.sinc", Case((np.array([x]),)))
    _, dot = run(tangent(trace, ("x",)), x=np.array([x]), x_dot=np.ones(1))
    assert dot[0] == pytest.approx(float(exact), rel=1e-13)


# Scalars stay cheap


@pytest.mark.parametrize(
    "exponent, count", [(0, 0), (1, 0), (2, 1), (3, 2), (-1, 2), (0.5, 1), (-2.0, 2), (2.5, 2)]
)
def test_power_with_a_literal_exponent(exponent, count):
    """The partial of x ** n takes this many operations."""
    row = table.lookup("operator.pow", 2)
    build = Builder()
    x, z = build.var(k.Array("float", (k.Dim("n"),))), build.var(k.Array("float", (k.Dim("n"),)))
    partial = evaluate(row.columns[0], {"x": x, "y": Lit(exponent), "z": z}, build)
    assert len(build.eqns) == count
    if exponent in (0, 1):
        assert partial == Lit(exponent)


UNKNOWN = (
    "matmul dot outer vdot sum mean max prod var cumsum ravel transpose concatenate where "
    "linalg.inv linalg.det linalg.solve linalg.norm"
).split()


@pytest.mark.parametrize("op", [f"numpy.{name}" for name in UNKNOWN])
def test_unknown_ranks(op, monkeypatch):
    """Where no rank is known the columns are right all the same; np.dot complains of stacks."""
    monkeypatch.setattr(row_checks, "kind_of", vague)
    for seed, listed in enumerate(CASES[op]):
        case = realised(listed, seed)
        ranks = [np.ndim(o) for o in case.operands if not isinstance(o, (list, tuple, Data))]
        if case.options.get("axis") is not None and op in ("numpy.prod", "numpy.linalg.norm"):
            continue
        if "ord" in case.options:
            continue
        row = table.lookup(op, len(case.operands))
        trace, values = trace_of(op, case)
        for wrt in subsets(real_names(values, row, case)):
            if op == "numpy.dot" and ranks[1] > 2:
                with pytest.raises(ValueError, match="reshape"):
                    check(trace, values, wrt, 1)
            else:
                check(trace, values, wrt, 1)


def vague(value, name):
    """The kind of a value, but for the rank of arrays."""
    kind = KIND_OF(value, name)
    if isinstance(kind, k.Array):
        return k.Array(kind.dtype, None)
    return k.List(vague(value[0], name)) if isinstance(kind, k.List) else kind


def test_unknown_rank_is_refused():
    row = table.lookup("numpy.kron", 2)
    build = Builder()
    names = {name: build.var(k.ANY) for name in (*row.operands, "z", "z_bar")}
    with pytest.raises(table.RuleError, match="annotate"):
        evaluate(row.columns[0], names, build)


def test_rows_of_any_number_of_operands():
    for op in ("math.hypot", "builtins.max", "builtins.min", "numpy.einsum"):
        for count in (4, 6):
            assert len(table.lookup(op, count).operands) == count


def test_a_column_of_unknown_names_is_refused():
    with pytest.raises(table.RuleError, match="which is none of its names"):
        table.pointwise("y = np.cheb(x)", "w * x")


@pytest.mark.parametrize("row", table.rows(), ids=name)
def test_a_row_names_what_exists(row):
    from interpreter import resolve

    ours = row.op.startswith(("lists.", "widths."))
    if not ours and row.op not in ("operator.in_", "operator.not_in"):
        assert callable(resolve(row.op))


def test_subsets():
    assert subsets(("x", "y")) == [("x",), ("y",), ("x", "y")]
    assert len(list(itertools.chain(subsets(("a", "b", "c"))))) == 7


def narrowed(case: Case) -> Case:
    return Case(tuple(map(narrow, case.operands)), case.options)


def has_float32(row: table.Row, case: Case) -> bool:
    """Has the case float arrays that can be narrow, in a row that keeps them so?"""
    same = all(a is b for a, b in zip(narrowed(case).operands, case.operands))
    wide = row.op in WIDE or any(isinstance(o, np.ndarray) for o in case.options.values())
    return not same and not wide


NARROW = [call for call in CALLS if has_float32(*call)]


@pytest.mark.parametrize("row, case", NARROW, ids=name)
def test_float32_stays_float32(row, case):
    """The derivative of a row in float32 is the derivative in float64, rounded."""
    single = narrowed(case)
    trace, values = trace_of(row.op, single)
    check_kinds(trace, values)
    wrt = real_names(values, row, single)
    wrt = tuple(
        n for n in wrt if row.form == "function" or row.columns[row.operands.index(n)] is not None
    )
    rng = np.random.default_rng(5)
    dots = {f"{n}_dot": random_like(values[n], rng) for n in wrt}
    moving = tangent(trace, wrt)
    added = [p.name for p in moving.params if p.name not in values]
    value, value_dot = run(moving, **values, **dict(zip(added, dots.values())))
    if is_wide(value):
        return  # NumPy itself makes float64 of this
    assert_same_shapes(value, value_dot)
    turned = adjoint(trace, wrt)
    seed = next(p.name for p in turned.params if p.name not in values)
    _, bars = run(turned, **values, **{seed: value_dot})
    bars = bars if len(wrt) > 1 else (bars,)
    for operand, bar in zip(wrt, bars):
        assert_same_shapes(values[operand], bar)
    right = sum(flat_adjoint(bar) @ flat(dot) for bar, dot in zip(bars, dots.values()))
    left = flat_adjoint(value_dot) @ flat(value_dot)
    assert right == pytest.approx(left, rel=1e-3, abs=1e-3)
