"""The backend that Numba compiles: the derivatives of programs are those of NumPy code."""

import copy
import dataclasses
import importlib.util
import inspect
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from corpus import every
from corpus.cases import Case
from corpus.check import moves, numbers, random_like

import adcompile as ad

numba = pytest.importorskip("numba")

SAMPLE = 20
"""One program in so many is compiled on every run; `--numba` compiles all of them."""
ALWAYS = (
    "encountered.decay", "points.packed_point", "or_none.pairs_in_pairs",
    "or_none.pairs_of_what_is_above", "or_none.every_second_row_by_append",
    "encountered.last_of_pairs",
)  # fmt: skip
"""Programs of which only the derivatives were refused once: complex zeros, numbers in arrays, what
may be None, tuples of arrays."""
CASES = list({case.name: case for case in every()}.values())


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        step = 1 if metafunc.config.getoption("--numba") else SAMPLE
        cases = [c for n, c in enumerate(CASES) if n % step == 0 or c.name in ALWAYS]
        metafunc.parametrize("case", cases, ids=[case.name for case in cases])


@pytest.fixture(autouse=True)
def _quiet():
    """Numba's warnings are about how fast the code will be."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def compiles(case: Case) -> bool:
    """Does Numba compile the program itself?"""
    try:
        numba.njit(error_model="numpy")(case.function)(*copy.deepcopy(case.args))
    except Exception:
        return False
    return True


def same(found, wanted, tolerance):
    found, wanted = numbers(found), numbers(wanted)
    assert found.shape == wanted.shape
    size = max(1.0, float(np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted))))
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


def single(tree):
    """Is there a float32 in it?"""
    return any(getattr(leaf, "dtype", None) == np.float32 for leaf in tree)


def test_program(case):
    """Tangent and adjoint are what NumPy code gives; what is refused has a primal that is, too."""
    bound = inspect.signature(case.function).bind(*case.args)
    wrt = tuple(name for name, arg in bound.arguments.items() if moves(arg))
    bound.apply_defaults()
    args, named, rng = bound.args, bound.kwargs, np.random.default_rng(5)
    more = [random_like(bound.arguments[name], rng) for name in wrt]
    tolerance = max(case.tolerance, 1e-5 if single(args) else 1e-9)
    try:
        for mode in ("tangent", "adjoint"):
            plain = getattr(ad, mode)(case.function, wrt=wrt)
            wanted = plain(*copy.deepcopy(args), *copy.deepcopy(more), **named)
            given = copy.deepcopy(args)
            fast = getattr(ad, mode)(case.function, wrt=wrt, backend="numba")
            same(fast(*given, *copy.deepcopy(more), **named), wanted, tolerance)
            np.testing.assert_array_equal(numbers(given), numbers(args))
            more = [random_like(wanted[0], rng)]
    except ad.BackendError:
        assert not compiles(case)


def orbit(x, a, n):
    for _ in range(n):
        x = math.sin(x) * a
    return x


def test_scalar_loop_is_compiled():
    value, (x_bar, a_bar) = ad.value_and_grad(orbit, wrt=("x", "a"), backend="numba")(0.3, 1.2, 9)
    wanted, (x_wanted, a_wanted) = ad.value_and_grad(orbit, wrt=("x", "a"))(0.3, 1.2, 9)
    assert value == pytest.approx(wanted, rel=1e-14)
    assert (x_bar, a_bar) == pytest.approx((x_wanted, a_wanted), rel=1e-13)


@dataclasses.dataclass
class Layer:
    w: np.ndarray
    b: np.ndarray


def network(layers, x, scale):
    total = 0.0
    for layer in layers:
        x = np.tanh(layer.w @ x + layer.b)
    for i in range(len(x)):
        total += scale["out"] * x[i] ** 2
    return total


def network_arguments():
    rng = np.random.default_rng(0)
    layers = [Layer(rng.normal(size=(3, 3)), rng.normal(size=3)) for _ in range(2)]
    return layers, rng.normal(size=3), {"out": 0.5}


def test_structures_are_taken_apart_and_made_again():
    args = network_arguments()
    found = ad.grad(network, wrt=("layers", "scale"), backend="numba")(*args)
    wanted = ad.grad(network, wrt=("layers", "scale"))(*args)
    assert isinstance(found[0][1], Layer)
    same(found, wanted, 1e-12)


def kept(x, y):
    return {"sum": x + y, "pair": (x * y, [x, y**2])}


def test_arguments_among_what_is_returned():
    found = ad.jvp(kept, (0.4, 1.2), (1.0, 2.0), backend="numba")
    same(found, ad.jvp(kept, (0.4, 1.2), (1.0, 2.0)), 1e-13)
    assert ad.vjp(kept, 0.4, 1.2, backend="numba")[0] == kept(0.4, 1.2)


def squares(x, y):
    result = np.zeros(2)
    for i in range(x.shape[0]):
        result[0] += x[i] * x[i] * y
        result[1] += math.exp(x[i]) * y
    return result


def energy(x, y):
    total = 0.0
    for i in range(x.shape[0] - 1):
        total += (x[i + 1] - x[i]) ** 4 * y
    return total


X = np.array([0.3, -0.2, 0.5, 0.1])


def test_every_face():
    fast = {"backend": "numba"}
    same(ad.jvp(squares, (X, 2.0), (X, 1.0), **fast), ad.jvp(squares, (X, 2.0), (X, 1.0)), 1e-13)
    value, pull = ad.vjp(squares, X, 2.0, **fast)
    wanted, plain = ad.vjp(squares, X, 2.0)
    same((value, pull(np.ones(2))), (wanted, plain(np.ones(2))), 1e-13)
    for mode in ("forward", "reverse"):
        jacobian = ad.jacobian(squares, mode=mode, **fast)
        same(jacobian(X, 2.0), ad.jacobian(squares)(X, 2.0), 1e-13)
    same(ad.hessian(energy, **fast)(X, 2.0), ad.hessian(energy)(X, 2.0), 1e-12)
    direction = ((X, 2.0), (X, 1.0))
    same(ad.hvp(energy, **fast)(*direction), ad.hvp(energy)(*direction), 1e-12)


def test_decorated():
    decorated = ad.differentiate(energy, wrt=("x", "y"), backend="numba")
    same(decorated.grad(X, 2.0), ad.grad(energy, wrt=("x", "y"))(X, 2.0), 1e-13)
    same(decorated.vjp(X, 2.0)[0], energy(X, 2.0), 1e-13)
    assert "@numba.njit(" in decorated.source("adjoint", X, 2.0)


def mean_of(*values, weight):
    total = 0.0
    for value in values:
        total += value * weight
    return total / len(values)


def test_functions_of_any_number_of_arguments():
    found = ad.grad(mean_of, wrt="values", backend="numba")(1.0, 2.0, 4.0, weight=3.0)
    assert found == (1.0, 1.0, 1.0)


def ratio(x, y):
    return x / y


def test_exact_keeps_the_error_of_a_division_by_zero():
    assert ad.value_and_grad(ratio, backend="numba")(1.0, 0.0)[0] == math.inf
    with pytest.raises(ZeroDivisionError):
        ad.value_and_grad(ratio, backend="numba", exact=True)(1.0, 0.0)


def test_exact_has_no_licences():
    face = ad.adjoint(ratio, backend="numba", exact=True)
    face(1.0, 2.0, 1.0)
    assert "fastmath" not in face.source
    assert "@numba.njit(cache=True)" in face.source


def test_list_that_starts_with_integers_is_a_list_of_floats():
    face = ad.value_and_grad(mixed, backend="numba")
    assert face(0.5, 3) == ad.value_and_grad(mixed)(0.5, 3)


def mixed(x, n):
    items = [1, 2]
    for i in range(n):
        items.append(i)
        items.append(x * i + 0.25)
    total = 0.0
    for item in items:
        total += item * item
    return total


def overlapping(x):
    y = x.copy()
    y[1:] += y[:-1]
    y[:-1] += y[1:]
    return np.sum(y * y)


def test_sums_in_place_read_before_they_write():
    wanted = ad.value_and_grad(overlapping)(X)
    same(ad.value_and_grad(overlapping, backend="numba")(X), wanted, 1e-13)


def list_of_zeros(x, n):
    counts, sums, table = [0] * n, [(x, 0) for _ in range(n)], [[0] * n for _ in range(n)]
    for i in range(n):
        counts[i] = x * i * 0.3
        sums[i] = sums[i][0] * x, sums[i][1] + x * 0.3
        table[i][i] += counts[i]
    return sum(counts) + sum([a * b for a, b in sums]) + sum([sum(row) for row in table])


def swapped_lists(x, n):
    a, b = [0] * n, [x] * n
    for _ in range(n):
        a, b = b, a
        a[0] = x * 0.3
    return sum(a) + 2 * sum(b)


@pytest.mark.parametrize("f", [list_of_zeros, swapped_lists])
def test_lists_of_integers_that_get_floats(f):
    """The list's type is that of its first item: what is stored later would be truncated."""
    same(ad.value_and_grad(f, backend="numba")(0.7, 3), ad.value_and_grad(f)(0.7, 3), 1e-13)


