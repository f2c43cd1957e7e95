"""Each pass on a few traces, before and after as printed."""

from __future__ import annotations

import textwrap

from traces import VECTOR, Maker

from adcompile.simplify.common import common
from adcompile.simplify.dead import dead
from adcompile.simplify.fold import fold
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Block, For, If, Lit, Trace, While
from adcompile.trace.show import show


def check(trace: Trace, text: str) -> None:
    assert show(trace) == textwrap.dedent(text).lstrip("\n")


def test_common_keeps_the_users_name():
    m = Maker()
    x, y = m.var("x"), m.var("y")
    a = m.apply("operator.truediv", x, y)
    b = m.apply("math.sin", a)
    c = m.apply("operator.truediv", x, y, name="ratio")
    z = m.apply("operator.add", b, c)
    check(common(m.trace((x, y), z, (z,))), """
        trace f(x: float, y: float)
          ratio = truediv(x, y)
          v1 = math.sin(ratio)
          v2 = add(v1, ratio)
          return v2
        """)  # fmt: skip


def test_common_knows_that_numbers_commute_and_lists_do_not():
    m = Maker()
    x, y = m.var("x"), m.var("y")
    p, q = m.var("p", k.List(k.FLOAT)), m.var("q", k.List(k.FLOAT))
    a, b = m.apply("operator.mul", x, y), m.apply("operator.mul", y, x)
    c = m.apply("operator.add", p, q, kind=k.List(k.FLOAT))
    d = m.apply("operator.add", q, p, kind=k.List(k.FLOAT))
    z = m.apply("operator.add", a, b)
    check(common(m.trace((x, y, p, q), z, (z, c, d))), """
        trace f(x: float, y: float, p: list[float], q: list[float])
          v1 = mul(x, y)
          v2 = add(p, q)
          v3 = add(q, p)
          v4 = add(v1, v1)
          return v4
        """)  # fmt: skip


def test_common_does_not_merge_one_and_one_point_zero():
    m = Maker()
    x = m.var("x", k.INT)
    a, b = m.apply("operator.add", x, 1, kind=k.INT), m.apply("operator.add", x, 1.0)
    c = m.apply("operator.add", x, True, kind=k.INT)
    trace = m.trace((x,), a, (a, b, c))
    assert len(common(trace).body.eqns) == 3


def test_common_does_not_merge_new_objects():
    m = Maker()
    x = m.var("x", VECTOR)
    a, b = (m.apply("mem.zeros_like", x, kind=VECTOR) for _ in range(2))
    assert len(common(m.trace((x,), a, (a, b))).body.eqns) == 2


def test_common_keeps_branches_apart():
    m = Maker()
    x, flag = m.var("x"), m.var("flag", k.BOOL)
    sides = []
    for _ in range(2):
        outer = m.open()
        sides.append(m.close(outer, m.apply("math.sin", x)))
    out = m.var("a")
    m.eqns.append(If((out,), flag, *sides))
    last = m.apply("math.sin", x)
    z = m.apply("operator.add", out, last)
    assert len(common(m.trace((x, flag), z, (z,))).body.eqns) == 3


def test_common_merges_equal_branches():
    m = Maker()
    x, flag = m.var("x"), m.var("flag", k.BOOL)
    outs = []
    for factor in (2.0, 2.0, 3.0):
        sides = []
        for op in ("math.sin", "math.cos"):
            outer = m.open()
            sides.append(m.close(outer, m.apply("operator.mul", m.apply(op, x), factor)))
        outs.append(m.var("a"))
        m.eqns.append(If((outs[-1],), flag, *sides))
    new = common(m.trace((x, flag), outs[0], outs))
    assert len(new.body.eqns) == 2
    assert new.body.results == (outs[0], outs[0], outs[2])


def test_common_keeps_equal_branches_that_make_objects():
    m = Maker()
    x, flag = m.var("x", VECTOR), m.var("flag", k.BOOL)
    for _ in range(2):
        outer = m.open()
        then = m.close(outer, m.apply("mem.zeros_like", x, kind=VECTOR))
        m.eqns.append(If((m.var("a", VECTOR),), flag, then, Block((), (x,))))
    assert len(common(m.trace((x, flag), x, (x,))).body.eqns) == 2


