"""Items of lists that get another shape, where nothing is said of what the arguments are."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.again import with_derivatives
from test_structures_unannotated import agree

import adcompile as ad

PROGRAMS = '''
class Body:
    def __init__(self, a, v):
        self.a = a
        self.v = v


def total(ps):
    return sum(p.a * p.v.sum() ** 2 for p in ps)


def replaced(u):
    ps = [Body(u[i], u[:1] * i) for i in range(3)]
    t = total(ps)
    ps[1] = Body(u[2], u * 3)
    return t + total(ps)


def by_shorter_ones(u):
    ps = [Body(u[i], u * i) for i in range(3)]
    t = total(ps)
    for k in range(3):
        ps[k] = Body(u[2], u[k:] * 3 * ps[k].v[k])
    return t + total(ps)


def attributes(u):
    ps = [Body(u[i], u * i) for i in range(3)]
    t = total(ps)
    for k in range(3):
        ps[k].v = u[k:] * 3 * ps[k].v[k]
    return t + total(ps)


def tuples(u):
    ps = [(u[i], u[:1] * i) for i in range(3)]
    t = 0.0
    for a, v in ps:
        t += a * v.sum()
    for k in range(3):
        ps[k] = (2.0, u[k:] * 3 * ps[k][1].sum())
    return t + sum(a * v.sum() ** 2 for a, v in ps)


def in_a_dictionary(u):
    d = {i: (u[i], u[:1] * i) for i in range(3)}
    t = 0.0
    for k in d:
        t += d[k][0] * d[k][1].sum()
    for k in range(3):
        d[k] = (2.0, u[k:] * 3 * d[k][1].sum())
    return t + sum(a * v.sum() ** 2 for a, v in d.values())


def of_two_layouts(u):
    ps = [Body(u[i], u) for i in range(4)]
    ps[1].a = 1.5
    return sum([p.a for p in ps]) ** 2
'''
NAMES = (
    "replaced", "by_shorter_ones", "attributes", "tuples", "in_a_dictionary", "of_two_layouts",
)  # fmt: skip


class Body:
    def __init__(self, v):
        self.v = v


def by_what_is_in_no_list(u):
    ps = [Body(u * i) for i in range(4)]
    far = []
    far.append(ps)
    far[-1] = Body(0.5 * ps[1].v)
    ps[0] = far[-1]
    return sum(o.v[0] for o in ps)


def test_an_item_of_another_layout():
    u = np.array([0.9313, -0.3179])
    assert np.array_equal(ad.grad(by_what_is_in_no_list)(u), [6.5, 0.0])


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("shapes"))


@pytest.mark.parametrize("name", NAMES)
def test_items_of_other_shapes(name, emitted):
    agree(emitted, name, np.array([0.9313, -0.3179, 0.5237, 0.1713]))
