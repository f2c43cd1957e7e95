"""Equations between arrays as loops: the same numbers as NumPy's, and loops where they belong."""

import copy
import warnings

import numpy as np
import pytest
from deriving import flat, load
from hypothesis import given
from interpreter import run
from simplify.array_programs import array_programs

from adcompile import pipeline
from adcompile.errors import AdcompileError
from adcompile.frontend import lengths, signature, sources
from adcompile.rules import check
from adcompile.targets import Target
from adcompile.trace import watch
from adcompile.trace.ir import Apply, For, Var, walk

REALS = ("a", "b", "u", "v")


def derived(text, arguments, derivation):
    """The derivative as NumPy has it, and lowered."""
    function = load(text)
    kinds = signature.of_arguments(arguments, REALS)
    kinds = lengths.shared(kinds, arguments)
    found = pipeline.derivative(sources.of_callable(function), kinds, derivation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "watchers", [lambda name, trace: check.verify(trace)])
        lowered = pipeline.aimed(found.trace, Target("numba"))
    return function, found, lowered


@given(array_programs())
def test_random_programs(program):
    text, arguments = program
    for derivation in ((), (("tangent", REALS),), (("adjoint", REALS),)):
        try:
            function, found, lowered = derived(text, arguments, derivation)
        except AdcompileError:
            return
        dots = [np.cos(np.arange(arguments[n].size)).reshape(arguments[n].shape) for n in REALS]
        more = dots if derivation and derivation[0][0] == "tangent" else []
        values = [*copy.deepcopy(list(arguments.values())), *more]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = flat(run(found.trace, *copy.deepcopy(values)))
            actual = flat(run(lowered, *copy.deepcopy(values)))
            if not derivation:
                value = function(**copy.deepcopy(arguments))
                np.testing.assert_allclose(actual, flat(value), rtol=1e-9, atol=1e-11)
        size = np.max(np.abs(expected), initial=1.0)
        np.testing.assert_allclose(actual, expected, rtol=1e-8, atol=1e-11 * size)


def adjoint_of(body, **arguments):
    """The adjoint of a program, lowered, after it has given the numbers of the one that is not."""
    text = f"def f({', '.join(arguments)}):\n" + "".join(f"    {line}\n" for line in body)
    function = load(text)
    wrt = tuple(name for name, value in arguments.items() if not isinstance(value, int))
    kinds = lengths.shared(signature.of_arguments(arguments, wrt), arguments)
    found = pipeline.derivative(sources.of_callable(function), kinds, (("adjoint", wrt),))
    lowered = pipeline.aimed(found.trace, Target("numba"))
    check.verify(lowered)
    given_ = [copy.deepcopy(list(arguments.values())) for _ in range(2)]
    np.testing.assert_allclose(flat(run(lowered, *given_[0])), flat(run(found.trace, *given_[1])))
    return lowered


def loops(trace):
    """How many loops stand in the function itself."""
    return sum(isinstance(eqn, For) for eqn in trace.body.eqns)


def arrays_made(block):
    """The ranks of the arrays made in a block and below."""
    made = [e for e in walk(block) if isinstance(e, Apply) and e.op.startswith("numpy.empty")]
    sizes = {
        e.out: len(e.args) for e in walk(block) if isinstance(e, Apply) and e.op == "mem.tuple"
    }
    return sorted(sizes.get(e.args[0], 1) if isinstance(e.args[0], Var) else 1 for e in made)


P, C = np.random.default_rng(0).normal(size=(7, 2)), np.random.default_rng(1).normal(size=(3, 2))
X = np.linspace(-0.7, 0.9, 6)


def test_both_sweeps_of_a_sum_over_points_are_one_loop():
    near = ["d = np.sum((p[:, None, :] - c[None, :, :]) ** 2, axis=2)"]
    trace = adjoint_of([*near, "return np.sum(np.min(d, axis=1))"], p=P, c=C)
    points = [e for e in trace.body.eqns if isinstance(e, For)]
    assert len(points) <= 3  # over the points, and for each of the two adjoints a copy at most
    assert all(rank <= 3 for rank in arrays_made(trace.body))
    shapes = [e for e in walk(trace.body) if isinstance(e, Apply) and e.op == "numpy.sum"]
    assert not shapes


def test_a_chain_is_one_loop_without_temporaries():
    trace = adjoint_of(["y = np.sin(x) * x + 2.0 * x", "return np.sum(y * y)"], x=X)
    assert loops(trace) <= 2
    assert len(arrays_made(trace.body)) <= 2  # the adjoint, and at most one kept array


