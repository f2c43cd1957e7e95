"""What one path returns or binds, and another one reads of an array, where no kinds are known."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.again import with_derivatives
from mixed.check import load
from test_structures_unannotated import agree

from adcompile import pipeline
from adcompile.frontend import sources
from adcompile.rules.check import verify
from adcompile.trace import kinds as k
from adcompile.trace.watch import watchers

PROGRAMS = """
def one_of_them(p, t):
    try:
        if t > 0.0:
            return max(-0.43, t)
    finally:
        p[2] *= 1.13
    return p[1]


def returned(u):
    w = u * 2.0
    return one_of_them(w, u[0]) * one_of_them(w, u[1])


def bound(u):
    w = u * 2.0
    t, done = u[2], False
    if t > 0.0:
        r = t * t
        done = True
    w[2] *= 1.13
    if not done:
        r = w[1]
    return r * w[2]
"""


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    return with_derivatives(PROGRAMS, tmp_path_factory.mktemp("one_path"))


@pytest.mark.parametrize("name", ["returned", "bound"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_either_path(name, sign, emitted):
    agree(emitted, name, sign * np.array([0.9313, -0.3179, 0.5237, 0.1713]))


@pytest.mark.parametrize("name", ["returned", "bound"])
def test_every_read_is_where_what_it_reads_is_known(name):
    found = []

    def watch(_, trace):
        verify(trace)
        found.append(trace)

    function = load(PROGRAMS.replace(f"def {name}(", "def f("))
    watchers.append(watch)
    try:
        entity = sources.of_callable(function)
        pipeline.derivative(entity, {"u": k.ANY}, (("adjoint", ("u",)),), None)
    finally:
        watchers.remove(watch)
    assert found
