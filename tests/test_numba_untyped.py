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


STRUCTURED = """\
class Disc:
    def __init__(self, r, w):
        self.r = r
        self.w = w


def unpacked(p):
    a, b = p["q"]
    return a * b * 0.5


def changed(p: Disc, q: Disc):
    p.r = q.r * 2.0
    return p.r * q.w


def all_changed(ps: list[Disc]):
    s = 0.0
    for p in ps:
        p.r = p.r * 2.0
        s += p.r
    return s
"""


def test_drivers_ask_what_is_asked_of_structures(tmp_path, monkeypatch):
    """Kernels know nothing of structures: what is asked of these is asked before."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    source = tmp_path / "structured.py"
    source.write_text(STRUCTURED)
    adjoints = compiled(source, tmp_path)["adjoint"]
    scope = {}
    exec(STRUCTURED, scope)
    one, other = scope["Disc"](1.0, 2.0), scope["Disc"](3.0, 4.0)
    given = {"q": (2.0, 3.0), "rest": [1.0]}
    assert adjoints.unpacked_adjoint(given, 1.0) == (3.0, {"q": (1.5, 1.0), "rest": [0.0]})
    with pytest.raises(ValueError, match="values to unpack"):
        adjoints.unpacked_adjoint({"q": (2.0, 3.0, 4.0)}, 1.0)
    value, (p_bar, q_bar) = adjoints.changed_adjoint(one, other, 1.0)
    assert (value, vars(p_bar), vars(q_bar)) == (24.0, {"r": 0.0, "w": 0.0}, {"r": 8.0, "w": 6.0})
    with pytest.raises(ValueError, match="are one object"):
        adjoints.changed_adjoint(one, one, 1.0)
    value, bars = adjoints.all_changed_adjoint([one, other], 1.0)
    assert value == 8.0 and [bar.r for bar in bars] == [2.0, 2.0]
    with pytest.raises(ValueError, match="twice in ps"):
        adjoints.all_changed_adjoint([one, one], 1.0)


DETERMINANT = """
import numpy as np


def volume(a):
    return np.log(np.linalg.det(a)) * a[0, 1]
"""


def test_determinant_of_one_matrix(tmp_path, monkeypatch):
    """Without annotations it may be a stack of matrices: the determinant is a number, or many."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    path = tmp_path / "determinant.py"
    path.write_text(DETERMINANT, encoding="utf-8")
    made, names = compiled(path, tmp_path), {}
    exec(compile(DETERMINANT, str(path), "exec"), names)
    a = np.array([[2.0, 0.3, -0.4], [0.1, 1.5, 0.2], [0.6, -0.7, 3.0]])
    a_dot = np.cos(np.arange(9.0)).reshape(3, 3)
    h = 1e-6
    ahead, behind = (names["volume"](a + step * a_dot) for step in (h, -h))
    value, dot = made["tangent"].volume_tangent(a, a_dot)
    again, bar = made["adjoint"].volume_adjoint(a, 1.0)
    assert value == pytest.approx(names["volume"](a)) and again == pytest.approx(value)
    assert dot == pytest.approx((ahead - behind) / (2 * h), rel=1e-7)
    assert np.sum(bar * a_dot) == pytest.approx(dot, rel=1e-12)
