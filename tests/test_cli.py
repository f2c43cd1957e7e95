"""The command line."""

import ast
import importlib.util
import io
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from adcompile import cache
from adcompile.cli import main

PROGRAM = '''\
"""A program that must not be run."""
import math

import numpy as np

RATE = 2.0
raise SystemExit("never imported, never run")


def growth(x: float, steps: int) -> float:
    for _ in range(steps):
        x = x + RATE * math.sin(x)
    return x


def energy(w: np.ndarray, b: float, name: str):
    return np.sum(w * w) * b


def gemm(A: "Float[np.ndarray, 'n k']", B: "Float[np.ndarray, 'k m']", C):
    C += A @ B
'''
BAD = """

def unknown(x):
    y = 2.0 * x
    return np.unheard_of(y)


def main():
    print("hello")
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prog.py").write_text(PROGRAM)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def functions(path):
    return [name for name in vars(load(path)) if name.endswith(("_tangent", "_adjoint"))]


def test_a_file_becomes_two(folder, capsys):
    assert main(["prog.py"]) == 0
    assert names(folder) == ["prog.py", "prog_adjoint.py", "prog_tangent.py"]
    assert functions(folder / "prog_adjoint.py") == [
        "growth_adjoint", "energy_adjoint", "gemm_adjoint",
    ]  # fmt: skip
    assert functions(folder / "prog_tangent.py")[0] == "growth_tangent"
    captured = capsys.readouterr()
    assert captured.err == "" and "wrote prog_adjoint.py" in captured.out


def test_what_was_written_computes(folder):
    main(["prog.py"])
    value, bar = load(folder / "prog_adjoint.py").growth_adjoint(0.3, 2)
    value2, dot = load(folder / "prog_tangent.py").growth_tangent(0.3, 2, 1.0)
    first = 0.3 + 2.0 * np.sin(0.3)
    assert value == value2 == pytest.approx(first + 2.0 * np.sin(first))
    assert bar == pytest.approx(dot)
    assert dot == pytest.approx((1 + 2 * np.cos(0.3)) * (1 + 2 * np.cos(first)))
    w = np.array([1.0, 2.0])
    _, (w_bar, b_bar) = load(folder / "prog_adjoint.py").energy_adjoint(w, 3.0, "name", 1.0)
    np.testing.assert_allclose(w_bar, 6.0 * w)
    assert b_bar == 5.0


def test_what_was_written_passes_the_linter(folder):
    main(["prog.py"])
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "100"]
    done = subprocess.run(
        [*command, "--select", "E,F,W,I", *names(folder)[1:]], capture_output=True
    )
    assert done.returncode == 0, done.stdout.decode()


def test_what_cannot_be_compiled_is_listed(folder, capsys):
    (folder / "prog.py").write_text(PROGRAM + BAD)
    assert main(["prog.py", "--mode", "adjoint"]) == 1
    err = capsys.readouterr().err
    assert "prog.py: unknown not compiled: line 26: there is no rule for numpy.unheard_of" in err
    assert "    return np.unheard_of(y)\n           ^" in err
    assert "prog.py: main skipped: it has no parameters" in err
    assert len(functions(folder / "prog_adjoint.py")) == 3
    assert "prog_tangent.py" not in names(folder)


def test_a_function_with_nothing_to_differentiate_is_no_failure(folder, capsys):
    (folder / "prog.py").write_text(PROGRAM + "\n\ndef main():\n    print()\n")
    assert main(["prog.py"]) == 0
    assert "main skipped" in capsys.readouterr().err


def test_nothing_is_written_where_nothing_was_compiled(folder, capsys):
    (folder / "prog.py").write_text("import numpy as np\n" + BAD)
    assert main(["prog.py"]) == 1
    assert names(folder) == ["prog.py"]


@pytest.mark.parametrize(
    ("options", "signatures"),
    [
        (["--function", "energy"], ["energy_adjoint(w, b, name, energy_bar"]),
        (["--function", "energy", "--wrt", "b"], ["with respect to b."]),
        (["--function", "growth", "--function", "energy"], ["growth_adjoint(", "energy_adjoint("]),
        (["--head", "energy(b) > return"], ["with respect to b, of", "Returns value, b_bar"]),
        (["--head", "energy"], ["with respect to w, b."]),
        (["--head", "gemm(A, B) > C"], ["gemm_adjoint(A, B, C, C_bar)"]),
        (["--function", "gemm", "--of", "C", "--wrt", "A"], ["with respect to A, of C."]),
    ],
)
def test_options(folder, capsys, options, signatures):
    assert main(["prog.py", "--mode", "adjoint", "-o", "-", *options]) == 0
    out = capsys.readouterr().out
    for text in signatures:
        assert text.replace(", of return", "") in out or text.split(", of")[0] in out


def test_both_modes_in_one_module(folder):
    assert main(["prog.py", "--function", "energy", "-o", "derivatives.py"]) == 0
    assert functions(folder / "derivatives.py") == ["energy_tangent", "energy_adjoint"]


def test_print_writes_nothing(folder, capsys):
    assert main(["prog.py", "--print"]) == 0
    assert "def growth_tangent(" in capsys.readouterr().out
    assert names(folder) == ["prog.py"]


def test_standard_input(folder):
    command = [sys.executable, "-m", "adcompile", "-", "--mode", "adjoint", "--function", "energy"]
    root = str(pathlib.Path(__file__).parents[1])
    done = subprocess.run(
        command,
        input=PROGRAM,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert done.returncode == 0 and done.stderr == ""
    assert "Adjoints of standard input." in done.stdout
    assert "def energy_adjoint(" in done.stdout
    assert names(folder) == ["prog.py"]


# -- check


def test_check(folder, capsys):
    assert main(["prog.py", "--check"]) == 1
    assert "nothing written yet" in capsys.readouterr().err
    main(["prog.py"])
    assert main(["prog.py", "--check"]) == 0
    (folder / "prog.py").write_text(PROGRAM.replace("import math", "import math  # a remark"))
    assert main(["prog.py", "--check"]) == 0
    (folder / "prog.py").write_text(PROGRAM.replace("RATE * ", "RATE / "))
    capsys.readouterr()
    assert main(["prog.py", "--check"]) == 1
    assert "prog_adjoint.py: stale" in capsys.readouterr().err
    assert main(["prog.py"]) == 0 == main(["prog.py", "--check"])


def test_check_repeats_the_options(folder):
    main(["prog.py", "--head", "energy(b) > return", "--mode", "adjoint", "-o", "d.py"])
    assert main(["prog.py", "--check", "-o", "d.py"]) == 0
    (folder / "prog.py").write_text(PROGRAM.replace("RATE * ", "RATE / "))
    assert main(["prog.py", "--check", "-o", "d.py"]) == 0, "energy is what it was"
    (folder / "prog.py").write_text(PROGRAM.replace("* b", "* b * b"))
    assert main(["prog.py", "--check", "-o", "d.py"]) == 1


def test_check_where_the_function_has_gone(folder, capsys):
    main(["prog.py", "--function", "energy", "-o", "d.py"])
    (folder / "prog.py").write_text(PROGRAM.replace("energy", "power"))
    assert main(["prog.py", "--check", "-o", "d.py"]) == 1
    assert "no function 'energy'" in capsys.readouterr().err


def test_check_of_a_file_that_is_not_ours(folder, capsys):
    (folder / "d.py").write_text("x = 1\n")
    assert main(["prog.py", "--check", "-o", "d.py"]) == 1
    assert "carries no digest" in capsys.readouterr().err


# -- usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nofile.py"], "there is no file nofile.py"),
        (["prog.py", "--function", "nope"], "no function 'nope'; at top level it has growth"),
        (["prog.py", "--function", "energy", "--wrt", "q"], "its parameters are w, b, name"),
        (["prog.py", "--head", "energy(w", "-o", "-"], "does not read"),
        (["prog.py", "--head", "energy", "--wrt", "w"], "one or the other"),
        (["prog.py", "--mode", "sideways"], "invalid choice"),
        (["prog.py", "--no-pass", "magic"], "invalid choice: 'magic'"),
        (["prog.py", "-o", "."], "is a folder"),
        (["prog.py", "-o", "nowhere/d.py"], "there is no folder nowhere"),
        (["prog.py", "-o", "prog.py"], "is the file to compile"),
        (["prog.py", "-o", "mine.py"], "was not written by adcompile"),
        (["-", "--check"], "needs -o"),
        ([], "required"),
    ],
)
def test_wrong_usage(folder, capsys, monkeypatch, arguments, words):
    (folder / "mine.py").write_text("precious = 1\n")
    before = {name: (folder / name).read_text() for name in names(folder)}
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
    assert before == {name: (folder / name).read_text() for name in names(folder)}


def test_a_file_that_is_not_python(folder, capsys):
    (folder / "bad.py").write_text("x = 1\ndef f(x: return\n")
    assert main(["bad.py"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("bad.py:2: this is not Python") and "\n             ^" in err
    (folder / "bad.py").write_bytes(b"\xff\xfe\x00binary")
    assert main(["bad.py"]) == 2
    (folder / "bad.py").write_bytes(b"x = 1\x00\n")
    assert main(["bad.py"]) in (1, 2)
    assert names(folder) == ["bad.py", "prog.py"]


def test_help(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for word in ("--function", "--wrt", "--of", "--head", "--mode", "--check", "--print",
                 "--output", "examples:", "exit codes:"):  # fmt: skip
        assert word in out


def test_writing_is_all_or_nothing(folder, monkeypatch):
    main(["prog.py", "--mode", "adjoint"])
    before = (folder / "prog_adjoint.py").read_text()

    def fail(*args):
        raise OSError("disk full")

    (folder / "prog.py").write_text(PROGRAM.replace("* b", "* b * b"))
    monkeypatch.setattr(cache.os, "replace", fail)
    assert main(["prog.py", "--mode", "adjoint"]) == 2
    assert (folder / "prog_adjoint.py").read_text() == before
    assert names(folder) == ["prog.py", "prog_adjoint.py"]


def test_a_decorated_function_is_not_guessed_at(folder, capsys):
    (folder / "prog.py").write_text(
        "import adcompile as ad\nimport other\n\n"
        "@ad.differentiate(wrt='x')\ndef f(x):\n    return x\n"
        "\n@other.thing\ndef g(x):\n    return x\n"
    )
    assert main(["prog.py", "-o", "-"]) == 1
    captured = capsys.readouterr()
    assert "def f_adjoint(" in captured.out and "g_adjoint" not in captured.out
    assert "g not compiled: line 8: it is decorated by other.thing" in captured.err


def test_neighbour_files_are_read_and_not_run(folder, capsys):
    (folder / "helpers.py").write_text(
        "raise SystemExit\nK = 3.0\n\ndef cube(x):\n    return K * x ** 3\n"
    )
    (folder / "prog.py").write_text(
        "from helpers import cube\n\ndef f(x: float):\n    return cube(x)\n"
    )
    assert main(["prog.py", "--mode", "adjoint"]) == 0
    assert load(folder / "prog_adjoint.py").f_adjoint(2.0) == (24.0, 36.0)


AWKWARD = """\
import numpy
from math import pi, sin as s

