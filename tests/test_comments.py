"""Comments for the compiler: what is kept, what is gone through again, and what is refused."""

import ast
import functools
import importlib
import itertools
import linecache
import math
import re
import tracemalloc
import types

import numpy as np
import pytest
from checkpoint_schedules import EndReverse, Forward, MultistageCheckpointSchedule
from corpus.cases import CASES

import adcompile as ad
from adcompile import pipeline
from adcompile.frontend import sources
from adcompile.frontend.signature import of_arguments
from adcompile.trace.show import show
from adcompile.transforms.schedule import next_snapshot

HEAD = "import math\nimport numpy as np\nimport adcompile as ad\n"
NUMBERS = itertools.count()


def program(text, name="f"):
    """The function of a text, as a notebook holds it."""
    file = f"<cell {next(NUMBERS)}>"
    text = HEAD + text
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    module = types.ModuleType("cell")
    exec(compile(text, file, "exec"), vars(module))
    return getattr(module, name)


def without_comments(text):
    return re.sub(r"# ad:.*", "#", text)


def leaves(tree):
    if isinstance(tree, dict):
        return [leaf for item in tree.values() for leaf in leaves(item)]
    if isinstance(tree, (tuple, list)):
        return [leaf for item in tree for leaf in leaves(item)]
    return [tree]


# the schedule


def recomputed(turns, snapshots):
    """The turns that the reverse sweep advances, and how many snapshots there were at most."""
    kept, turn, again, most = [], 0, 0, 0
    while turn < turns:
        kept.append(turn)
        most = max(most, len(kept))
        turn = next_snapshot(turn, turns - 1, snapshots - len(kept))
    for i in reversed(range(turns)):
        turn = kept.pop()
        while turn < i:
            kept.append(turn)
            most = max(most, len(kept))
            stop = next_snapshot(turn, i, snapshots - len(kept))
            again, turn = again + stop - turn, stop
    assert not kept
    return again, most


@functools.lru_cache
def forward_turns(turns, snapshots):
    """All turns of a Revolve schedule, those of the forward sweep and those recorded among them."""
    count = 0
    for action in MultistageCheckpointSchedule(turns, snapshots, 0):
        if isinstance(action, Forward):
            count += action.n1 - action.n0
        if isinstance(action, EndReverse):
            return count
    raise AssertionError("a schedule without end")


@pytest.mark.parametrize("snapshots", [1, 2, 3, 4, 5, 7, 10, 20, 30, 64])
def test_the_schedule_is_that_of_revolve(snapshots):
    for turns in [*range(2, 60), 100, 333, 1000]:
        again, most = recomputed(turns, snapshots)
        # the forward sweep, and every turn but the last recorded again
        assert turns + again + turns - 1 == forward_turns(turns, snapshots)
        assert most <= snapshots + 1  # the state of the turn at hand is one more
    assert recomputed(1, snapshots) == (0, 1)
    assert recomputed(0, snapshots) == (0, 0)


LOGISTIC = """
def f(p, n):
    # ad: checkpoint 7
    for i in range(n):
        p = math.exp(-p) * 0.5 + p * 0.3
    return p
"""


@pytest.mark.parametrize("turns", [1, 2, 8, 40, 300])
def test_turns_are_gone_through_as_often_as_the_schedule_says(turns):
    adjoint = ad.adjoint(program(LOGISTIC), wrt="p")
    adjoint(0.3, 1)
    names = {}
    exec(adjoint.source, names)
    count = itertools.count(1)
    called = []

    def exp(x):
        called.append(next(count))
        return math.exp(x)

    names["math"] = types.SimpleNamespace(exp=exp)
    names["f_adjoint"](0.3, turns)
    expected = forward_turns(turns, 7) if turns > 1 else 1
    assert len(called) == expected + 1  # the last turn is gone through twice


# memory