def test_a_shifted_update_reads_what_was_there_before():
    body = ["for t in range(n):", "    u[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2])"]
    trace = adjoint_of([*body, "return np.sum(u * u)"], u=X, n=3)
    turns = [e for e in trace.body.eqns if isinstance(e, For) and arrays_made(e.body) == []]
    assert turns  # the work array of a turn is made in front of the loop


def test_rows_of_one_array_are_updated_in_one_loop():
    body = ["h = np.zeros(len(x))", "for t in range(n):", "    h = np.tanh(w[0] * x + w[1] * h)"]
    w = np.linspace(-1.0, 1.0, 12).reshape(2, 6)
    trace = adjoint_of([*body, "return np.sum(h)"], w=w, x=X, n=3)
    back = [e for e in trace.body.eqns if isinstance(e, For) and e.backward]
    assert [sum(isinstance(e, For) for e in walk(turn.body)) for turn in back] == [1]


def test_short_sums_of_products_are_loops():
    """Of a matrix with three columns, and what reads it in the same loop."""
    a, b = np.arange(21.0).reshape(7, 3), np.arange(9.0).reshape(3, 3)
    trace = adjoint_of(["y = np.sin(a @ b)", "return np.sum(y * y)"], a=a, b=b)
    ops = [e.op for e in walk(trace.body) if isinstance(e, Apply)]
    left = [op for op in ops if op in ("operator.matmul", "numpy.dot", "numpy.matmul")]
    assert len(left) == 1  # for the adjoint of b, a sum over all rows


def test_few_terms_in_the_turn_of_a_longer_loop_are_written_out():
    """What does not change in that loop is read in front of it."""
    a, b = np.arange(18.0).reshape(6, 3), np.arange(18.0).reshape(3, 6)
    trace = adjoint_of(["y = np.sin(a @ b)", "return np.sum(y * y)"], a=a, b=b)
    rows = next(e for e in trace.body.eqns if isinstance(e, For))
    read = [e for e in rows.body.eqns if isinstance(e, Apply) and e.op == "mem.getitem"]
    assert [e.args[0].name for e in read] == ["a", "a", "a"]
    columns = next(e for e in rows.body.eqns if isinstance(e, For))
    assert not any(isinstance(e, For) for e in columns.body.eqns)


def test_einsum_is_a_loop():
    a, b = np.arange(18.0).reshape(2, 3, 3), np.arange(6.0).reshape(3, 2)
    trace = adjoint_of(["return np.sum(np.cos(np.einsum('aij,jk->aik', a, b)))"], a=a, b=b)
    assert "numpy.einsum" not in {e.op for e in walk(trace.body) if isinstance(e, Apply)}


def test_a_slice_of_one_element_is_one():
    """weights[:, i:i + 1] is a column for each i: it is broadcast where it is used."""
    body = ["t = np.zeros((len(p), 2))", "for i in range(w.shape[1]):",
            "    t += w[:, i:i + 1] * np.sin(p + c[i])", "return np.sum(t * t)"]  # fmt: skip
    w = np.random.default_rng(2).uniform(size=(7, 3))
    trace = adjoint_of(body, w=w, p=P, c=C)
    shown = [e for e in walk(trace.body) if isinstance(e, Apply) and e.op == "mem.slice"]
    assert not shown


@pytest.mark.parametrize("line", ["y += a * np.sin(y)", "y = 0.5 * y + a", "y = y * a - y"])
def test_a_carried_array_is_written_in_place(line):
    function = load(f"def f(y, a, n):\n    for t in range(n):\n        {line}\n    return y\n")
    given_ = {"y": X, "a": X + 1.0, "n": 3}
    kinds = lengths.shared(signature.of_arguments(given_), given_)
    found = pipeline.derivative(sources.of_callable(function), kinds, ())
    lowered = pipeline.aimed(found.trace, Target("numba"))
    check.verify(lowered)
    turns = [e for e in lowered.body.eqns if isinstance(e, For)]
    assert [arrays_made(turn.body) for turn in turns] == [[]]
    values = copy.deepcopy(list(given_.values()))
    np.testing.assert_allclose(run(lowered, *values), function(**copy.deepcopy(given_)))


