"""What a try changes before it raises, by functions that it calls, too: its handler, and what
follows it, finds what Python finds there."""

from __future__ import annotations

import numpy as np
import pytest
from deriving import load
from two_faces import WAYS, TwoFaces

import adcompile as ad
from adcompile.errors import RejectedError

CLASSES = '''
class Failed(Exception):
    def __init__(self, best, n):
        super().__init__("failed")
        self.best = best
        self.n = n


class Solver:
    def __init__(self, h):
        self.h = h
        self.n = 0
        self.y = np.zeros(4)
        self.log = []

    def step(self, x):
        self.n += 1
        self.y = self.y + self.h * x
        self.log.append(self.h)
        if self.y[0] > 1.0:
            raise ValueError("too far")
        return self.y.sum()

    def add(self, v):
        self.log.append(v)
        return self

    def check(self):
        if sum(self.log) > 1.5:
            raise OverflowError
        return self

    def run(self, x, n):
        y = np.ones_like(x)
        for k in range(n):
            new = (y + np.abs(x) / y) / 2.0
            if np.abs(new - y).max() < 1e-3:
                return new
            y[:] = new
            self.n += 1
        raise Failed(y, n)

    def again(self, x, n):
        try:
            return self.run(x, n)
        except Failed as failed:
            self.h = self.h * 2.0
            if failed.n < 3:
                raise
            raise KeyError(failed.best[2]) from failed

    def root(self, x, i):
        try:
            self.h = self.h * x[i]
            if x[i] > 2.0:
                return self.h
            return math.sqrt(x[i]) * self.h
        finally:
            self.y[i] += self.h


class Keeping:
    def __init__(self, v):
        self.v = v

    def __enter__(self):
        self.old = self.v.copy()
        return self.v

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self.v[1:] = 2.0 * self.old[1:]
        return kind is KeyError


class Told:
    def __init__(self, k):
        self.k = k
        self.n = 1.0

    def __setitem__(self, i, v):
        self.n = self.n * 3.0
        self.k = math.sqrt(v)

    @property
    def root(self):
        self.n = self.n * 5.0
        return math.sqrt(self.k)

    @property
    def known(self):
        if self.k < 0.0:
            raise Failed(self.k, 1)
        return self.k

'''
PROGRAMS = CLASSES + '''
def methods(x: "float[:]"):
    s, total = Solver(1.0), 0.0
    for i in range(4):
        try:
            total += s.step(x)
        except ValueError:
            s.h *= 0.5
            s.y = s.y - x
    return total + s.n * s.y[1] * sum(s.log)


def put_back(x: "float[:]"):
    s = Solver(0.5)
    old = s.h
    try:
        s.h = x[2]
        a = s.step(x)
    except ValueError:
        a = s.y[1]
    finally:
        s.h = old
    return a * s.h * s.y[3]


def attributes(x: "float[:]"):
    s, y = Solver(x[0]), x.copy()
    try:
        s.h = x[2] * 2.0
        s.y[1] += 3.0 * s.h
        y[3], y[0] = y[0], y[3] * 2.0
        a = b = y[3] * y[0]
        s.h = math.log(x[1])
    except ValueError:
        y[0] += s.h
    return y.sum() * s.h * s.y.sum() + a * b


def in_its_arguments(x: "float[:]"):
    def bump(a, by):
        a += by
        if a[0] > 1.5:
            raise ValueError("large")
        a *= 2.0

    y = x * 1.0
    for i in range(3):
        try:
            bump(y, 1.0)
            bump(y, by=x[2])
        except ValueError:
            y -= 1.2 * x
            continue
        y += x
    return y @ x


def of_an_outer_name(x: "float[:]"):
    count = 1.0

    def inner(v):
        nonlocal count
        count = count + v
        if v < 0.0:
            raise ValueError("neg")
        count = count * 2.0
        return count * v

    for v in x:
        try:
            count += inner(v)
        except ValueError:
            count = count * 3.0
    return count


def in_order(x: "float[:]"):
    s, r = Solver(1.0), 0.0
    for i in range(4):
        try:
            r = r + s.h * x[0] + s.root(x, i) * s.h
            s.h += s.root(x, 0)
        except ValueError:
            r = r - s.h
    return r * s.y.sum()


def one_behind_another(x: "float[:]"):
    s = Solver(1.0)
    for v in x:
        try:
            s.add(v).check().add(v * 0.5)
        except OverflowError:
            s.log.pop()
            s.log.append(x[1])
    return sum(s.log) * len(s.log)


def held_by_exceptions(x: "float[:]"):
    s, n, total = Solver(1.0), 1, 0.0
    while True:
        try:
            y = s.run(x, n)
        except Failed as failed:
            total = total + failed.best[0] * failed.n
            n *= 2
        else:
            break
    return total * y.sum() * s.n


def raised_again(x: "float[:]"):
    s, total = Solver(1.0), 0.0
    for n in (1, 2, 4, 30):
        try:
            total = total + s.again(x, n)[0]
        except KeyError as error:
            total = total + error.args[0] * s.h
        except Failed as failed:
            total = total + failed.best[1] * s.h * s.n
    return total


def a_name_raised(x: "float[:]"):
    y = x[0]
    try:
        error = Failed(y * x[2], 2)
        y = y * 3.0
        raise error
    except Failed as failed:
        y = y * failed.best * failed.n
    return y


def kept_by_finally(x: "float[:]"):
    s, r = Solver(x[2]), 1.0
    for i in (0, 2, 1):
        try:
            try:
                s.h = s.h * x[i]
                if i == 0:
                    continue
                r = r + math.log(s.h) * s.h
            finally:
                s.h = s.h + x[3]
        except ValueError:
            r = r * s.h
    return r * s.h


def returned_before_finally_raises(x: "float[:]"):
    y = x.copy()
    try:
        try:
            try:
                y[0] = y[0] * 3.0
                return y[0] * x[2]
            finally:
                y[2] = y[2] * y[0]
                y[3] = math.log(x[1])
        except KeyError:
            y[1] = 0.0
    except ValueError:
        y[0] = y[0] * 2.0
    return y.sum() * y[2]


def in_a_with_block(x: "float[:]"):
    y, n = x * 1.0, 0.0
    for i in range(4):
        try:
            with Keeping(y) as v:
                v[0] = v[0] + 2.0 * x[i]
                n = n + v[1]
                if i == 0:
                    raise KeyError("no")
                v[2] = math.sqrt(x[i])
        except ValueError:
            y[3] = y[0] * n
    return y.sum() * n


def in_a_match(x: "float[:]"):
    y = x[0]
    try:
        match (x[0] > 0.0, 3):
            case (True, 3):
                y = y * 2.0
                y = y + math.log(x[1])
            case _:
                y = 0.0
    except ValueError:
        y = y * 3.0
    return y * y


def lists_and_dictionaries(x: "float[:]"):
    parts, q, total = {"ok": [], "bad": []}, {"a": x[0], "b": x[1]}, 1.0
    for v, key in zip(x, ("a", "c", "b", "a")):
        try:
            parts["ok"].append(v)
            total += q[key] * math.sqrt(v)
        except ValueError:
            parts["bad"].append(v * total)
        except KeyError:
            total = total * 2.0
    return total * sum(parts["ok"]) * sum(parts["bad"])


def taken_off(x: "float[:]"):
    s, r = [v for v in x if v > 0.25], 0.0
    for i in range(3):
        try:
            r += s.pop() * 2.0 + s.pop()
        except IndexError:
            r = r * x.sum()
    return r


def which_raises_first(x: "float[:]"):
    q, total, bad = {"a": x[0], "b": x[1]}, 1.0, 0.0
    for v, key in zip(x, ("a", "c", "b", "a")):
        try:
            total += q[key] * math.sqrt(v)
        except ValueError:
            bad = bad + v * 100.0
        except KeyError:
            total = total * 2.0
    return total + bad


def told_of(x: "float[:]"):
    p, y = Told(1.0), x[0]
    try:
        y = y * 2.0
        p[0] = x[1]
    except ValueError:
        y = y * x[2]
    return y * y


def asked_of_a_property(x: "float[:]"):
    p, y = Told(x[1]), x[0]
    try:
        y = y * 2.0
        z = p.known
    except Failed:
        z = y * x[2]
    return z * y
'''
NAMES = [line[4:].partition("(")[0] for line in PROGRAMS.splitlines() if line.startswith("def ")]
POINTS = {"some raise": [0.7, -1.2, 2.1, 0.4], "none": [0.3, 0.2, 0.4, 0.1]}
DOT = np.array([0.31, -0.47, 0.23, 0.53])


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    return TwoFaces(PROGRAMS, tmp_path_factory.mktemp("tried"))


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name, way, point, programs):
    programs.check(name, way, (np.array(point),), DOT)


