"""GradBench's problems, and the tool that answers its messages."""
