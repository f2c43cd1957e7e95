"""Many directions, or many seeds, at once: as one by one, and put together along a last axis."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from corpus import every
from corpus.by_api import ByApi
from corpus.check import Check, random_like

import adcompile as ad
from adcompile.errors import BackendError, NotVector
from adcompile.faces import vectors
from adcompile.frontend.signature import to_real

CASES = every()
COUNT = 3
SINGLE = "awkward.scalar_becomes_array"
ONE_BY_ONE = (
    SINGLE, "views.a_mask_of_two_axes_in_a_loop", "kept.data_basis", "kept.kept_rows",
    "masks.places_that_nobody_annotates",  # the shape of what is added comes from a tape
    "shared_memory.place_or_places",  # an index that is a number on one path, a slice on another
    "containers.optimizer_state", "points.by_items", "parts_of_items.each_with_another",
    "parts_of_items.in_tuples", "parts_of_items.those_that_are_heavy",
    "parts_of_items.neighbours", "parts_of_items.rows_assigned", "parts_of_items.taken_together",
    # tuples of arrays, or None
    "kept.data_objs_arr", "or_none.none_in_a_tuple", "or_none.tuple_or_none_in_a_tuple",
    "or_none.every_second_row_by_append", "or_none.which_keys_are_there",
    "or_none.pairs_of_what_is_above", "or_none.squares_of_what_is_above", "or_none.pairs_in_pairs",
    "or_none.rows_of_pairs", "or_none.pairs_to_go_through", "filled.fields",
    "filled.pairs_or_none", "given.pair_is_read_then_swapped",
    "turn_by_turn.held_from_further_down",
    "or_none.every_second_row", "or_none.pairs_given_up", "or_none.rows_given_up_or_renewed",
    "aliases.held_as_it_was_in_earlier_turns", "turn_by_turn.table_of_pairs",
    "or_none.list_or_none_in_a_tuple", "given.last_is_read_then_taken", "filled.rows_or_none",
    "filled.fields_in_place", "or_none.popped_tuple_is_written",
    "or_none.rows_of_a_tree_asked_twice", "or_none.made_where_there_is_none",
    "or_none.stack_in_a_list", "or_none.table", "or_none.pairs_in_rows",
    "or_none.pair_for_each_row_or_none", "given.array_of_a_pair_is_changed_by_a_callee",
    "encountered.last_of_pairs", "points.elements_without_axes",
    "none_held.functions_that_may_hold_a_number", "none_held.objects_that_may_hold_an_array",
    "none_held.numbers_beside_what_may_be_none", "none_held.layers_some_with_functions",
    # dictionaries in lists
    "filled.dictionaries_inside", "filled.named_dictionaries", "turn_by_turn.dictionaries_so_far",
)  # fmt: skip
"""What is taken one by one: a shape that is a list; what has no form for many directions."""

ANY_LENGTH = ("sequences.tuples_returned", "sequences.tuples_repeated",
              "sequences.tuples_that_grow")  # fmt: skip
"""Whose seeds are tuples of any length alone: an empty one has no number of directions."""
IN_TANGENTS = ("turn_by_turn.table_of_pairs", "or_none.table",
               "shared_memory.place_or_places", "filled.dictionaries_inside",
               "read_again.items_of_items")  # fmt: skip
"""In tangents, too."""


def arrays(tree):
    """The numbers of a structure."""
    found = []
    vectors.map_all(found.append, vectors.along_last(tree))
    return [leaf[..., 0] for leaf in found]


def close(found, wanted):
    """Are the derivatives in many directions those in one each?"""
    whole = arrays(found)
    for number, one in enumerate(wanted):
        parts = arrays(one)
        assert len(parts) == len(whole)
        for a, b in zip(whole, parts, strict=True):
            assert a.shape == (*b.shape, len(wanted))
            assert a.dtype == b.dtype
            size = np.max(np.abs(b), initial=1.0, where=np.isfinite(b))
            unit = 1e-6 if b.dtype in (np.float32, np.complex64) else 1e-12
            np.testing.assert_allclose(a[..., number], b, rtol=10 * unit, atol=unit * size)


def compare(case, modes):
    """A program's derivative in three directions, against three derivatives."""
    check, api, rng = Check(case), ByApi(case.function, case.args), np.random.default_rng(5)
    values = api.program.values(check.args, {})

    def ways():
        return tuple(to_real(random_like(case.args[n], rng)) for n in check.moving)

    def seed():
        return (to_real(random_like(check.expected[0], rng)),)

    fixed = seed() if modes == ("adjoint", "tangent") else ()
    given = [seed() if modes == ("adjoint",) else ways() for _ in range(COUNT)]
    derivation = tuple((mode, api.wrt) for mode in modes)
    one = api.program.bound(derivation, None, values)
    wanted = [one(values, (*fixed, *each))[1] for each in given]
    many = api.program.bound((*derivation, ("vector", ())), None, values)
    stacked = vectors.stacked(given)
    before = copy.deepcopy(arrays(stacked))
    for _ in range(2):
        close(many(values, (*fixed, *stacked))[1], wanted)
    for found, kept in zip(arrays(stacked), before, strict=True):
        np.testing.assert_array_equal(found, kept)


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


