"""What the public functions are made of."""
