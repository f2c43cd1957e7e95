"""A determinant by expansion in minors.

The rows and columns that are left form two linked lists: rows[i] is the row after row i, rows[ell]
the first one.  An element is taken out before the call for a minor, and put back after it.
"""


def minor(A, ell, size, rows, columns):
    row = rows[ell]
    if size == 1:
        return A[row * ell + columns[ell]]
    rows[ell] = rows[row]
    result = 0.0
    sign = 1.0
    before = ell
    for _ in range(size):
        column = columns[before]
        columns[before] = columns[column]
        result += sign * A[row * ell + column] * minor(A, ell, size - 1, rows, columns)
        columns[before] = column
        before = column
        sign = -sign
    rows[ell] = row
    return result


def primal(A, ell):
    rows = list(range(1, ell + 1)) + [0]
    columns = list(range(1, ell + 1)) + [0]
    return minor(A, ell, ell, rows, columns)