def test_a_stencil_is_not_written_in_place():
    """Its turns read neighbours, of the array as it was."""
    text = """
def f(y, n):
    for t in range(n):
        y = 0.5 * y + 0.5 * y[::-1]
    return y
"""
    found = pipeline.derivative(
        sources.of_callable(load(text)), signature.of_arguments({"y": X, "n": 3}), ()
    )
    lowered = pipeline.aimed(found.trace, Target("numba"))
    np.testing.assert_allclose(run(lowered, X.copy(), 3), load(text)(X.copy(), 3))


def test_no_greatest_element():
    function = load("def f(a):\n    return np.sum(np.max(a, axis=1))\n")
    for shape, fails in (((2, 0), True), ((0, 2), False), ((0, 0), False), ((1, 0), True)):
        argument = {"a": np.ones(shape)}
        kinds = signature.of_arguments(argument, ("a",))
        found = pipeline.derivative(sources.of_callable(function), kinds, (("adjoint", ("a",)),))
        lowered = pipeline.aimed(found.trace, Target("numba"))
        if fails:
            with pytest.raises(ValueError, match="zero-size array to reduction operation maximum"):
                run(lowered, argument["a"])
        else:
            assert run(lowered, argument["a"])[0] == 0.0


@pytest.mark.parametrize("where", [0, 3, 5])
def test_nan_is_the_greatest_and_the_least(where):
    x = X.copy()
    x[where] = np.nan
    for name in ("max", "min"):
        function = load(f"def f(x):\n    return np.{name}(x * 2.0)\n")
        kinds = signature.of_arguments({"x": x}, ("x",))
        found = pipeline.derivative(sources.of_callable(function), kinds, ())
        assert np.isnan(run(pipeline.aimed(found.trace, Target("numba")), x))


def test_what_is_exact_keeps_the_order_of_sums():
    function = load("def f(x):\n    return np.sum(x * x)\n")
    found = pipeline.derivative(
        sources.of_callable(function), signature.of_arguments({"x": X}, ("x",)), ()
    )
    assert not loops(pipeline.aimed(found.trace, Target("numba", exact=True)))
    assert loops(pipeline.aimed(found.trace, Target("numba"))) == 1


def test_a_tape_holds_no_more_than_cannot_be_made_again():
    text = """
def f(y, n):
    for t in range(n):
        z = y + 0.5 * (y - y * y)
        y = y + 0.1 * (z - z * z)
    return np.sum(y)
"""
    kinds = signature.of_arguments({"y": X, "n": 3}, ("y",))
    given_ = sources.of_callable(load(text)), kinds, (("adjoint", ("y",)),)
    found = pipeline.derivative(*given_)
    less = pipeline.derivative(*given_, target=Target("numba"))
    check.verify(less.trace)
    eqns = [e for e in walk(less.trace.body) if isinstance(e, Apply)]
    pushed = [len(e.args) - 1 for e in eqns if e.op == "mem.push"]
    assert pushed == [1]
    np.testing.assert_allclose(
        flat(run(less.trace, X, 3)), flat(run(found.trace, X, 3)), rtol=1e-13
    )


def test_an_element_of_ones_is_one():
    body = ["w = np.ones_like(x)", "for i in range(n):", "    total += w[i] * x[i] * x[i]"]
    trace = adjoint_of(["total = 0.0", *body, "return total"], x=X, n=4)
    ops = [e.op for e in walk(trace.body) if isinstance(e, Apply)]
    assert "numpy.ones_like" not in ops


def test_an_element_of_what_was_ones_is_what_was_written():
    body = ["w = np.ones_like(x)", "w[0] = x[1]", "for i in range(n):", "    total += w[i] * x[i]"]
    trace = adjoint_of(["total = 0.0", *body, "return total"], x=X, n=4)
    ops = [e.op for e in walk(trace.body) if isinstance(e, Apply)]
    assert "numpy.ones_like" in ops or "numpy.empty_like" in ops


GUARDED = {
    "a place": (
        """
def f(x, y, i):
    s = np.sum(x * x)
    if i >= len(y):
        raise KeyError("no such place")
    return s * y[i] + np.sum(x * y[i])
""",
        (X, X + 1.0, 10**12),
    ),
    "a row": (
        """
def f(x, y, i):
    s = np.sum(x * x)
    assert i < len(y), "no such row"
    return s + np.sum(x * y[i])
""",
        (X, np.ones((3, X.size)), 10**12),
    ),
    "a place to write to": (
        """
def f(x, y, i):
    s = np.sum(y * y)
    if len(x) <= i:
        raise KeyError("no such place")
    y[i] += x
    return np.sum(y) + s
""",
        (X, np.ones((3, X.size)), 10**12),
    ),
    "the greatest of none": (
        """
def f(x, y, i):
    s = np.sum(x * x)
    if len(x) == 0:
        raise KeyError("no elements")
    return s * np.max(x) + y[i]
""",
        (X[:0], X, 0),
    ),
}


