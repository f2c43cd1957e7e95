"""Equations between whole arrays as loops over elements, for backends that compile.

    places.py       where along an axis an element lies, and what a slice selects
    ones.py         slices of one element
    displays.py     arrays of listed numbers
    fitted.py       vectors that may be broadcast, by what a run tells
    nodes.py        an equation as a rule for each element of its result
    rules.py        the node of each equation, where it has one
    views.py        which element of its operand a view shows
    pointwise.py    elementwise operations, on numbers
    products.py     sums of products, by a letter an axis
    carried.py      what a loop makes anew of its own elements
    plan.py         what is computed where it is used, and what has a loop of its own
    fusion.py       which loops become one
    lengths.py      how long axes are, as numbers
    guards.py       where a loop changes nothing
    loops.py        the loops as equations
    lower.py        the pass
"""