def filled_in(values, x):
    values[0] = x * 0.3
    return values[0] + values[1]


def pushed_down(values, x, n):
    if n > 0:
        values[n] = x * n * 0.3
        pushed_down(values, x, n - 1)


def calls_itself(x, n):
    values = [0] * (n + 1)
    pushed_down(values, x, n)
    return sum(values)


def test_given_lists_of_integers_that_get_floats():
    given = ([0, 1], 0.7), (None, 1.0)
    same(ad.jvp(filled_in, *given, backend="numba"), ad.jvp(filled_in, *given), 1e-13)
    try:
        found = ad.value_and_grad(calls_itself, backend="numba")(0.7, 3)
    except ad.BackendError as error:
        assert "truncate" in str(error)
    else:
        same(found, ad.value_and_grad(calls_itself)(0.7, 3), 1e-13)


def normalised(a, n):
    g = np.zeros((n, 4))
    for i in range(n):
        g[i] = a * (i + 1.0)
    g -= np.array([np.sum(np.exp(row)) for row in g])[:, None]
    return np.sum(np.exp(0.1 * g))


def test_array_of_a_list_of_numbers_made_of_rows():
    wanted = ad.value_and_grad(normalised)(X, 3)
    same(ad.value_and_grad(normalised, backend="numba")(X, 3), wanted, 1e-12)
    found = ad.jvp(normalised, (X, 3), (X, None), backend="numba")
    same(found, ad.jvp(normalised, (X, 3), (X, None)), 1e-12)


