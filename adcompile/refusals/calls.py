"""ADC200 to ADC210, ADC218 and what follows: functions and calls."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC201",
        "the arguments do not fit the function",
        "Too many, too few, twice the same, or a name that is no parameter: Python would raise a "
        "TypeError here.",
        """
import adcompile as ad

def scaled(x, rate):
    return rate * x

def f(x):
    return scaled(x, factor=2.0)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def scaled(x, rate):
    return rate * x

def f(x):
    return scaled(x, rate=2.0)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC202",
        "a derivative is written out of a function that takes *args or **kwargs",
        "The parameters become those of the emitted function, each with an adjoint of its own, and "
        "here no call says how many there are.  ad.grad, jvp, vjp and the other faces take them "
        "from the call; so does a function that is called.  The command line makes one parameter "
        "of *args, a list; it has none for **kwargs.",
        """
import adcompile as ad

def f(*xs):
    return xs[0] * xs[1]

print(ad.adjoint(f)(2.0, 3.0, 1.0))
""",
        """
import adcompile as ad

def f(*xs):
    return xs[0] * xs[1]

print(ad.grad(f)(2.0, 3.0))
""",
    ),
    Page(
        "ADC203",
        "which function is called is not known",
        "The call goes to a value, not to a function that can be read.",
        """
import adcompile as ad

def f(x):
    rate = 2.0
    return rate(x)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    rate = 2.0
    return rate * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC204",
        "a recursion without an end",
        "Every path of the function calls the function again.  One path has to return without.",
        """
import adcompile as ad

def power(x, n):
    return x * power(x, n - 1)

print(ad.grad(power)(2.0, 3))
""",
        """
import adcompile as ad

def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)

print(ad.grad(power)(2.0, 3))
""",
    ),
    Page(
        "ADC205",
        "** of something that is no dictionary of known keys",
        "Which parameters are given has to be known when compiling.",
        """
import adcompile as ad

def scaled(x, rate):
    return rate * x

def f(x):
    options = (("rate", x),)
    return scaled(x, **options)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def scaled(x, rate):
    return rate * x

def f(x):
    options = {"rate": x}
    return scaled(x, **options)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC206",
        "a method of a list, tuple, dictionary or object that is not known",
        "Known are the methods that change or copy a list or a dictionary in a way that can be "
        "undone, and those of classes whose source can be read.",
        """
import adcompile as ad

def f(x):
    values = {"a": 3.0 * x}
    return values.fromkeys(("b", "c"), x * x)["c"]

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    return {key: x * x for key in ("b", "c")}["c"]

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC207",
        "a method of a text that is not known",
        "A text is computed when compiling, where all it is made of is known then and its result "
        "is a text, an integer, or a list or tuple of texts.",
        """
import adcompile as ad

def f(x):
    first, second = "ab".encode()
    return first * x + second * x * x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    first, second = map(ord, "ab")
    return first * x + second * x * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC208",
        "the default of a field is an object",
        "The class keeps one default for all its objects, which the derivative cannot see.  Give "
        "the field in the call.",
        """
from typing import NamedTuple

import adcompile as ad
import numpy as np

class Body(NamedTuple):
    mass: float
    weights: np.ndarray = np.ones(3)

def f(x):
    body = Body(x)
    return np.sum(body.mass * body.weights)

print(ad.grad(f)(2.0))
""",
        """
from typing import NamedTuple

import adcompile as ad
import numpy as np

class Body(NamedTuple):
    mass: float
    weights: np.ndarray = np.ones(3)

def f(x):
    body = Body(x, np.ones(3))
    return np.sum(body.mass * body.weights)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC209",
        "an attribute of a class that was made inside a function",
        "What a class holds is found by the name of the class in its module; a class made inside "
        "a function has none.",
        """
import adcompile as ad

def made():
    class Body:
        rate = 2.0

        def __init__(self, mass):
            self.mass = mass

    def f(x):
        body = Body(x)
        return body.rate * body.mass

    return f

print(ad.grad(made())(2.0))
""",
        """
import adcompile as ad

def made():
    class Body:
        def __init__(self, mass):
            self.rate = 2.0
            self.mass = mass

    def f(x):
        body = Body(x)
        return body.rate * body.mass

    return f

print(ad.grad(made())(2.0))
""",
    ),
    Page(
        "ADC210",
        "an object made in the function is returned",
        "The emitted code does not import your classes.  It defines again those that are nothing "
        "but their fields, dataclasses and named tuples; an object of any other class it cannot "
        "make.  Return a dataclass, a tuple or a dictionary.",
        """
import adcompile as ad

class Body:
    def __init__(self, mass, speed):
        self.mass = mass
        self.momentum = mass * speed

def f(x):
    return Body(x, x * x)

print(ad.jvp(f, (2.0,), (1.0,)))
""",
        """
import adcompile as ad

def f(x):
    return {"mass": x, "speed": x * x}

print(ad.jvp(f, (2.0,), (1.0,)))
""",
    ),
    Page(
        "ADC218",
        "things too different to be put in order",
        "Which of them stands where is known at run time only; so they have to be alike: numbers, "
        "arrays, tuples of one length, dictionaries of the same keys, objects of one class.",
        """
import adcompile as ad

def f(x):
    rows = [{"w": x * x, "name": "a"}, {"w": x}]
    rows.sort(key=lambda row: row["w"])
    return rows[0]["w"]

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    rows = [{"w": x * x}, {"w": x}]
    rows.sort(key=lambda row: row["w"])
    return rows[0]["w"]

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC219",
        "what itertools gives, where it is not known which items, or how many",
        "permutations of all items need to know how many there are, islice its bounds, and count "
        "adds up numbers that are no integers, one rounding after another.",
        """
from itertools import count

import adcompile as ad
import numpy as np

def f(x):
    return sum(t * v for t, v in zip(count(0.0, 0.5), x))

print(ad.grad(f)(np.arange(4.0)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    return sum(0.5 * i * v for i, v in enumerate(x))

print(ad.grad(f)(np.arange(4.0)))
""",
    ),
    Page(
        "ADC220",
        "a decorated function, on the command line",
        "A decorator may make of a function something else, and the command line runs nothing to "
        "find out.  Those of adcompile, of numba and the caches of functools are known.",
        """
from helpers import logged

@logged
def f(x: float):
    return x * x
""",
        """
from helpers import logged

def f(x: float):
    return x * x

g = logged(f)
""",
    ),
)
