"""ADC118 to ADC121, ADC221 and ADC222: what is known only when the program runs."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC118",
        "exec, eval, globals and their like",
        "They make code, or look at names and classes, while the program runs; what they give is "
        "not known when compiling.",
        """
import adcompile as ad

def f(x):
    return eval("x * x")

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    return x * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC119",
        "setattr or getattr with a computed name",
        "Attributes are followed by their names.  A name in quotes is known when compiling, one "
        "that comes in as an argument is not; the keys of a dictionary may be chosen by `if`.",
        """
import adcompile as ad

class Body:
    def __init__(self, mass):
        self.mass = mass

def f(x, name):
    body = Body(x)
    return getattr(body, name) * x

print(ad.grad(f)(2.0, "mass"))
""",
        """
import adcompile as ad

class Body:
    def __init__(self, mass):
        self.mass = mass

def f(x):
    body = Body(x)
    return getattr(body, "mass") * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC120",
        "a class that decides itself what its attributes mean",
        "A metaclass, __new__, __getattr__, __getattribute__, __setattr__ and descriptors run code "
        "of their own where an object is made or an attribute is used.  Properties and methods are "
        "followed.",
        """
import adcompile as ad

class Body:
    def __init__(self, mass):
        self.mass = mass

    def __getattr__(self, name):
        return 3.0

def f(x):
    return Body(x).speed * x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

class Body:
    def __init__(self, mass):
        self.mass = mass

    @property
    def speed(self):
        return 3.0

def f(x):
    return Body(x).speed * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC121",
        "a generator expression that is gone through twice",
        "It is used up by the first time, and empty the second.  A list can be gone through as "
        "often as you like.",
        """
import adcompile as ad
import numpy as np

def f(x):
    squares = (v * v for v in x)
    return max(squares) + sum(squares)

print(ad.grad(f)(np.arange(4.0)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    squares = [v * v for v in x]
    return max(squares) + sum(squares)

print(ad.grad(f)(np.arange(4.0)))
""",
    ),
    Page(
        "ADC221",
        "a function is handed to a function without a rule",
        "What it does with the function is not known: how often it calls it, and with what.  Call "
        "the function yourself.",
        """
import adcompile as ad
import numpy as np

def square(t):
    return t * t

def f(x):
    return np.sum(np.frompyfunc(square, 1, 1)(x))

print(ad.grad(f)(np.arange(4.0)))
""",
        """
import adcompile as ad
import numpy as np

def square(t):
    return t * t

def f(x):
    return np.sum(np.array([square(t) for t in x]))

print(ad.grad(f)(np.arange(4.0)))
""",
    ),
    Page(
        "ADC222",
        "a function without a rule overwrites what it is given",
        "What shuffle, heapify and their like leave in an array or a list is not followed.  Make "
        "a new array, for which the random numbers are data.",
        """
import adcompile as ad
import numpy as np

def f(x):
    rng = np.random.default_rng(0)
    y = x.copy()
    rng.shuffle(y)
    return y[0] * y[1]

print(ad.grad(f)(np.arange(4.0)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    rng = np.random.default_rng(0)
    y = x[rng.permutation(len(x))]
    return y[0] * y[1]

print(ad.grad(f)(np.arange(4.0)))
""",
    ),
)