def states_by_time(x, start, n):
    states = {-1: start}
    loss = 0.0
    for t in range(n):
        states[t] = np.tanh(x * states[t - 1])
        loss += np.sum(states[t] * states[t])
    return loss


def products_by_key(x, keys):
    found = {}
    for i in range(len(keys)):
        if keys[i] in found:
            found[keys[i]] *= x[i]
        else:
            found[keys[i]] = x[i] * x[i]
    return sum(value * value * key for key, value in found.items())


@pytest.mark.parametrize(
    ("f", "args"),
    [(states_by_time, (X, 2.0 * X, 4)), (products_by_key, (X, np.array([3, 1, 3, 2])))],
)
def test_dictionaries_of_keys_known_at_run_time(f, args):
    same(ad.value_and_grad(f, backend="numba")(*args), ad.value_and_grad(f)(*args), 1e-13)


def regulated(a, b, n):
    cost, gains = a, []
    for _ in range(n):
        gain = np.linalg.solve(a + cost, b)
        cost = a + 0.5 * (cost @ gain + gain.T @ cost.T)
        gains.insert(0, gain)
    total = 0.0
    for gain in gains:
        total += np.sum(gain * gain)
    return total


def test_list_of_matrices_that_lie_column_after_column():
    a, b = np.array([[2.0, 0.3], [0.1, 1.5]]), np.array([[0.4, 0.1], [-0.2, 0.6]])
    wanted = ad.value_and_grad(regulated, wrt=("a", "b"))(a, b, 3)
    same(ad.value_and_grad(regulated, wrt=("a", "b"), backend="numba")(a, b, 3), wanted, 1e-12)
    found = ad.jvp(regulated, (a, b, 3), (b, a, None), backend="numba")
    same(found, ad.jvp(regulated, (a, b, 3), (b, a, None)), 1e-12)


