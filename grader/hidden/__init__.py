"""Hidden tests of a course directory: pytest functions over stored evidence, as checks of a lab.

pytest runs in a process of its own (`child`), on the trusted side: it finds the functions before anything is collected,
so that what they look at is collected with the rest, and runs them for a whole class before checks are judged.
"""
