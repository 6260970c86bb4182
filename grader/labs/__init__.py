"""The labs, one declaration a module: ``LAB = Lab(...)``. `grader.registry` finds them."""