def restarted(x, n):
    last, kept = None, []
    for i in range(n):
        kept.append((last, x))
        last = None if i == 2 else x * i
    total = 0.0
    for last, one in kept:
        total += one if last is None else last * one
    return total


def restarted_arrays(x, n):
    last, total = None, 0.0
    for i in range(n):
        if last is not None:
            total += np.sum(last * last * x)
        last = None if i == 2 else np.sin(x) * i
    return total


def passed_on(x, n):
    total = 0.0
    for i in range(n):
        total += one_or_square(None if i == 1 else x * i, total + x)
    return total


def one_or_square(value, x):
    return x if value is None else value * value * x


@pytest.mark.parametrize(
    ("f", "x"), [(restarted, 0.7), (restarted_arrays, X), (passed_on, 0.7)]
)
def test_recorded_values_that_may_be_none(f, x):
    same(ad.value_and_grad(f, backend="numba")(x, 5), ad.value_and_grad(f)(x, 5), 1e-13)


def read_on_some_paths(x, n):
    pairs = [(row * 1.0, 2.0 * row) for row in x]
    s = 0.0
    for i in range(n):
        pair = pairs[i % len(pairs)]
        if i % 3 == 0:
            s += pair[0][0] * pair[1][1]
        elif i % 3 == 1:
            s += pair[1][1] ** 2
    return s


def numbered_rows(x, n):
    pairs = [((x[j] * 1.0, j), 2.0 * x[j]) for j in range(len(x))]
    s = 0.0
    for i in range(n):
        pair = pairs[i % len(pairs)]
        if i % 3 == 0:
            s += pair[0][0][0] * pair[1][1]
        elif i % 3 == 1:
            s += pair[1][pair[0][1] % 3] ** 2
    return s


@pytest.mark.parametrize("f", [read_on_some_paths, numbered_rows])
def test_tuples_of_arrays_of_which_a_path_reads_nothing(f):
    x = np.outer(X, [1.0, -0.7, 0.4])
    same(ad.value_and_grad(f, backend="numba")(x, 7), ad.value_and_grad(f)(x, 7), 1e-13)


def doubled(a, b):
    a[0] = a[0] * 2.0
    total = 0.0
    for i in range(len(b)):
        total += b[i] * b[i] * a[i]
    return total


def test_long_lists():
    first, second = [float(i) for i in range(40)], [i + 0.5 for i in range(40)]
    fast = ad.grad(doubled, wrt=("a", "b"), backend="numba")
    same(fast(first, second), ad.grad(doubled, wrt=("a", "b"))(first, second), 1e-13)
    with pytest.raises(ValueError, match="a and b are one list"):
        fast(first, first)


def tried(x):
    try:
        y = math.log(x)
    except ValueError:
        y = 0.0
    return y * x


def test_what_numba_refuses_is_an_error_with_the_line():
    with pytest.raises(ad.BackendError) as caught:
        ad.grad(tried, backend="numba")(1.0)
    assert "Numba cannot compile tried_adjoint: UnsupportedError: " in str(caught.value)
    assert re.search(r"line \d+: except ValueError:", str(caught.value))


def fib(x, n):
    if n < 2:
        return x
    return fib(x, n - 1) * 0.5 + fib(x, n - 2)


def test_recursion():
    same(ad.value_and_grad(fib, backend="numba")(0.7, 6), ad.value_and_grad(fib)(0.7, 6), 1e-13)


def softmax(x, y):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return np.sum(p * p) + np.mean(y, axis=0)[1]


def products(x, y):
    return np.sum(np.einsum("ij,jk->ik", x, y) ** 2) * np.sum(np.tensordot(x, y, 1))


def stacks(x, y):
    return np.sum((np.stack((x, 2.0 * x)) @ y) ** 2)


def selected(x, y):
    chosen = x[[0, 1, 0], [1, 2, 1]]
    return np.sum(np.where(x > 0.5, x, 1.0)) * np.sum(chosen * chosen) + np.sum(y[y > 0.4])


def rolled(x, y):
    return np.sum(np.roll(x, 1, axis=1) * y.T) + np.sum(np.roll(x, (1, -1), axis=(0, 1)) * y.T**2)


