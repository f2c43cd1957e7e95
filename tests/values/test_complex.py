"""Complex numbers on the way and as arguments: a real value moves by real(x_bar * x_dot)."""

from __future__ import annotations

import cmath
import copy
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adcompile as ad
from adcompile.faces.compiled import program_of

PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
RNG = np.random.default_rng(5)


def program(*args: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        PROGRAMS.append((function, args))
        return function

    return add


def numbers(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


X = RNG.normal(size=4)
Z = numbers(4)
M = numbers(3, 3)
R = RNG.normal(size=(3, 3))
V = numbers(3)


@program(X)
def exp_i(x):
    return np.abs(np.sum(np.exp(1j * x) * x))


@program(X)
def real_imag(x):
    z = np.exp(1j * x) * x
    return np.sum(z.real * z.imag**2)


@program(X)
def np_real_imag(x):
    z = np.exp(1j * x) * x
    return np.sum(np.real(z) * np.imag(z) ** 2)


@program(X)
def conj_(x):
    z = x + 1j * x**2
    return np.sum(z * np.conj(z)).real


@program(X)
def conj_method(x):
    z = x + 1j * x**2
    return (z * z.conj()).sum().real


@program(X)
def conjugate_method(x):
    z = x + 1j * x**2
    return (z * z.conjugate() * z).sum().imag


@program(X)
def angle_(x):
    z = x + 1j * x**2 + 0.3
    return np.sum(np.angle(z) * x)


@program(X)
def vdot_(x):
    z = x + 1j * x**2
    return np.vdot(z, z * x).real


@program(X)
def division(x):
    z = x + 1j * x**2
    return np.sum(np.abs((z + 1) / (z * z + 2j)) ** 2)


@program(X)
def powers(x):
    z = x + 1j * x**2 + 2
    return np.sum(np.abs(z**3 + z**2.5 + z**-1 + z**0.5 + 2j**x))


@program(X)
def sqrt_log(x):
    z = x + 1j * x**2
    return np.sum(np.abs(np.sqrt(z) * np.log(z)))


@program(X)
def trig(x):
    z = 0.3 * x + 1j * x**2 * 0.2
    return np.sum((np.sin(z) * np.cos(z) + np.tan(z) + np.sinh(z) * np.cosh(z) + np.tanh(z)).real)


@program(X)
def inverse_trig(x):
    z = 0.3 * x + 1j * x**2 * 0.2 + 0.1
    return np.sum(
        (
            np.arcsin(z) * np.arctan(z)
            + np.arccos(z)
            + np.arcsinh(z)
            + np.arctanh(z)
            + np.arccosh(z + 2)
        ).imag
    )


@program(X)
def others(x):
    z = 0.3 * x + 1j * x**2 * 0.2 + 0.1
    return np.sum(
        np.abs(
            np.log1p(z)
            + np.expm1(z)
            + np.log2(z)
            + np.log10(z)
            + np.exp2(z)
            + np.square(z)
            + np.reciprocal(z)
        )
    )


@program(X)
def sums(x):
    z = np.exp(1j * np.outer(x, x))
    return (
        np.abs(z.sum(axis=0)).sum()
        + np.abs(z.mean())
        + abs(np.prod(z, axis=1) + 1).sum()
        + np.abs(np.cumsum(z, axis=1)).sum()
    )


@program(R)
def matmul_(a):
    m = a + 1j * a.T @ a
    return np.sum(np.abs(m @ m) ** 2) + np.trace(m @ m.conj().T).real


@program(R)
def einsum_(a):
    m = a + 1j * a.T @ a
    return np.einsum("ij,jk,ki->", m, m, m.conj()).imag


@program(R)
def solve_(a):
    m = a + 1j * a.T
    b = m[:, 0] + 1
    return np.sum(np.abs(np.linalg.solve(m, b)))


@program(R)
def inv_det(a):
    m = a + 1j * a.T
    return np.abs(np.linalg.det(m)) + np.sum(np.linalg.inv(m).real)


@program(R)
def norm_(a):
    m = a + 1j * a.T
    return np.linalg.norm(m) + np.linalg.norm(m[0])


@program(X)
def in_place(x):
    y = np.zeros(4, dtype=complex)
    for i in range(4):
        y[i] = x[i] * 1j + x[i - 1]
    y[1:] *= 2
    y[0] += x[2]
    return np.sum(np.abs(y) ** 3)


@program(0.3, 0.2)
def mandel(a, b):
    c = complex(a, b) if False else a + 1j * b
    z = 0j
    n = 0
    while abs(z) < 2 and n < 12:
        z = z * z + c
        n += 1
    return abs(z)


@program(0.3, 0.2)
def complex_ctor(a, b):
    z = complex(a, b)
    return (z * z * z).real + z.imag * abs(z)


@program(X)
def tape(x):
    z = 1.0 + 0j
    for v in x:
        z = z * np.exp(1j * v) + v
    return abs(z)


@program(X)
def array_tape(x):
    z = np.ones(4, dtype=complex)
    for i in range(3):
        z = z * np.exp(1j * x * i) + x
    return np.sum(np.abs(z))


@program(X)
def branch(x):
    z = x[0] + 1j * x[1]
    if z.real > 0:
        w = z * z
    else:
        w = z.conjugate() * x[2]
    return w.imag + w.real


@program(0.7)
def cm(t):
    z = cmath.exp(1j * t) * t
    return abs(z) + cmath.phase(z) + cmath.sqrt(z).real + cmath.log(z).imag + cmath.sin(z).real


@program(0.7)
def cm2(t):
    z = cmath.rect(t, t * t)
    r, ph = cmath.polar(z * z)
    return r * ph + (cmath.cos(z) * cmath.tanh(z) * cmath.pi).real


@program(X)
def fft_(x):
    return np.sum(np.abs(np.fft.fft(x)) ** 2 * np.arange(4))


@program(X)
def rfft_(x):
    return np.sum(np.abs(np.fft.irfft(np.fft.rfft(x) ** 2)))


@program(X)
def python_scalars(x):
    z = 2 + 3j
    w = (z * x[0] + x[1]) ** 2
    return (w / (1 - 2j)).real + abs(w * z)


@program(X)
def where_(x):
    z = x + 1j * x**2
    return np.sum(np.abs(np.where(x > 0, z, z * 2j)))


@program(X)
def astype_(x):
    z = x.astype(complex)
    z = z * 1j + x
    return np.sum(np.abs(z))


@program(X)
def array_of(x):
    z = np.array([x[0] + 1j * x[1], x[2] * 1j])
    return np.abs(z.sum()) ** 2 + np.sum(np.abs(z))


@program(X)
def stack_(x):
    z = np.concatenate([x * 1j, x])
    return np.sum(np.abs(z * z[::-1] + 1))


@program(X)
def outer_(x):
    z = np.exp(1j * x)
    return (
        np.sum(np.outer(z, z.conj()).imag * np.arange(16).reshape(4, 4))
        + np.dot(z, z).real
        + np.inner(z, x * 1j).imag
    )


@program(X)
def list_(x):
    zs = [np.exp(1j * v) for v in x]
    return abs(sum(zs))


@program(X)
def copies(x):
    z = np.zeros_like(x, dtype=complex)
    z[:] = x
    z[::2] *= 1j
    return np.sum((z * z * z[::-1]).imag) + np.sum(z.real)


@program(X)
def real_out(x):
    z = np.exp(1j * x)
    return np.hypot(z.real, z.imag * x).sum() + np.arctan2(z.imag, z.real + 2).sum()


@program(X)
def maximum_abs(x):
    z = np.exp(1j * x) * x
    return np.max(np.abs(z))


@program(X)
def abs_zero(x):
    z = (x - x) * 1j
    return np.sum(np.abs(z)) + x[0]


# complex args
@program(Z)
def cz1(z):
    return np.sum(np.abs(z) ** 2)


@program(Z)
def cz2(z):
    return np.sum((z * z).real + np.exp(z).imag)


@program(Z, X)
def cz3(z, x):
    return np.sum(np.abs(z * x + 1j))


@program(M, V)
def cz4(a, b):
    return np.sum(np.abs(np.linalg.solve(a, b)) ** 2)


@program(0.3 + 0.4j)
def cz5(z):
    return abs(z * z + 1) + z.real * z.imag


@program(Z)
def cz6(z):
    return z * z + np.conj(z) * 2


@program(0.3 + 0.4j)
def cz7(z):
    w = 1.0
    for i in range(3):
        w = w * z + 1
    return abs(w)


@program(Z)
def cz8(z):
    y = np.zeros(4)
    for i in range(4):
        y[i] = z[i].real * z[i - 1].imag
    return y.sum()


@program(Z)
def cz9(z):
    return np.vdot(z, z).real + np.linalg.norm(z)


@program(Z, Z[::-1].copy())
def cz10(a, b):
    a[1:] = a[:-1] * b[1:]
    return np.sum(np.abs(a))


@program(np.complex128(0.3 + 0.4j), 2.0)
def cz12(z, s):
    return (z**2 * s).imag


@program(X)
def running(x):
    z = np.exp(1j * x) + 0.3
    w = np.cumprod(z) + np.cumsum(z) + np.pad(np.diff(z), (1, 0)) * np.roll(z, 1)
    return np.abs(np.average(w, weights=x * x)) + np.abs(np.trapezoid(z, x)) + np.abs(w[0])


@program(X)
def more_products(x):
    z = np.exp(1j * x) + 0.3
    k = np.kron(z[:2], x[:2] * 1j)
    t = np.tensordot(np.outer(z, x), np.outer(x, z), axes=1)
    c = np.cross(z[:3], np.conj(z[1:]))
    m = np.linalg.multi_dot([t[:2, :2], t[:2, 2:], t[2:, 2:]])
    return np.abs(k).sum() + np.abs(t).sum() + np.abs(c).sum() + np.abs(m).sum()


@program(R)
def powers_of_matrices(a):
    m = a + 1j * a.T
    return (
        np.abs(np.linalg.matrix_power(m, 3)).sum() + np.abs(np.linalg.matrix_power(m @ m, 2)).sum()
    )


@program(X)
def polynomials(x):
    z = np.exp(1j * x)
    return np.abs(np.polyval(z, 0.3 + 1j * x[0])) + np.abs(np.float_power(z, 1.5)).sum()


def flat(tree: Any) -> np.ndarray:
    if isinstance(tree, (tuple, list)):
        return np.concatenate([np.zeros(0), *map(flat, tree)])
    return np.ravel(np.asarray(tree)).astype(complex)


def way(like: Any) -> Any:
    like = np.asarray(like)
    found = RNG.normal(size=like.shape)
    return (found + 1j * RNG.normal(size=like.shape) if like.dtype.kind == "c" else found)[()]


def slope(function: Callable[[float], np.ndarray], step: float = 1e-5) -> np.ndarray:
    near, far = function(step) - function(-step), function(2 * step) - function(-2 * step)
    return (8 * near - far) / (12 * step)


def called(function: Any, modes: tuple[str, ...], args: Any, more: Any) -> Any:
    known = program_of(function)
    bound = known.bound(tuple((mode, known.names) for mode in modes), None, tuple(args))
    return bound(tuple(args), more)


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_derivatives(function, args):
    before, ways = copy.deepcopy(args), tuple(way(arg) for arg in args)

    def moved(step: float) -> list[Any]:
        return [arg + step * w for arg, w in zip(args, ways)]

    value, dot = ad.jvp(function, args, ways)
    np.testing.assert_allclose(flat(value), flat(function(*copy.deepcopy(args))), rtol=1e-12)
    wanted = slope(lambda step: flat(function(*moved(step))))
    np.testing.assert_allclose(flat(dot), wanted, rtol=1e-7, atol=1e-8)
    assert np.asarray(value).dtype == np.asarray(dot).dtype
    seed = way(value)
    bars = ad.vjp(function, *args)[1](seed)
    left, right = np.sum(flat(seed) * flat(dot)).real, np.sum(flat(bars) * flat(ways)).real
    np.testing.assert_allclose(left, right, rtol=1e-10, atol=1e-12)
    assert [np.asarray(bar).dtype for bar in bars] == [np.asarray(arg).dtype for arg in args]
    assert [np.shape(bar) for bar in bars] == [np.shape(arg) for arg in args]
    np.testing.assert_array_equal(flat(args), flat(before))
    second = called(function, ("adjoint", "tangent"), args, (seed, *ways))[1][1]
    again = called(function, ("tangent", "adjoint"), args, (*ways, (0 * seed, seed)))[1]
    wanted = slope(lambda step: flat(called(function, ("adjoint",), moved(step), (seed,))[1]))
    np.testing.assert_allclose(flat(second), wanted, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(flat(again), wanted, rtol=1e-6, atol=1e-6)


# The convention


def height(z):
    return z.real**2 + 3.0 * z.imag


def test_the_gradient_is_that_of_jax():
    """grad = df/dx - 1j * df/dy, as jax.grad(height)(1 + 2j) has it."""
    assert ad.grad(height)(1 + 2j) == 2 - 3j
    assert ad.grad(lambda z: abs(z) ** 2)(1 + 2j) == 2 - 4j
    assert type(ad.grad(lambda z: z.real)(1 + 2j)) is complex
    assert type(ad.grad(lambda z: 3.0)(1 + 2j)) is complex
    assert ad.grad(lambda z: np.sum(z.real))(np.ones(2, complex)).dtype == complex


def test_going_down_the_conjugate():
    """z - rate * conj(grad) goes down, as it does with jax."""
    z = 1.5 - 0.5j
    for _ in range(200):
        z = z - 0.1 * np.conj(ad.grad(lambda z: abs(z * z + 1) ** 2)(z))
    assert abs(z * z + 1) < 1e-6


def test_complex64_stays():
    z = np.array([1 + 2j, 3 - 1j], np.complex64)
    assert ad.grad(lambda z: np.sum(np.abs(z) ** 2))(z).dtype == np.complex64
    assert ad.jvp(lambda z: z * z, (z,), (z,))[1].dtype == np.complex64
    assert type(ad.grad(lambda z: abs(z))(np.complex64(0.3 + 0.4j))) is np.complex64
    x = np.array([0.1, 0.2], np.float32)
    assert ad.grad(lambda x: np.sum(np.abs(np.exp(1j * x) * x)))(x).dtype == np.float32


# What is refused


@pytest.mark.parametrize(
    "function",
    [lambda a: np.sum(np.sort(a + 1j * a)).real, lambda a: np.sum(np.sign(a + 1j)).real,
     lambda a: np.std(a * 1j),
     lambda a: np.sum(np.convolve(a * 1j, a)).imag, lambda a: np.max(a * 1j).imag,
     lambda a: np.sum(np.maximum(a * 1j, 1)).imag],
    ids=["sort", "sign", "std", "convolve", "max", "maximum"],
)  # fmt: skip
def test_what_is_known_for_real_numbers_only(function):
    with pytest.raises(ad.AdcompileError, match=r"complex|real"):
        ad.grad(function)(X)
    with pytest.raises(ad.AdcompileError, match=r"complex|real"):
        ad.jvp(function, (X,), (X,))


def test_a_gradient_is_of_a_real_number():
    with pytest.raises(ad.AdcompileError, match="complex number"):
        ad.grad(lambda x: x * 1j)(1.0)
    with pytest.raises(ad.AdcompileError, match="complex"):
        ad.jacobian(lambda z: z * z)(1j * X)
    with pytest.raises(ad.AdcompileError, match="complex"):
        ad.hessian(height)(1j)
    with pytest.raises(ad.AdcompileError, match="complex"):
        ad.jacobian(lambda x: x * 1j, mode="reverse")(X)
    found = ad.jacobian(lambda x: np.exp(1j * x))(X)
    np.testing.assert_allclose(found, np.diag(1j * np.exp(1j * X)), rtol=1e-12)


def test_cmath_by_the_command_line(tmp_path):
    text = "import cmath as c\n\n\ndef f(t: float) -> float:\n    return abs(c.exp(1j * t) + t)\n"
    (tmp_path / "wave.py").write_text(text)
    command = [sys.executable, "-m", "adcompile", "wave.py", "--mode", "adjoint", "-o", "bars.py"]
    here = {**os.environ, "PYTHONPATH": os.getcwd()}
    subprocess.run(command, cwd=tmp_path, check=True, env=here)
    names: dict[str, Any] = {}
    exec((tmp_path / "bars.py").read_text(), names)
    value, bar = names["f_adjoint"](0.7)
    assert value == abs(cmath.exp(0.7j) + 0.7)
    wanted = slope(lambda step: np.array([abs(cmath.exp(1j * (0.7 + step)) + 0.7 + step)]))
    np.testing.assert_allclose(bar, wanted[0], rtol=1e-9)
