"""What the command line emits for Numba without annotations: Numba knows the types, and must find
one on every path.
"""

import copy
import importlib.util
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from corpus import every, nopython
from corpus.check import moves, numbers, random_like

import adcompile as ad
from adcompile import cli

numba = pytest.importorskip("numba")
pytestmark = pytest.mark.filterwarnings("ignore")

CASES = list({case.name: case for case in every() if case.group == "nopython"}.values())


def compiled(source, folder):
    """The module that is written for each mode."""
    found = {}
    for mode in cli.MODES:
        path = folder / f"{source.stem}_{mode}.py"
        options = ["--backend", "numba", "--mode", mode, "-o", str(path)]
        assert cli.main([str(source), *options]) == 0
        spec = importlib.util.spec_from_file_location(path.stem, path)
        found[mode] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found[mode])
    return found


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("untyped")
        patch.setenv("NUMBA_CACHE_DIR", str(folder / "kept"))
        yield compiled(Path(nopython.__file__), folder)


def same(found, wanted, tolerance=1e-10):
    found, wanted = numbers(found), numbers(wanted)
    assert found.shape == wanted.shape
    size = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


def check(function, args, modules, tolerance=1e-10):
    """Tangent and adjoint are those of NumPy code; what does not move is at rest."""
    names = list(inspect.signature(function).parameters)
    wrt = tuple(name for name, arg in zip(names, args) if moves(arg))
    rng = np.random.default_rng(5)
    ways = {name: random_like(arg, rng) for name, arg in zip(names, args)}
    own = [ways[name] for name in wrt]
    wanted = ad.tangent(function, wrt=wrt)(*copy.deepcopy(args), *own)
    fast = getattr(modules["tangent"], f"{function.__name__}_tangent")
    same(fast(*copy.deepcopy(args), *[ways[name] for name in asked(fast)]), wanted, tolerance)
    seed = random_like(wanted[0], rng)
    value, bars = ad.adjoint(function, wrt=wrt)(*copy.deepcopy(args), copy.deepcopy(seed))
    fast = getattr(modules["adjoint"], f"{function.__name__}_adjoint")
    given = copy.deepcopy(args)
    found, every_bar = fast(*given, copy.deepcopy(seed))
    by_name = dict(zip(asked(fast), every_bar if len(asked(fast)) > 1 else (every_bar,)))
    same(found, value, tolerance)
    same([by_name[name] for name in wrt], bars if len(wrt) > 1 else [bars], tolerance)
    np.testing.assert_array_equal(numbers(given), numbers(args))


def asked(function):
    """The independents that the docstring of an emitted function names."""
    words = " ".join(inspect.getdoc(function.py_func).split())
    return re.search(r"with respect to ([\w, ]+)\.", words)[1].split(", ")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_program(case, modules):
    check(case.function, case.args, modules)


def squares(x, w):
    h = x @ w
    total = 0.0
    for i in range(len(h)):
        total += 0.5 * h[i] * h[i]
    return total


SINGLE = f"import numpy as np\n\n\n{inspect.getsource(squares)}"


def test_products_of_arrays_of_several_widths(tmp_path):
    """A number of Python's is a float64 to Numba, and it multiplies no arrays of two types."""
    (tmp_path / "single.py").write_text(SINGLE)
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(4, 3)).astype(np.float32), rng.normal(size=3).astype(np.float32)
    found = compiled(tmp_path / "single.py", tmp_path)
    check(squares, (x, w), found, 1e-5)