def typed(x, y):
    mask = np.ones(x.shape, dtype=bool)
    mask[0, 1] = False
    counts = np.zeros(3, dtype=int)
    counts[1] += 2
    held = np.zeros(x.shape, dtype=float)
    held[:] = x * counts[1]
    return np.sum(held[mask]) * np.sum(y)


def spread(x, y):
    return np.var(x, ddof=1) * np.std(y[0], ddof=1)


def listed(x, y):
    peaks, rows = [], []
    for i in range(len(x)):
        h = np.zeros((2, 2))
        h[0, 1] = x[i, 0] * y[0, 1]
        rows.append(np.maximum(h, 0.0))
        peaks.append(x[i, 1] ** 2)
    return np.sum(np.stack(rows).reshape(-1) ** 2) + max(peaks) - min(peaks)


def interpolated(x, y):
    return np.interp(0.3, (0.0, 1.0), (x[0, 0], y[0, 0])) * x[0, 1]


HAS_NOT = [softmax, products, stacks, selected, rolled, typed, spread, listed, interpolated]


@pytest.mark.parametrize("function", HAS_NOT)
def test_what_numba_has_not(function):
    """Reductions that keep axes, sums of products, stacks, lists as indices, Python's types."""
    rng = np.random.default_rng(3)
    args = rng.random((2, 3)), rng.random((3, 2))
    wanted = ad.value_and_grad(function, wrt=("x", "y"))(*args)
    same(ad.value_and_grad(function, wrt=("x", "y"), backend="numba")(*args), wanted, 1e-12)


def waves(x, n, k):
    """The tape of the calls holds the tapes of their loops."""
    if n == 0:
        return math.sin(x[k])
    total = 0.0
    for i in range(n):
        total += math.sin(x[i] * waves(x, n - 1, i))
    return total


def product_of_sums(x, n):
    """Both sweeps of a call are one."""
    if n == 0:
        return x[0]
    total = 0.0
    for i in range(n):
        total += x[i] * product_of_sums(x, n - 1)
    return total


@pytest.mark.parametrize(("f", "rest"), [(waves, (3, 0)), (product_of_sums, (3,))])
def test_recursion_in_loops(f, rest):
    x = np.array([0.3, 1.2, -0.7, 0.4])
    compiled = ad.value_and_grad(f, backend="numba")(x, *rest)
    same(compiled, ad.value_and_grad(f)(x, *rest), 1e-13)


FRESH = """
import sys
import numpy as np
import adcompile as ad
from numba.core import event
from slow import total

with event.install_recorder("numba:compile") as compiled:
    print(ad.grad(total, backend="numba")(np.arange(3.0)))
print(len(compiled.buffer))
"""
PROGRAM = """
def total(x):
    result = 0.0
    for i in range(len(x)):
        result += x[i] ** 3
    return result
"""


def run(folder, code):
    (folder / "slow.py").write_text(PROGRAM)
    path = {"PYTHONPATH": f"{folder}:{':'.join(sys.path)}", "ADCOMPILE_CACHE": str(folder / "c")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=path, check=False
    )
    assert not done.returncode, done.stderr
    return done


def test_compiled_code_is_kept_between_processes(tmp_path):
    first, second = (run(tmp_path, FRESH).stdout.splitlines() for _ in range(2))
    assert first[0] == second[0] == "[ 0.  3. 12.]"
    assert int(first[1]) > 0
    assert int(second[1]) == 0


def test_long_compilation_is_said(tmp_path):
    hasty = "from adcompile.faces import backends\nbackends.PATIENCE = 0.01\nfrom slow"
    code = FRESH.replace("from slow", hasty)
    said = run(tmp_path, code).stderr
    assert "adcompile: Numba is compiling total_adjoint ..." in said
    assert "adcompile: total_adjoint: done after " in said


def test_folder_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ADCOMPILE_CACHE", str(tmp_path / "file"))
    assert ad.grad(ratio, wrt="y", backend="numba")(1.0, 2.0) == -0.25


