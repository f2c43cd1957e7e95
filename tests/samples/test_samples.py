"""Every sample: compiled by the command in its docstring, and run on its data."""

import ast
import importlib.util
import pathlib
import re
import runpy
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest

import adcompile as ad
from adcompile.cli import main

ROOT = pathlib.Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
WITH_COMMAND = sorted(
    path.relative_to(SAMPLES).as_posix()
    for path in SAMPLES.rglob("*.py")
    if "    adcompile " in (ast.get_docstring(ast.parse(path.read_text()), clean=False) or "")
)


def load(path: pathlib.Path):
    """A file as a module, by its path alone."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def sample(name: str):
    return load(SAMPLES / f"{name}.py")


def command(name: str) -> list[str]:
    """The arguments of the command in a sample's docstring."""
    text = ast.get_docstring(ast.parse((SAMPLES / name).read_text()), clean=False)
    return shlex.split(re.search(r"^    adcompile (.*)$", text, re.MULTILINE).group(1))


def compiled(name: str, folder: pathlib.Path):
    """What the docstring's command emits for a sample, as a module."""
    arguments = command(name)
    place = arguments.index("-o") + 1
    target = folder / f"{pathlib.Path(name).stem}_emitted.py"
    arguments[place] = str(target)
    arguments = [str(ROOT / a) if a.startswith("samples/") else a for a in arguments]
    assert main(arguments) == 0
    return load(target)


def imported(path: pathlib.Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in nodes if isinstance(node, ast.ImportFrom)}


def test_the_samples_are_found():
    assert len(WITH_COMMAND) == 7


@pytest.mark.parametrize("name", WITH_COMMAND)
def test_the_command_in_the_docstring(name, tmp_path, capsys):
    module = compiled(name, tmp_path)
    assert [name for name in vars(module) if name.endswith(("_adjoint", "_tangent"))]
    assert imported(pathlib.Path(module.__file__)) <= {"math", "numpy"}
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["running_example", "kepler", "product", "rosenbrock"])
def test_the_quick_samples_run_as_scripts(name, capsys):
    runpy.run_path(str(SAMPLES / f"{name}.py"), run_name="__main__")
    assert capsys.readouterr().out


def test_running_example(tmp_path):
    f = sample("running_example").f
    emitted = compiled("running_example.py", tmp_path)
    value, (x1_bar, x2_bar) = emitted.f_adjoint(1.5, 0.5)
    np.testing.assert_allclose(value, f(1.5, 0.5), rtol=1e-14)
    np.testing.assert_allclose(value, 2.01664667, rtol=1e-8)
    np.testing.assert_allclose(x1_bar, 3.0118433, rtol=1e-7)
    np.testing.assert_allclose(x2_bar, -13.7239615, rtol=1e-7)
    _, along = emitted.f_tangent(1.5, 0.5, 1.0, 0.0)
    np.testing.assert_allclose(along, x1_bar, rtol=1e-14)


def test_running_example_prints_its_trace(capsys):
    sample("running_example").main()
    out = capsys.readouterr().out
    assert "trace f(x1: float, x2: float)" in out
    assert "math.sin" in out and "return y" in out
    assert "y = 2.016647" in out


def test_kepler_against_the_implicit_function_theorem(tmp_path):
    kepler = sample("kepler")
    emitted = compiled("kepler.py", tmp_path)
    bodies = kepler.orbits()
    assert {"Earth", "Ceres", "1P/Halley"} <= {name for name, _, _ in bodies}
    for _, a, e in bodies:
        exact = kepler.implicit_gradient(a, e, 100.0)
        value, bars = emitted.eccentric_anomaly_adjoint(a, e, 100.0)
        np.testing.assert_allclose(value, kepler.eccentric_anomaly(a, e, 100.0), rtol=1e-14)
        np.testing.assert_allclose(bars, exact, rtol=1e-9)
        dots = [emitted.eccentric_anomaly_tangent(a, e, 100.0, *d)[1] for d in ((1, 0), (0, 1))]
        np.testing.assert_allclose(dots, exact, rtol=1e-9)


class Counted(float):
    """A float that counts the multiplications and divisions done with it."""

    count = 0

    def _times(self, other):
        Counted.count += 1
        return Counted(float(self) * float(other))

    def _over(self, other):
        Counted.count += 1
        return Counted(float(self) / float(other))

    __mul__ = __rmul__ = _times
    __truediv__ = _over