FIELD = """
def f(u, n):
    u = u * 1.0
    # ad: checkpoint 30
    for i in range(n):
        u[1:-1] += 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2]) * np.cos(u[1:-1])
    return np.sum(u * u)
"""


def peak(gradient, *args):
    gradient(*args)
    tracemalloc.start()
    gradient(*args)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_an_array_is_kept_thirty_times_and_no_more():
    u = np.linspace(0.0, 1.0, 2000)
    gradient = ad.value_and_grad(program(FIELD), wrt="u")
    few, many = (peak(gradient, u, n) for n in (60, 600))
    assert many < 1.1 * few < 50 * u.nbytes
    plain = ad.value_and_grad(program(without_comments(FIELD)), wrt="u")
    assert peak(plain, u, 600) > 600 * u.nbytes
    for first, second in zip(gradient(u, 600), plain(u, 600)):
        np.testing.assert_array_equal(first, second)


def test_many_turns_in_little_memory(request):
    """A million turns by hand: pytest tests/test_comments.py --long."""
    turns = 1_000_000 if request.config.getoption("--long") else 20_000
    text = LOGISTIC.replace("7", "30")
    gradient = ad.value_and_grad(program(text), wrt="p")
    plain = ad.value_and_grad(program(without_comments(text)), wrt="p")
    assert gradient(0.3, turns) == plain(0.3, turns)
    assert peak(gradient, 0.3, turns) < 20_000


# the same derivatives

GROUPS = ("snapshots", "gone_through", "independent")


def of_group(group):
    importlib.import_module(f"corpus.{group}")
    return [case for case in CASES if case.function.__module__ == f"corpus.{group}"]


@pytest.mark.parametrize("group", GROUPS)
def test_the_derivatives_are_those_without_comments(group, tmp_path, monkeypatch):
    module = importlib.import_module(f"corpus.{group}")
    path = tmp_path / f"{group}_plain.py"
    with open(module.__file__) as file:
        path.write_text(without_comments(file.read()))
    monkeypatch.syspath_prepend(str(tmp_path))
    before = len(CASES)
    plain = importlib.import_module(path.stem)
    del CASES[before:]
    assert of_group(group)
    for case in of_group(group):
        other = getattr(plain, case.function.__name__)
        got, wanted = (
            leaves(ad.value_and_grad(f, wrt=0)(*case.args)) for f in (case.function, other)
        )
        for first, second in zip(got, wanted, strict=True):
            # snapshots do not change the arithmetic; elsewhere sums have another order
            if group == "snapshots":
                np.testing.assert_array_equal(first, second, err_msg=case.name)
            else:
                np.testing.assert_allclose(first, second, rtol=1e-13, err_msg=case.name)


def derived(text, *modes):
    """The derivative of a derivative with respect to p, as a function."""
    made = pipeline.derivative(
        sources.of_callable(program(text)), of_arguments({"p": 0.4, "n": 9}, ()),
        tuple((mode, ("p",)) for mode in modes),
    )  # fmt: skip
    names = {}
    exec(pipeline.emitted([made]), names)
    return names[made.name]


@pytest.mark.parametrize("modes", [("adjoint", "tangent"), ("tangent", "tangent")])
def test_directions_through_snapshots(modes):
    first, second = (derived(text, *modes) for text in (LOGISTIC, without_comments(LOGISTIC)))
    assert leaves(first(0.4, 9, 1.0, 1.0)) == leaves(second(0.4, 9, 1.0, 1.0))


def test_the_adjoint_of_an_adjoint_through_snapshots():
    first, second = (
        derived(text, "adjoint", "adjoint")(0.4, 9, 1.0, (0.0, 1.0))
        for text in (LOGISTIC, without_comments(LOGISTIC))
    )
    assert leaves(first) == pytest.approx(leaves(second), rel=1e-13)


# what is read, and when


def test_the_trace_shows_what_is_asked():
    lowered = pipeline.derivative(
        sources.of_callable(program(LOGISTIC)), of_arguments({"p": 0.4, "n": 9}, ()), ()
    )
    assert "for i in range(n), checkpoint 7 carry" in show(lowered.trace)


