"""Names: the user's are kept, collisions are resolved, values change places at once."""

import ast

import numpy as np
import pytest
from counting import calls_of
from emit.handmade import Hand, check, load, text_of

from adcompile.emit.dialects import NUMPY
from adcompile.emit.helpers import Helpers
from adcompile.pipeline import DIALECTS
from adcompile.trace import kinds as k
from adcompile.trace.ir import Block, For, Lit, Node, Param, Trace

X = np.array([0.9, 1.7, 0.2])


def scalar_params(*names: str) -> tuple:
    b = Hand()
    return b, *(b.param(name, k.FLOAT) for name in names)


def test_versions_of_one_name_share_it():
    b, x = scalar_params("x")
    t = b.mul(x, 2.0, name="t")
    u = b.add(t, t, name="u")
    t2 = b.mul(u, u, name="t")
    text = check(b.trace(b.add(t2, t2)), 0.5)
    assert text == "t = x * 2.0\nu = t + t\nt = u * u\nreturn t + t\n"


def test_versions_alive_at_once_have_two_names():
    b, x = scalar_params("x")
    t = b.mul(x, 2.0, name="t")
    t2 = b.add(t, t, name="t")
    assert check(b.trace(t, t2), 0.5) == "t = x * 2.0\nt_1 = t + t\nreturn t, t_1\n"


def test_numbers_skip_what_the_user_named():
    b, v1 = scalar_params("v1")
    y = b.mul(v1, 2.0)
    z = b.mul(y, y, name="v3")
    w = b.do("math.sin", z)
    text = check(b.trace(b.add(w, z), b.mul(w, y)), 0.5)
    assert [line.split()[0] for line in text.splitlines()] == ["v2", "v3", "v4", "return"]


@pytest.mark.parametrize("name", ["np", "math", "range", "len", "lambda", "sum", "unbroadcast"])
def test_names_that_mean_something_else(name):
    b = Hand()
    x, n = b.param("x"), b.param("n", k.INT)

    def turn(i, s):
        return [b.add(s, b.do("builtins.sum", b.do("numpy.sin", x)), name=name)]

    (s,) = b.loop({name: 0.0}, n, turn)
    check(b.trace(b.do("math.sin", s)), X, 3)


def test_parameters_keep_names_that_mean_something_else():
    b = Hand()
    x = b.param("np")
    text = text_of(b.trace(b.do("numpy.sin", x)))
    assert "def f(np):" in text
    np.testing.assert_array_equal(load(text)(X), np.sin(X))


def test_a_swap():
    b, x, y = scalar_params("x", "y")
    p, q = b.loop({"p": x, "q": y}, 3, lambda i, p, q: [q, p])
    text = check(b.trace(p, q), 1.0, 2.0)
    assert "    p, q = q, p\n" in text


def test_a_rotation_with_a_value_on_top():
    b, x, y, z = scalar_params("x", "y", "z")
    outs = b.loop({"p": x, "q": y, "r": z}, 4, lambda i, p, q, r: [q, r, b.add(p, q, name="s")])
    check(b.trace(*outs), 1.0, 2.0, 5.0)


def test_the_value_before_the_last_turn():
    b, x = scalar_params("x")
    old, new = b.loop(
        {"old": 0.0, "new": x}, 3, lambda i, old, new: [new, b.mul(new, 2.0, name="new")]
    )
    text = check(b.trace(old, new), 1.5)
    assert "    old = new\n" in text


def test_a_carried_value_that_is_an_argument_too():
    b, x = scalar_params("x")
    (y,) = b.loop({"x": x}, 3, lambda i, v: [b.mul(v, x, name="x")])
    check(b.trace(y, x), 1.5)


def test_the_bound_of_a_loop_that_changes_it():
    b = Hand()
    n, m = b.param("n", k.INT), b.param("m", k.INT)
    (out,) = b.loop({"n": m}, n, lambda i, v: [b.do("operator.sub", v, 1, name="n")])
    (out2,) = b.loop({"n": n}, n, lambda i, v: [b.do("operator.sub", v, 1, name="n")])
    check(b.trace(out, out2), 3, 7)
    check(b.trace(out, out2, n), 3, 7)


def test_branches_do_not_disturb_one_another():
    b, x = scalar_params("x")
    test = b.do("operator.lt", x, 1.0)

    def side(factor):
        def block():
            t = b.mul(x, factor, name="t")
            return [b.mul(t, t, name="y")]

        return block

    (y,) = b.branch(test, side(2.0), side(3.0), ["y"])
    text = check(b.trace(y), 0.5)
    assert "t_1" not in text


