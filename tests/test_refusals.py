"""The pages of `adcompile explain`: each failing program is refused by its code, each fix runs."""

import ast
import linecache
import pathlib
import re
import sys
import types
import warnings

import numpy as np
import pytest

import adcompile as ad
from adcompile import refusals
from adcompile.cli import main

PACKAGE = pathlib.Path(ad.__file__).parent
CODE = re.compile(r"ADC\d{3}")
SITES = ("rejection", "reject", "RejectedError", "Poison")


def write(folder, text):
    """The files of a program; the first one is returned."""
    first, *others = re.split(r"^# file: (\S+)\n", text, flags=re.M)
    for name, part in zip(others[::2], others[1::2]):
        (folder / name).write_text(part)
    path = folder / "program.py"
    path.write_text(first)
    return path


def refused(path, monkeypatch, capsys):
    """The codes that a program is refused by; nothing else may be wrong with it.

    It is run as it stands; where it does not import adcompile, the command line compiles it.
    """
    text = path.read_text()
    if "import adcompile" not in text:
        done = main([str(path), "-o", "-"])
        said = capsys.readouterr().err
        assert (done == 0) == (not said), said
        assert f"{path}: f not compiled: line " in said or not said
        assert "^" in said or not said
        return [code for line in said.splitlines() for code in re.findall(r"\((ADC\d+)\)$", line)]
    monkeypatch.syspath_prepend(str(path.parent))
    linecache.checkcache(str(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        code = compile(text, str(path), "exec")
    program = types.ModuleType("program")
    monkeypatch.setitem(sys.modules, "program", program)
    try:
        exec(code, vars(program))
    except ad.RejectedError as error:
        assert error.msg.endswith(f" ({error.code})")
        assert error.filename == str(path) and error.lineno and error.text
        return [error.code]
    assert capsys.readouterr().out.strip()
    return []


@pytest.mark.parametrize("code", refusals.PAGES)
def test_the_failing_program_is_refused_under_the_code(code, tmp_path, monkeypatch, capsys):
    path = write(tmp_path, refusals.PAGES[code].failing)
    assert set(refused(path, monkeypatch, capsys)) == {code}


@pytest.mark.parametrize("code", refusals.PAGES)
def test_the_fix_is_compiled(code, tmp_path, monkeypatch, capsys):
    path = write(tmp_path, refusals.PAGES[code].fix)
    assert refused(path, monkeypatch, capsys) == []


def leaves(value):
    if isinstance(value, (tuple, list)):
        return [leaf for item in value for leaf in leaves(item)]
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    return [value]


@pytest.mark.parametrize("code", refusals.PAGES)
def test_the_fix_has_the_right_derivative(code, tmp_path, monkeypatch, capsys):
    path = write(tmp_path, refusals.PAGES[code].fix)
    text = path.read_text()
    calls = [n for n in ast.walk(ast.parse(text).body[-1]) if isinstance(n, ast.Call)]
    asked = [n for n in calls if ast.unparse(n.func).startswith("ad.grad(")]
    if refused(path, monkeypatch, capsys) or not asked or "adcompile" not in text:
        return
    names = vars(sys.modules["program"])
    [call] = asked[-1:]
    f, *args = (eval(ast.unparse(n), names) for n in (call.func.args[0], *call.args))
    if not isinstance(args[0], (float, np.ndarray)):
        return
    bar = np.asarray(eval(ast.unparse(call), names))
    x = np.asarray(args[0], float)
    for place in np.ndindex(x.shape):
        ends = []
        for h in (1e-6, -1e-6):
            moved = x.copy()
            moved[place] += h
            ends.append(f(moved if moved.ndim else float(moved), *args[1:]))
        np.testing.assert_allclose(bar[place], (ends[0] - ends[1]) / 2e-6, rtol=1e-6, atol=1e-7)


def sites():
    """Every call that refuses something, with its place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in SITES:
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


def test_every_code_has_a_page_and_every_page_a_site():
    used = set()
    for where, call in sites():
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        codes = [
            a.value for a in given if isinstance(a, ast.Constant) and CODE.fullmatch(str(a.value))
        ]
        handed_on = [a for a in given if ast.unparse(a).split(".")[-1] == "code"]
        if any(ast.unparse(a) == "''" for a in given):
            continue  # what a refused statement would have made
        assert len(codes) + len(handed_on) == 1, f"{where} has no code"
        used.update(codes)
    assert used == set(refusals.PAGES)


def test_pages_are_in_order_and_in_a_group():
    assert list(refusals.PAGES) == sorted(refusals.PAGES)
    assert len({page.title for page in refusals.PAGES.values()}) == len(refusals.PAGES)
    for code, page in refusals.PAGES.items():
        assert CODE.fullmatch(code) and code[:4] in refusals.GROUPS and code == page.code
        assert page.title and page.reason.endswith(".")
        for text in (page.failing, page.fix):
            assert max(map(len, text.splitlines())) <= 84


def test_explain_lists_all(capsys):
    assert main(["explain"]) == 0
    out = capsys.readouterr().out
    for page in refusals.PAGES.values():
        assert f"  {page.code}  {page.title}\n" in out
    for name in refusals.GROUPS.values():
        assert f"xx: {name}\n" in out


@pytest.mark.parametrize("code", refusals.PAGES)
def test_explain_prints_the_page(code, capsys):
    assert main(["explain", code.lower()]) == 0
    out, page = capsys.readouterr().out, refusals.PAGES[code]
    assert out.startswith(f"{code}: {page.title}\n")
    for line in [*page.failing.splitlines(), *page.fix.splitlines()]:
        assert not line or f"    {line}\n" in out
    assert page.reason.split()[-1] in out


@pytest.mark.parametrize("code", ["ADC999", "301", "ADC"])
def test_explain_of_an_unknown_code(code, capsys):
    assert main(["explain", code]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    near = {"301": "; did you mean ADC301 or "}.get(code, ";")
    assert captured.err.startswith(f"adcompile: there is no code {code!r}{near}")
    assert captured.err.endswith("; adcompile explain lists them\n")
