"""What the kernels call where NumPy's functions are too general for Numba.

Each is a stub and, under @overload, a function of the types of its arguments that gives the
function to compile.  An emitted module holds the texts of those it uses; none is ever imported.
"""
