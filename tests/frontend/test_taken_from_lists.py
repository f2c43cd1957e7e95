"""What a list that is made of another one's items gives: that one's item, wherever it goes."""

from __future__ import annotations

import numpy as np
import pytest
from mixed.check import VALUES

import adcompile as ad
from adcompile.errors import RejectedError

U = VALUES["u"]
DIRECTION = np.array([0.3, -0.7, 1.1, 0.2])


class Body:
    def __init__(self, a, v):
        self.a = a
        self.v = v

    def itself(self, t):
        return self


def first(ps):
    for p in ps:
        return p


def larger(ps, t):
    for p in ps:
        if p.a > t:
            return p
    return ps[0]


def bodies(u):
    return [Body(i, u[i]) for i in range(3)]


def first_of_sorted(u: np.ndarray):
    ps = bodies(u)
    first(sorted(ps, key=lambda o: o.a)).v = 0.5
    return sum(o.v for o in ps)


def larger_of_sorted(u: np.ndarray):
    ps = bodies(u)
    larger(sorted(ps, key=lambda o: -o.a), 0.5).v = 0.5
    return sum(o.v for o in ps)


def last_that_is_positive(u: np.ndarray):
    ps = bodies(u)
    r = None
    for p in ps[::-1]:
        if p.v > 0.0:
            r = p
    r.v = 0.5
    return sum(o.v for o in ps)


def until_the_first(u: np.ndarray):
    ps = bodies(u)
    for p in ps[::-1]:
        if p.v > 0.0:
            r = p
            break
    r.v = 0.5
    return sum(o.v for o in ps)


def rows_backwards(u: np.ndarray):
    rows = [u * (i + 1.0) for i in range(3)]
    for r in rows[::-1]:
        q = r
        if r[0] > 1.0:
            break
    q *= 2.0
    return rows[0].sum() + 2 * rows[1].sum() + 3 * rows[2].sum()


def rows_sorted(u: np.ndarray):
    rows = [u * (i + 1.0) for i in range(3)]
    far = sorted(rows, key=lambda r: r[1])
    q = far[0]
    for r in far:
        if r[2] > 1.0:
            q = r
    q[0] = 7.0
    return rows[0].sum() + 2 * rows[1].sum() + 3 * rows[2].sum()


def rows_by_index(u: np.ndarray):
    rows = []
    while len(rows) < 3:
        rows.append(u * (len(rows) + 1.0))
    far = rows[::-1]
    q = far[0]
    k = 0
    while k < 3:
        if far[k][0] > 1.0:
            q = far[k]
        k += 1
    q[1] = 8.0
    return rows[0].sum() + 2 * rows[1].sum() + 3 * rows[2].sum()


def rows_chosen(u: np.ndarray):
    rows = [u * (i + 1.0) for i in range(3)]
    far = []
    for r in rows:
        if r[0] > 1:
            far.append(r)
    q = None
    for r in far:
        if r[2] > 1.0:
            q = r
    if q is not None:
        q[0] = 7.0
    return rows[0].sum() + 2 * rows[1].sum() + 3 * rows[2].sum()


def two_of_a_list_sorted(u: np.ndarray):
    ps = []
    for i in range(4):
        ps.append(Body(u[i], 2.0))
    far = sorted([ps[0], ps[2]], key=lambda o: o.a)
    far[0].a *= 0.5
    return sum(o.a for o in ps)


def the_smaller_of_two(u: np.ndarray):
    ps = []
    for i in range(4):
        ps.append(Body(u[i], 2.0))
    p = min([ps[0], ps[2]], key=lambda o: o.a)
    p.a *= 0.5
    return sum(o.a for o in ps)


def the_largest_of_three(u: np.ndarray):
    p, q, r = Body(u[0], u[1]), Body(u[2], 1.0), Body(u[1], u[2])
    best = max((p, q, r), key=lambda o: o.a)
    best.a *= 3.0
    return p.a + 2 * q.a * r.a


def three_in_their_order(u: np.ndarray):
    p, q, r = Body(u[0], u[1]), Body(u[2], 1.0), Body(u[1], u[2])
    one, two = sorted([p, q, r], key=lambda o: o.a)[:2]
    one.a += 2.0 * two.a
    two.a *= 3.0
    return p.a + 2 * q.a * r.a