@named([case for case in CASES[::5] if case.name not in IN_TANGENTS])
def test_tangent(case):
    compare(case, ("tangent",))


@named([case for case in CASES[1::4] if case.name not in (*ONE_BY_ONE, *ANY_LENGTH)])
def test_adjoint(case):
    compare(case, ("adjoint",))


@named([case for case in CASES[::12] if case.name not in ONE_BY_ONE])
def test_tangent_of_adjoint(case):
    compare(case, ("adjoint", "tangent"))


@named([case for case in CASES if case.name in ANY_LENGTH])
def test_many_seeds_of_any_length_are_refused(case):
    with pytest.raises(NotVector, match="no parameter tells the number of directions"):
        compare(case, ("adjoint",))


# the faces


def curve(x: float, a):
    y = a * np.sin(x)
    return np.sum(y * y) + x, y


def test_jvp():
    rng = np.random.default_rng(0)
    x, a, xs, ways = 0.7, np.arange(3.0), rng.normal(size=4), rng.normal(size=(3, 4))
    value, dot = ad.jvp(curve, (x, a), (xs, ways))
    assert value[0] == curve(x, a)[0]
    close(dot, [ad.jvp(curve, (x, a), (xs[j], ways[:, j]))[1] for j in range(4)])
    _, dot = ad.jvp(curve, (x, a), (None, ways))
    close(dot, [ad.jvp(curve, (x, a), (None, ways[:, j]))[1] for j in range(4)])


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one(count):
    ways = np.ones((3, count))
    _, dot = ad.jvp(curve, (0.7, np.arange(3.0)), (np.ones(count), ways))
    assert [part.shape for part in dot] == [(count,), (3, count)]
    _, pullback = ad.vjp(curve, 0.7, np.arange(3.0))
    bars = pullback((np.ones(count), ways))
    assert [bar.shape for bar in bars] == [(count,), (3, count)]


def test_vjp():
    rng = np.random.default_rng(0)
    _, pullback = ad.vjp(curve, 0.7, np.arange(3.0))
    first, second = rng.normal(size=5), rng.normal(size=(3, 5))
    close(pullback((first, second)), [pullback((first[j], second[:, j])) for j in range(5)])


def test_hvp():
    def f(x):
        return np.sum(x**3) * x[0]

    x, product = np.arange(1.0, 4.0), ad.hvp(f)
    np.testing.assert_allclose(product(x, np.eye(3)), ad.hessian(f)(x), rtol=1e-14)


