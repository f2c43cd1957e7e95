"""ADC101 to ADC112: syntax, statements and names."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC101",
        "a statement that has no derivative",
        "Statements such as except*, with blocks of what cannot be entered, and imports of what "
        "has not been imported before act on more than the values of the function.  Do what they "
        "do outside of the function that is differentiated, or write it by plain statements.",
        """
import adcompile as ad

def f(x):
    try:
        return 1.0 / x
    except* ZeroDivisionError:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    try:
        return 1.0 / x
    except ZeroDivisionError:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC102",
        "yield, await, async and global",
        "They make of a function something else than a map from arguments to results: it is "
        "suspended, or it leaves its result outside.  Return what is to be differentiated.",
        """
import adcompile as ad

total = 0.0

def f(x):
    global total
    total = x * x
    return total

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    total = x * x
    return total

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC103",
        "an expression that has no derivative",
        "Some displays and comprehensions, of sets for one, have no order or no place to hold a "
        "derivative.  Write a list or a tuple.",
        """
import adcompile as ad

def f(x):
    values = {x, x * x}
    return sum(values)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    values = [x, x * x]
    return sum(values)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC104",
        "names and values differ in number",
        "An unpacking assigns one value to each name; Python would raise here.",
        """
import adcompile as ad

def f(x):
    a, b = x, x * x, 1.0
    return a * b

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    a, b, c = x, x * x, 1.0
    return a * b + c

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC105",
        "del of an attribute, or of a part of an array",
        "Names, and items of lists and dictionaries, can be deleted.  An array cannot lose "
        "elements: make a new one without them.",
        """
import numpy as np
import adcompile as ad

def f(x):
    del x[0]
    return np.sum(x)

print(ad.grad(f)(np.ones(3)))
""",
        """
import numpy as np
import adcompile as ad

def f(x):
    x = x[1:]
    return np.sum(x)

print(ad.grad(f)(np.ones(3)))
""",
    ),
    Page(
        "ADC106",
        "a raise of what is not named as an exception class",
        "A raise is kept in the derivative, with the class as your text names it: one of Python's, "
        "or a class of yours.",
        """
import adcompile as ad

KNOWN = {"negative": ValueError}

def f(x):
    if x < 0.0:
        raise KNOWN["negative"]("x is negative")
    return x * x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    if x < 0.0:
        raise ValueError("x is negative")
    return x * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC107",
        "a function, a module or an object in a statement that is kept",
        "print, assert and raise are kept in the derivative with the values they show; a function "
        "or a module of yours is not there, and an object is shown as its __str__ or __repr__, or "
        "its dataclass, says.",
        """
import adcompile as ad

def square(x):
    return x * x

def f(x):
    print(square)
    return square(x)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def square(x):
    return x * x

def f(x):
    print("square")
    return square(x)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC108",
        "print inside an expression",
        "print is kept as a statement; it has no value to compute with.",
        """
import adcompile as ad

def f(x):
    shown = print(x)
    return x * x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    print(x)
    return x * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC109",
        "a pattern that is not known",
        "match is read as a chain of if.  The positions of a class pattern are those of the "
        "__match_args__ of its class, as dataclasses and named tuples have; name them elsewhere.",
        """
import adcompile as ad

class Spring:
    def __init__(self, k):
        self.k = k

def f(x):
    match Spring(x):
        case Spring(stiffness):
            return stiffness * x
    return x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

class Spring:
    def __init__(self, k):
        self.k = k

def f(x):
    match Spring(x):
        case Spring(k=stiffness):
            return stiffness * x
    return x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC110",
        "the function always raises",
        "Every path ends in a raise: there is no result, and so no derivative.",
        """
import adcompile as ad

def f(x):
    raise NotImplementedError

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    if x < 0.0:
        raise NotImplementedError
    return x * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC111",
        "a name that is not defined",
        "Neither the function, nor what encloses it, nor the module, nor Python has this name.",
        """
import adcompile as ad

def f(x):
    return rate * x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

rate = 3.0

def f(x):
    return rate * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC112",
        "a name is read before it has a value",
        "The name is assigned in this function, but later, or on no path that leads here.",
        """
import adcompile as ad

def f(x):
    y = total * x
    total = y
    return total

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    total = 1.0
    total = total * x
    return total

print(ad.grad(f)(2.0))
""",
    ),
)
