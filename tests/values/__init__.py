"""What values do: widths, layouts, integers, complex numbers, nan and infinity."""