def test_the_emitted_module_imports_what_the_program_does():
    adjoint = ad.adjoint(program(LOGISTIC), wrt="p")
    adjoint(0.3, 1)
    text = adjoint.source
    imported = [n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in imported] == ["import math"]
    assert "def next_snapshot" in text


def test_a_changed_comment_is_another_derivative(tmp_path, monkeypatch):
    monkeypatch.setattr(ad, "cache_folder", str(tmp_path / "kept"), raising=False)
    path = tmp_path / "changing.py"
    texts = []
    for comment in ("# ad: checkpoint 7", "# ad: checkpoint 8", "# nothing", "# ad: checkpoint 7"):
        path.write_text(HEAD + LOGISTIC.replace("# ad: checkpoint 7", comment))
        linecache.checkcache(str(path))
        module = types.ModuleType("changing")
        exec(compile(path.read_text(), str(path), "exec"), vars(module))
        adjoint = ad.adjoint(module.f, wrt="p")
        adjoint(0.3, 1)
        texts.append(adjoint.source)
    assert "7 - len(snapshots)" in texts[0] and "8 - len(snapshots)" in texts[1]
    assert "snapshots" not in texts[2] and texts[3] == texts[0]


ONCE = """
# ad: checkpoint
def step(p, i):
    print("step", i)
    return math.sin(p) * p

def f(x, n):
    p = x
    # ad: checkpoint 2
    for i in range(n):
        print("turn", i)
        assert p < 10.0
        p = math.sin(p) * x
    for i in range(n):
        p = step(p, i)
    # ad: independent
    for i in range(n):
        print("sum", i)
        p += math.sin(x * i)
    return p
"""


def test_what_is_printed_is_printed_once(capsys):
    ad.grad(program(ONCE))(0.5, 6)
    wanted = [f"{what} {i}" for what in ("turn", "step", "sum") for i in range(6)]
    assert capsys.readouterr().out.split("\n")[:-1] == wanted


# what is refused

