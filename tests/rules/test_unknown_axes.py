"""Rules where the annotation says `np.ndarray` and no more: the right ones for every rank."""

from __future__ import annotations

import importlib.util
import inspect
from typing import Any

import numpy as np
import pytest

from adcompile import cli

PROGRAMS = '''
import numpy as np


def diagonal_or_matrix(a: np.ndarray):
    return np.sum(np.diag(a) ** 2) + np.sum(np.diag(a, 1) ** 3)


def trace(a: np.ndarray):
    return float(np.sum(np.trace(a @ a) + np.trace(a, 1) ** 2))


def on_top(a: np.ndarray, b: np.ndarray):
    return np.sum(np.vstack([a, b]) ** 3)


def side_by_side(a: np.ndarray, b: np.ndarray):
    return np.sum(np.hstack([a, b, a]) ** 3)


def as_columns(a: np.ndarray, b: np.ndarray):
    return np.sum(np.column_stack([a, b]) ** 3)


def of_a_list(a: np.ndarray, b: np.ndarray):
    parts = []
    for i in range(3):
        parts.append(a * i + b)
    return np.sum(np.vstack(parts) ** 3) + np.sum(np.hstack(parts) ** 2)


def numbers_on_top(p: float, q: float):
    return np.sum(np.vstack([p, q * q]) ** 3)


def number_beside(p: float, a: np.ndarray):
    return np.sum(np.hstack([p, a]) ** 3)


def differences(a: np.ndarray):
    return np.sum(np.diff(a) ** 3) + np.sum(np.diff(a, axis=0) ** 3)


def second_differences(a: np.ndarray):
    return np.sum(np.diff(a, n=2, axis=-2) ** 3) + np.sum(np.diff(a, prepend=0.3) ** 3)


def repeated(a: np.ndarray):
    return np.sum(np.repeat(a, 2) ** 3)


def on_a_grid(a: np.ndarray, b: np.ndarray):
    x, y = np.meshgrid(a, b)
    return np.sum(x ** 2 * y)


def number_on_a_grid(p: float, a: np.ndarray):
    x, y = np.meshgrid(p, a)
    return np.sum(x ** 2 * y)


def under_a_curve(y: np.ndarray, x: np.ndarray):
    return np.sum(np.trapezoid(y, x) ** 2)


def spectrum(a: np.ndarray):
    return np.sum(np.abs(np.fft.rfft(a)) ** 2) + np.sum(np.abs(np.fft.fft(a, axis=0)) ** 3)


def cholesky(a: np.ndarray):
    return np.sum(np.linalg.cholesky(a) ** 3)


def eigenvalues(a: np.ndarray):
    w, v = np.linalg.eigh(a)
    back = (v * w[..., None, :]) @ np.swapaxes(v, -1, -2)
    return np.sum(np.linalg.eigvalsh(a) ** 3) + np.sum(back)


def singular(a: np.ndarray):
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return np.sum(s**3) + np.sum((u * s[..., None, :]) @ v)


def orthogonal(a: np.ndarray):
    q, r = np.linalg.qr(a)
    return np.sum(q**3) + np.sum(r**3)


def powers(a: np.ndarray):
    return np.sum(np.linalg.matrix_power(a, 3) ** 2) + np.sum(np.linalg.pinv(a) ** 2)


def polynomial(p: np.ndarray, x: float):
    return np.polyval(p, x) ** 2


def correlations(a: "float[n, m]"):
    return np.sum(np.corrcoef(a.T) ** 3) * a[0, 0] + np.sum(np.corrcoef(a, rowvar=False) * a[0])
'''

