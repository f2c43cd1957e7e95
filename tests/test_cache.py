"""The cache: modules that can be opened and imported, whole or not at all."""

import cProfile
import importlib.util
import linecache
import multiprocessing
import os
import pathlib
import sys
import traceback

import numpy as np
import pytest

import adcompile as ad
from adcompile import cache
from adcompile.faces import compiled

TEXT = "def f(x):\n    return 2 * x\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(ad, "cache_folder", str(tmp_path))
    forget(monkeypatch)
    cube.__dict__.clear()
    return tmp_path


def forget(monkeypatch):
    """As in a new process."""
    monkeypatch.setattr(compiled, "_entries", {})
    monkeypatch.setattr(compiled, "_modules", {})


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def load(path):
    spec = importlib.util.spec_from_file_location("entry", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cube(x):
    return x * x * x


def fresh(text, **names):
    """A function made from a text, with globals of its own."""
    file = f"<fresh {hash(text)} {len(linecache.cache)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names["__name__"] = "fresh"
    exec(compile(text, file, "exec"), names)
    return names["f"]


@pytest.fixture
def compiles(monkeypatch):
    """How often the compiler ran."""
    calls = []
    make = compiled._make

    def counting(*args):
        calls.append(args)
        return make(*args)

    monkeypatch.setattr(compiled, "_make", counting)
    return calls


def test_an_entry_comes_back(folder):
    facts = (("function", "f"), ("saw", "np", "name", "numpy"))
    stored = cache.store("f_adjoint", "0123", TEXT, facts)
    assert files(folder) == [f"f_adjoint_0123_{cache.edition()}.py"]
    assert cache.load("f_adjoint", "0123") == stored
    assert stored.facts == facts
    assert load(stored.file).f(3) == 6


def test_an_entry_of_the_compiler_can_be_imported(folder):
    assert ad.grad(cube)(2.0) == 12.0
    [name] = files(folder)
    assert name.startswith("cube_adjoint_") and name.endswith(".py")
    assert load(folder / name).cube_adjoint(2.0) == (8.0, 12.0)


def damage(path, how):
    content = path.read_bytes()
    changed = {
        "empty": b"",
        "cut": content[: len(content) // 2],
        "changed": content.replace(b"return", b"return 0 *"),
        "foreign": b"print('not ours')\n",
        "binary": b"\xff\xfe\x00" + content,
        "no end of line": content.rstrip(b"\n"),
    }
    path.write_bytes(changed[how])


@pytest.mark.parametrize("how", ["empty", "cut", "changed", "foreign", "binary", "no end of line"])
def test_a_damaged_entry_is_rebuilt(folder, monkeypatch, how):
    ad.grad(cube)(2.0)
    [name] = files(folder)
    whole = (folder / name).read_bytes()
    damage(folder / name, how)
    assert (folder / name).read_bytes() != whole
    forget(monkeypatch)
    cube.__dict__.clear()
    assert ad.grad(cube)(2.0) == 12.0
    assert (folder / name).read_bytes() == whole


def test_a_second_process_compiles_nothing(folder, monkeypatch, compiles):
    text = "def f(x):\n    return K * x * x\n"
    assert ad.grad(fresh(text, K=3.0))(2.0) == 12.0
    forget(monkeypatch)
    assert ad.grad(fresh(text, K=5.0))(2.0) == 20.0
    assert len(compiles) == 1
    assert len(files(folder)) == 1


def test_what_is_called_is_part_of_the_key(compiles, monkeypatch):
    text = "def f(x):\n    return g(x) * x\n"
    one, two = fresh("def f(x):\n    return x\n"), fresh("def f(x):\n    return x * x\n")
    assert ad.grad(fresh(text, g=one))(2.0) == 4.0
    forget(monkeypatch)
    assert ad.grad(fresh(text, g=two))(2.0) == 12.0
    assert len(compiles) == 2


def test_constants_that_are_compiled_in_are_part_of_the_key(monkeypatch):
    text = "def f(x):\n    for i in range(N):\n        x = x * x\n    return x\n"
    assert ad.grad(fresh(text, N=1))(2.0) == 4.0
    forget(monkeypatch)
    assert ad.grad(fresh(text, N=2))(2.0) == 32.0


def test_the_library_behind_a_name_is_part_of_the_key(monkeypatch):
    text = "def f(x):\n    return g(x)\n"
    assert ad.grad(fresh(text, g=np.sin))(0.0) == 1.0
    forget(monkeypatch)
    assert ad.grad(fresh(text, g=np.cos))(0.0) == 0.0


def test_a_redefined_callee_is_noticed_between_calls():
    f = fresh("def f(x):\n    return g(x) * K\n", g=np.sin, K=1.0)
    derivative = ad.grad(f)
    assert derivative(0.0) == 1.0
    f.__globals__["g"] = np.cos
    assert derivative(0.0) == 0.0
    f.__globals__["K"] = np.ones(1)
    with pytest.raises(ad.ResultError):
        derivative(0.0)


@pytest.mark.skipif(os.name != "posix", reason="a file for a folder")
def test_an_unwritable_place_means_memory_only(tmp_path, monkeypatch, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(ad, "cache_folder", str(blocked / "cache"))
    assert ad.grad(cube)(2.0) == 12.0
    assert ad.grad(cube)(3.0) == 27.0
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
    assert blocked.read_text() == ""


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_a_traceback_shows_the_emitted_lines(tmp_path, monkeypatch, where):
    if where == "memory":
        (tmp_path / "file").write_text("")
        monkeypatch.setattr(ad, "cache_folder", str(tmp_path / "file" / "cache"))
    text = "def f(x, y):\n    return x * x / y\n"
    with pytest.raises(ZeroDivisionError) as caught:
        ad.grad(fresh(text))(1.0, 0.0)
    last = traceback.extract_tb(caught.tb)[-1]
    assert last.name == "f_adjoint" and "/" in last.line
    assert last.filename.startswith("<adcompile f_adjoint " if where == "memory" else str(tmp_path))


def test_the_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(ad, "cache_folder", None)
    monkeypatch.setenv("ADCOMPILE_CACHE", str(tmp_path / "env"))
    assert cache.folder() == tmp_path / "env"
    monkeypatch.delenv("ADCOMPILE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache.folder() == tmp_path / "xdg" / "adcompile"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache.folder() == tmp_path / "local" / "adcompile"


def hammer(folder, start, answers):
    """Write and read one entry many times."""
    ad.cache_folder = folder
    start.wait()
    whole = True
    for _ in range(200):
        entry = cache.store("f_adjoint", "0123", TEXT * 50, [("function", "f")])
        found = cache.load("f_adjoint", "0123")
        whole = whole and found == entry and found.text.count("return") == 50
    answers.put(whole)


def test_two_processes_write_at_once(folder):
    context = multiprocessing.get_context("spawn")
    start, answers = context.Event(), context.Queue()
    processes = [
        context.Process(target=hammer, args=(str(folder), start, answers)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    start.set()
    assert [answers.get(timeout=120) for _ in processes] == [True] * 3
    for process in processes:
        process.join()
    assert files(folder) == [f"f_adjoint_0123_{cache.edition()}.py"], "no temporary file is left"


def test_the_compilers_own_files_are_looked_at_once_each():
    """Before a cached derivative is ready: a few calls a file, counted, not timed."""
    profile = cProfile.Profile()
    mark = profile.runcall(cache.edition.__wrapped__)
    calls = sum(entry.callcount for entry in profile.getstats())
    files = list(pathlib.Path(cache.__file__).parent.rglob("*.py"))
    assert mark == cache.edition()
    assert calls <= 12 * len(files)
