"""float32 in, float32 out: values, tangents, adjoints, second derivatives and tapes."""

from __future__ import annotations

import copy
import inspect
import math
import warnings
from typing import Any

import numpy as np
import pytest
from corpus.by_api import ByApi
from corpus.cases import Case
from corpus.check import random_like

import adcompile as ad
from adcompile import cli
from adcompile.faces.compiled import program_of
from values.trees import is_array, leaves, mapped, paired, programs, width


def single(leaf: Any) -> Any:
    return leaf.astype(np.float32) if is_array(leaf) else leaf


def narrow(tree: Any) -> Any:
    return mapped(single, copy.deepcopy(tree))


def seed_of(value: Any, rng: np.random.Generator) -> Any:
    def one(leaf: Any) -> Any:
        if isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind == "f":
            return np.asarray(rng.normal(size=np.shape(leaf))).astype(leaf.dtype)[()]
        return random_like(leaf, rng)

    return mapped(one, value)


def same_widths(found: Any, wanted: Any, what: str) -> None:
    """A derivative is None where there is none: of a number, or of a list of integers."""
    pairs = [(a, b) for a, b in paired(found, wanted) if a is not None]
    assert [width(a) for a, _ in pairs] == [width(b) for _, b in pairs], what
    assert [np.shape(a) for a, _ in pairs] == [np.shape(b) for _, b in pairs], what


@pytest.mark.parametrize("case", programs(), ids=lambda c: c.name)
def test_float32_stays_float32(case: Case) -> None:
    rng, args = np.random.default_rng(3), narrow(tuple(case.args))
    derivatives = ByApi(case.function, args)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        result = case.function(*copy.deepcopy(args))
        ways = [narrow(random_like(args[n], rng)) for n in derivatives.moving]
        value, value_dot = derivatives.tangent(args, ways)
        if result is not None:
            same_widths(value, result, "value")
        same_widths(value_dot, value, "tangent")
        seed = seed_of(value, rng)
        _, bars = derivatives.adjoint(args, seed)
        second = derivatives.second(args, seed, ways)
    moved = [args[n] for n in derivatives.moving]
    same_widths(bars, moved, "adjoint")
    same_widths(second if len(moved) > 1 else [second], moved, "second order")


# No array of float64 is made on the way


def decay(x, n):
    y = np.zeros_like(x)
    for i in range(n):
        y[1:] = 0.5 * y[:-1] + 2 * x[1:] / 3.0
        if y[1] > 0.1:
            y = np.tanh(y) - 1e-3 * x**3
        y *= 0.9
    return np.sum(y * np.sqrt(y * y + 1.0))


def network(w, x):
    h = np.maximum(x @ w, 0.0)
    z = h - h.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[:, 0] + 1e-6)) + 0.01 * np.sum(w * w) + np.clip(w, -1, 1).std()


def moving(x, n):
    state = []
    v = x
    for i in range(n):
        v = np.where(v > 0.0, np.sin(v), 2.0 * v) + np.abs(x) ** 1.5
        state.append(v)
    return np.mean(np.stack(state)) + np.linalg.norm(state[0]) * np.prod(state[1])


def arrays_of(function: Any, *args: Any) -> set[str]:
    """The dtypes of all arrays that the locals of an emitted function hold, tapes too."""
    import sys

    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            found.add(str(value.dtype))
        elif isinstance(value, (list, tuple)):
            for item in value:
                look(item)

    def watch(frame: Any, event: str, _: Any) -> Any:
        if frame.f_code is function.__code__:
            for value in frame.f_locals.values():
                look(value)
            return watch
        return None

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        look(function(*args))
    finally:
        sys.settrace(before)
    return found