K = numpy.ones(3) * pi


def f(x, y):
    return numpy.sum(x * y * K) + s(pi)


def g(np, numpy):
    return np * numpy
"""


def test_the_names_of_the_file_s_own_imports(folder):
    (folder / "prog.py").write_text(AWKWARD)
    assert main(["prog.py", "--mode", "adjoint"]) == 0
    test_lint = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,W,I"]
    assert subprocess.run([*test_lint, "prog_adjoint.py"], capture_output=True).returncode == 0
    emitted = load(folder / "prog_adjoint.py")
    value, (x_bar, _) = emitted.f_adjoint(np.ones(3), 2.0, 1.0)
    assert value == pytest.approx(6 * np.pi)
    np.testing.assert_allclose(x_bar, 2 * np.pi)
    assert emitted.g_adjoint(2.0, 3.0, 1.0) == (6.0, (3.0, 2.0))


def test_the_package_does_not_import_what_it_reads():
    """Only the cache executes anything, and that is what was emitted."""
    package = pathlib.Path(__file__).parents[1] / "adcompile"
    allowed = {"cache.py", "__init__.py", "written.py"}
    for path in package.rglob("*.py"):
        text = path.read_text()
        if path.name not in allowed:
            used = [n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
            assert not {"exec", "eval", "__import__"} & set(used), path
            assert "import_module" not in text and "runpy" not in text, path


PARTS = """
def total(x):
    if len(x) == 0:
        return 0.0
    return x[0] * x[0] + total(x[1:])


