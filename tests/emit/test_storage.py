"""What is written in place, and where a copy keeps an old version, or the caller's array."""

import numpy as np
from corpus.snapshots import heat
from emit.handmade import MATRIX, Hand, check, vector

import adcompile as ad
from adcompile.trace import kinds as k

U = np.array([0.5, 1.5, -2.0, 3.0])


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_an_argument_is_copied_once():
    b = Hand()
    u = b.param("u")
    u1 = b.do("write", u, 1.0, 0, name="u")
    u2 = b.do("accumulate", u1, 2.0, 1, name="u")
    text = check(b.trace(u2), U)
    assert lines(text) == ["u = u.copy()", "u[0] = 1.0", "u[1] += 2.0", "return u"]


def test_an_argument_is_copied_before_the_loop_not_in_it():
    b = Hand()
    u, n = b.param("u"), b.param("n", k.INT)
    (out,) = b.loop({"u": u}, n, lambda i, v: [b.do("write", v, b.mul(i, 2.0), i, name="u")])
    text = check(b.trace(out), U, 3)
    assert lines(text) == ["u = u.copy()", "for i in range(n):", "u[i] = i * 2.0", "return u"]


def test_an_own_array_is_not_copied():
    b = Hand()
    u = b.param("u")
    w = b.do("zeros_like", u, name="w")
    w1 = b.do("write", w, 1.0, 0, name="w")
    assert ".copy" not in check(b.trace(w1), U)


def test_an_old_version_that_is_read_later_is_kept():
    b = Hand()
    u = b.param("u")
    w = b.mul(u, 2.0, name="w")
    w1 = b.do("write", w, 1.0, 0, name="w")
    text = check(b.trace(w, w1), U)
    assert text.count(".copy()") == 1


def test_a_view_is_copied_where_it_begins():
    b = Hand()
    u = b.param("u")
    w = b.mul(u, 2.0, name="w")
    row = b.do("getitem", w, b.slice(1, 3), name="row")
    w1 = b.do("write", w, 9.0, 1, name="w")
    text = check(b.trace(b.add(row, 1.0), b.add(row, 2.0), w1), U)
    assert lines(text)[1:3] == ["row = w[1:3].copy()", "w[1] = 9.0"]


def test_a_view_that_is_dead_costs_nothing():
    b = Hand()
    u = b.param("u")
    w = b.mul(u, 2.0, name="w")
    total = b.do("numpy.sum", b.do("getitem", w, b.slice(1, 3)), name="total")
    w1 = b.do("write", w, total, 1, name="w")
    assert ".copy" not in check(b.trace(w1), U)


def test_a_view_of_a_view_is_an_alias_too():
    b = Hand()
    u = b.param("u")
    w = b.mul(u, 2.0, name="w")
    row = b.do("getitem", b.do("getitem", w, b.slice(None, None, -1)), b.slice(0, 2), name="row")
    w1 = b.do("write", w, 9.0, 3, name="w")
    assert check(b.trace(row, w1), U).count(".copy()") == 1


def test_an_array_that_goes_on_a_tape_and_is_overwritten():
    b = Hand()
    u, n = b.param("u"), b.param("n", k.INT)

    def forward(i, v, tape):
        tape = b.apply("mem.push", tape, v, name="tape")
        return [b.do("accumulate", v, 1.0, 0, name="u"), tape]

    def reverse(i, s, tape):
        v, tape = b.apply_many("mem.unpush", (tape,), ("w", "tape"))
        return [b.add(s, b.do("numpy.sum", v), name="s"), tape]

    last, tape = b.loop({"u": u, "tape": b.do("tape", name="tape")}, n, forward)
    b.kinds[tape] = k.Tape((b.kinds[u],))
    total, _ = b.loop({"s": 0.0, "tape": tape}, n, reverse, backward=True)
    text = check(b.trace(total, last), U, 3)
    assert "tape.append(u.copy())" in text
    assert text.count(".copy()") == 2  # and the argument, once


def test_a_fresh_array_goes_on_a_tape_as_it_is():
    b = Hand()
    u, n = b.param("u"), b.param("n", k.INT)

    def forward(i, v, tape):
        new = b.mul(v, 0.5, name="u")
        return [b.do("write", new, 1.0, i, name="u"), b.apply("mem.push", tape, v, name="tape")]

    last, _ = b.loop({"u": u, "tape": b.do("tape", name="tape")}, n, forward)
    text = check(b.trace(last), U, 3)
    assert ".copy" not in text


def test_double_buffering_copies_nothing_in_the_loop():
    b = Hand()
    u, n = b.param("u"), b.param("n", k.INT)

    def turn(i, old, new):
        new = b.do("write", new, b.do("getitem", old, 1), 0, name="new")
        new = b.do(
            "write", new, b.do("getitem", old, b.slice(None, -1)), b.slice(1, None), name="new"
        )
        return [new, old]

    start = b.mul(u, 1.0, name="old")
    old, _ = b.loop({"old": start, "new": b.do("zeros_like", u, name="new")}, n, turn)
    text = check(b.trace(old), U, 3)
    assert ".copy" not in text
    assert "old, new = new, old" in text


