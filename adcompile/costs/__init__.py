"""What a derivative costs, line by line of the program."""
