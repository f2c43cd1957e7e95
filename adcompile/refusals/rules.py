"""ADC5xx: rules."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC501",
        "a method, or a function of Python or math, without a rule",
        "The table of rules does not have it.  Add a rule, write it out in plain NumPy, or compute "
        "it outside where it does not depend on what is differentiated.",
        """
import adcompile as ad

def f(x):
    top, bottom = x.as_integer_ratio()
    return x * top / bottom

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
        "ADC502",
        "arguments that the rule does not know",
        "The rule names the parameters that it covers: this one is not among them, or one is "
        "missing or given twice.",
        """
import adcompile as ad
import numpy as np

def f(x):
    return np.sum(np.exp(x, subok=False))

print(ad.grad(f)(np.ones(3)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    return np.sum(np.exp(x))

print(ad.grad(f)(np.ones(3)))
""",
    ),
    Page(
        "ADC503",
        "a case that the rule does not cover",
        "The function has a rule, but not for these options, or the rule needs a rank or a "
        "constant that is not known here.  The message says which.",
        """
import adcompile as ad
import numpy as np

def f(x):
    return np.sum(np.linalg.qr(x, mode="complete")[1])

print(ad.grad(f)(np.array([[2.0, 1.0], [1.0, 3.0]])))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    return np.sum(np.linalg.qr(x, mode="reduced")[1])

print(ad.grad(f)(np.array([[2.0, 1.0], [1.0, 3.0]])))
""",
    ),
    Page(
        "ADC504",
        "a function without a rule is given what depends on an independent",
        "A call of a library that has no rule is kept, and what it returns is data.  It must not "
        "be given something that depends on an independent: a derivative would be lost.  Add a "
        "rule, write the function out in plain NumPy, or say by ad.stop_gradient that the "
        "dependence is not meant.  On the command line a parameter without annotation is real: "
        "annotate the one that is data.  So it is with the operators of sparse matrices, masked "
        "arrays and np.matrix, which compute in a way of their own: make arrays of them, by "
        ".toarray(), .filled(...) or np.asarray.  An object that is made outside of the program "
        "(a set of the module, a queue) must not be changed and asked what it holds: make it in "
        "the function, or keep numbers in a list.",
        """
import adcompile as ad
import numpy as np

def f(x):
    return np.emath.sqrt(x)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    return np.sqrt(x)

print(ad.grad(f)(2.0))
""",
    ),
)