def test_command_line_writes_decorated_functions(tmp_path, capsys):
    from adcompile.cli import main

    source = tmp_path / "slow.py"
    source.write_text(PROGRAM.replace("(x):", '(x: "Float[np.ndarray, \'n\']"):'))
    assert main([str(source), "--backend", "numba", "--mode", "adjoint"]) == 0
    written = tmp_path / "slow_adjoint.py"
    assert "@numba.njit(" in written.read_text()
    spec = importlib.util.spec_from_file_location("slow_adjoint", written)
    module = importlib.util.module_from_spec(spec)
    sys.modules["slow_adjoint"] = module
    spec.loader.exec_module(module)
    value, bar = module.total_adjoint(np.arange(3.0))
    assert value == 9.0
    assert bar.tolist() == [0.0, 3.0, 12.0]
    assert main([str(source), "--check"]) == 0
    assert "slow_adjoint.py: up to date" in capsys.readouterr().out


def blocks(x, n: int):
    found = np.zeros(3 * n + 1)
    for i in range(n):
        at = 3 * i
        found[at + 1 : at + 4] = np.sin(x[i])
    return found[1:] * found[:-1]


def test_what_is_written_tells_how_long_a_slice_is():
    x = np.linspace(0.1, 0.9, 12).reshape(4, 3)
    found = ad.jvp(blocks, (x, 4), (x * x, None), backend="numba")
    for got, want in zip(found, ad.jvp(blocks, (x, 4), (x * x, None)), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-13)
    seed = np.arange(12.0)
    want = ad.vjp(blocks, x, 4)[1](seed)
    np.testing.assert_allclose(ad.vjp(blocks, x, 4, backend="numba")[1](seed)[0], want[0])


@pytest.mark.parametrize("place", ["k:k + 3", "k:", "-k:", ":k"])
def test_a_slice_of_another_length_raises(place, tmp_path):
    """As NumPy does, and nothing is written to what lies beside it."""
    text = f"import numpy as np\n\ndef f(x, k: int):\n    y = np.zeros(7)\n    y[{place}] = x[0]\n"
    path = tmp_path / "slices.py"
    path.write_text(f"{text}    return np.sum(y * x[0, 0])\n")
    spec = importlib.util.spec_from_file_location("slices", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    x = np.linspace(0.1, 0.9, 6).reshape(2, 3)
    fits = {"k:k + 3": range(5), "k:": (4,), "-k:": (3,), ":k": (3,)}[place]
    made = ad.value_and_grad(module.f, backend="numba")
    for k in range(-9, 9):
        try:
            want = module.f(x, k)
        except ValueError:
            with pytest.raises(ValueError, match=r"broadcast|size"):
                made(x, k)
            assert k not in fits
        else:
            np.testing.assert_allclose(made(x, k)[0], want)
            np.testing.assert_allclose(made(x, k)[1], ad.grad(module.f)(x, k))


def horner(c, x):
    total = c[len(c) - 1]
    for i in range(len(c) - 2, -1, -1):
        total = math.sin(total) * x + c[i]
    return total


def test_a_loop_that_counts_down_is_reversed_by_one_that_counts_up():
    face = ad.adjoint(horner, wrt=("c", "x"), backend="numba")
    _, (bar, slope) = face(X, 0.7)
    _, (wanted, steep) = ad.adjoint(horner, wrt=("c", "x"))(X, 0.7)
    np.testing.assert_allclose(bar, wanted, rtol=1e-14)
    np.testing.assert_allclose(slope, steep, rtol=1e-14)
    assert "in range(len(c) - 1):" in face.source


def parts_of_a_vector(x, w):
    rows = np.zeros((3, 3))
    rows[0] = x[0:3]
    rows[1] = x[3:6] * w
    rows[2] += x[4:7]
    return rows[0] @ rows[1] + np.sum(rows[2]) ** 2


def test_a_vector_that_may_be_broadcast_is_written_by_a_loop():
    """One element is broadcast and another number than three raises, as in NumPy."""
    made = ad.adjoint(parts_of_a_vector, wrt=("x", "w"), backend="numba")
    plain = ad.adjoint(parts_of_a_vector, wrt=("x", "w"))
    raised = 0
    for n in range(2, 9):
        x = np.linspace(-0.4, 0.9, n)
        try:
            wanted = plain(x, 1.3)
        except ValueError:
            raised += 1
            with pytest.raises(ValueError, match="broadcast"):
                made(x, 1.3)
        else:
            same(made(x, 1.3), wanted, 1e-13)
    assert raised == 5
    assert "for i in range(3):\n        rows[0, i] = " in made.source
    assert "unbroadcast" not in made.source


def turned(angles, v):
    c, s = np.cos(angles), np.sin(angles)
    about_z = np.array([[c[0], -s[0], 0.0], [s[0], c[0], 0.0], [0.0, 0.0, 1.0]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, c[1], -s[1]], [0.0, s[1], c[1]]])
    return about_z @ about_x @ v