@pytest.mark.parametrize(
    "program, args",
    [(decay, (np.linspace(0.1, 1.0, 5), 4)), (network, (np.eye(3), np.linspace(0, 1, 12))),
     (moving, (np.linspace(-1.0, 1.1, 6), 3))],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
@pytest.mark.parametrize("modes", [("tangent",), ("adjoint",), ("adjoint", "tangent")], ids=str)
def test_no_array_on_the_way_is_wider(program, args, modes):
    args = narrow(args)
    if program is network:
        args = (args[0], args[1].reshape(4, 3))
    known = program_of(program)
    wrt = known.names if program is network else known.names[:1]
    bound = known.bound(tuple((mode, wrt) for mode in modes), None, args)
    moved = args[: len(wrt)]
    more = {"tangent": moved, "adjoint": (1.0,)}[modes[0]] + (moved if modes[1:] else ())
    assert arrays_of(bound.function, *args, *more) == {"float32"}


# Arguments of several widths


def mixed(x, y, s):
    return np.sum(x * y * s) + np.mean(y**2) * np.sum(x) + s


@pytest.mark.parametrize("scalar", [2.0, np.float64(2.0), np.float32(2.0)], ids=width)
def test_an_adjoint_has_the_width_of_its_argument(scalar):
    x, y = np.array([1.0, 2.0, 3.0], np.float32), np.array([0.1, 0.2, 0.3])
    x_bar, y_bar, s_bar = ad.grad(mixed, wrt=("x", "y", "s"))(x, y, scalar)
    assert (x_bar.dtype, y_bar.dtype) == (np.float32, np.float64)
    assert width(s_bar) == width(scalar)
    np.testing.assert_allclose(x_bar, y * 2 + np.mean(y**2), rtol=1e-6)
    np.testing.assert_allclose(y_bar, x * 2.0 + 2 * y / 3 * 6, rtol=1e-12)
    np.testing.assert_allclose(s_bar, x @ y + 1, rtol=1e-6)


def in_a_display(x, y):
    return np.array([x, y]) * 2.0


def in_nested_displays(x, y):
    return np.array([[x, y], [y, x]])


def appended(x, y):
    rows = [x]
    for i in range(2):
        rows.append(y * i)
    rows.append(x)
    return np.array(rows)


def kept_and_popped(x, y):
    kept = [x, y, x * y]
    last = kept.pop()
    return last + kept.pop(0), kept


def divided_as_polynomials(x, y):
    return np.polydiv(x, y[:2])[0]


@pytest.mark.parametrize("single", [0, 1])
@pytest.mark.parametrize(
    "program",
    [in_a_display, in_nested_displays, appended, kept_and_popped, divided_as_polynomials],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_one_argument_of_float32_beside_another(program, single):
    args = [np.array([0.5, 1.25, -0.75, 2.5]), np.array([1.5, -0.5, 0.25, 0.75])]
    wide, seed = program(*args), ones_of(program(*args))
    wanted = ad.vjp(program, *args)[1](seed)
    args[single] = args[single].astype(np.float32)
    result = program(*args)
    value, pullback = ad.vjp(program, *args)
    bars = pullback(ones_of(result))
    same_widths(value, result, "value")
    same_widths(list(bars), args, "adjoint")
    _, dot = ad.jvp(program, args, args)
    same_widths(dot, result, "tangent")
    for found, other in zip((*leaves(value), *bars), (*leaves(wide), *wanted), strict=True):
        np.testing.assert_allclose(found, other, rtol=1e-6)


def by_a_strong_number(x):
    return x * np.sqrt(2.0)


def test_a_number_of_numpys_widens_and_the_adjoint_comes_back():
    x = np.ones(3, np.float32)
    value, pullback = ad.vjp(by_a_strong_number, x)
    assert value.dtype == by_a_strong_number(x).dtype == np.float64
    (x_bar,) = pullback(np.ones(3))
    assert x_bar.dtype == np.float32
    assert ad.jvp(by_a_strong_number, (x,), (x,))[1].dtype == np.float64


def test_integer_arrays_widen():
    x, n = np.ones(3, np.float32), np.arange(3)
    value, dot = ad.jvp(lambda x, n: x * n, (x, n), (x, None))
    assert value.dtype == dot.dtype == np.float64
    assert ad.grad(lambda x, n: np.sum(x * n))(x, n).dtype == np.float32


# A name that is of one width on one path and of another on another


def half_or_square(s):
    return 0.5 if s > 1 else s * s


def sum_from_zero(x, n):
    total = 0.0
    for i in range(n):
        total = total + x[i] * x[i]
    return total


def clipped_squares(x):
    return [0.0 if v < 0 else v * v for v in x]


def clipped_in_tuples(x):
    squares = tuple(0.0 if v < 0 else v * v for v in x)
    return squares, squares[1:]


def product_or_one(x):
    t = 1.0
    if x[0] > 0:
        t = x[0] * x[1]
    return t, x * t, {"t": t}


def by_complex(x):
    z = x + 1j * x[::-1]
    return z * z, np.abs(z), z.real, np.fft.fft(x), 2.0


def first_or_second(x, y):
    v = x if x[0] > 0 else y
    return v * v, np.sum(v)


def nothing_or_first(x):
    return 0 if x[0] > 5 else x[0]


def square_or_root(x):
    total = x[0] * x[1]
    if total > 0.1:
        total = math.sqrt(total)
    return total


def sums_since(x):
    total = 0.0
    for v in x:
        if v < 0:
            total = 0.0
        total = total + v
    return np.array([total, 2 * total]), np.sum(np.stack((total, total * total)))


def one_turn_behind(x):
    a, b = 0.0, 0.0
    for v in x:
        a, b = v * b + v, a if v > 0 else 0.0
    return np.full(3, a), np.array([a, b]).sum()


def sum_or_nothing(x, n):
    total = x.sum()
    if n:
        total = 0.0
    return total * 2.0


def best_or_nothing(x, n):
    best = x.max() + np.prod(x) + np.stack((x[0], x[1] * 2)).sum()
    for i in range(3):
        if i == n:
            best = 1.0
    return best * best


X = np.array([0.5, 0.25, -1.0], np.float32)
MIXED = [
    (half_or_square, (np.float32(0.5),)), (half_or_square, (np.float32(2.0),)),
    (sum_from_zero, (X, 0)), (sum_from_zero, (X, 2)), (clipped_squares, (X,)),
    (clipped_in_tuples, (X,)),
    (product_or_one, (X,)), (product_or_one, (-X,)), (by_complex, (X,)),
    (first_or_second, (X, np.ones(2))), (first_or_second, (-X, np.ones(2))),
    (nothing_or_first, (X,)), (square_or_root, (X,)), (square_or_root, (X / 8,)),
    (sums_since, (X,)), (sums_since, (-X,)), (one_turn_behind, (X,)), (one_turn_behind, (-X,)),
    (sum_or_nothing, (X, 0)), (sum_or_nothing, (X, 1)), (best_or_nothing, (X, 1)),
    (best_or_nothing, (X, 5)),
]  # fmt: skip


@pytest.mark.parametrize("program, args", MIXED, ids=lambda v: getattr(v, "__name__", ""))
def test_a_tangent_has_the_width_that_its_value_has_when_it_runs(program, args):
    ways = tuple(None if isinstance(arg, int) else np.ones_like(arg) for arg in args)
    value, dot = ad.jvp(program, args, ways)
    same_widths(value, program(*args), "value")
    same_widths(dot, value, "tangent")
    wrt = program_of(program).names[:1]
    bound = program_of(program).bound((("tangent", wrt), ("tangent", wrt)), None, args)
    again = bound.function(*args, ways[0], ways[0])
    same_widths(again[1], again[0], "second order")
    many = program_of(program).bound((("tangent", wrt), ("vector", wrt)), None, args)
    value, dots = many.function(*args, np.stack([ways[0], ways[0]], axis=-1))
    assert [width(leaf) for leaf in leaves(dots)] == [width(leaf) for leaf in leaves(value)]


@pytest.mark.parametrize("program, args", MIXED, ids=lambda v: getattr(v, "__name__", ""))
def test_an_adjoint_has_the_width_of_its_argument_on_each_path(program, args):
    value, pullback = ad.vjp(program, *args)
    ones = ones_of(value)
    for bar, arg in zip(pullback(ones), args):
        if not isinstance(arg, int):
            same_widths(bar, arg, "adjoint")


def ones_of(value: Any) -> Any:
    """A seed of ones in the structure of a value."""
    if isinstance(value, dict):
        return {key: ones_of(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(ones_of(item) for item in value)
    return 1.0 if isinstance(value, float) else np.ones_like(value)[()]


def text_of(program: Any, *args: Any) -> str:
    known = program_of(program)
    return inspect.getsource(known.bound((("tangent", known.names[:1]),), None, args).function)


def test_a_width_that_is_known_when_compiling_costs_nothing():
    for program, args in MIXED:
        wide = [np.asarray(arg, float) if is_array(arg) else arg for arg in args]
        wide = [float(arg) if isinstance(arg, np.float32) else arg for arg in wide]
        assert "as_wide" not in text_of(program, *wide)
    assert "as_wide" not in text_of(np_square, X)
    assert "as_wide" in text_of(half_or_square, np.float32(0.5))


def test_a_nothing_of_no_width_has_no_tangent():
    value, dot = ad.jvp(nothing_or_first, (X + 6,), (X,))
    assert (value, dot) == (0, 0.0)


def cubed(s):
    t = s * s
    return t * s if s > 0 else 0.0 * s


@pytest.mark.parametrize("point", [0.5, -0.5])
def test_scalars_of_float32(point):
    s = np.float32(point)
    assert type(ad.grad(cubed)(s)) is np.float32
    assert type(ad.jvp(cubed, (s,), (s,))[1]) is np.float32
    assert type(ad.jvp(cubed, (s,), (1.0,))[1]) is np.float32
    assert type(ad.hessian(cubed)(s)[()]) is np.float32
    assert type(ad.grad(lambda s: 3.0)(s)) is np.float32


def from_a_place(x):
    return np.arange(x, 5.0)


def in_steps(x):
    return np.arange(x, np.float32(5.0), x)


@pytest.mark.parametrize("f", [from_a_place, in_steps])
def test_the_tangent_of_a_range_is_as_wide_as_that_is(f):
    x = np.float32(0.75)
    value, dot = ad.jvp(f, (x,), (np.float32(1.0),))
    assert f(x).dtype == value.dtype == dot.dtype == np.float64
    assert ad.vjp(f, x)[1](np.ones_like(value))[0].dtype == np.float32


def test_seeds_and_directions_are_taken_in_the_width_of_what_they_belong_to():
    x = np.linspace(0, 1, 3).astype(np.float32)
    assert ad.jvp(np_square, (x,), (np.ones(3),))[1].dtype == np.float32
    _, pullback = ad.vjp(np_square, x)
    assert pullback(np.ones(3))[0].dtype == np.float32
    assert pullback(np.ones(3, int))[0].dtype == np.float32
    assert ad.jacobian(np_square)(x).dtype == np.float32
    with pytest.raises(ad.AdcompileError, match="complex"):
        pullback(1j * np.ones(3))


def np_square(x):
    return x * x


def test_each_adjoint_has_the_width_of_its_own_argument():
    """Beside an argument of the other width, too, whatever the seed is."""

    def weighted(x, y):
        return np.sum(x * y) + np.mean(y * y)

    x, y = np.array([0.5, -1.5], dtype=np.float32), np.array([0.25, 2.0])
    for seed in (1.0, np.float64(1.0), np.float32(1.0)):
        for args in ((x, y), (y, x)):
            _, bars = ad.adjoint(weighted)(*args, seed)
            assert [bar.dtype for bar in bars] == [arg.dtype for arg in args]


# A seed that is a number of Python's is as wide as what it is the seed of


def scaled_sum(x, b):
    return np.sum(x) * b


def inner(x, b):
    total = 0.0
    for i in range(len(x)):
        total = total + x[i] * b[i]
    return total


@pytest.mark.parametrize("b", [np.float64(2.1), np.array([2.1, 0.3])], ids=["number", "array"])
def test_a_seed_of_python_is_as_wide_as_the_result(b: Any) -> None:
    x = np.array([1.1, 2.2], np.float32)
    function = inner if np.ndim(b) else scaled_sum
    value, pullback = ad.vjp(function, x, b)
    x_bar, b_bar = pullback(0.1)
    wanted = (x if np.ndim(b) else np.sum(x)).astype(np.float64) * 0.1
    assert np.asarray(value).dtype == np.asarray(b_bar).dtype == np.float64
    assert x_bar.dtype == np.float32
    np.testing.assert_array_equal(b_bar, wanted)


def mean_of(a: np.ndarray, n: int):
    return np.sum(a) / n


def sum_of_parts(a: np.ndarray, n: int):
    total = 0.0
    for v in a:
        total = total + np.exp(v) / n
    return total


@pytest.mark.parametrize("function", [mean_of, sum_of_parts], ids=lambda f: f.__name__)
def test_what_numpy_divides_by_zero_has_an_infinite_adjoint(function: Any, tmp_path: Any) -> None:
    a = np.array([1.0, -2.0])
    path = tmp_path / "divided.py"
    path.write_text("import numpy as np\n\n\n" + inspect.getsource(function))
    assert cli.main([str(path), "--mode", "adjoint"]) == 0
    space: dict[str, Any] = {}
    exec((tmp_path / "divided_adjoint.py").read_text(), space)
    with np.errstate(divide="ignore", invalid="ignore"):
        assert not np.isfinite(function(a, 0))
        for bar in (
            ad.grad(function, wrt="a")(a, 0), ad.vjp(function, a, 0)[1](1.0)[0],
            space[f"{function.__name__}_adjoint"](a, 0, 1.0)[1],
        ):  # fmt: skip
            assert np.all(np.isinf(bar))
