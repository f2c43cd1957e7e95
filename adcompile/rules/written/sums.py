"""Sums of objects, as their own addition has it."""

from __future__ import annotations


def of_objects(items):
    if not items:
        raise ValueError("a sum of no objects is a number, which has no derivative here")
    total = 0 + items[0]
    for i in range(1, len(items)):
        total = total + items[i]
    return total


def of_objects_from(items, start):
    total = start
    for item in items:
        total = total + item
    return total
