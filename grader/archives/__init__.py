"""Look into submitted archives: what lies in them is treated as if it had been handed in."""