def test_what_is_made_outside_and_overwritten_each_turn_is_copied_each_turn():
    b = Hand()
    u, n = b.param("u"), b.param("n", k.INT)

    def turn(i, s):
        return [b.add(s, b.do("numpy.sum", b.do("write", w, s, 0, name="w")), name="s")]

    w = b.mul(u, 2.0, name="w")
    (s,) = b.loop({"s": 0.0}, n, turn)
    text = check(b.trace(s), U, 3)
    assert ".copy()" in text.split("for")[1]


def test_element_writes_in_nested_loops_copy_once():
    b = Hand()
    a = b.param("A", MATRIX)

    def row(i, outer):
        def cell(j, inner):
            index = b.apply("mem.tuple", i, j)
            return [b.do("accumulate", inner, b.mul(i, 1.0), index, name="A")]

        return b.loop({"A": outer}, 3, cell, index="j")

    (out,) = b.loop({"A": a}, 2, row)
    text = check(b.trace(out), np.ones((2, 3)))
    assert lines(text)[:4] == [
        "A = A.copy()",
        "for i in range(2):",
        "for j in range(3):",
        "A[i, j] += i * 1.0",
    ]


def test_a_list_of_arrays():
    b = Hand()
    u = b.param("u")
    items = b.do("list", u, u, name="items")
    items = b.do("append", items, b.mul(u, 3.0), name="items")
    items = b.do("write", items, 7.0, 0, 1, name="items")
    last, items = b.apply_many("mem.pop", (items,), ("last", "items"))
    check(b.trace(last, items, u), U)


def test_the_list_of_the_caller_is_not_appended_to():
    b = Hand()
    items = b.param("items", k.List(k.FLOAT))
    text = check(b.trace(b.do("append", items, 1.0, name="items")), [0.5])
    assert lines(text)[0] == "items = items.copy()"


def test_versions_on_two_branches():
    b = Hand()
    u = b.param("u")
    w = b.mul(u, 2.0, name="w")
    test = b.do("operator.lt", b.do("getitem", w, 0), 0.0)
    (w1,) = b.branch(
        test, lambda: [b.do("write", w, 1.0, 0, name="w")], lambda: [b.mul(w, 3.0, name="w")], ["w"]
    )
    text = check(b.trace(w1), U)
    check(b.trace(w1), -U)
    assert ".copy" not in text


def test_sums_are_written_into_their_operand():
    b = Hand()
    u = b.param("u")
    bar = b.mul(u, 2.0, name="u_bar")
    bar = b.add(bar, b.do("numpy.sin", u), name="u_bar")
    assert "u_bar += np.sin(u)" in check(b.trace(bar), U)


def test_sums_are_not_written_into_an_argument():
    b = Hand()
    u, bar = b.param("u"), b.param("u_bar", vector("u"))
    total = b.add(bar, u, name="u_bar")
    assert "u_bar = u_bar + u" in check(b.trace(total), U, U)


def test_a_shape_keeps_no_array_alive():
    b = Hand()
    u = b.param("u")
    w = b.mul(u, 2.0, name="w")
    shape = b.do("numpy.shape", w)
    w1 = b.do("write", w, 1.0, 0, name="w")
    text = check(b.trace(b.apply("numpy.reshape", b.do("numpy.sin", u), shape), w1), U)
    assert ".copy" not in text


def test_derivatives_share_nothing_with_the_seed():
    b = Hand()
    u, seed = b.param("u"), b.param("y_bar")
    trace = b.trace(b.mul(u, 2.0), seed)
    assert "y_bar.copy()" in check(trace, U, U)


def test_a_popped_array_that_was_pushed_twice():
    """One object may be several entries of a tape."""
    b = Hand()
    u, n = b.param("u"), b.param("n", k.INT)
    w = b.mul(u, 2.0, name="w")

    def forward(i, tape):
        return [b.apply("mem.push", tape, w, name="tape")]

    def reverse(i, s, tape):
        v, tape = b.apply_many("mem.unpush", (tape,), ("v", "tape"))
        v = b.do("accumulate", v, 1.0, 0, name="v")
        return [b.add(s, b.do("getitem", v, 0), name="s"), tape]

    (tape,) = b.loop({"tape": b.do("tape", name="tape")}, n, forward)
    b.kinds[tape] = k.Tape((b.kinds[w],))
    s, _ = b.loop({"s": 0.0, "tape": tape}, n, reverse, backward=True)
    check(b.trace(s, w), U, 3)


def test_what_is_read_itself_later_is_copied_once():
    b = Hand()
    u = b.param("u")
    w = b.mul(u, 2.0, name="w")
    row = b.do("getitem", w, b.slice(1, 3), name="row")
    row1 = b.do("write", row, 9.0, 0, name="row")
    text = check(b.trace(b.add(row, 1.0), b.add(row, row1), b.add(w, 1.0)), U)
    assert text.count(".copy()") == 1


def test_a_snapshot_is_copied_once():
    text = ad.differentiate(wrt="x")(heat).source("adjoint", U, 5)
    assert "snapshots.append((turn, u.copy()))" in text
    assert ".copy().copy()" not in text