LOOP = """
def f(x, n):
    s = x[0]
    {}
        s = s * x[i % 3]
    return s
"""
MISPLACED = {
    "beside": (LOOP.format("for i in range(n):  # ad: checkpoint 20"), "beside something"),
    "mistyped": (LOOP.format("# ad: chekpoint 20\n    for i in range(n):"), "says nothing"),
    "zero": (LOOP.format("# ad: checkpoint 0\n    for i in range(n):"), "from 1 on"),
    "word": (LOOP.format("# ad: checkpoint few\n    for i in range(n):"), "not few"),
    "none": (LOOP.format("# ad: checkpoint\n    for i in range(n):"), "how many snapshots"),
    "two": (LOOP.format("# ad: checkpoint 2\n    # ad: independent\n    for i in range(n):"),
            "keep one"),
    "more": (LOOP.format("# ad: checkpoint 2 3\n    for i in range(n):"), "says nothing"),
    "column": (LOOP.format("if n:\n        pass\n        # ad: checkpoint 2\n"
                           "    for i in range(n):"), "in their column"),
    "if": (LOOP.format("# ad: checkpoint 2\n    if n:\n        i = 1"), "above no loop"),
    "def": ("# ad: checkpoint 3\n" + LOOP.format("for i in range(n):"), "is for loops"),
    "above all": ("# ad: checkpoint 3\nK = 3\n" + LOOP.format("for i in range(n):"),
                  "above no loop"),
    "end": (LOOP.format("for i in range(n):") + "    # ad: checkpoint 3\n", "above no loop"),
    "while": (LOOP.format("i = 0\n    # ad: independent\n    while s < n:"), "not independent"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISPLACED)
def test_a_comment_out_of_place_is_refused(name):
    text, words = MISPLACED[name]
    with pytest.raises(ad.RejectedError, match=words) as found:
        ad.grad(program(text))(np.ones(3), 2)
    assert found.value.code == "ADC601"
    assert "# ad:" in found.value.text


def test_a_string_is_no_comment():
    text = LOOP.format('"# ad: chekpoint"\n    for i in range(n):')
    assert ad.grad(program(text))(np.ones(3), 0)[0] == 1.0


DEPENDENT = {
    "product": "s = s * x[i]",
    "one before": "y[i] = y[i - 1] * x[i]",
    "one element": "y[0] = math.sin(y[0]) * x[i]",
    "in a slice": "y[2:] = y[2:] * x[i]",
    "anew": "y = np.sin(y) * x[i]",
    "in place": "y *= np.sin(y) * x[i]",
    "handed on": "s, p = s + p * x[i], x[i]",
    "largest": "s = max(s, x[i])",
    "row before": "A[i, :] = A[i - 1, :] * x[i]",
    "after it was written": "y[i] = x[i]; s += y[i - 1]",
    "not always given": "p = x[i] if i > 2 else p; s += p * p",
    "break": "s = s + x[i]\n        if s > 3.0:\n            break",
}
INDEPENDENT = {
    "element": "y[i] = math.sin(y[i]) * x[i]",
    "other array": "y[i] = x[i - 1] * x[i]",
    "work array": "w[0] = x[i]; w[1] = w[0] * w[0]; w[:2] *= 2.0; s += w[0] * w[1]",
    "column": "A[:, i] = np.sin(A[:, i]) * x[i]",
    "apart": "A[i, 1] = A[i, 0] * x[i]",
    "steps of two": "y[2 * i] = y[2 * i + 1] * x[i]",
    "scattered": "y[x.argmax()] += x[i] * x[i]",
}
AROUND = """
def f(x, n):
    s, p, y, A, w = 0.0, 0.0, np.ones(12), np.outer(x, x), np.zeros(3)
    # ad: independent
    for i in range(1, n):
        {}
    return s * s + p + np.sum(y * y) + np.sum(A * A) + w[1]
"""
POINT = np.array([0.3, 0.9, 0.7, 1.2, 0.5])


@pytest.mark.parametrize("name", DEPENDENT)
def test_turns_that_depend_on_one_another_are_refused(name):
    with pytest.raises(ad.RejectedError, match="depend on one another") as found:
        ad.grad(program(AROUND.format(DEPENDENT[name])))(POINT, 5)
    assert found.value.code == "ADC603"


@pytest.mark.parametrize("name", INDEPENDENT)
def test_turns_that_do_not_are_gone_through_again(name):
    text = AROUND.format(INDEPENDENT[name])
    adjoint = ad.adjoint(program(text), wrt="x")
    wanted = ad.adjoint(program(without_comments(text)), wrt="x")
    for first, second in zip(adjoint(POINT, 5), wanted(POINT, 5)):
        np.testing.assert_allclose(first, second, rtol=1e-13)
    text = adjoint.source
    assert "tape" not in text


REPEATED = {
    "draw": "s = s * x[0] + np.random.rand()",
    "generator": "s = s * x[0] + rng.normal()",
    "callee": "s = s * told(x[0], i)",
    "try": "try:\n            print(s)\n            s = s / x[0]\n"
    "        except ZeroDivisionError:\n            s = x[1]",
}


@pytest.mark.parametrize("name", REPEATED)
def test_what_would_not_be_the_same_again_is_refused(name):
    text = f"""
def told(x, i):
    print(i)
    return 1.0 if i == 0 else x * told(x, i - 1)

def f(x, n):
    rng = np.random.default_rng(0)
    s = x[0]
    # ad: checkpoint 3
    for i in range(n):
        {REPEATED[name]}
    return s
"""
    with pytest.raises(ad.RejectedError, match="gone through again") as found:
        ad.grad(program(text))(POINT, 2)
    assert found.value.code == "ADC602"
