"""What Numba is told of types is an annotation; its typed containers are lists and dictionaries."""

import numpy as np
import pytest

import adcompile as ad
from adcompile import cli

SIGNATURES = '''
import numba as nb
import numpy as np
from numba import float64, int64, njit, types


@njit("float64(float64[:, ::1], int64, boolean)")
def text(x, n, b):
    return x[n, 0] * x[0, n] if b else 0.0


@nb.njit(float64(float64[:], float64), fastmath=True)
def call(x, t):
    return np.sum(t * x)


@nb.jit([types.complex128(types.complex128[:])], nopython=True)
def listed(z):
    return np.sum(z)


@njit((nb.float32[:], int64))
def arguments(x, n):
    return np.sum(x[:n])


@njit(["float64(float64)", "float32(float32)"])
def several(x):
    return x * x


@njit("float64(UniTuple(float64, 2), float64)")
def other(p, t):
    return p[0] * t


@njit("float64(float64[:])")
def annotated(x: "float[3]"):
    return np.sum(x)


@njit("float64(")
def broken(x):
    return x * x
'''

SAID = {
    "text": ["x: float[:, :]", "n: int", "b: bool"],
    "call": ["x: float[:]", "t: float"],
    "listed": ["z: complex[:]"],
    "arguments": ["x: float32[:]", "n: int"],
    "several": ["x: number?"],
    "other": ["p: number?", "t: float"],
    "annotated": ["x: float[3]"],
    "broken": ["x: number?"],
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("declared")
    (folder / "signatures.py").write_text(SIGNATURES)
    out = folder / "out.py"
    options = ["--mode", "tangent", "-o", str(out)]
    assert cli.main([str(folder / "signatures.py"), *options]) == 0
    return out.read_text()


@pytest.mark.parametrize("name", SAID)
def test_signature(name, written):
    docstring = written.split(f"def {name}_tangent(")[1].split('"""')[1]
    assert all(f"    {line}\n" in docstring for line in SAID[name])


numba = pytest.importorskip("numba")


@numba.njit
def in_a_dictionary(x):
    squares = numba.typed.Dict.empty(numba.types.int64, numba.types.float64)
    for i in range(len(x)):
        squares[i] = x[i] * x[i]
    total = 0.0
    for i in range(len(x)):
        total += squares[i]
    return total


@numba.njit
def in_a_dictionary_by_name(x):
    held = numba.typed.Dict.empty(
        key_type=numba.types.unicode_type, value_type=numba.types.float64
    )
    held["a"] = x[0] * x[1]
    held["b"] = held["a"] * x[2]
    return held["a"] + held["b"]


@numba.njit
def in_a_list(x):
    squares = numba.typed.List.empty_list(numba.types.float64)
    for i in range(len(x)):
        squares.append(x[i] * x[i])
    total = 0.0
    for i in range(len(x)):
        total += squares[i]
    return total


CONTAINED = {
    in_a_dictionary: [2.0, 4.0, 6.0],
    in_a_dictionary_by_name: [8.0, 4.0, 2.0],
    in_a_list: [2.0, 4.0, 6.0],
}


@pytest.mark.parametrize("function", CONTAINED, ids=lambda f: f.py_func.__name__)
@pytest.mark.parametrize("backend", [None, "numba"])
def test_typed_container(function, backend):
    found = ad.grad(function, backend=backend)(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(found, CONTAINED[function])