def ordered_twice(u: np.ndarray):
    ps = [Body(u[0], u[1]), Body(u[2], 1.0), Body(u[1], u[2])]
    ps.sort(key=lambda o: o.a)
    best, worst = ps[-1], ps[0]
    worst.a = 0.5 * (best.a + worst.v)
    ps.sort(key=lambda o: o.a)
    return ps[0].a + 2 * ps[1].a * ps[2].v


def last_of_one_or_two(u, v):
    """`v` is what the object holds that may be appended."""
    p, q = Body(u[0], u[1]), Body(u[1], v)
    near = [p]
    if u[0] > 5.0:
        near.append(q)
    r = near[-1]
    p.a += u[2]
    return r.a


def appended_in_a_branch(u: np.ndarray):
    return last_of_one_or_two(u, u[3])


def behind_a_filter(u: np.ndarray):
    p, q = Body(u[0], u[1]), Body(u[1], u[3])
    near = [p] + [o for o in [q] if o.a > 5.0]
    table = {"last": near[-1]}
    p.a += u[2]
    return table["last"].a


def in_a_tuple(u: np.ndarray):
    p, q = Body(u[0], u[1]), Body(u[1], u[3])
    near = [(p, 1.0)]
    if u[0] > 5.0:
        near.append((q, 2.0))
    t = near[-1]
    p.a += u[2]
    return t[0].a


def out_of_a_tuple(u: np.ndarray):
    p, q = Body(u[0], u[1]), Body(u[1], u[3])
    near = [(p, 1.0)]
    if u[0] > 5.0:
        near.append((q, 2.0))
    r, s = near[-1]
    p.a += s * u[2]
    return r.a


def with_numbers(u: np.ndarray):
    ps = [Body(u[0], u[1]), Body(u[1], u[3])]
    near = [(p, 1.0) for p in ps if p.a > -3]
    r, s = near[0]
    ps[0].a += u[2] * s
    return r.a


def one_of_two_compared(u: np.ndarray):
    p, q = Body(u[0], u[1]), Body(u[1] ** 2, u[2])
    r = p if u[2] > 0.1 else q
    s = q if u[2] > 0.1 else p
    return r.a * (3.0 if r is p else 5.0) + s.a * (7.0 if s is p else 2.0) + (r is s)


RIGHT = (
    one_of_two_compared,
    appended_in_a_branch, behind_a_filter, in_a_tuple, out_of_a_tuple, with_numbers,
    first_of_sorted, larger_of_sorted, last_that_is_positive, until_the_first,
    rows_backwards, rows_sorted, rows_by_index,
    two_of_a_list_sorted, the_smaller_of_two, the_largest_of_three, three_in_their_order,
    ordered_twice,
)  # fmt: skip


def differences(function):
    ahead, behind = (function(U + step * DIRECTION) for step in (1e-6, -1e-6))
    return (ahead - behind) / 2e-6


@pytest.mark.parametrize("function", RIGHT, ids=lambda function: function.__name__)
def test_the_list_sees_the_change(function):
    value, dot = ad.jvp(function, (U,), (DIRECTION,))
    assert np.isclose(value, function(U), rtol=1e-12)
    assert np.isclose(dot, differences(function), rtol=1e-7)
    assert np.isclose(ad.grad(function)(U) @ DIRECTION, dot, rtol=1e-12)


def test_which_row_is_not_known():
    with pytest.raises(RejectedError, match="and 'rows' may share its memory"):
        ad.grad(rows_chosen)(U)


def of_either_layout(u: np.ndarray):
    return last_of_one_or_two(u, u)


def in_a_tuple_of_either_layout(u: np.ndarray):
    p, q = Body(u[0], u[1]), Body(u[1], u)
    near = [p] + [o for o in [q] if o.a > 5.0]
    t = (near[-1], 3.0)
    p.a += u[2]
    return t[0].a


@pytest.mark.parametrize("function", [of_either_layout, in_a_tuple_of_either_layout])
def test_what_was_read_before_the_change_is_not_used(function):
    with pytest.raises(RejectedError, match="'near' may share its memory"):
        ad.grad(function)(U)


def of_several_kinds(u: np.ndarray):
    ps = [Body(u[0], u), Body(0, 2)]
    for o, t in zip(ps, u):
        o.itself(t).a *= 0.7
    return ps[0].a + ps[1].a


def test_a_method_gives_an_object_of_another_layout():
    with pytest.raises(RejectedError, match="ADC306"):
        ad.grad(of_several_kinds)(U)
