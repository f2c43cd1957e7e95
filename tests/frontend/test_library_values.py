"""What the libraries give and hold: named results, parts of arrays, queues, fields, iterators."""

import sys
import types

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

HEAD = """\
import itertools
from collections import deque
from dataclasses import asdict, astuple, dataclass

import numpy as np


@dataclass
class Pair:
    a: np.ndarray
    b: float


"""
MATRIX, VECTOR = "a: 'float[n, n]'", "a: 'float[n]'"
PROGRAMS = {
    "eigenvalues": (MATRIX, """
    r = np.linalg.eigh(a + a.T)
    w, _ = r
    return np.sum(r.eigenvalues**3) + w[0] + np.sum(r.eigenvectors[:, 0] ** 4)
"""),
    "singular values": (MATRIX, """
    r = np.linalg.svd(a, full_matrices=False)
    return np.sum(2.0 * r.S**2) + np.sum((r.U * r.S) @ r.Vh * a)
"""),
    "factors": (MATRIX, "\n    r = np.linalg.qr(a)\n    return np.sum(r.Q * r.R)\n"),
    "determinant": (MATRIX, """
    r = np.linalg.slogdet(a)
    return r.sign * r.logabsdet + r[1] ** 2
"""),
    "written to": (MATRIX, """
    r = np.linalg.eigh(a + a.T)
    w = r.eigenvalues
    w[0] = 5.0
    return np.sum(r.eigenvalues**2)
"""),
    "flat": (MATRIX, """
    y = np.zeros((3, 3))
    y.flat = a[0, 0]
    y.flat = y * a
    return np.sum(y * y)
"""),
    "parts": (VECTOR, """
    z = np.zeros((2, 3), complex)
    z.real = a
    z.imag = 2.0 * a[0]
    z.real = z.real * z.imag
    return np.sum(np.abs(z) ** 2 * np.arange(3))
"""),
    "queue": (VECTOR, """
    d = deque([a[0], 2.0], maxlen=3)
    d += [3.0 * a[1], a[2]]
    e = d.copy()
    e.append(1.0)
    d.rotate(1)
    return d[0] * d[1] ** 2 + e[0] * len(d)
"""),
    "fields": (VECTOR, """
    p = Pair(a, a[0] ** 2)
    d = asdict(p)
    u, v = astuple(p)
    d["a"][1], u[0] = 7.0, 5.0
    return np.sum(d["a"] * u) * v * d["b"] + np.sum(a)
"""),
    "tee": (VECTOR, """
    first, second = itertools.tee(v * v for v in a)
    next(second)
    return sum(u * v for u, v in zip(first, second))
"""),
    "compress": (VECTOR, "\n    return sum(v * v for v in itertools.compress(a, a > 0.5))\n"),
}  # fmt: skip
GIVEN = {
    MATRIX: np.array([[2.0, 0.5, 0.1], [-0.3, 1.5, 0.2], [0.4, 0.7, 3.0]]),
    VECTOR: np.array([0.7, 1.9, -1.1]),
}


def differences(f, x):
    found = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = x.copy()
            moved[place] += step
            ends.append(f(moved))
        found[place] = (ends[0] - ends[1]) / 2e-6
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives(name, tmp_path, monkeypatch):
    parameter, body = PROGRAMS[name]
    file = tmp_path / "prog.py"
    file.write_text(f"{HEAD}def f({parameter}):{body}")
    module = types.ModuleType("prog")
    monkeypatch.setitem(sys.modules, "prog", module)
    exec(compile(file.read_text(), str(file), "exec"), vars(module))
    scope = {}
    f, x = module.f, GIVEN[parameter]
    want = differences(f, x)
    np.testing.assert_allclose(ad.grad(f)(x), want, rtol=1e-6, atol=1e-7)
    for mode in cli.MODES:
        out = tmp_path / f"{mode}.py"
        assert not cli.main([str(file), "--function", "f", "--mode", mode, "-o", str(out)])
        exec(out.read_text(), scope)
    value, bar = scope["f_adjoint"](x, 1.0)
    assert value == pytest.approx(f(x.copy()), rel=1e-13)
    np.testing.assert_allclose(bar, want, rtol=1e-6, atol=1e-7)
    way = np.cos(np.arange(x.size)).reshape(x.shape)
    assert scope["f_tangent"](x, way)[1] == pytest.approx(np.sum(want * way), rel=1e-6)
