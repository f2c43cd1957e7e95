"""Generated programs that mix branches, loops with exits, writes through views, and calls."""