def loop(results: str) -> Trace:
    """A loop that carries a, b and c; c only makes itself."""
    m = Maker()
    x, n = m.var("x"), m.var("n", k.INT)
    first = m.apply("math.sin", x)
    params = [m.var(name) for name in "abc"]
    index, outer = m.var("i", k.INT), m.open()
    a, b, c = params
    body = m.close(
        outer,
        m.apply("operator.mul", a, x, name="a"),
        m.apply("operator.add", b, a, name="b"),
        m.apply("operator.add", c, 1.0, name="c"),
    )
    outs = dict(zip("abc", [m.var(name) for name in "abc"]))
    inits = (Lit(1.0), first, Lit(0.0))
    bounds = (Lit(0), n, Lit(1))
    m.eqns.append(For(tuple(outs.values()), inits, tuple(params), index, *bounds, False, body))
    return m.trace((x, n), outs[results], (outs[results],))


def test_dead_drops_carried_variables_that_only_make_themselves():
    check(dead(loop("a")), """
        trace f(x: float, n: int)
          for i in range(n) carry a.0 = (1.0, a.1) -> a.2:
            a.1 = mul(a.0, x)
          return a.2
        """)  # fmt: skip
    check(dead(loop("b")), """
        trace f(x: float, n: int)
          v1 = math.sin(x)
          for i in range(n) carry a.0 = (1.0, a.1) -> a.2, b.0 = (v1, b.1) -> b.2:
            a.1 = mul(a.0, x)
            b.1 = add(b.0, a.0)
          return b.2
        """)  # fmt: skip


def test_dead_keeps_effects_and_what_decides_them():
    m = Maker()
    x, n = m.var("x"), m.var("n", k.INT)
    index, outer = m.var("i", k.INT), m.open()
    param, out = m.var("a"), m.var("a")
    stop = m.apply("operator.lt", param, x, kind=k.BOOL)
    inner = m.open()
    m.emit((), "mem.effect", "print(_0_)", index)
    then = m.close(inner)
    m.eqns.append(If((), m.apply("operator.gt", x, 0.0, kind=k.BOOL), then, Block((), ())))
    m.apply("math.cos", x)
    following = m.apply("operator.add", param, 1.0, name="a")
    body = m.close(outer, following, stop)
    bounds = (Lit(0), n, Lit(1))
    m.eqns.append(For((out,), (Lit(0.0),), (param,), index, *bounds, False, body, exits=True))
    check(dead(m.trace((x, n), Lit(1.0), (Lit(1.0),))), """
        trace f(x: float, n: int)
          for i in range(n) carry a.0 = (0.0, a.1) -> a.2:
            v1 = lt(a.0, x)
            v2 = gt(x, 0.0)
            if v2:
              effect('print(_0_)', i)
              yield
            else:
              yield
            a.1 = add(a.0, 1.0)
            break if v1
          return 1.0
        """)  # fmt: skip


def test_dead_removes_a_while_that_nobody_reads():
    m = Maker()
    x = m.var("x")
    param, out = m.var("a"), m.var("a")
    outer = m.open()
    cond = m.close(outer, m.apply("operator.lt", param, x, kind=k.BOOL))
    outer = m.open()
    body = m.close(outer, m.apply("operator.add", param, 1.0))
    m.eqns.append(While((out,), (Lit(0.0),), (param,), cond, body))
    assert not dead(m.trace((x,), x, (x,))).body.eqns


def test_a_comment_keeps_nothing():
    m = Maker()
    x, flag = m.var("x"), m.var("flag", k.BOOL)
    m.emit((), "mem.effect", "# above")
    outer = m.open()
    m.emit((), "mem.effect", "# inside")
    then = m.close(outer)
    m.eqns.append(If((), flag, then, Block((), ())))
    (comment,) = dead(m.trace((x, flag), x, (x,))).body.eqns
    assert comment is m.eqns[0]


