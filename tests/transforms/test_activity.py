"""Which variables are active."""

from deriving import derive_adjoint, derive_tangent, load, trace_of

from adcompile.trace.ir import Apply, bound, walk
from adcompile.transforms.activity import Activity


def active(text, args, wrt):
    trace = trace_of(load(text), args)
    activity = Activity(trace, wrt)
    outs = {var for eqn in walk(trace.body) for var in (*eqn.outs, *bound(eqn))}
    return sorted({out.name for out in outs if out.name and activity.active(out)})


def test_varied_and_useful():
    text = """
def f(x, k):
    a = x * 2.0
    c = a * k
    d = k * k
    b = a + d
    return b
"""
    assert active(text, (1.0, 2.0), ("x",)) == ["a", "b"]


def test_through_a_loop():
    text = """
def f(x, k):
    a = k
    b = k
    c = k
    for i in range(3):
        c = c * b
        b = b + a
        a = x
    return c
"""
    assert active(text, (1.0, 2.0), ("x",)) == ["a", "b", "c"]


def test_derivative_zero_cuts():
    text = """
def f(x):
    a = np.floor(x)
    b = 1.0 if x > 2.0 else 3.0
    return a * b * x
"""
    assert "a" not in active(text, (1.5,), ("x",))
    assert "b" not in active(text, (1.5,), ("x",))


def test_components_of_a_tape():
    text = """
def f(x, y, n):
    a = x
    b = y
    for i in range(n):
        b = b * math.sin(b)
        a = a * b
    return a
"""
    back = derive_adjoint(trace_of(load(text), (0.3, 0.4, 3)), ("x",))
    push = next(e for e in walk(back.body) if isinstance(e, Apply) and e.op == "mem.push")
    assert [var.name for var in push.args[1:]] == ["b"]
    activity = Activity(back, ("x", "a_bar"))
    assert not activity.active(push.out)
    assert Activity(back, ("y",)).components(push.out) == (True,)


def test_nothing_moves():
    trace = trace_of(load("def f(x, y):\n    return y * 2.0\n"), (1.0, 2.0))
    assert [leaf.value for leaf in derive_tangent(trace, ("x",)).body.results[1:]] == [0.0]
    assert [leaf.value for leaf in derive_adjoint(trace, ("x",)).body.results[1:]] == [0.0]
