"""What Numba compiles as a program, it compiles as tangent and adjoint, and they are right."""

import copy
import re

import numpy as np
import pytest
from corpus.check import moves, numbers, random_like

import adcompile as ad

numba = pytest.importorskip("numba")
pytestmark = pytest.mark.filterwarnings("ignore")

X = np.array([0.31, -0.22, 0.57, 0.13])
A = np.array([[0.3, 1.2, -0.4, 0.71], [0.8, -0.1, 0.6, -0.92], [0.5, 0.7, -1.3, 0.27]])
SINGLE = X.astype(np.float32)


def same(found, wanted, tolerance):
    found, wanted = numbers(found), numbers(wanted)
    assert found.shape == wanted.shape
    size = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


def check(function, *args):
    """Numba compiles the function, its tangent and its adjoint, which are those of NumPy code."""
    numba.njit(function)(*copy.deepcopy(args))
    names = function.__code__.co_varnames
    wrt = tuple(name for name, arg in zip(names, args) if moves(arg))
    rng = np.random.default_rng(5)
    more = [random_like(arg, rng) for arg in args if moves(arg)]
    tolerance = 1e-5 if any(getattr(arg, "dtype", None) == np.float32 for arg in args) else 1e-11
    for mode in ("tangent", "adjoint"):
        wanted = getattr(ad, mode)(function, wrt=wrt)(*copy.deepcopy(args), *copy.deepcopy(more))
        given = copy.deepcopy(args)
        found = getattr(ad, mode)(function, wrt=wrt, backend="numba")(*given, *copy.deepcopy(more))
        same(found, wanted, tolerance)
        np.testing.assert_array_equal(numbers(given), numbers(args))
        more = [random_like(wanted[0], rng)]


def products_so_far(x):
    return np.cumprod(x) * x


def sorted_rows(a):
    return np.sort(a)[0]


def one_with_each(x, y):
    return np.outer(x, y)


def block_added_to(a):
    b = a.copy()
    blocks = [b[:i, i:] for i in range(1, len(b))]
    for block in blocks:
        block *= a[0, 0]
    blocks[0][...] += blocks[-1][0, -1]
    return np.sum(b * a)


