"""Whole functions: the text a person would have written."""

import textwrap

import numpy as np
from emit.handmade import Hand, check, tuple_of

from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Lit

X = np.array([0.9, 1.7, 0.2, 2.5, 0.1, 0.4])


def same(text: str, expected: str) -> None:
    assert text == textwrap.dedent(expected).lstrip("\n")


def test_a_loop_and_a_branch():
    b = Hand()
    x, n, bar = b.param("x"), b.param("n", k.INT), b.param("a_bar", k.FLOAT, "1.0")
    b.say("# forward sweep")

    def forward(i, a, tape):
        tape = b.apply("mem.push", tape, a, name="tape")
        sine = lambda: [b.mul(a, b.do("math.sin", b.do("getitem", x, i)), name="a")]
        quotient = lambda: [b.do("operator.truediv", a, b.do("getitem", x, i), name="a")]
        return [*b.branch(b.do("operator.lt", a, 2.0), sine, quotient, ["a"]), tape]

    a, tape = b.loop({"a": 1.0, "tape": b.do("tape", name="tape")}, n, forward)
    b.kinds[tape] = k.Tape((k.FLOAT,))
    b.say("# reverse sweep")

    def reverse(i, bar, x_bar, tape):
        a, tape = b.apply_many("mem.unpush", (tape,), ("a", "tape"))

        def sine():
            value = b.mul(b.mul(a, b.do("math.cos", b.do("getitem", x, i))), bar)
            new = b.do("accumulate", x_bar, value, i, name="x_bar")
            return [b.mul(b.do("math.sin", b.do("getitem", x, i)), bar, name="a_bar"), new]

        def quotient():
            new = b.do("operator.truediv", bar, b.do("getitem", x, i), name="a_bar")
            value = b.mul(b.do("operator.truediv", a, b.do("getitem", x, i)), new)
            value = b.do("operator.neg", value)
            return [new, b.do("accumulate", x_bar, value, i, name="x_bar")]

        test = b.do("operator.lt", a, 2.0)
        return [*b.branch(test, sine, quotient, ["a_bar", "x_bar"]), tape]

    carry = {"a_bar": bar, "x_bar": b.do("zeros_like", x, name="x_bar"), "tape": tape}
    _, x_bar, _ = b.loop(carry, n, reverse, backward=True)
    same(
        check(b.trace(a, x_bar), X, 6),
        """
        # forward sweep
        tape = []
        a = 1.0
        for i in range(n):
            tape.append(a)
            if a < 2.0:
                a = a * math.sin(x[i])
            else:
                a = a / x[i]
        value = a
        # reverse sweep
        x_bar = np.zeros_like(x)
        for i in reversed(range(n)):
            a = tape.pop()
            if a < 2.0:
                x_bar[i] += a * math.cos(x[i]) * a_bar
                a_bar = math.sin(x[i]) * a_bar
            else:
                a_bar = a_bar / x[i]
                x_bar[i] -= a / x[i] * a_bar
        return value, x_bar
        """,
    )


def test_arrays_updated_in_place():
    b = Hand()
    u, steps = b.param("u"), b.param("steps", k.INT)
    factor, bar = b.param("k", k.FLOAT), b.param("u_bar")
    b.kinds[bar] = b.kinds[u]
    inner = lambda: b.slice(1, -1)
    b.say("# forward sweep")

    def forward(i, u, tape):
        middle = b.mul(2.0, b.do("getitem", u, inner()))
        v = b.do("operator.sub", b.do("getitem", u, b.slice(2)), middle)
        v = b.add(v, b.do("getitem", u, b.slice(None, -2)))
        tape = b.apply("mem.push", tape, v, name="tape")
        return [b.do("accumulate", u, b.mul(factor, v), inner(), name="u"), tape]

    u1, tape = b.loop({"u": u, "tape": b.do("tape", name="tape")}, steps, forward, index="t")
    b.kinds[tape] = k.Tape((k.Array("float", (k.Dim("u.0", -2),)),))
    b.say("# reverse sweep")

    def reverse(i, bar, factor_bar, tape):
        v, tape = b.apply_many("mem.unpush", (tape,), ("", "tape"))
        part = b.do("getitem", bar, inner())
        factor_bar = b.add(factor_bar, b.do("numpy.vdot", v, part), name="k_bar")
        part = b.mul(factor, part)
        bar = b.do("accumulate", bar, part, b.slice(2), name="u_bar")
        minus = b.do("operator.neg", b.mul(2.0, part))
        bar = b.do("accumulate", bar, minus, inner(), name="u_bar")
        return [b.do("accumulate", bar, part, b.slice(None, -2), name="u_bar"), factor_bar, tape]

    carry = {"u_bar": bar, "k_bar": 0.0, "tape": tape}
    u_bar, k_bar, _ = b.loop(carry, steps, reverse, index="t", backward=True)
    same(
        check(b.trace(u1, tuple_of(u_bar, k_bar)), X, 5, 0.1, X + 1.0),
        """
        # forward sweep
        u = u.copy()
        tape = []
        v1 = u[2:]
        v2 = u[1:-1]
        v3 = u[:-2]
        for _ in range(steps):
            v4 = v1 - 2.0 * v2 + v3
            tape.append(v4)
            v2 += k * v4
        # reverse sweep
        u_bar = u_bar.copy()
        k_bar = 0.0
        v5 = u_bar[1:-1]
        v6 = u_bar[2:]
        v7 = u_bar[:-2]
        for _ in reversed(range(steps)):
            v4 = tape.pop()
            k_bar += np.vdot(v4, v5)
            v8 = k * v5
            v6 += v8
            v5 -= 2.0 * v8
            v7 += v8
        return u, (u_bar, k_bar)
        """,
    )