def folded(op: str, *args: object, kind: k.Kind = k.FLOAT) -> str:
    """What fold makes of one equation over a float x, an int i, arrays u (float) and k (int)."""
    m = Maker()
    names = {"x": m.var("x"), "i": m.var("i", k.INT), "u": m.var("u", VECTOR)}
    names["k"] = m.var("k", k.Array("int", VECTOR.dims))
    out = m.apply(
        op, *(names.get(arg, arg) if isinstance(arg, str) else arg for arg in args), kind=kind
    )
    last = m.apply("math.sin", out)
    trace = fold(m.trace(tuple(names.values()), last, (last,)))
    lines = [line.strip() for line in show(trace).splitlines()[1:-2]]
    argument = show(trace).splitlines()[-2].partition("(")[2].rstrip(")")
    return lines[0] if lines else argument


def test_fold_literals():
    assert folded("operator.add", 2, 3) == "5"
    assert folded("operator.truediv", 1, 4) == "0.25"
    assert folded("operator.pow", 2, 10) == "1024"
    assert folded("builtins.len", (1, 2, 3)) == "3"
    assert folded("operator.is_", None, None) == "True"
    assert folded("operator.not_", 0) == "True"
    assert folded("mem.getitem", (4, 5), -1) == "5"


def test_fold_leaves_what_raises_or_overflows():
    assert folded("operator.truediv", 1.0, 0) == "v1 = truediv(1.0, 0)"
    assert folded("operator.mul", 1e308, 10.0) == "v1 = mul(1e+308, 10.0)"
    assert folded("mem.getitem", (4, 5), 2) == "v1 = getitem((4, 5), 2)"
    assert folded("operator.pow", 0.1, 3.0) == "v1 = pow(0.1, 3.0)"


def test_fold_neutral_elements():
    for op in ("operator.mul", "operator.truediv", "operator.pow"):
        assert folded(op, "x", 1) == folded(op, "x", 1.0) == "x"
        assert folded(op, "u", 1, kind=VECTOR) == "u"
    assert folded("operator.mul", 1, "x") == "x"
    assert folded("operator.sub", "x", 0) == folded("operator.sub", "x", 0.0) == "x"


def test_fold_leaves_what_is_not_the_same_bit_for_bit():
    assert folded("operator.add", "x", 0.0) == "v1 = add(x, 0.0)"
    assert folded("operator.sub", "x", -0.0) == "v1 = sub(x, -0.0)"
    assert folded("operator.sub", 0.0, "x") == "v1 = sub(0.0, x)"
    assert folded("operator.mul", "x", 0.0) == "v1 = mul(x, 0.0)"
    assert folded("operator.mul", "i", 1.0) == "v1 = mul(i, 1.0)"
    assert folded("operator.truediv", "i", 1) == "v1 = truediv(i, 1)"
    assert folded("operator.mul", "k", 1.0, kind=VECTOR) == "v1 = mul(k, 1.0)"
    assert folded("operator.pow", 1, "x") == "v1 = pow(1, x)"


def test_fold_zeros():
    assert folded("mem.zeros_like", "x") == folded("mem.zeros_like", "i") == "0.0"
    assert folded("mem.zeros_like", "u", kind=VECTOR) == "v1 = zeros_like(u)"
    m = Maker()
    empty = m.apply("mem.list", kind=k.List(k.FLOAT))
    zeros = m.apply("mem.zeros_like", empty, kind=k.List(k.FLOAT))
    assert [eqn.op for eqn in fold(m.trace((), zeros, (zeros,))).body.eqns] == ["mem.list"] * 2


def test_fold_signs():
    m = Maker()
    x, y = m.var("x"), m.var("y")
    a = m.apply("operator.neg", y)
    b = m.apply("operator.add", x, a)
    c = m.apply("operator.sub", b, a)
    d = m.apply("operator.add", a, c)
    e = m.apply("operator.neg", a)
    z = m.apply("operator.mul", d, e)
    check(dead(fold(m.trace((x, y), z, (z,)))), """
        trace f(x: float, y: float)
          v1 = sub(x, y)
          v2 = add(v1, y)
          v3 = sub(v2, y)
          v4 = mul(v3, y)
          return v4
        """)  # fmt: skip