@pytest.mark.parametrize("shapes", [((4,), (3, 5)), ((4,), (3,)), ((), (3, 4))])
def test_directions_that_do_not_fit(shapes):
    with pytest.raises(ad.ArgumentError, match="has shape"):
        ad.jvp(curve, (0.7, np.arange(3.0)), tuple(np.ones(shape) for shape in shapes))


def test_alone():
    """What has no form for many directions is taken one by one."""
    (case,) = (case for case in CASES if case.name == SINGLE)
    with pytest.raises(NotVector):
        compare(case, ("adjoint",))
    _, pullback = ad.vjp(case.function, *case.args)
    value = case.function(*case.args)
    seeds = np.random.default_rng(0).normal(size=(*np.shape(value), 4))
    close(pullback(seeds), [pullback(seeds[..., j]) for j in range(4)])


def model(p, x: float):
    return {"a": p["w"] @ p["w"].T * x, "b": (np.sum(p["v"]), 2.0 * p["c"] * x)}


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("block", [1, 3, 64])
def test_jacobian_in_blocks(monkeypatch, mode, block):
    rng = np.random.default_rng(1)
    p = {"w": rng.normal(size=(2, 3)), "v": np.zeros(0), "c": 0.3}
    wanted = one_by_one(monkeypatch, lambda: ad.jacobian(model, (0, 1), mode=mode)(p, 0.5))
    monkeypatch.setattr(vectors, "BLOCK", block)
    found = ad.jacobian(model, (0, 1), mode=mode)(p, 0.5)
    assert [a.shape for a in arrays(found)] == [a.shape for a in arrays(wanted)]
    for a, b in zip(arrays(found), arrays(wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-13)


def bent(x):
    total = np.zeros(3)
    for i in range(len(x)):
        total += np.sin(x[i] * np.arange(1.0, 4.0))
    return total


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_numba_directions_fill_whole_lanes(monkeypatch, mode):
    pytest.importorskip("numba")
    taken = []
    many = vectors.Request.many

    def noted(self, given):
        taken.append(np.shape(given[-1])[-1])
        return many(self, given)

    monkeypatch.setattr(vectors.Request, "many", noted)
    x = np.linspace(0.1, 0.9, 5)
    found = ad.jacobian(bent, mode=mode, backend="numba")(x)
    np.testing.assert_allclose(found, ad.jacobian(bent, mode=mode)(x), rtol=1e-13)
    assert taken == ([8, 5] if mode == "forward" else [4, 3])


def test_hessian(monkeypatch):
    def f(x, y: float):
        total = 0.0
        for i in range(len(x)):
            if x[i] > 0:
                total = total * x[i] + y
        return total, y * np.sum(x)

    x = np.array([0.3, -0.2, 0.8, 1.1])
    wanted = one_by_one(monkeypatch, lambda: ad.hessian(f, (0, 1))(x, 0.4))
    for a, b in zip(arrays(ad.hessian(f, (0, 1))(x, 0.4)), arrays(wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-13)


def one_by_one(monkeypatch, make):
    with monkeypatch.context() as patch:
        patch.setattr(vectors, "FEW", {"arrays": 10**9, "numbers": 10**9})
        return make()


@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_types_stay(dtype):
    x = np.arange(3).astype(dtype)
    _, dot = ad.jvp(lambda x: x * x, (x,), (np.eye(3),))
    assert dot.dtype == dtype
    np.testing.assert_array_equal(dot, np.diag(2 * x))


def test_results_are_apart():
    """What comes out is not what went in, nor twice the same array."""

    def twice(x: float):
        return x, x

    way = np.ones(3)
    _, (first, second) = ad.jvp(twice, (1.0,), (way,))
    first[0] = 5.0
    assert way[0] == second[0] == 1.0


# inside of a primal


@pytest.mark.parametrize("count", [3, 5])
def test_inside(count):
    rng = np.random.default_rng(3)
    x, ways, w = rng.normal(size=3), rng.normal(size=(3, count)), rng.normal(size=count)

    def inner(x):
        return x * x * np.sum(x)

    def by_tangent(x):
        return ad.jvp(inner, (x,), (ways,))[1] @ w

    def by_adjoint(x):
        return ad.vjp(inner, x)[1](ways)[0] @ w

    def by_second(x):
        return ad.hvp(lambda x: np.sum(x) ** 4)((x,), (ways,))[0] @ w

    for f in (by_tangent, by_adjoint, by_second):
        for mode in ("forward", "reverse"):
            found = ad.jacobian(f, mode=mode)(x)
            for j, way in enumerate(np.eye(3)):
                slope = (f(x + 1e-5 * way) - f(x - 1e-5 * way)) / 2e-5
                np.testing.assert_allclose(found[:, j], slope, rtol=1e-7, atol=1e-8)


def test_inside_with_another_shape():
    def f(x):
        return np.sum(ad.jvp(lambda x, y: x * y, (x, x), (np.ones((2, 3)), np.ones(2)))[1])

    with pytest.raises(ad.RejectedError, match="ADC223"):
        ad.grad(f)(np.ones(2))


# with Numba


def recurrence(x):
    total, scale = 0.0, 1.0
    for i in range(len(x)):
        total = total + x[i] * np.sin(x[i]) * scale
        scale = scale * 0.9 + total * 0.01
    return total, scale


def quadratic(x):
    a = np.outer(x, x) + np.eye(len(x))
    return a @ x


def chained(x):
    """Products of matrices and stacks, of three columns and of more, on either side."""
    turn = np.array([[x[0], -x[1], 0.0], [x[1], x[0], 0.0], [0.0, 0.0, x[2]]])
    wide = np.outer(np.arange(9.0), x)
    return np.sum(wide @ turn @ turn, axis=0) + np.dot(wide.T @ wide, x) + np.matmul(x, turn)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("f", [recurrence, quadratic, chained])
def test_numba(f, mode):
    pytest.importorskip("numba")
    x = np.linspace(0.1, 1.0, 3)
    found = ad.jacobian(f, mode=mode, backend="numba")(x)
    for a, b in zip(arrays(found), arrays(ad.jacobian(f, mode=mode)(x)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("rank", [(2, 1), (2, 2), (1, 2), (3, 2), (2, 3)])
def test_numba_compiles_products_in_many_directions(monkeypatch, rank):
    """None of them is taken one direction at a time."""
    pytest.importorskip("numba")
    shapes = [(2, 3, 3)[-n:] for n in rank]
    x, y = (np.cos(np.arange(float(np.prod(s)))).reshape(s) for s in shapes)

    def refuse(*args):
        raise AssertionError("one direction at a time")

    wanted = [ad.jacobian(lambda x, y: x @ y, wrt=wrt, mode="forward")(x, y) for wrt in (0, 1)]
    monkeypatch.setattr(vectors.Request, "one_by_one", refuse)
    for wrt in (0, 1):
        found = ad.jacobian(lambda x, y: x @ y, wrt, mode="forward", backend="numba")(x, y)
        np.testing.assert_allclose(found, wanted[wrt], rtol=1e-13, atol=1e-14)


def test_numba_cannot(monkeypatch):
    """What Numba does not compile in many directions is taken one by one."""
    pytest.importorskip("numba")
    from adcompile.faces.compiled import Program

    kept = Program.bound

    def bound(self, derivation, of, values):
        made = kept(self, derivation, of, values)
        if derivation and derivation[-1][0] == "vector":

            def refuse(*args):
                raise BackendError("no")

            return refuse
        return made

    monkeypatch.setattr(Program, "bound", bound)
    x = np.linspace(0.1, 1.0, 3)
    found = ad.jacobian(recurrence, backend="numba")(x)
    wanted = one_by_one(monkeypatch, lambda: ad.jacobian(recurrence)(x))
    for a, b in zip(arrays(found), arrays(wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)