def test_a_while_loop_and_its_tape():
    b = Hand()
    a, bar = b.param("a", k.FLOAT), b.param("x_bar", k.FLOAT)

    def turn(x, err, tape):
        tape = b.apply("mem.push", tape, x, name="tape")
        new = b.mul(0.5, b.add(x, b.do("operator.truediv", a, x)), name="new")
        return [new, b.do("builtins.abs", b.do("operator.sub", new, x), name="err"), tape]

    carry = {"x": 1.0, "err": 1.0, "tape": b.do("tape", name="tape")}
    x, _, tape = b.repeat(carry, lambda x, e, t: b.do("operator.gt", e, 1e-12), turn)
    b.kinds[tape] = k.Tape((k.FLOAT,))

    def reverse(i, bar, tape):
        x, tape = b.apply_many("mem.unpush", (tape,), ("x", "tape"))
        return [b.mul(bar, x, name="x_bar"), tape]

    bar, _ = b.loop(
        {"x_bar": bar, "tape": tape}, b.do("builtins.len", tape), reverse, backward=True
    )
    same(
        check(b.trace(x, bar), 2.0, 1.0),
        """
        tape = []
        x = 1.0
        err = 1.0
        while err > 1e-12:
            tape.append(x)
            new = 0.5 * (x + a / x)
            err = abs(new - x)
            x = new
        for x_1 in reversed(tape):
            x_bar = x_bar * x_1
        return x, x_bar
        """,
    )


def test_break_where_the_flag_is_set():
    b = Hand()
    x, n = b.param("x"), b.param("n", k.INT)

    def turn(i, total):
        value = b.do("getitem", x, i, name="value")
        stop = lambda: [total, True]
        on = lambda: [b.add(total, value, name="total"), False]
        return b.branch(b.do("operator.lt", value, 0.15), stop, on, ["total", ""])

    (total,) = b.loop({"total": 0.0}, n, turn, exits=True)
    same(
        check(b.trace(total), X, 6),
        """
        total = 0.0
        for i in range(n):
            value = x[i]
            if value < 0.15:
                break
            total += value
        return total
        """,
    )


def test_a_flag_that_outlives_the_edge():
    b = Hand()
    n = b.param("n", k.INT)

    def turn(i, p, q):
        return [q, b.add(p, 1.0, name="q"), b.do("operator.gt", p, 2.0)]

    p, q = b.loop({"p": 0.0, "q": 0.5}, n, turn, exits=True)
    for count in (0, 1, 3, 9):
        check(b.trace(p, q), count)


def test_rows():
    b = Hand()
    m = b.param("rows", k.Array("float", (k.Dim("r.0", 0, True), k.Dim("r.1", 0, True))))

    def turn(i, s):
        return [
            b.add(
                s, b.do("numpy.sum", b.do("numpy.sin", b.do("getitem", m, i, name="row"))), name="s"
            )
        ]

    (s,) = b.loop({"s": 0.0}, b.do("builtins.len", m), turn)
    (t,) = b.loop({"t": s}, b.do("builtins.len", m), turn, backward=True)
    same(
        check(b.trace(t), np.ones((2, 3))),
        """
        s = 0.0
        for row in rows:
            s += np.sin(row).sum()
        t = s
        for row in reversed(rows):
            t += np.sin(row).sum()
        return t
        """,
    )


def test_rows_and_their_number():
    b = Hand()
    m = b.param("x")

    def turn(i, s):
        return [b.add(s, b.mul(i, b.do("getitem", m, i, name="item")), name="s")]

    (s,) = b.loop({"s": 0.0}, b.do("builtins.len", m), turn)
    assert "for i, item in enumerate(x):" in check(b.trace(s), X)


def test_conditional_expressions():
    b = Hand()
    x, y = b.param("x", k.FLOAT), b.param("y", k.FLOAT)
    test = b.do("operator.lt", x, y)
    (both,) = b.branch(test, lambda: [b.do("operator.lt", 0.0, x)], lambda: [False], [""])
    (z,) = b.branch(both, lambda: [b.do("math.sin", x)], lambda: [b.mul(y, 2.0)], [""])
    trace = b.trace(b.add(z, 1.0))
    assert (
        check(trace, 0.5, 1.0) == "return (math.sin(x) if x < y and 0.0 < x else y * 2.0) + 1.0\n"
    )
    check(trace, -0.5, 1.0)
    check(trace, 0.5, 0.1)


def test_names_that_one_path_leaves_out():
    b = Hand()
    x = b.param("x", k.FLOAT)
    test = b.do("operator.lt", x, 0.0)
    b.kinds[(v := b.branch(test, lambda: [b.do("math.sin", x)], lambda: [UNDEF], ["v"])[0])] = (
        k.FLOAT
    )
    tape = b.apply("mem.push", b.do("tape"), v, test, name="tape")
    first, flag, _ = b.apply_many("mem.unpush", (tape,), ("w", "flag", "tape"))
    (out,) = b.branch(flag, lambda: [b.mul(first, 2.0)], lambda: [0.0], ["out"])
    trace = b.trace(out)
    text = check(trace, -1.0)
    assert "v = None" in text
    assert NOTHING == Lit(None)
    check(trace, 1.0)


def test_names_that_one_path_leaves_out_and_nothing_keeps():
    b = Hand()
    x = b.param("x", k.FLOAT)
    test = b.do("operator.lt", x, 0.0)
    b.kinds[(v := b.branch(test, lambda: [b.do("math.sin", x)], lambda: [UNDEF], ["v"])[0])] = (
        k.FLOAT
    )
    (out,) = b.branch(test, lambda: [b.mul(v, 2.0)], lambda: [0.0], ["out"])
    text = check(b.trace(out), -1.0)
    assert "None" not in text