def test_fold_returns_a_new_array_where_the_program_did():
    m = Maker()
    u = m.var("u", VECTOR)
    v = m.apply("operator.mul", u, 1.0, kind=VECTOR)
    assert len(fold(m.trace((u,), v, (v,))).body.eqns) == 1


def test_fold_takes_items_of_known_tuples_lists_and_dicts():
    m = Maker()
    x, y = m.var("x"), m.var("y")
    pair = m.apply("mem.tuple", x, y, kind=k.Tuple((k.FLOAT, k.FLOAT)))
    table = m.apply("mem.dict", ("a", "b"), y, x, kind=k.Dict(k.FLOAT))
    items = m.apply("mem.append", m.apply("mem.list", kind=k.List()), y, kind=k.List(k.FLOAT))
    last = m.apply("mem.getitem", items, -1)
    z = [m.apply("mem.getitem", pair, 1), m.apply("mem.getitem", table, "b"), last]
    check(dead(fold(m.trace((x, y), z[0], tuple(z)))), """
        trace f(x: float, y: float)
          return y
        """)  # fmt: skip
    assert dead(fold(m.trace((x, y), z[0], tuple(z)))).body.results == (y, x, y)


def test_fold_shapes():
    m = Maker()
    a = m.var("a", k.Array("float", (k.Dim("n"), k.ONE)))
    b = m.var("b", k.Array("float", (k.Dim(None, 3), k.ONE)))
    shape = m.apply("numpy.shape", a, kind=k.Tuple((k.INT, k.INT)))
    found = (
        m.apply("numpy.ndim", a, kind=k.INT),
        m.apply("mem.getitem", shape, 1, kind=k.INT),
        m.apply("mem.getitem", shape, 0, kind=k.INT),
        m.apply("numpy.shape", b, kind=k.Tuple((k.INT, k.INT))),
        m.apply("builtins.len", b, kind=k.INT),
    )
    results = fold(m.trace((a, b), found[0], found)).body.results
    assert results[:2] == (Lit(2), Lit(1))
    assert results[2] is found[2]
    assert results[3:] == (Lit((3, 1)), Lit(3))


def test_fold_opens_a_branch_that_is_always_taken_and_drops_a_loop_without_turns():
    m = Maker()
    x = m.var("x")
    outer = m.open()
    then = m.close(outer, m.apply("math.sin", x))
    outer = m.open()
    orelse = m.close(outer, m.apply("math.cos", x))
    a, b, c = m.var("a"), m.var("b"), m.var("b")
    m.eqns.append(If((a,), Lit(False), then, orelse))
    outer = m.open()
    body = m.close(outer, m.apply("operator.mul", c, x))
    bounds = (Lit(3), Lit(0), Lit(1))
    m.eqns.append(For((b,), (a,), (c,), m.var("i", k.INT), *bounds, False, body))
    check(fold(m.trace((x,), b, (b,))), """
        trace f(x: float)
          v1 = math.cos(x)
          return v1
        """)  # fmt: skip


def test_fold_takes_what_no_turn_changes_out_of_a_loop():
    m = Maker()
    x, n = m.var("x"), m.var("n", k.INT)
    (a, b, c), outs = (m.var(s) for s in "abc"), tuple(m.var(s) for s in "abc")
    outer = m.open()
    same = m.apply("operator.mul", b, 1.0)
    body = m.close(outer, m.apply("operator.mul", a, b), same, Lit(2.0))
    inits, bounds = (Lit(1.0), x, UNDEF), (Lit(0), n, Lit(1))
    m.eqns.append(For(outs, inits, (a, b, c), m.var("i", k.INT), *bounds, False, body))
    check(fold(m.trace((x, n), outs[0], outs)), """
        trace f(x: float, n: int)
          for i in range(n) carry a.0 = (1.0, v1) -> a.1, c.0 = (undefined, 2.0) -> c.1:
            v1 = mul(a.0, x)
          return a.1
        """)  # fmt: skip