def listed_columns_backwards(a):
    b = a.copy()
    columns = [b[:, j] for j in range(b.shape[1])]
    for j, column in enumerate(columns):
        for q in columns[:j]:
            column -= np.dot(q, column) * q
    return np.sum(b * a)


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (products_so_far, (X,)),
        (products_so_far, (SINGLE,)),
        (sorted_rows, (A,)),
        (one_with_each, (X, 2.0)),
        (block_added_to, (A,)),
        (listed_columns_backwards, (A[:, :3],)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_derivative_compiles_where_the_program_does(function, args):
    check(function, *args)


def rows_and_columns(a):
    first, last = np.cumsum(a, axis=0), np.cumprod(a, axis=-1)
    chosen = np.take_along_axis(a, np.argsort(a, axis=0), 0)
    counts = np.cumsum(a > 0.4, axis=1)
    return np.sum(first * last * counts) + np.sum(chosen[0] * last[1])


def test_along_an_axis():
    wanted = ad.value_and_grad(rows_and_columns)(A)
    same(ad.value_and_grad(rows_and_columns, backend="numba")(A), wanted, 1e-12)


def product_and_squares(a, x):
    y = a @ x
    total = 0.0
    for value in y:
        total += value * value
    return total + np.dot(y, y)


def products_of_few(x, y):
    return np.dot(x, y) + np.vdot(x, x) + np.sum(x * y)


def test_single_precision_stays_single():
    """A number of Python's beside an array of float32 is one of float64 to Numba."""
    check(product_and_squares, A.astype(np.float32), SINGLE)


def test_products_of_nothing():
    nothing = np.zeros(0)
    wanted = 0.0, (nothing, nothing)
    found = ad.value_and_grad(products_of_few, wrt=("x", "y"), backend="numba")(nothing, nothing)
    same(found, wanted, 1e-12)


@numba.njit(parallel=True)
def in_parallel(x):
    total, squares = 0.0, np.zeros_like(x)
    for i in numba.prange(len(x)):
        squares[i] = x[i] ** 2
        total += squares[i] * x[0]
    return total, squares


@numba.njit
def of_typed_values(x):
    items, total = numba.typed.List(), numba.float64(0)
    for i in range(numba.int64(3)):
        items.append(x[i] * 2)
    for item in items:
        total += item * item
    return total


@pytest.mark.parametrize("function", [in_parallel, of_typed_values])
def test_what_is_said_to_numba_alone(function):
    names, rng = ("x",), np.random.default_rng(5)
    plain, fast = (ad.adjoint(function, wrt=names, backend=b) for b in (None, "numba"))
    seed = random_like(function(X), rng)
    same(fast(X, seed), plain(X, seed), 1e-12)
    value, moved = ad.jvp(function, (X,), (A[0],), backend="numba")
    same(value, function(X), 1e-12)
    assert numbers(seed) @ numbers(moved) == pytest.approx(fast(X, seed)[1] @ A[0], rel=1e-12)


PARALLEL = """
import numpy as np
from numba import njit, prange


@njit(parallel=True)
def total(x: "float[:]"):
    result = 0.0
    for i in prange(len(x)):
        result += x[i] ** 3
    return result
"""


def test_parallel_range_in_a_file_that_is_read(tmp_path):
    from adcompile.cli import main

    (tmp_path / "cubes.py").write_text(PARALLEL)
    assert main([str(tmp_path / "cubes.py"), "--backend", "numba", "--mode", "adjoint"]) == 0
    assert "in range(" in (tmp_path / "cubes_adjoint.py").read_text()


def reshaped_by_columns(a):
    b = np.zeros_like(a.T)
    line, block = b.reshape(-1), b.reshape(4, 1, 3)
    line[1] = 5.0 * a[0, 0]
    block[1, 0, 2] = a[1, 1] ** 2
    return np.sum(b * a.T) + line[1] * block[1, 0, 2]


def reshaped_whole_slice(a):
    b = a.copy()
    line = b[:, 0:4].reshape(-1)
    line[1] = 5.0 * a[0, 0]
    b[0, 1] += a[1, 1] ** 2
    return np.sum(b * a) + line[1]


def joined_by_columns(a):
    b = np.zeros((3, 4))
    b[:] = a
    both = np.concatenate([b.T, b.T * 2.0], axis=-1)
    line = both.ravel()
    line[1] = 5.0 * a[0, 0]
    return np.sum(both * both) + np.sum(line)


@pytest.mark.parametrize("function", [reshaped_by_columns, reshaped_whole_slice, joined_by_columns])
def test_reshapes_share_memory_where_those_of_numpy_do(function):
    wanted = ad.value_and_grad(function)(A)
    same(ad.value_and_grad(function, backend="numba")(A), wanted, 1e-12)


CUBE = np.linspace(-1.3, 1.1, 24).reshape(2, 3, 4)


def masked_by_first_axes(a):
    b, mask = a.copy(), a[:, :, 0] > -0.5
    b[mask] = b[mask] * 2.0
    b[mask] += a[0, 0] ** 2
    b[a[:, :, 1] > 0.0] = a[1, 1:2]
    return np.sum(b * a) + np.sum(a[mask] ** 2)


def one_value_for_all(a):
    b = a[0].copy()
    b[b > 0.0] = a[1, 0, :1] ** 2
    return np.sum(b * a[1])


def row_added_at_places(a):
    y = np.zeros((3, 4))
    np.add.at(y, np.array([0, 1, 0]), a[0, 1:2] ** 2)
    np.add.at(y, [2, 2], a[0, 0, 0])
    return np.sum(y * a[1])


@pytest.mark.parametrize("function", [masked_by_first_axes, one_value_for_all, row_added_at_places])
def test_values_are_broadcast_to_places(function):
    wanted = ad.value_and_grad(function)(CUBE)
    same(ad.value_and_grad(function, backend="numba")(CUBE), wanted, 1e-12)
    moved = ad.jvp(function, (CUBE,), (CUBE[::-1],), backend="numba")
    same(moved, ad.jvp(function, (CUBE,), (CUBE[::-1],)), 1e-12)


def test_too_few_values_are_an_error():
    def short(a):
        b = a[0].copy()
        b[b > 0.0] = a[1, 0, :2]
        return np.sum(b)

    with pytest.raises(ValueError, match="not as many values"):
        ad.grad(short, backend="numba")(-CUBE)


def listed_by_columns(a):
    items, total = [], np.zeros((4, 3))
    for _ in range(3):
        items.append(a.T)
    for item in items:
        total = total + item * item
    return total


def test_matrices_that_lie_by_columns_in_a_list():
    check(listed_by_columns, A)


def column_or_row(x):
    y = x.copy()
    s = 0.0
    for i in range(2):
        u = y[:, None] if i == 0 else y[None]
        s += u[0, 0] * x[i]
        u *= 2.0
    return s + np.sum(y)


def test_index_of_another_form_on_each_path():
    check(column_or_row, X)


def list_or_none(x, n):
    tape, total = [], 0.0
    for i in range(n):
        tape.append(([x * x, x] if i % 2 else None, x * i))
    for _ in range(n):
        kept, b = tape.pop()
        total += kept.pop() * b if kept else b * b
    return total


def test_lists_that_may_be_none():
    wanted = ad.value_and_grad(list_or_none)(0.7, 5)
    same(ad.value_and_grad(list_or_none, backend="numba")(0.7, 5), wanted, 1e-12)


def queue_of_two(x):
    q = []
    for t in x:
        q.append(t * t)
        if len(q) > 2:
            q.pop(0)
    return q[0] * q[1]


def test_list_of_which_a_part_is_kept():
    check(queue_of_two, X)


UNTYPED = "def power(x, n):\n    return (x + 0.5) ** n\n"


def test_file_without_annotations(tmp_path):
    from adcompile.cli import main

    (tmp_path / "power.py").write_text(UNTYPED)
    assert main([str(tmp_path / "power.py"), "--backend", "numba", "--mode", "tangent"]) == 0
    names = {"__name__": "power_tangent", "__file__": str(tmp_path / "power_tangent.py")}
    text = (tmp_path / "power_tangent.py").read_text().replace("cache=True, ", "")
    exec(compile(text, names["__file__"], "exec"), names)
    value, moved = names["power_tangent"](1.5, 3.0, 1.0, 0.0)
    assert (value, moved) == pytest.approx((8.0, 12.0), rel=1e-12)


def squared_in_any_case(x, n):
    try:
        return x / n
    finally:
        if x > 1.0:
            return x * x  # noqa: B012


def test_what_is_raised_again():
    """Numba keeps no exception: another one says that there was one."""
    fast = ad.value_and_grad(squared_in_any_case, backend="numba", exact=True)
    for given in (2.0, 0), (0.5, 2), (2.0, 2):
        assert fast(*given) == ad.value_and_grad(squared_in_any_case)(*given)
    with pytest.raises(RuntimeError, match="raised again"):
        fast(0.5, 0)


def of_no_use(x, n):
    try:
        y = x / n
    except Exception:
        raise ValueError("n is zero") from None
    return y * x


def test_raise_in_a_handler():
    fast = ad.value_and_grad(of_no_use, backend="numba", exact=True)
    assert fast(2.0, 2) == ad.value_and_grad(of_no_use)(2.0, 2)
    with pytest.raises(ValueError, match="n is zero"):
        fast(2.0, 0)


SCALE = 2.0


def scaled_squares(x):
    return np.sum(x * x) * SCALE


def test_each_call_has_the_function_for_its_arguments(monkeypatch):
    """Known by types and shapes, as long as what it was compiled with is there."""
    fast = ad.grad(scaled_squares, backend="numba")
    for given in (X, X[:1], X, SINGLE, A, X[::2], X):
        found = fast(given)
        assert found.dtype == given.dtype
        np.testing.assert_allclose(found, 4.0 * given, rtol=1e-6)
    monkeypatch.setitem(scaled_squares.__globals__, "SCALE", 3.0)
    np.testing.assert_allclose(fast(X), 6.0 * X, rtol=1e-12)


def given_up(x, n):
    rows, total = [[x * i, x] for i in range(n)], 0.0
    for i in range(n):
        total += rows[i][0] * x
        rows[i] = [x, x] if i % 2 else None
    return total


def test_none_among_lists_of_one_type_is_refused():
    """Numba says so when it runs."""
    with pytest.raises(ad.BackendError, match="got None"):
        ad.grad(given_up, backend="numba")(0.7, 5)


def test_each_helper_is_there_for_numba():
    from adcompile.emit.nopython.sources import SOURCES
    from adcompile.rules import helpers

    # one type a name: what is as wide as a value is that already
    widths = {"as_wide", "unbroadcast_like", "broadcast_like"}
    # Numba's tuples have as many types as items: none is made of a list
    tuples = {"formed", "opened", "zeros_to_fill", "zeros_to_add", "add_at"}
    assert set(helpers.SOURCES) - widths - tuples <= set(SOURCES)


def turned(theta, x):
    c, s = np.cos(theta), np.sin(theta)
    total = 0.0
    for v in x:
        row = [s, c, 0]
        turn = np.array([[c, -s, 1], row])
        total += np.sum(turn * v) ** 2 + np.array([v, theta])[1]
    return total


def test_listed_numbers_are_elements():
    check(turned, 0.7, X)
    fast = ad.adjoint(turned, backend="numba")
    fast(0.7, X, 1.0)
    assert "np.array(" not in fast.source
    assert ".astype(" not in fast.source.partition("# reverse")[0]


def stages_of_neighbours(x, n):
    y, k, last = np.zeros(len(x)), np.zeros(len(x)), np.zeros(len(x))
    for i in range(n):
        k[0] = x[0]
        k[1:] = x[1:] * y[:-1]
        last[:] = y
        y += 0.3 * (k + y * x)
        last[1:] += y[:-1] * i
    return np.sum(y * y) + np.sum(last * x)


def mixed_with_neighbours(x, n):
    y = x * 2.0
    for _ in range(n):
        z = np.zeros(len(x))
        z[1:] = np.sin(y[:-1])
        y = y * x + z
        y[0] += z[-1] * y[1]
    return np.sum(y * y)


def transposed_sums(a, n):
    b = a[:, :3] * 1.0
    for _ in range(n):
        b = b + np.sin(b * 0.5).T
    return np.sum(b * b)


def test_carried_arrays_are_updated_in_place():
    check(stages_of_neighbours, X, 3)
    fast = ad.adjoint(stages_of_neighbours, backend="numba")
    fast(X, 3, 1.0)
    assert not re.search(r"\n {8}y(_bar)?(_1)? = np", fast.source)


@pytest.mark.parametrize(("function", "x"), [(mixed_with_neighbours, X), (transposed_sums, A)])
def test_carried_arrays_of_which_other_elements_are_read(function, x):
    check(function, x, 3)