def neighbours(x):
    left, right = x[:-1], x[1:]
    s = 0.0
    for i in range(len(left)):
        s = s + left[i] * right[i]
    return s
"""


@pytest.mark.parametrize(
    "name, expected", [("total", [2.0, 4.0, 6.0]), ("neighbours", [2.0, 4.0, 2.0])]
)
@pytest.mark.parametrize("kind", [list, np.array])
def test_parts_of_what_may_be_a_list_or_an_array(folder, name, expected, kind):
    (folder / "parts.py").write_text(PARTS)
    assert main(["parts.py", "--mode", "adjoint", "-o", "parts_adjoint.py"]) == 0
    made = load(folder / "parts_adjoint.py")
    _, x_bar = getattr(made, f"{name}_adjoint")(kind([1.0, 2.0, 3.0]), 1.0)
    np.testing.assert_array_equal(x_bar, expected)


STARRED = """
def total(*xs: float):
    s = 0.0
    for x in xs:
        s = s + x * x
    return s


def ends(first, *rest, scale: float = 2.0):
    head, *others = rest
    return first * head * others[-1] * scale + total(*rest) / len(rest)


def largest(*xs: float):
    return max(xs) * min(*xs)
"""


@pytest.mark.parametrize(
    "name, args, expected",
    [
        ("total", ([1.0, 2.0, 3.0],), [2.0, 4.0, 6.0]),
        ("ends", (2.0, [3.0, 5.0]), (30.0, [23.0, 17.0], 30.0)),
        ("largest", ([3.0, 1.0, 2.0],), [1.0, 3.0, 0.0]),
    ],
)
def test_a_starred_parameter_is_a_list_in_the_derivative(folder, name, args, expected):
    (folder / "starred.py").write_text(STARRED)
    assert main(["starred.py", "--mode", "adjoint", "-o", "starred_adjoint.py"]) == 0
    made = load(folder / "starred_adjoint.py")
    _, bars = getattr(made, f"{name}_adjoint")(*args, 1.0)
    assert bars == expected


LOOP = "import math\n\n\ndef f(x: float, n: int):\n    y = 1.0\n    for _ in range(n):\n"
LOOP += "        y = y * math.sin(y + x / 2)\n    return y\n"


def test_the_trace_after_each_pass_that_changed_it(tmp_path, capsys):
    path = tmp_path / "program.py"
    path.write_text(LOOP)
    assert main([str(path), "--trace", "--mode", "adjoint"]) == 0
    out = capsys.readouterr().out
    steps = [line.removeprefix("# after ") for line in out.splitlines() if line.startswith("# ")]
    assert steps[:2] == ["lower", "adjoint"] and "invariant" in steps
    assert "trace f_adjoint(x: float, n: int, y_bar" in out
    assert main([str(path), "--trace", "invariant", "--mode", "adjoint"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "truediv(x, 2)" in line]
    assert lines and not any(line.startswith("    ") for line in lines)
    assert list(tmp_path.iterdir()) == [path]


def test_a_pass_that_is_left_out_is_recorded(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(LOOP)
    out = tmp_path / "derivative.py"
    given = ["--no-pass", "invariant", "--no-pass", "nesting", "--mode", "adjoint"]
    assert main([str(path), "-o", str(out), *given]) == 0
    assert "adcompile: option --no-pass=invariant\nadcompile: option --no-pass=nesting" in (
        out.read_text()
    )
    assert "x / 2" in out.read_text().partition("    for ")[2]
    assert main([str(path), "-o", str(out), "--check"]) == 0