@pytest.mark.parametrize("guarded", list(GUARDED))
def test_what_may_raise_stays_behind_what_the_program_asks_first(guarded):
    """Compiled, there is no IndexError: what is read outside of an array ends the process."""
    text, arguments = GUARDED[guarded]
    named = dict(zip(("x", "y", "i"), arguments))
    for derivation in ((), (("tangent", ("x",)),), (("adjoint", ("x",)),)):
        kinds = lengths.shared(signature.of_arguments(named, ("x",)), named)
        found = pipeline.derivative(sources.of_callable(load(text)), kinds, derivation)
        lowered = pipeline.aimed(found.trace, Target("numba"))
        check.verify(lowered)
        more = [arguments[0]] if derivation and derivation[0][0] == "tangent" else []
        with pytest.raises((KeyError, AssertionError), match=r"no (such|elements)"):
            run(lowered, *copy.deepcopy(arguments), *more)


def test_an_array_of_the_size_of_one_that_is_made_once_is_made_once_too():
    body = ["n = len(x)", "w = x.copy()", "s = 0.0", "for t in range(m):",
            "    w[:-1] = x[:-1] * t", "    w[n - 1:] = x[n - 1:] * 2.0",
            "    s += np.sum(w * w * x)", "return s"]  # fmt: skip
    lowered = adjoint_of(body, x=X, m=3)
    assert not any(arrays_made(eqn.body) for eqn in lowered.body.eqns if isinstance(eqn, For))


@pytest.mark.parametrize("k", [1, -1, -3, -7])
def test_a_slice_that_begins_at_a_number_may_count_from_the_end(k):
    body = ["y = x.copy()", "s = 0.0", "j = k + 1", "for i in range(3):",
            "    s += np.sum(np.sin(y[j + i:]))", "    y[:j + i] = s", "return s"]  # fmt: skip
    adjoint_of(body, x=X, k=k)


@pytest.mark.parametrize("lines", [
    ["v = np.zeros(len(x))", "v[:] = c"],
    ["v = np.zeros_like(x)", "v += c"],
    ["v = np.sin(x)", "v[...] = c", "v *= x"],
    ["v = x[:, None] * x", "v[:] = x[1:2] * c"],
    ["n = len(x) - 1", "v = np.full((n, len(x)), c)", "v[:, :] = x", "v[...] = v[:1] * c"],
])  # fmt: skip
def test_what_is_spread_over_an_array_is_as_large_as_that(lines):
    function = load("def f(x, c):\n" + "".join(f"    {line}\n" for line in [*lines, "return v"]))
    named = {"x": X, "c": 1.5}
    kinds = lengths.shared(signature.of_arguments(named, ("x", "c")), named)
    for derivation in ((("tangent", ("x", "c")),), (("adjoint", ("x", "c")),)):
        found = pipeline.derivative(sources.of_callable(function), kinds, derivation)
        lowered = pipeline.aimed(found.trace, Target("numba"))
        check.verify(lowered)
        more = [X, 1.0] if derivation[0][0] == "tangent" else [function(X, 1.5)]
        wanted = flat(run(found.trace, *copy.deepcopy([X, 1.5, *more])))
        np.testing.assert_allclose(flat(run(lowered, X.copy(), 1.5, *more)), wanted)


def test_a_vector_into_one_place():
    """NumPy says what is wrong with that, and the compiler nothing."""
    function = load("def f(x, a):\n    v = a * 1.0\n    v[0, 0] -= x\n    return v\n")
    named = {"x": X, "a": np.ones((2, 2))}
    kinds = lengths.shared(signature.of_arguments(named, ("x", "a")), named)
    found = pipeline.derivative(sources.of_callable(function), kinds, (("adjoint", ("x", "a")),))
    with pytest.raises(ValueError, match="setting an array element"):
        run(pipeline.aimed(found.trace, Target("numba")), X, np.ones((2, 2)), np.ones((2, 2)))


def test_there_are_no_less_than_no_differences():
    adjoint_of(["return np.sum(np.sin(np.diff(np.diff(x))))"], x=X[:1])