def test_product_of_a_thousand(tmp_path):
    product = sample("product")
    emitted = compiled("product.py", tmp_path)
    x = np.random.default_rng(1).uniform(0.5, 1.6, size=1000)
    value, x_bar = emitted.product_adjoint(x)
    np.testing.assert_allclose(value, np.prod(x), rtol=1e-12)
    np.testing.assert_allclose(x_bar, value / x, rtol=1e-11)
    np.testing.assert_allclose(ad.grad(product.product)(x), value / x, rtol=1e-11)


def test_product_costs_a_few_products(tmp_path):
    emitted = compiled("product.py", tmp_path)
    x = np.array([Counted(v) for v in np.linspace(0.9, 1.1, 1000)], dtype=object)
    Counted.count = 0
    emitted.product_adjoint(x)
    assert 2000 <= Counted.count <= 4000


def test_iris_through_the_emitted_file_alone(tmp_path):
    compiled("iris/model.py", tmp_path)
    (tmp_path / "model_emitted.py").rename(tmp_path / "model_adjoint.py")
    for name in ("train.py", "iris.csv"):
        shutil.copy(SAMPLES / "iris" / name, tmp_path)
    blocked = "import runpy, sys; sys.modules['adcompile'] = None; sys.path.insert(0, '.'); "
    script = blocked + "runpy.run_path('train.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    accuracy = float(re.search(r"training accuracy ([\d.]+)%", done.stdout).group(1))
    assert accuracy >= 95.0


def test_the_blocked_process_cannot_import_adcompile():
    script = "import sys; sys.modules['adcompile'] = None; import adcompile"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode != 0


def test_elman_learns_the_sunspots():
    elman = sample("elman")
    series = elman.sunspots()
    assert len(series) == 288
    value_and_grad = ad.value_and_grad(elman.loss, wrt=("Wx", "Wh", "bh", "Wy", "by"))
    _, history = elman.adam(value_and_grad, elman.initial(), series, epochs=120)
    assert history[-1] < 0.5 * np.mean(np.diff(series) ** 2)


def test_elman_gradient(tmp_path):
    elman = sample("elman")
    emitted = compiled("elman.py", tmp_path)
    params, series = elman.initial(), elman.sunspots()[:40]
    value, bars = emitted.loss_adjoint(*params, series)
    np.testing.assert_allclose(value, elman.loss(*params, series), rtol=1e-12)
    rng = np.random.default_rng(5)
    direction = [rng.normal(size=np.shape(p)) for p in params]

    def along(step):
        return elman.loss(*(p + step * d for p, d in zip(params, direction, strict=True)), series)

    difference = (along(1e-5) - along(-1e-5)) / 2e-5
    product = sum(np.vdot(b, d) for b, d in zip(bars, direction, strict=True))
    np.testing.assert_allclose(product, difference, rtol=1e-7)


def test_heat_recovers_the_conductivity(tmp_path):
    heat = sample("heat")
    k_true, u0, measured, ratio = heat.experiment()
    value_and_grad = compiled("heat.py", tmp_path).misfit_adjoint
    k = heat.recover(value_and_grad, u0, measured, ratio)
    assert np.sqrt(np.mean((k - k_true) ** 2)) < 0.03
    assert np.sqrt(np.mean((1.0 - k_true) ** 2)) > 0.3  # where it started


def test_rosenbrock_by_newton():
    module = sample("rosenbrock")
    value_and_grad = ad.value_and_grad(module.rosenbrock)
    hessian = ad.hessian(module.rosenbrock)
    exact = np.array([[1200 * 1.44 - 400 * 1.0 + 2, 480.0], [480.0, 200.0]])
    np.testing.assert_allclose(hessian(np.array([-1.2, 1.0])), exact, rtol=1e-12)
    path = module.newton(value_and_grad, hessian, np.array([-1.2, 1.0]))
    np.testing.assert_allclose(path[-1], np.ones(2), rtol=1e-10)
    assert len(path) < 30
    path = module.newton(value_and_grad, hessian, np.array([1.4, 0.6, 1.2, 0.8, 1.1]))
    np.testing.assert_allclose(path[-1], np.ones(5), rtol=1e-10)
