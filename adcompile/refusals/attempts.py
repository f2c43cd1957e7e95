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
        "ADC114",
        "return, break or continue out of a try with finally",
        "What finally does would have to be done on each of the ways out.  Leave after it.",
        """
import math
import adcompile as ad

def f(x):
    try:
        return math.log(x)
    finally:
        print("done")

print(ad.grad(f)(2.0))
""",
        """
import math
import adcompile as ad

def f(x):
    try:
        y = math.log(x)
    finally:
        print("done")
    return y

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC115",
        "an exception of your own is caught",
        "Emitted code imports what the primal imports and nothing of yours; it knows Python's own "
        "exceptions and numpy.linalg.LinAlgError.",
        """
import math
import adcompile as ad

class Bad(Exception):
    pass

def f(x):
    try:
        y = math.log(x)
    except Bad:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
        """
import math
import adcompile as ad

def f(x):
    try:
        y = math.log(x)
    except ValueError:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC116",
        "a recursive call, or a call without a rule, inside a try",
        "Whether it raises is found out before the derivative is taken, and such a call cannot be "
        "made twice.  Call it before the try.",
        """
import time
import adcompile as ad

def f(x):
    try:
        start = time.perf_counter()
        y = x / (x - 1.0)
    except ZeroDivisionError:
        y = x
    return y

print(ad.grad(f)(2.0))
""",
        """
import time
import adcompile as ad

def f(x):
    start = time.perf_counter()
    try:
        y = x / (x - 1.0)
    except ZeroDivisionError:
        y = x
    return y

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC117",
        "a name that a try may or may not have assigned",
        "A handler, and what follows it, cannot know how far the body came before it raised.  Give "
        "the name a value in the handler.",
        """
import math
import adcompile as ad

def f(x):
    y = x
    try:
        y = x * x
        z = math.log(y - 9.0)
    except ValueError:
        z = y
    return z

print(ad.grad(f)(2.0))
""",
        """
import math
import adcompile as ad

def f(x):
    y = x * x
    try:
        z = math.log(y - 9.0)
    except ValueError:
        z = y
    return z

print(ad.grad(f)(2.0))
""",
    ),
)
