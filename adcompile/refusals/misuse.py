"""ADC415 to ADC417 and ADC505: what is no number, and numbers that go through a text."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC415",
        "a real number where Python needs an integer",
        "range, indices, counts and numbers of decimals are integers; Python would raise a "
        "TypeError here.  int(...) rounds, and its derivative is zero.  One bool behind a slice in "
        "the index of an array is a mask of no axes, and no place; int(...) makes a place of it.",
        """
import adcompile as ad

def f(x):
    total = 0.0
    for i in range(x):
        total += x
    return total

print(ad.grad(f)(2.5))
""",
        """
import adcompile as ad

def f(x):
    total = 0.0
    for i in range(int(x)):
        total += x
    return total

print(ad.grad(f)(2.5))
""",
    ),
    Page(
        "ADC416",
        "arithmetic with what is no number",
        "None, a text, a dictionary, a list without an array beside it, an object of a class "
        "without the method for it: Python would raise a TypeError here.  A number has no matrix "
        "product.",
        """
import adcompile as ad

def scaled(x):
    y = 3.0 * x

def f(x):
    return x * scaled(x)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def scaled(x):
    return 3.0 * x

def f(x):
    return x * scaled(x)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC417",
        "an array of texts or of records",
        "The elements of an array that is differentiated are numbers.  Keep the fields of a record "
        "in arrays of their own.",
        """
import adcompile as ad
import numpy as np

def f(x):
    table = np.zeros(3, dtype=[("mass", float)])
    table["mass"] = x
    return np.sum(table["mass"])

print(ad.grad(f)(np.arange(3.0)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    table = {"mass": np.zeros(3)}
    table["mass"][:] = x
    return np.sum(table["mass"])

print(ad.grad(f)(np.arange(3.0)))
""",
    ),
    Page(
        "ADC505",
        "a number is read back from a text",
        "A text that shows a number has no derivative, so float(f\"{x}\") would lose it.  Compute "
        "with the number; to round it, use round or np.round, whose derivative is zero.",
        """
import adcompile as ad

def f(x):
    return x * float(f"{x:.2f}")

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    return x * round(x, 2)

print(ad.grad(f)(2.0))
""",
    ),
)