VECTOR, OTHER = ((4,),), ((4,), (4,))
SQUARE, STACK, WIDE = ((3, 3),), ((2, 3, 3),), ((3, 5),)
CASES: dict[str, tuple[tuple[tuple[int, ...], ...], ...]] = {
    "diagonal_or_matrix": (VECTOR, SQUARE, WIDE, ((5, 3),)),
    "trace": (SQUARE,),
    "on_top": (OTHER, ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3, 4), (1, 3, 4))),
    "side_by_side": (OTHER, ((2, 3), (2, 4)), ((2, 3, 4), (2, 1, 4))),
    "as_columns": (OTHER, ((3, 2), (3,)), ((3,), (3, 2))),
    "of_a_list": (OTHER, ((2, 3), (3,)), ((2, 3, 4), (4,))),
    "numbers_on_top": (((), ()),),
    "number_beside": (((), (4,)),),
    "differences": (VECTOR, WIDE, STACK),
    "second_differences": (WIDE, STACK),
    "repeated": (VECTOR, WIDE, STACK),
    "on_a_grid": (OTHER, ((3,), (5,)), ((2, 3), (2, 2))),
    "number_on_a_grid": (((), (4,)), ((), (2, 2))),
    "under_a_curve": (OTHER, ((3, 5), (5,)), ((3, 5), (3, 5)), ((5,), (3, 5))),
    "spectrum": (VECTOR, WIDE, STACK),
    "cholesky": (SQUARE, STACK),
    "eigenvalues": (SQUARE, STACK),
    "singular": (SQUARE, STACK, WIDE, ((5, 3),)),
    "orthogonal": (SQUARE, STACK, ((5, 3),), WIDE),
    "powers": (SQUARE, STACK),
    "polynomial": (((4,), ()),),
    "correlations": (WIDE, ((5, 3),), ((5, 1),)),
}
CALLS = [(name, shapes) for name, several in CASES.items() for shapes in several]


def load(path: Any) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("axes")
    path = folder / "axes_programs.py"
    path.write_text(PROGRAMS)
    for mode in ("adjoint", "tangent"):
        out = str(folder / f"axes_{mode}.py")
        assert cli.main([str(path), "--mode", mode, "-o", out]) == 0
    return [load(folder / f"axes_{name}.py") for name in ("programs", "adjoint", "tangent")]


def argument(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """A number, an array in which no two are the same, or positive definite matrices."""
    if not shape:
        return 1.3
    values = rng.normal(size=shape) + 2.0
    if len(shape) == 1 or shape[-1] != shape[-2]:
        return np.sort(values)
    return values @ np.swapaxes(values, -1, -2) + np.diag(np.arange(3.0, 3.0 + shape[-1]))


@pytest.mark.parametrize("name, shapes", CALLS, ids=[f"{n}-{s}" for n, s in CALLS])
def test_a_rule_is_right_for_each_rank(name, shapes, modules):
    primal, adjoint, tangent = modules
    rng = np.random.default_rng(7)
    args = [argument(rng, shape) for shape in shapes]
    dots = [float(rng.normal()) if not s else rng.normal(size=s) for s in shapes]
    f = getattr(primal, name)
    assert len(inspect.signature(f).parameters) == len(args)
    seed = (1.0,) if "_bar" in str(inspect.signature(getattr(adjoint, f"{name}_adjoint"))) else ()
    value, bars = getattr(adjoint, f"{name}_adjoint")(*args, *seed)
    bars = bars if len(args) > 1 else (bars,)
    assert [np.shape(bar) for bar in bars] == list(shapes)
    assert np.allclose(value, f(*args), rtol=1e-12)
    h = 1e-5
    ahead, back = (f(*(a + s * h * d for a, d in zip(args, dots))) for s in (1, -1))
    by_adjoint = sum(np.sum(bar * dot) for bar, dot in zip(bars, dots))
    assert by_adjoint == pytest.approx((ahead - back) / (2 * h), rel=2e-7)
    value_dot = getattr(tangent, f"{name}_tangent")(*args, *dots)[1]
    assert value_dot == pytest.approx(by_adjoint, rel=1e-11)


def test_one_polynomial_at_a_time_is_asked_for(tmp_path):
    path = tmp_path / "polynomials.py"
    path.write_text(
        "import numpy as np\n\n\ndef f(p: np.ndarray, x: float):\n    return np.polyval(p, x)\n"
    )
    for mode in ("tangent", "adjoint"):
        out = tmp_path / f"polynomials_{mode}.py"
        assert cli.main([str(path), "--mode", mode, "-o", str(out)]) == 0
    p = np.arange(1.0, 7.0).reshape(3, 2)
    calls = (
        lambda: load(tmp_path / "polynomials_tangent.py").f_tangent(p, 0.5, p, 1.0),
        lambda: load(tmp_path / "polynomials_adjoint.py").f_adjoint(p, 0.5, np.ones(2)),
    )
    for call in calls:
        with pytest.raises(TypeError, match="one polynomial at a time"):
            call()