def test_tangents_of_listed_numbers_are_written_one_by_one():
    angles, v = np.array([0.3, -0.8]), np.array([0.2, 1.1, -0.4])
    given = (angles, v), (v[:2], None)
    same(ad.jvp(turned, *given, backend="numba"), ad.jvp(turned, *given), 1e-13)
    face = ad.tangent(turned, wrt=("angles",), backend="numba")
    face(angles, v, v[:2])
    assert "np.array" not in face.source


def smoothed(u, v, n):
    m, k = u.shape
    for _ in range(n):
        u = u.copy()
        u[1 : m - 1, 1 : k - 1] = 0.3 * u[: m - 2, 1 : k - 1] * u[2:m, 2:k] + v[1 : m - 1, : k - 2]
        v = v + np.sin(u)
    return u


def test_slices_that_end_at_a_length_are_loops():
    u, v = np.linspace(-1.0, 1.0, 56).reshape(8, 7), np.cos(np.arange(56.0)).reshape(8, 7)
    face = ad.adjoint(smoothed, wrt=("u", "v"), backend="numba")
    same(face(u, v, 2, u - v), ad.adjoint(smoothed, wrt=("u", "v"))(u, v, 2, u - v), 1e-13)
    assert "unbroadcast" not in face.source
    assert not re.search(r" = .*\[1:", face.source)


def added_below(a, b):
    c = a.copy()
    c[1:] += b
    return np.sum(c * a)


def added_whole(a, b):
    c = a * 1.0
    c -= b
    return np.sum(c * a)


@pytest.mark.parametrize("function", [added_below, added_whole])
@pytest.mark.parametrize("shape", [(2, 3), (3, 4), (7, 4), (2, 5), (1, 4), (2, 1), (1, 1)])
def test_sums_in_place_of_another_shape_are_an_error(function, shape):
    """Numba itself adds what fits, and what lies behind that in memory."""
    a, b = np.linspace(0.4, 1.5, 12).reshape(3, 4), np.full(shape, 0.7)
    fast = ad.value_and_grad(function, wrt=("a", "b"), backend="numba")
    try:
        wanted = ad.value_and_grad(function, wrt=("a", "b"))(a, b)
    except ValueError:
        with pytest.raises(ValueError, match="broadcast"):
            fast(a, b)
    else:
        same(fast(a, b), wanted, 1e-12)


def along_columns(a, b):
    n, m = a.shape
    y = np.zeros((n, m))
    y[:, 0] = a[:, 0]
    y[:, 1] = a[:, 1] + b * y[:, 0]
    for j in range(2, m):
        y[:, j] = a[:, j] + b * y[:, j - 1] * y[:, j - 2]
    for i in range(n - 2, -1, -1):
        y[i] += np.sin(b * y[i + 1, ::-1])
        y[i, 1:] = y[i, :-1] * y[i + 1, 1:]
    return np.sum(y * y)


def test_recurrences_along_rows_and_columns_are_in_place():
    a = np.cos(np.arange(63.0)).reshape(7, 9)
    face = ad.adjoint(along_columns, wrt=("a", "b"), backend="numba")
    same(face(a, 0.7, 1.0), ad.adjoint(along_columns, wrt=("a", "b"))(a, 0.7, 1.0), 1e-12)
    assert not re.search(r"\n {8}y\w* = .*copy\(\)", face.source)


def added_to_itself_backwards(a):
    y = a * 1.0
    y += y[:, ::-1]
    y[-1, :] -= y[0, :]
    return y


def test_an_array_that_is_added_to_itself_backwards():
    a = np.arange(6.0).reshape(2, 3) + 1.0
    wanted = ad.adjoint(added_to_itself_backwards)(a, np.cos(a))
    same(ad.adjoint(added_to_itself_backwards, backend="numba")(a, np.cos(a)), wanted, 1e-13)
