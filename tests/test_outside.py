"""What is outside is refused when compiling, at its line; what is only near it works."""

import contextlib
import io
import linecache
import math
import sys
import types
import warnings

import numpy as np
import pytest
from outside_programs import REFUSED, WORKING

import adcompile as ad
from adcompile import refusals
from adcompile.cli import main

HEAD = "import numpy as np\n"


def load(text, name):
    """The module of a text, and its file."""
    file = f"<outside {name}>"
    text = HEAD + text
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    module = types.ModuleType(f"outside_{abs(hash(name))}")
    sys.modules[module.__name__] = module
    exec(compile(text, file, "exec"), vars(module))
    return module, file


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", REFUSED)
def test_refused_when_compiling(name, capsys):
    code, args, text = REFUSED[name]
    module, file = load(text, name)
    marked = [n for n, line in enumerate((HEAD + text).splitlines(), 1) if line.endswith("# here")]
    with pytest.raises(ad.RejectedError) as caught:
        ad.value_and_grad(module.f)(*eval(args, vars(module)))
    error = caught.value
    assert (error.filename, [error.lineno], error.code) == (file, marked, code)
    assert error.offset and error.text.strip() and code in refusals.PAGES
    assert not any(word in error.msg for word in (" yet", "cannot be differentiated ("))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", WORKING)
def test_near_it_works(name, capsys):
    args, text = WORKING[name]
    module, _ = load(text, name)
    values = eval(args, vars(module))
    value, bar = ad.value_and_grad(module.f)(*values)
    np.testing.assert_allclose(value, module.f(*values), rtol=1e-13)
    x = np.asarray(values[0], float)
    for place in np.ndindex(x.shape):
        ends = []
        for h in (1e-6, -1e-6):
            moved = x.copy()
            moved[place] += h
            ends.append(module.f(moved if moved.ndim else float(moved), *values[1:]))
        slope = (ends[0] - ends[1]) / 2e-6
        np.testing.assert_allclose(np.asarray(bar)[place], slope, rtol=1e-6, atol=1e-7)


# -- what is kept is run once, where it stands

EVENTS: list = []


class Log:
    """An object of which the compiler knows nothing."""

    def __reduce__(self):
        raise TypeError

    def info(self, *what):
        EVENTS.append(("info", *what))


def seen(f, *args):
    """The value and what is printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        value = f(*args)
    return value, out.getvalue()


def in_loop(x, n):
    y = x
    for i in range(n):
        print("turn", i)
        y = y * x
        if y > 3.0:
            print("large")
            break
    return y


def told(x):
    print("told", x > 1.0)
    return x * x


def in_callees(x):
    y = told(x) + told(2.0 * x)
    if x > 1.0:
        print("branch")
        return y * told(y)
    print("other branch")
    return y


def in_recursion(x, n):
    print("depth", n)
    if n == 0:
        return x
    y = in_recursion(x * x, n - 1)
    print("back", n)
    return y * x


def in_while(x):
    y = x
    while y < 5.0:
        print("while")
        y = y * x
    else:
        print("else")
    return y


def in_finally(x):
    try:
        print("body")
        y = math.log(x)
    finally:
        print("done")
    return y * x


def in_inner(x):
    def inner(t):
        print("inner")
        return t * t

    return inner(x) * inner(inner(x))


CASES = [(in_loop, 1.3, 6), (in_loop, 1.1, 3), (in_loop, 1.1, 0), (in_callees, 1.5),
         (in_callees, 0.5), (in_recursion, 1.1, 3), (in_while, 1.4), (in_while, 7.0),
         (in_finally, 2.0), (in_inner, 1.2)]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "rest"), [(f, x, rest) for f, x, *rest in CASES])
def test_effects_happen_once_and_in_order(f, x, rest):
    value, text = seen(f, x, *rest)
    (given, _), shown = seen(ad.value_and_grad(f), x, *rest)
    assert (given, shown) == (value, text)
    (given, _), shown = seen(ad.jvp, f, (x, *rest), (1.0, *(None for _ in rest)))
    assert (given, shown) == (value, text)
    (_, shown) = seen(ad.hvp(f, wrt=0), (x, *rest), (1.0, *(None for _ in rest)))
    assert shown == text


def test_finally_is_seen_where_an_exception_leaves():
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(ValueError, match="math domain"):
        ad.grad(in_finally)(-2.0)
    assert out.getvalue() == "body\ndone\n"


def drawn(x, n):
    total = 0.0
    for _ in range(n):
        if x[0] > 0.0:
            total += np.random.rand() * x[0]
        total += np.sum(np.random.normal(size=len(x)) * x) * total
    return total


def test_random_numbers_are_drawn_once_and_in_order():
    x = np.array([0.3, -0.2, 0.7])
    np.random.seed(3)
    value = drawn(x, 4)
    state = np.random.get_state()[1]
    for order in (1, 2):
        np.random.seed(3)
        if order == 1:
            given, _ = ad.value_and_grad(drawn)(x, 4)
            np.testing.assert_allclose(given, value, rtol=1e-13)
        else:
            ad.hvp(drawn, wrt=0)((x, 4), (x, None))
        np.testing.assert_array_equal(np.random.get_state()[1], state)


def logged(x, path):
    with open(path, "a") as file:
        for i in range(2):
            file.write(f"{i} {x}\n")
    return x * x


def test_a_log_in_a_file_is_written_once(tmp_path):
    path = tmp_path / "log.txt"
    assert ad.grad(logged)(2.0, str(path)) == 4.0
    assert path.read_text() == "0 2.0\n1 2.0\n"


def read_file(x, path):
    with open(path) as file:
        rate = float(file.read())
    with open(path) as file:
        lines = file.read().split()
    return rate * x + float(lines[0]) * x * x


def test_a_file_is_read_as_data(tmp_path):
    path = tmp_path / "rate.txt"
    path.write_text("2.5")
    assert ad.value_and_grad(read_file)(2.0, str(path)) == (15.0, 12.5)


def test_logging_and_warnings_are_imported(tmp_path, capsys):
    path = tmp_path / "noisy.py"
    path.write_text(
        "import logging\nimport warnings as w\nfrom logging import info\n\n\n"
        "def f(x: float):\n    logging.warning('x %s', x)\n    info('b')\n    w.warn('c')\n"
        "    return x * x\n"
    )
    assert main([str(path), "--mode", "adjoint", "-o", "-"]) == 0
    names: dict = {}
    exec(capsys.readouterr().out, names)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert names["f_adjoint"](3.0) == (9.0, 6.0)
    assert [str(w.message) for w in caught] == ["c"]


@pytest.mark.parametrize("value", ["abc", np.array([1.0, None]), {1.0}, b"x"])
def test_the_gradient_by_what_is_no_number(value):
    with pytest.raises(ad.ArgumentError, match=r"wrt='y'.*has no derivative"):
        ad.grad(lambda x, y: x * 2.0, wrt="y")(1.0, value)
