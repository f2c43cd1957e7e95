"""ADC113 to ADC117: np.errstate and try."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC113",
        "np.errstate that raises",
        "The whole derivative runs under the options of np.errstate, so only those that are about "
        "warnings can be kept.  Test for what should raise.",
        """
import adcompile as ad
import numpy as np

def f(x):
    with np.errstate(divide="raise"):
        return np.log(x)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    if x == 0:
        raise FloatingPointError("logarithm of zero")
    return np.log(x)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC115",
        "an exception class that emitted code cannot define",
        "Emitted code knows Python's own exceptions and numpy.linalg.LinAlgError, and repeats the "
        "definition of a class of yours, which may read Python's own names only: nothing of yours "
        "is imported.",
        """
import math
import adcompile as ad

LIMIT = 3.0

class Bad(ValueError):
    def __init__(self, x):
        super().__init__(min(x, LIMIT))

def f(x):
    try:
        if x > LIMIT:
            raise Bad(x)
        y = math.log(x)
    except Bad:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
        """
import math
import adcompile as ad

LIMIT = 3.0

class Bad(ValueError):
    def __init__(self, x, limit):
        super().__init__(min(x, limit))

def f(x):
    try:
        if x > LIMIT:
            raise Bad(x, LIMIT)
        y = math.log(x)
    except Bad:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC116",
        "a call inside a try of a function that prints or has no rule",
        "Whether it raises is found out before the derivative is taken.  A function that calls "
        "itself, and prints, or calls what has no rule, cannot be called twice; nor can what has "
        "no rule in a loop.  Call it before the try, or print there.",
        """
import math
import adcompile as ad

def root(x, n):
    print("at", n)
    try:
        y = math.log(x) if n == 0 else root(x - 1.0, n - 1)
    except ValueError:
        y = x
    return y

print(ad.grad(root)(2.5, 2))
""",
        """
import math
import adcompile as ad

def root(x, n):
    try:
        y = math.log(x) if n == 0 else root(x - 1.0, n - 1)
    except ValueError:
        y = x
    return y

print(ad.grad(root)(2.5, 2))
""",
    ),
    Page(
        "ADC117",
        "a name that a try may or may not have assigned",
        "A handler, and what follows it, knows how far the statements of the try came before one "
        "raised, and those of its branches, loops and with blocks, and of the functions that these "
        "call by name.  It does not know how far a recursion came, a comprehension, an operator or "
        "a property of a class of yours, or a with block of an object that nothing is known of.  "
        "Give the name a value before that, or in the handler.",
        """
import math
import threading
import adcompile as ad

def f(x):
    y = x
    try:
        with threading.Lock():
            y = x * x
            z = math.log(y - 9.0)
    except ValueError:
        z = y
    return z

print(ad.grad(f)(2.0))
""",
        """
import math
import threading
import adcompile as ad

def f(x):
    y = x * x
    try:
        with threading.Lock():
            z = math.log(y - 9.0)
    except ValueError:
        z = y
    return z

print(ad.grad(f)(2.0))
""",
    ),
)