def test_classes_of_what_was_caught():
    for test in ("kind is ValueError", "kind is not None and issubclass(kind, ArithmeticError)",
                 "isinstance(error, (ValueError, KeyError))", "kind in (KeyError, ValueError)"):
        f = load(f"""
class Doubling:
    def __init__(self, v):
        self.v = v

    def __enter__(self):
        return self.v

    def __exit__(self, kind, error, trace):
        self.v *= 2.0
        return {test}

def f(u):
    v = u * 1.0
    try:
        with Doubling(v) as w:
            w[0] = w[1] * 3.0
            w[1] = math.sqrt(u[0])
    except ValueError:
        v *= u
    return v.sum()
""")
        u = np.array([-0.7, 0.3, 1.1])
        slope = (f(u + 1e-6 * DOT[:3]) - f(u - 1e-6 * DOT[:3])) / 2e-6
        np.testing.assert_allclose(ad.grad(f)(u) @ DOT[:3], slope, rtol=1e-7)


LEFT = {
    "a property that changes": """
    p, y = Told(u[1]), u.copy()
    try:
        y[0] += p.root
    except ValueError:
        y[1] = p.n * u[2]
    return y.sum() * p.n
""",
    "a property in an index": """
    p, y = Told(u[1]), u.copy()
    try:
        y[int(p.root)] = 3.0
    except ValueError:
        y[1] = p.n * u[2]
    return y.sum() * p.n
""",
    "an item that a class is told of": """
    p, y = Told(1.0), u[0]
    try:
        p[0] = u[1]
    except ValueError:
        y = p.n * u[0]
    return y * p.n
""",
    "a recursion": """
    def walk(out, n):
        out[n] += u[n]
        if u[n] < 0.0:
            raise ValueError("neg")
        if n < 2:
            walk(out, n + 1)

    out = np.zeros(3)
    try:
        walk(out, 0)
    except ValueError:
        out *= 3.0
    return out.sum()
""",
}


@pytest.mark.parametrize("body", LEFT.values(), ids=LEFT)
def test_what_may_have_come_to_its_middle_is_refused(body):
    f = load(f"{CLASSES}\ndef f(u):{body}")
    with pytest.raises(RejectedError, match="may have been changed by the try before it raised"):
        ad.grad(f)(np.array([0.7, -1.2, 2.1]))


def test_a_recursion_that_returns_on_no_path_is_refused():
    f = load("""
def down(t, n):
    if n == 0:
        raise ValueError("end")
    return t * down(t, n - 1)

def f(u):
    if u[0] < 5.0:
        return down(u[0], 3)
    return u[0] * 2.0
""")
    with pytest.raises(RejectedError, match="returns on no path"):
        ad.grad(f)(np.array([0.7, -1.2, 2.1]))