def test_structures_are_read_by_their_paths():
    b = Hand()
    w, mass = b.var(k.FLOAT, "w"), b.var(k.FLOAT, "mass")
    tree = Node("dict", ("w", "body"), (w, Node("record", ("mass",), (mass,), "Body")))
    b.params.append(Param("params", tree))
    b.param("scale", k.FLOAT)
    bars = Node(
        "dict",
        ("w", "body"),
        (b.mul(mass, 2.0, name="w_bar"), Node("record", ("mass",), (w,), "type(p)")),
    )
    text = text_of(b.trace(bars))
    assert 'w_bar = params["body"].mass * 2.0\n' in text
    assert 'return {"w": w_bar, "body": type(p)(mass=params["w"])}' in text


def test_keyword_only_and_global_parameters():
    b = Hand()
    x, c, g = (b.var(k.FLOAT, name) for name in ("x", "c", "g"))
    b.params += [Param("x", x), Param("c", c, place="keyword"), Param("g", g, place="global")]
    total = b.add(b.mul(x, c), g)
    g2 = b.mul(total, total, name="g")
    text = text_of(b.trace(b.add(g2, g2)), constants=["g = 9.81"])
    assert text.startswith("g = 9.81\n\n\ndef f(x, *, c):")
    assert load(text)(2.0, c=3.0) == pytest.approx(2 * (6 + 9.81) ** 2)


def test_what_is_popped_is_named_after_what_was_pushed():
    b = Hand()
    x = b.param("x")

    def forward(i, tape):
        value = b.do("math.sin", b.do("getitem", x, i))
        tape = b.apply("mem.push", tape, value, name="tape")
        return [b.apply("mem.append", items, b.mul(value, 2.0)), tape][1:]

    items = b.do("list", name="items")
    (tape,) = b.loop({"tape": b.do("tape", name="tape")}, 3, forward)
    b.kinds[tape] = k.Tape((k.FLOAT,))

    def reverse(i, s, tape):
        value, tape = b.apply_many("mem.unpush", (tape,), ("", "tape"))
        return [b.add(s, b.mul(value, value), name="s"), tape]

    s, _ = b.loop({"s": 0.0, "tape": tape}, 3, reverse, backward=True)
    text = check(b.trace(s), X)
    assert "tape.append(v1)" in text
    assert "for v1 in reversed(tape):" in text


def long_function(count):
    b = Hand()
    x, bar = b.param("x", k.FLOAT), b.param("a")
    values, bar = [x], b.do("zeros_like", bar, name="a_bar")
    for i in range(count):
        values.append(b.do("math.sin", b.mul(values[-1], values[max(0, i - 7)])))
    for i in reversed(range(count)):
        bar = b.do("accumulate", bar, b.mul(values[i + 1], values[i]), i, name="a_bar")
    return b.trace(bar)


def test_long_functions_take_little_work():
    one, two, four = (calls_of(text_of, long_function(n)) for n in (250, 500, 1000))
    assert four - two <= 2.2 * (two - one)


def kept_alive(count):
    b = Hand()
    x = b.param("x", k.FLOAT)
    values = [b.do("math.sin", x, name="a")]
    for _ in range(count):
        values.append(b.do("math.sin", values[-1], name="a"))
    total = values[0]
    for value in values[1:]:
        total = b.add(total, value, name="t")
    return b.trace(total)


def test_one_name_kept_alive_takes_little_work():
    one, two, four = (calls_of(text_of, kept_alive(n)) for n in (200, 400, 800))
    assert four - two <= 2.2 * (two - one)
    assert "    a_199 = math.sin(a_198)\n" in text_of(kept_alive(200))


def test_an_index_is_named_only_where_it_is_read():
    trace = Trace("f", (), Block((), (Lit(1),)), Lit(1), {})
    assert "return 1" in text_of(trace)
    b = Hand()
    (s,) = b.loop({"s": 0.0}, 3, lambda i, s: [b.add(s, 1.0, name="s")])
    assert isinstance(b.eqns[-1], For)
    assert "for _ in range(3):" in check(b.trace(s))


@pytest.mark.parametrize("dialect", [NUMPY, DIALECTS["numba"](False)], ids=["numpy", "numba"])
def test_helpers_have_other_names_where_theirs_are_taken(dialect):
    """What they call of NumPy, or of an object, is no helper of the same name."""
    helpers = Helpers(set(dialect.sources), dialect.sources, dialect.called)
    for name in dialect.sources:
        assert helpers.use(name) == f"{name}_1"
    for name, text in zip(dialect.sources, helpers.texts({}), strict=True):
        called = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        of_others = [f.attr for f in called if isinstance(f, ast.Attribute)]
        assert not any(attribute.endswith("_1") for attribute in of_others), name
        nodes = [*ast.walk(ast.parse(text))]
        names = [node for node in nodes if isinstance(node, ast.Name)]
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        bound.update(node.arg for node in nodes if isinstance(node, ast.arg))
        bound.update(node.name for node in nodes if isinstance(node, ast.FunctionDef))
        own = [node.id for node in names if node.id not in bound]
        assert not any(each in dialect.sources for each in own), (name, own)
